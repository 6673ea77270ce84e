use pipeline::{
    models::{Ask, parse},
    names::nearest,
};
use syntax::Span;

use crate::{
    Fix, findings::Findings, rule::declare_rule, view::StepView, view::asked, words::did_you_mean,
};

declare_rule!("unknown-model", Warning, "unknown_model.md", Step(detect));

/// A provider may have models that nobody has heard of here, so only a slip of the pen is reported: a known name with the
/// same digits, for versions differ in those.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(asked) = asked(view) else { return };
    let Ask::Named(names) = &asked.wanted.ask else { return };
    for written in names.iter().filter(|it| has_empty_part(it)) {
        findings.report(asked.span, format_words(written));
    }
    let roster = view.scope.input.roster;
    let own = view.step.model.as_ref().and_then(|it| Some((it.span, it.value.as_text()?)));
    let is_whole = |it: &&String| !has_empty_part(it);
    for written in names.iter().filter(is_whole).filter(|it| roster.find(it).is_none()) {
        let serves = |it: &str| roster.models.iter().any(|known| *known.provider == *it);
        let name = parse(written, &serves);
        let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
        let wanted = digits(name.name);
        let mut known = roster.models.iter().filter(|it| digits(&it.name) == wanted);
        let near = match name.provider {
            Some(provider) => {
                nearest(name.name, known.filter(|it| it.provider == provider).map(|it| &*it.name))
            }
            None => nearest(name.name, known.by_ref().map(|it| &*it.name)),
        };
        let Some(near) = near else { continue };
        let whole = own.filter(|(_, text)| *text.value == **written).map(|(span, _)| span);
        let corrected = written.replace(name.name, near);
        findings
            .report(asked.span, words(written, &corrected))
            .fix(whole.map(|span| fix(span, &corrected)));
    }
}

/// `openai:`, `/gpt-4o`, `google//gemini-2.5-flash`.
fn has_empty_part(name: &str) -> bool {
    name.contains([':', '/']) && name.split([':', '/']).any(|part| part.trim().is_empty())
}

fn format_words(name: &str) -> String {
    format!("`{name}` names no model: one of its parts is empty; write `provider:name`")
}

fn words(name: &str, near: &str) -> String {
    format!("nobody is known to serve a model `{name}`{}", did_you_mean(Some(near)))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
