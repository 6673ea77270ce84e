use std::sync::Arc;

use pipeline::{
    Reference, Space,
    eval::functions,
    names::{OF_HANDLERS, nearest},
};

use crate::{
    Fix, Severity,
    findings::{Elsewhere, Findings},
    rule::declare_rule,
    view::{Included, ReferenceView, Sense, TextView, included},
    words::did_you_mean,
};
use syntax::Span;

declare_rule!(
    "undefined-variable",
    Error,
    "undefined_variable.md",
    Reference(detect),
    Text(of_included)
);

/// In an AUTO body an unknown name stays as it is, so it is an error only when it is a slip of a known one. Where the
/// text itself asks whether the name is defined, it says what happens if not. A handler may mean a parameter of its step.
fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    if view.sense() != Sense::Undefined {
        return;
    }
    let reference = view.reference;
    let visible = view.scope.visible();
    let of_handlers = if view.is_in_handler() { OF_HANDLERS } else { &[] };
    let names = visible.iter().map(|name| &**name).chain(of_handlers.iter().copied());
    let near = nearest(&reference.root, names);
    let is_expected = reference.root_guarded || view.is_own_parameter_in_handler();
    let severity = match (is_expected, reference.in_auto, near) {
        (true, ..) | (_, true, None) => Severity::Warning,
        _ => Severity::Error,
    };
    if let Some(function) = functions().iter().find(|it| it.name == &*reference.root) {
        findings
            .report(reference.root_span, uncalled(function.name, function.signature))
            .severity(severity);
        return;
    }
    let said = match &*reference.root {
        "env" | "environ" | "ENV" => environment_words(&reference.root),
        root => words(root, near),
    };
    let draft = findings
        .report(reference.root_span, said)
        .severity(severity)
        .about(Arc::clone(&reference.root));
    if !reference.aliased {
        let fixed = |near: &str| {
            if near.contains('-') { format!("steps['{near}']") } else { near.to_owned() }
        };
        draft.fix(near.map(|near| fix(reference.root_span, &fixed(near))));
    }
    if is_name(&reference.root) {
        draft.elsewhere(Elsewhere::DeclareInput(reference.root.to_string()));
    }
}

/// What an included file reads, at the directive: the file is none of the document's.
fn of_included(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for (place, file) in included(view) {
        let mut said: Vec<&str> = Vec::new();
        for reference in &file.reads {
            let root = &*reference.root;
            let view = ReferenceView::of_included(view.scope, reference);
            if reference.root_guarded || said.contains(&root) || !is_nothing(&view) {
                continue;
            }
            said.push(root);
            let visible = view.scope.visible();
            let near = nearest(root, visible.iter().map(|name| &**name));
            let draft = findings.report(place, included_words(&file, reference, near));
            if near.is_none() && reference.space != Space::Steps && is_name(root) {
                draft.elsewhere(Elsewhere::DeclareInput(root.to_owned()));
            }
        }
    }
}

/// Whether a name has no meaning at all where it is read.
fn is_nothing(view: &ReferenceView<'_>) -> bool {
    matches!(
        view.sense(),
        Sense::Undefined | Sense::NoStep | Sense::NoInput | Sense::LoopName(_) | Sense::JinjaLoop
    )
}

fn included_words(file: &Included, reference: &Reference, near: Option<&str>) -> String {
    let (path, line) = (&file.path, file.line(reference.root_span));
    format!("in `{path}`, line {line}: {}", words(&reference.root, near))
}

fn is_name(root: &str) -> bool {
    root.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn uncalled(name: &str, signature: &str) -> String {
    format!("`{name}` is a function, and nothing calls it: `{signature}`")
}

fn environment_words(root: &str) -> String {
    format!(
        "nothing is called `{root}` here: templates do not read the environment; hand the value over as an input"
    )
}

fn words(root: &str, near: Option<&str>) -> String {
    format!("nothing is called `{root}` here{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
