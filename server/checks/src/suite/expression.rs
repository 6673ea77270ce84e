//! What expectations speak of: expressions of templates, and conditions.

use pipeline::{
    Pipeline, Value,
    eval::{EvalError, Scope, evaluate, render},
    names::nearest,
};
use syntax::{
    Scalar, Span,
    template::{
        Condition, FreePath, Template, free_paths, free_paths_of, parse_condition, parse_template,
    },
};

use super::read::Reader;
use crate::words::did_you_mean;

/// Names that an expression may read beside the ids of steps.
pub const VISIBLE: [&str; 5] = ["outputs", "inputs", "parameters", "steps", "run"];

/// What is put round an expression that is no template, to make it one.
const BRACES: [&str; 2] = ["{{ ", " }}"];

/// An expression, parsed.
#[derive(Clone, Debug)]
pub struct Expression {
    /// As the author wrote it.
    pub written: String,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    Template(String, Template),
    Condition(Condition),
}

impl Expression {
    /// Its value.
    ///
    /// # Errors
    /// What goes wrong first.
    pub fn value(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        match &self.form {
            Form::Template(text, template) => render(template, text, scope),
            Form::Condition(condition) => evaluate(condition, &self.written, scope),
        }
    }

    /// Reads an expression that gives a value: `outputs.title`, or a template. Nothing where it is wrong.
    pub(super) fn of_value(
        reader: &mut Reader<'_>,
        scalar: &Scalar<'_>,
        span: Span,
    ) -> Option<Self> {
        let written = scalar.value().into_owned();
        let is_template = syntax::template::has_markers(&written);
        let [open, close] = if is_template { ["", ""] } else { BRACES };
        let text = format!("{open}{written}{close}");
        let template = parse_template(&text);
        let lead = u32::try_from(open.len()).unwrap_or_default();
        let place = Place { scalar, lead, length: written.len(), whole: span };
        if let Some(error) = template.errors.first() {
            reader.report(place.of(error.span), error.message.clone());
            return None;
        }
        let known = look_up(reader, &free_paths(&template), &place);
        known.then_some(Self { written, form: Form::Template(text, template) })
    }

    /// Reads a condition. Nothing where it is wrong.
    pub(super) fn of_condition(
        reader: &mut Reader<'_>,
        scalar: &Scalar<'_>,
        span: Span,
    ) -> Option<Self> {
        let written = scalar.value().into_owned();
        let condition = parse_condition(&written);
        let place = Place { scalar, lead: 0, length: written.len(), whole: span };
        if let Some(error) = condition.errors.first() {
            reader.report(place.of(error.span), error.message.clone());
            return None;
        }
        let known = look_up(reader, &free_paths_of(&condition.expr), &place);
        known.then_some(Self { written, form: Form::Condition(condition) })
    }
}

/// Where an expression stands.
struct Place<'a> {
    scalar: &'a Scalar<'a>,
    /// Bytes that were put before it.
    lead: u32,
    length: usize,
    whole: Span,
}

impl Place<'_> {
    /// The place in the file of a place in what was parsed.
    fn of(&self, span: Span) -> Span {
        let length = u32::try_from(self.length).unwrap_or(u32::MAX);
        let start = span.start.saturating_sub(self.lead).min(length);
        let end = span.end.saturating_sub(self.lead).min(length).max(start);
        let found = self.scalar.source_map().span_to_source(Span::new(start, end));
        if found.start < found.end { found } else { self.whole }
    }
}

/// Reports the first name that nobody knows.
fn look_up(reader: &mut Reader<'_>, paths: &[FreePath], place: &Place<'_>) -> bool {
    let Some(pipeline) = reader.pipeline() else { return true };
    for path in paths.iter().filter(|path| !path.called && path.guarded.is_none()) {
        let root = path.root.trim_start_matches('$');
        let step = pipeline.steps.iter().any(|step| step.id_text() == root);
        if !step && !VISIBLE.contains(&root) {
            let ids = pipeline.steps.iter().map(|step| step.id_text());
            let near = nearest(root, ids.chain(VISIBLE));
            let words =
                format!("`{root}` is no step, and no other name of a test{}", did_you_mean(near));
            reader.unknown(place.of(path.root_span), words, near);
            return false;
        }
        let Some((field, span)) = path.fields.first().filter(|_| !step) else { continue };
        let declared = declared(pipeline, root);
        if let Some((what, names)) = declared
            && !names.contains(&field.as_str())
        {
            let near = nearest(field, names.iter().copied());
            let words = format!("the pipeline has no {what} `{field}`{}", did_you_mean(near));
            reader.unknown(place.of(*span), words, near);
            return false;
        }
    }
    true
}

/// What may stand behind a name, where the pipeline's text says it.
fn declared<'p>(pipeline: &'p Pipeline, root: &str) -> Option<(&'static str, Vec<&'p str>)> {
    Some(match root {
        "outputs" => ("output", pipeline.outputs.iter().map(|it| it.name.value.as_str()).collect()),
        "inputs" | "parameters" => {
            ("input", pipeline.inputs.iter().map(|it| it.name.value.as_str()).collect())
        }
        "steps" => ("step", pipeline.steps.iter().map(|it| it.id_text()).collect()),
        _ => return None,
    })
}
