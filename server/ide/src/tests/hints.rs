use super::snapshot;
use crate::{Shown, hints};
use syntax::Span;

const ALL: Shown = Shown { stage: true, edges: true, model: true };

const TEXT: &str = "steps:
  - id: fetch
    action: echo x
    on_false: gate
  - id: 'other'
    action: echo y
    dependencies: [fetch]
  - id: use # both
    tool: filesystem
    parameters:
      action: read
      path: \"{{ fetch.content }}\"
    condition: other.ok and fetch.ok
  - {id: gate, action: echo z}
";

/// The lines with the hints behind them, those without any left out.
fn shown(text: &str, span: Span, kinds: Shown) -> String {
    let snapshot = snapshot(text);
    let mut lines: Vec<String> = Vec::new();
    let mut last = None;
    for hint in hints(&snapshot, span, kinds) {
        let line = text[..hint.offset as usize].lines().last().unwrap().trim().to_owned();
        if last != Some(hint.offset) {
            lines.push(line);
        }
        last = Some(hint.offset);
        lines.last_mut().unwrap().push_str(&format!(" <{}>", hint.label));
    }
    lines.join("\n")
}

#[test]
fn a_step_says_its_stage_and_why_it_waits() {
    assert_eq!(
        shown(TEXT, Span::new(0, TEXT.len() as u32), ALL),
        "- id: fetch <stage 1>
- id: 'other' <stage 2>
- id: use <stage 3> <after fetch: {{ fetch.content }} in parameters.path +1>
- {id: gate <stage 2> <after fetch: its on_false may lead here>"
    );
    let everything = hints(&snapshot(TEXT), Span::new(0, TEXT.len() as u32), ALL);
    let tooltip =
        &everything.iter().find(|it| it.label.starts_with("after fetch: {{")).unwrap().tooltip;
    assert!(tooltip.contains("- `other`: `condition` reads `{{ other.ok }}`"), "{tooltip}");
    assert_eq!(everything[0].tooltip, "Runs in stage 1 of 3, alone.");
    assert_eq!(everything[1].tooltip, "Runs in stage 2 of 3, beside 1 other step.");
}

#[test]
fn only_what_is_asked_for_is_told() {
    let at = TEXT.find("use").unwrap() as u32;
    let span = Span::new(at - 4, at + 3);
    assert_eq!(
        shown(TEXT, span, Shown { stage: true, edges: false, model: false }),
        "- id: use <stage 3>"
    );
    assert!(
        shown(TEXT, span, Shown { stage: false, edges: true, model: false })
            .starts_with("- id: use <after")
    );
    assert_eq!(shown(TEXT, span, Shown { stage: false, edges: false, model: false }), "");
    assert_eq!(shown(TEXT, Span::empty(at - 20), ALL), "");
}

#[test]
fn steps_of_one_line_have_their_hints_each() {
    let text = "steps: [{id: a, action: echo x}, {id: b, action: 'echo {{ a }}'}]\n";
    assert_eq!(
        shown(text, Span::new(30, 40), ALL),
        "steps: [{id: a, action: echo x}, {id: b <stage 2> <after a: {{ a }} in action>"
    );
}

#[test]
fn a_cycle_has_no_stage() {
    let text = "steps:\n  - id: a\n    dependencies: [b]\n  - id: b\n    action: echo {{ a.x }}\n";
    assert_eq!(shown(text, Span::new(0, 99), ALL), "- id: b <after a: {{ a.x }} in action>");
}

#[test]
fn a_step_says_which_model_was_chosen_for_it() {
    let text = "experts:
  boss: {model: gpt-4o, provider: openai}
steps:
  - id: named
    prompt: x
    model: openai:gpt-4o-mini
  - id: by_expert
    prompt: x
    expert: boss
  - id: free
    prompt: x
";
    let kinds = Shown { stage: false, edges: false, model: true };
    let told = shown(text, Span::new(0, text.len() as u32), kinds);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "- id: by_expert <by openai:gpt-4o>");
    assert!(lines[1].starts_with("- id: free <by ") && lines.len() == 2, "{told}");
    let hints = hints(&snapshot(text), Span::new(0, text.len() as u32), kinds);
    assert!(hints[0].tooltip.contains("if every provider can be asked"), "{}", hints[0].tooltip);
    assert!(hints[0].tooltip.contains("- "), "{}", hints[0].tooltip);
}
