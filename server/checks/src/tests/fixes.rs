//! Safe fixes keep everything else, add no error and come to rest.

use proptest::prelude::*;
use syntax::Span;

use super::{check_text, page::examples};
use crate::{Diagnostic, Edit, Fix, Safety, Severity, Tags, fix::apply, rules};

/// More rounds than any nesting of fixes needs.
const ROUNDS: usize = 8;

#[test]
fn safe_fixes_come_to_rest_and_add_no_error() {
    for rule in rules() {
        for example in examples(rule.page) {
            let mut text = example.text;
            let errors = count_errors(&text);
            for _ in 0..ROUNDS {
                text = apply(&text, &check_text(&text));
            }
            let again = check_text(&text);
            assert!(
                again.iter().all(|it| it.fixes.iter().all(|fix| fix.safety != Safety::Safe)),
                "{}:\n{text}",
                rule.code
            );
            assert!(count_errors(&text) <= errors, "{}:\n{text}", rule.code);
        }
    }
}

fn count_errors(text: &str) -> usize {
    check_text(text).iter().filter(|it| it.severity == Severity::Error).count()
}

#[test]
fn comments_and_quotes_stay() {
    let text = "name: 'A'  # one\nsteps:\n  - id: \"x\" # two\n    action: echo a\n    if: 'true' # three\n";
    let mended = apply(text, &check_text(text));
    assert_eq!(mended, text.replace("if:", "condition:"));
}

fn diagnostic((start, len, text): (u32, u32, String)) -> Diagnostic {
    let span = Span::new(start, start + len);
    Diagnostic {
        code: "x",
        severity: Severity::Hint,
        message: String::new(),
        span,
        related: Vec::new(),
        fixes: vec![Fix {
            title: String::new(),
            safety: Safety::Safe,
            edits: vec![Edit { span, text }],
        }],
        tags: Tags::None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Overlapping fixes and fixes beyond the text are left out; what no edit covers stays in place.
    #[test]
    fn nothing_outside_the_edits_changes(
        text in "[a-zé\n]{0,40}",
        edits in prop::collection::vec((0_u32..48, 0_u32..6, "[A-Z]{0,4}"), 0..8),
    ) {
        let found: Vec<_> = edits.into_iter().map(diagnostic).collect();
        let mended = apply(&text, &found);
        let kept = |text: &str| text.chars().filter(|c| !c.is_ascii_uppercase()).collect::<String>();
        let (before, after) = (kept(&text), kept(&mended));
        let mut rest = before.chars();
        prop_assert!(after.chars().all(|c| rest.any(|it| it == c)), "{text:?} -> {mended:?}");
        let removed: usize = found.iter().map(|it| it.span.len() as usize).sum();
        prop_assert!(before.len() - after.len() <= removed);
    }
}
