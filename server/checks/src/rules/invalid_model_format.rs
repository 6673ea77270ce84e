use pipeline::{
    Data, Located,
    language::Level,
    models::{Ask, Roster, Source, is_at_home, parse},
};

use crate::{
    findings::Findings,
    rule::declare_rule,
    view::{KeyView, StepView, asked},
};

declare_rule!(
    "invalid-model-format",
    Warning,
    "invalid_model_format.md",
    Key(of_document),
    Step(of_step)
);

fn of_document(view: &KeyView<'_>, findings: &mut Findings) {
    let name = view.entry.known.map_or("", |known| known.name);
    if view.level == Level::Top && ["model", "default_model", "orchestrator"].contains(&name) {
        judge(&view.entry.value, &Roster::default(), findings);
    }
}

fn of_step(view: &StepView<'_>, findings: &mut Findings) {
    let roster = view.scope.input.roster;
    let key = view.step.key("model").map(|entry| &entry.value);
    let parameter = view.step.parameter("model").map(|parameter| &parameter.value);
    for value in key.into_iter().chain(parameter) {
        judge(value, roster, findings);
    }
    // What an expert is stands elsewhere; the step that asks for it is where it matters.
    if let Some(asked) = asked(view)
        && matches!(asked.wanted.source, Source::Expert(_) | Source::ToolExpert(_))
        && let Ask::Named(names) = &asked.wanted.ask
    {
        for words in names.iter().filter_map(|name| wrong(name.trim(), roster)) {
            findings.report(asked.span, words);
        }
    }
}

fn judge(value: &Located<Data>, roster: &Roster, findings: &mut Findings) {
    let named = value.value.get("name").unwrap_or(value);
    let Some(text) = named.value.as_text().filter(|text| text.is_static()) else { return };
    let written = text.value.trim();
    if let Some(words) = wrong(written, roster) {
        findings.report(named.span, words);
    }
}

/// What a name of a model is not: `name`, `provider:name`, `provider/name`. The name may have a tag (`llama3.2:1b`) and an
/// owner (`meta-llama/Llama-3`), one each. Servers of one's own name their models as they like: by the path of a file, by an
/// address.
fn wrong(written: &str, roster: &Roster) -> Option<String> {
    let is_own = |it: &str| roster.servers.iter().any(|known| known.name == it);
    let serves = |it: &str| is_own(it) || roster.models.iter().any(|known| *known.provider == *it);
    let parsed = parse(written, &serves);
    if written.is_empty() || parsed.provider.is_some_and(|it| is_own(it) || is_at_home(it, "")) {
        return None;
    }
    if written.split([':', '/']).any(|part| part.trim().is_empty()) {
        return Some(format!("`{written}` lacks a part: a model is `name` or `provider:name`"));
    }
    let name = parsed.name;
    let has_several = |sign| name.matches(sign).count() > 1;
    (has_several(':') || has_several('/'))
        .then(|| format!("`{written}` has too many parts: a model is `name` or `provider:name`"))
}
