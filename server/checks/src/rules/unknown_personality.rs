use pipeline::names::nearest;
use syntax::Span;

use crate::{
    Files, Fix, Input, facts::Whole, findings::Findings, rule::declare_rule, view::StepView,
    words::did_you_mean,
};

declare_rule!(
    "unknown-personality",
    Error,
    "unknown_personality.md",
    Step(detect),
    Pipeline(extended)
);

/// Text with white space is the prompt itself. A name may be a file that only the caller knows of.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    if let Some(personality) = &view.step.personality {
        judge(view.scope.input, &personality.value, personality.span, findings);
    }
}

/// Personalities on which others build.
fn extended(whole: &Whole<'_>, findings: &mut Findings) {
    for personality in &whole.input.pipeline.personalities {
        let Some(base) = personality.value.value.get("extends") else { continue };
        if let Some(text) = base.value.as_text() {
            judge(whole.input, &text.value, personality.absolute(base.span), findings);
        }
    }
}

fn judge(input: &Input<'_>, written: &str, span: Span, findings: &mut Findings) {
    let name = written.trim();
    let known = &input.pipeline.personalities;
    let is_prompt = name.is_empty()
        || name.contains(char::is_whitespace)
        || name.contains("{{")
        || name.contains("<AUTO");
    if is_prompt
        || name == "standard"
        || known.iter().any(|it| it.name.value == name)
        || !is_surely_no_file(input.files, name)
    {
        return;
    }
    let near = nearest(name, known.iter().map(|it| it.name.value.as_str()).chain(["standard"]));
    findings.report(span, words(name, near)).fix(near.map(|near| fix(span, near)));
}

fn is_surely_no_file(files: &dyn Files, name: &str) -> bool {
    ["md", "txt", "yaml"]
        .iter()
        .all(|ending| files.exists(&format!("personalities/{name}.{ending}")) == Some(false))
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("no personality is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
