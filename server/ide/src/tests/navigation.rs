use super::{at_cursor, snapshot};
use crate::{Outline, Start, Target, definition, fix_all, fixes, folds, lenses, symbols};
use syntax::Span;

/// The declared name that `$0` leads to, with a few bytes before it.
#[track_caller]
fn leads_to(text: &str, expected: &str) {
    let (snapshot, offset) = at_cursor(text);
    let found = definition(&snapshot, offset).expect("a definition");
    let text = text.replace("$0", "");
    let Target::Here { whole, name } = found.target else { panic!("{found:?}") };
    assert!(whole.covers(name));
    let from = name.start as usize - 4;
    assert_eq!(&text[from..name.end as usize], expected);
}

#[test]
fn definitions() {
    leads_to("steps:\n  - id: one\n  - id: two\n    dependencies: [on$0e]\n", "id: one");
    leads_to("steps:\n  - id: one\n  - id: two\n    action: echo {{ on$0e.result }}\n", "id: one");
    leads_to("steps:\n  - id: one\n  - id: two\n    condition: on$0e.result\n", "id: one");
    leads_to("steps:\n  - id: one\n  - id: two\n    on_false: on$0e\n", "id: one");
    leads_to(
        "inputs:\n    topic: x\nsteps:\n  - id: a\n    action: echo {{ to$0pic }}\n",
        "    topic",
    );
    leads_to(
        "inputs:\n    topic: x\nsteps:\n  - id: a\n    action: echo {{ inputs.to$0pic }}\n",
        "    topic",
    );
    leads_to(
        "steps:\n  - id: l\n    for_each: [1]\n    steps:\n      - id: one\n        action: echo x\n      - id: two\n        action: echo {{ on$0e.result }}\n",
        "id: one",
    );
}

#[test]
fn an_outline_has_every_step_under_its_id_in_a_broken_file_too() {
    let found = symbols(&snapshot(
        "inputs:\n  x: 1\nsteps:\n  - id: a\n  - id: b\n    action: \"open\n  - id: c\n",
    ));
    let steps = found.iter().find(|it| it.name == "steps").expect("a section");
    let names: Vec<_> = steps.children.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    fn nested(entry: &Outline) -> bool {
        entry.whole.covers(entry.focus) && entry.children.iter().all(nested)
    }
    assert!(found.iter().all(nested), "{found:#?}");
}

#[test]
fn lenses_start_the_whole_and_each_step() {
    let starts: Vec<_> = lenses(&snapshot("id: d\nsteps:\n  - id: a\n"))
        .into_iter()
        .map(|lens| lens.start)
        .collect();
    assert_eq!(starts, [Start::Run, Start::From("a".to_owned()), Start::Only("a".to_owned())]);
    assert_eq!(lenses(&snapshot("id: d\n")), []);
}

#[test]
fn a_fix_stands_at_its_finding_only() {
    let text = "steps:\n  - id: first\n    action: echo x\n  - id: b\n    action: echo y\n    dependencies: [frist]\n";
    let snapshot = snapshot(text);
    let at = text.find("frist").unwrap() as u32;
    let found = fixes(&snapshot, Span::empty(at));
    assert!(found.iter().any(|fix| fix.edits.iter().any(|edit| edit.text == "first")), "{found:?}");
    assert!(fixes(&snapshot, Span::empty(0)).iter().all(|fix| fix.code != "unknown-step"));
}

#[test]
fn fixes_of_everything_do_not_overlap() {
    let text = "steps:\n  - id: a\n    action: generate_text\n    depends_on: [b]\n    foreach: [1]\n  - id: b\n    action: echo x\n";
    let edits = fix_all(&snapshot(text));
    assert!(edits.windows(2).all(|pair| pair[0].span.end < pair[1].span.start), "{edits:?}");
}

#[test]
fn steps_fold() {
    let text = "steps:\n  - id: a\n    action: echo x\n  - id: b\n";
    let folded: Vec<_> =
        folds(&snapshot(text)).into_iter().map(|span| &text[span.range()]).collect();
    assert!(folded.iter().any(|it| it.trim_end() == "id: a\n    action: echo x"), "{folded:?}");
    assert!(folded.iter().any(|it| it.starts_with("steps:")), "{folded:?}");
}
