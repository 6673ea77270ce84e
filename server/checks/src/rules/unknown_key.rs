use pipeline::{
    Problem, ProblemKind,
    language::{self, Key, Level},
    names::nearest,
};
use syntax::Span;

use crate::{
    Fix, findings::Findings, rule::declare_rule, synonyms, view::KeyView, words::did_you_mean,
};

declare_rule!("unknown-key", Warning, "unknown_key.md", Key(detect), Problem(nested));

fn detect(view: &KeyView<'_>, findings: &mut Findings) {
    let key = &view.entry.key;
    if view.entry.known.is_some() || key.value.is_empty() || key.value.starts_with("x-") {
        return;
    }
    // Most strange keys are near to nothing, and then their neighbours need no look.
    let near =
        nearest(&key.value, language::keys(view.level).iter().flat_map(spellings)).and_then(|_| {
            let free = language::keys(view.level).iter().filter(|known| !is_there(view, known));
            nearest(&key.value, free.flat_map(spellings))
        });
    let near = near.or_else(|| {
        let meant = synonyms::key(view.level, &key.value)?;
        let is_free = !view.siblings.iter().filter_map(|it| it.known).any(|it| it.name == meant);
        is_free.then_some(meant)
    });
    findings.report(key.span, words(&key.value, near)).fix(near.map(|near| fix(key.span, near)));
}

/// Keys inside handlers, queues and declarations.
fn nested(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::UnknownKey { key, level } = &problem.kind {
        let near = nearest(key, language::keys(*level).iter().flat_map(spellings));
        let draft = findings.report(problem.span, words(key, near));
        draft.fix(near.map(|near| fix(problem.span, near)));
        // An input too far to the right: whoever reads it is told where it stands.
        if *level == Level::Input && near.is_none() {
            draft.about(key.as_str());
        }
    }
}

fn spellings(known: &'static Key) -> impl Iterator<Item = &'static str> {
    [known.name].into_iter().chain(known.aliases.iter().copied())
}

fn is_there(view: &KeyView<'_>, known: &Key) -> bool {
    view.siblings.iter().filter_map(|entry| entry.known).any(|key| key.name == known.name)
}

fn words(key: &str, near: Option<&str>) -> String {
    format!("`{key}` is no key here and has no effect{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
