use pipeline::{Located, Text, catalogue::Type, names::Meaning};

use crate::{
    Fix,
    facts::Whole,
    findings::{Draft, Findings},
    rule::declare_rule,
    view::{
        BarePath, OF_EVERY_STEP, Place, Scope, StepView, bare_path, fields_of, inside_quotes,
        may_be_bare,
    },
};

declare_rule!("bare-reference", Warning, "bare_reference.md", Step(of_step), Pipeline(of_outputs));

fn of_step(view: &StepView<'_>, findings: &mut Findings) {
    for (place, value) in may_be_bare(view.step) {
        let Some(text) = value.value.as_text() else { continue };
        if let Some(path) = bare_path(text)
            && !is_path(view, value.span)
            && is_meant(&view.scope, path, place)
        {
            report(&Located::new(text, value.span), path, findings);
        }
    }
}

fn of_outputs(whole: &Whole<'_>, findings: &mut Findings) {
    let scope = Scope { input: whole.input, path: &[], index: None };
    for output in &whole.input.pipeline.outputs {
        let value = &output.value;
        if let Some(text) = value.value.as_text()
            && let Some(path) = bare_path(text)
            && is_meant(&scope, path, Place::Parameter)
        {
            report(&Located::new(text, output.absolute(value.span)), path, findings);
        }
    }
}

/// Whether a parameter is the name of a file, which may look like anything.
fn is_path(view: &StepView<'_>, span: syntax::Span) -> bool {
    let given = view.step.parameters.iter().find(|it| it.value.span == span);
    let declared = given.zip(view.signature()).and_then(|(it, of)| of.parameter(&it.name.value));
    declared.is_some_and(|it| it.ty == Type::Path)
}

/// Whether the path leads to something that is there.
fn is_meant(scope: &Scope<'_>, path: BarePath<'_>, place: Place) -> bool {
    let Some(field) = path.field else {
        return place == Place::Items && is_value(scope, path.root);
    };
    let names = scope.input.names;
    if matches!(path.root, "inputs" | "parameters") {
        return names.input(field).is_some();
    }
    if path.root == "steps" {
        return scope.knows_step(field);
    }
    let is_own = scope.path.iter().any(|step| step.id_text() == path.root);
    let step = match scope.resolve(path.root) {
        Meaning::Step(index) => scope.input.pipeline.steps.get(index).map(|it| &*it.item),
        Meaning::BodyStep(id) => {
            scope.path.iter().rev().find_map(|around| around.body.get(around.body.position(&id)?))
        }
        _ => None,
    };
    step.filter(|_| !is_own).is_some_and(|step| {
        let fields = fields_of(step, scope.input.catalogue);
        fields.as_deref().unwrap_or(OF_EVERY_STEP).contains(&field)
    })
}

/// Whether a name alone is something that a loop can go over.
fn is_value(scope: &Scope<'_>, name: &str) -> bool {
    scope.path.last().is_none_or(|step| step.id_text() != name)
        && matches!(
            scope.resolve(name),
            Meaning::Input(_) | Meaning::Step(_) | Meaning::BodyStep(_) | Meaning::Variable(_)
        )
}

fn report<'f>(
    text: &Located<&Text>,
    path: BarePath<'_>,
    findings: &'f mut Findings,
) -> &'f mut Draft {
    let (written, span) = (&*text.value.value, text.span);
    let read = match written.strip_prefix(path.root) {
        Some(rest) if path.root.contains('-') => format!("{{{{ steps['{}']{rest} }}}}", path.root),
        _ => format!("{{{{ {written} }}}}"),
    };
    let inside = inside_quotes(span, written);
    let fix = match (text.value.aliased, span.len() as usize == written.len()) {
        (Some(_), _) => None,
        (None, true) => Some((span, format!("\"{read}\""))),
        (None, false) => (inside != span).then(|| (inside, read.clone())),
    };
    let fix = fix.map(|(span, to)| Fix::suggestion(format!("change to `{read}`"), span, to));
    findings.report(span, words(written, &read)).fix(fix)
}

fn words(written: &str, read: &str) -> String {
    format!("this is the text `{written}`; to read the value, write `{read}`")
}
