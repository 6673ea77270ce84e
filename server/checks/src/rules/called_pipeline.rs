use pipeline::{
    Data, Pipeline, Step,
    names::{Meaning, Names, nearest},
    types::{Type, Types},
};
use rustc_hash::FxHashSet;
use syntax::Span;

use crate::{
    Files, Fix, Input, Severity,
    findings::Findings,
    rule::declare_rule,
    view::{Called, ReferenceView, StepView, called, inside_quotes, load},
    words::did_you_mean,
};

declare_rule!("called-pipeline", Warning, "called_pipeline.md", Step(detect), Reference(outputs));

/// How many pipelines a chain of calls may have (LANGUAGE, ruling 27).
const MAX_DEPTH: usize = 10;
/// How many files are read to find a circle.
const MAX_FILES: usize = 50;

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let input = view.scope.input;
    let Some((source, place)) = called(view.step) else { return };
    if let Called::File(path) = source {
        let circle = Circles { files: input.files, input, read: FxHashSet::default() }
            .find(path, &mut Vec::new());
        if let Some(way) = circle {
            findings.report(place.span, circle_words(&way)).severity(Severity::Error);
        }
    }
    let Some(inner) = load(source, input.files, input.catalogue).filter(|it| it.is_pipeline) else {
        return;
    };
    inputs(view, &inner, place.span, findings);
    let mapping = view.step.parameter("output_mapping").and_then(|it| it.value.value.as_map());
    let names: Vec<&str> = inner.outputs.iter().map(|it| it.name.value.as_str()).collect();
    for (name, _) in
        mapping.unwrap_or_default().iter().filter(|(name, _)| !names.contains(&name.value.as_str()))
    {
        report(&no_output(&name.value), &name.value, name.span, &names, findings);
    }
}

/// What is handed over, and what is not.
fn inputs(view: &StepView<'_>, inner: &Pipeline, place: Span, findings: &mut Findings) {
    let given = view.step.parameter("inputs").map(|it| &it.value.value);
    let given = match given {
        None => &[][..],
        Some(Data::Map(entries)) => entries,
        // A template may yield anything.
        Some(_) => return,
    };
    let names: Vec<&str> = inner.inputs.iter().map(|it| it.name.value.as_str()).collect();
    let inherits =
        view.step.parameter("inherit_context").is_none_or(|it| it.value.value != Data::Bool(false));
    for (name, value) in given {
        match inner.inputs.iter().find(|it| it.name.value == name.value) {
            None if !names.is_empty() || !inherits => {
                report(&no_input(&name.value), &name.value, name.span, &names, findings);
            }
            None => {}
            Some(declared) => {
                let found = view.scope.types().of_data(view.scope.path, value);
                let wanted = declared_type(inner, &declared.name.value, view.scope.input);
                if conflicts(&wanted, found.plain()) {
                    findings.report(value.span, type_words(&name.value, &wanted, found.plain()));
                }
            }
        }
    }
    for declared in inner.inputs.iter().filter(|it| it.required && it.default.is_none()) {
        let name = &declared.name.value;
        let is_given = given.iter().any(|(it, _)| it.value == *name)
            || inherits && view.scope.input.names.input(name).is_some();
        if !is_given {
            findings.report(place, missing_words(name));
        }
    }
}

fn declared_type(inner: &Pipeline, name: &str, input: &Input<'_>) -> Type {
    let names = Names::new(inner);
    Types { pipeline: inner, names: &names, catalogue: input.catalogue }.of_path(
        &[],
        "inputs",
        &[name],
    )
}

/// Text may be converted; a whole number is a number.
fn conflicts(wanted: &Type, found: &Type) -> bool {
    match (wanted, found) {
        (Type::Any | Type::Step(_), _)
        | (_, Type::Any | Type::Null | Type::Step(_) | Type::Text) => false,
        (Type::Number | Type::Integer, Type::Number | Type::Integer) => false,
        (Type::List(_), Type::List(_)) | (Type::Map(_), Type::Map(_)) => false,
        (wanted, found) => wanted != found,
    }
}

/// `{{ call.outputs.x }}`, where the pipeline has no output `x`.
fn outputs(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let mut fields = reference.fields.iter().filter(|(name, _)| **name != *"result");
    let (Some((word, _)), Some((name, span))) = (fields.next(), fields.next()) else { return };
    let input = view.scope.input;
    let Meaning::Step(index) = view.scope.meaning(reference) else { return };
    let Some(step) =
        input.pipeline.steps.get(index).filter(|_| &**word == "outputs" && !reference.guarded)
    else {
        return;
    };
    let Some((source, _)) = called(step) else { return };
    let Some(inner) = load(source, input.files, input.catalogue).filter(|it| it.is_pipeline) else {
        return;
    };
    let names: Vec<&str> = inner.outputs.iter().map(|it| it.name.value.as_str()).collect();
    if !names.contains(&&**name) {
        report(&no_output(name), name, inside_quotes(*span, name), &names, findings);
    }
}

/// Follows calls from file to file.
struct Circles<'a> {
    files: &'a dyn Files,
    input: &'a Input<'a>,
    read: FxHashSet<String>,
}

impl Circles<'_> {
    /// The way from a pipeline back to itself.
    fn find(&mut self, path: &str, way: &mut Vec<String>) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|it| it == path) {
            return Some(way.get(start..)?.iter().cloned().chain([path.to_owned()]).collect());
        }
        if way.len() >= MAX_DEPTH
            || self.read.len() >= MAX_FILES
            || !self.read.insert(path.to_owned())
        {
            return None;
        }
        let pipeline = load(Called::File(path), self.files, self.input.catalogue)?;
        way.push(path.to_owned());
        let steps = pipeline.steps.iter().flat_map(|step| step.walk());
        let found = steps.filter_map(called_file).find_map(|next| self.find(next, way));
        way.pop();
        found
    }
}

fn called_file(step: &Step) -> Option<&str> {
    match called(step)?.0 {
        Called::File(path) => Some(path),
        Called::Inline(_) => None,
    }
}

fn report(words: &str, name: &str, span: Span, known: &[&str], findings: &mut Findings) {
    let near = nearest(name, known.iter().copied());
    let fits = span.len() as usize == name.len();
    findings
        .report(span, format!("{words}{}", did_you_mean(near)))
        .fix(near.filter(|_| fits).map(|near| fix(span, near)));
}

fn no_input(name: &str) -> String {
    format!("the pipeline has no input `{name}`")
}

fn no_output(name: &str) -> String {
    format!("the pipeline has no output `{name}`")
}

fn missing_words(name: &str) -> String {
    format!("the pipeline needs the input `{name}`, and nothing hands it over")
}

fn type_words(name: &str, wanted: &Type, found: &Type) -> String {
    format!("the input `{name}` is {}, and this is {}", wanted.words(), found.words())
}

fn circle_words(way: &[String]) -> String {
    format!("this pipeline calls itself: `{}`", way.join("` -> `"))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
