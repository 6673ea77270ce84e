//! The comment that allows a finding stands where it counts.

use checks::Safety;
use syntax::Span;

use super::snapshot;
use crate::fixes;

/// The text after the first mending whose title says `allow`, for what stands at `needle`.
fn allowed(text: &str, needle: &str) -> Option<String> {
    let at = text.find(needle).unwrap() as u32;
    let actions = fixes(&snapshot(text), Span::empty(at));
    let action = actions.into_iter().find(|it| it.title.starts_with("allow"))?;
    let edits = action.edits;
    let fix = checks::Fix { title: String::new(), safety: Safety::Suggestion, edits };
    Some(checks::fix::apply_one(text, &fix))
}

#[test]
fn above_the_key_that_it_is_about() {
    let text = "name: A\nsteps:\n  - id: greet\n    action: echo hello\n    note: mine\n";
    let expected = "name: A\nsteps:\n  - id: greet\n    action: echo hello\n    # downbeat: allow(unknown-key)\n    note: mine\n";
    let mended = allowed(text, "note").unwrap();
    assert_eq!(mended, expected);
    assert!(allowed(&mended, "note").is_none());
}

#[test]
fn not_for_what_keeps_a_pipeline_from_being_one() {
    let text = "name: A\nsteps:\n  - id: greet\n    action: echo hello\n    dependencies: [ask]\n";
    assert_eq!(allowed(text, "ask"), None);
}
