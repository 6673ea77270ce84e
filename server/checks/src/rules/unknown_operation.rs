use pipeline::{StepKind, catalogue::normalise, names::nearest};
use syntax::Span;

use crate::{
    Fix, Severity,
    findings::Findings,
    rule::declare_rule,
    synonyms,
    view::StepView,
    words::{any_of, did_you_mean},
};

declare_rule!("unknown-operation", Error, "unknown_operation.md", Call(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let StepKind::Tool { operation: Some(operation), .. } = &view.step.kind else { return };
    let Some(signature) = view.signature() else { return };
    let word = operation.value.trim();
    let is_open = word.contains("{{") || word.contains("{%") || word.contains("<AUTO");
    if is_open || signature.operation(word).is_some() {
        return;
    }
    if signature.operations.is_empty() {
        if signature.parameter("action").is_none() && !says_the_same(signature.name, word) {
            findings
                .report(operation.span, words_without(signature.name, word))
                .severity(Severity::Hint);
        }
        return;
    }
    let names: Vec<_> = signature.operations.iter().map(|it| it.name).collect();
    let near = nearest(word, names.iter().copied())
        .or_else(|| synonyms::operation(signature.operations, word));
    findings
        .report(operation.span, words(signature.name, word, &names, near))
        .fix(near.map(|near| fix(operation.span, near)));
}

/// Whether a word only says what the tool does anyway: to do it, or one of the words of its name.
fn says_the_same(tool: &str, word: &str) -> bool {
    const DO: &[&str] = &["execute", "run", "call", "invoke", "use", "command", "process"];
    let word = normalise(word);
    let stem = |word: &str| word.chars().take(STEM).collect::<String>();
    let is_of_name = |part: &str| stem(part) == stem(&word);
    tool == word
        || word.split('-').any(|word| DO.contains(&word))
        || tool.split('-').any(is_of_name)
}

/// Letters that `generate` and `generator` share, and other pairs like them.
const STEM: usize = 5;

fn words(tool: &str, word: &str, names: &[&str], near: Option<&str>) -> String {
    match near {
        Some(_) => format!("`{tool}` cannot `{word}`{}", did_you_mean(near)),
        None => format!("`{tool}` cannot `{word}`; it can {}", any_of(names)),
    }
}

fn words_without(tool: &str, word: &str) -> String {
    format!("`{tool}` does one thing only, so `{word}` has no effect")
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
