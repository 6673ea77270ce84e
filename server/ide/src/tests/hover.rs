use super::at_cursor;
use crate::hover;

/// The hover at `$0` says all of this.
#[track_caller]
fn says(text: &str, facts: &[&str]) {
    let (snapshot, offset) = at_cursor(text);
    let said = hover(&snapshot, offset).expect("something is said").markdown;
    for fact in facts {
        assert!(said.contains(fact), "`{fact}` is not in:\n{said}");
    }
}

const STEP: &str = "steps:\n  - id: a\n    tool: filesystem\n    action: read\n    parameters:\n      path: x\n  - id: b\n";

#[test]
fn keys_tools_operations_and_parameters() {
    says(&STEP.replace("tool:", "to$0ol:"), &["**`tool`**"]);
    says(
        &STEP.replace("filesystem", "file$0system"),
        &["**`filesystem`**", "Operations:", "`path` (path, required)"],
    );
    says(
        &STEP.replace("action: read", "action: re$0ad"),
        &["**`read`** of `filesystem`", "Needs: `path`"],
    );
    says(&STEP.replace("path:", "pa$0th:"), &["**`path`** of `filesystem`"]);
}

#[test]
fn a_step_says_when_and_why() {
    let text = "steps:\n  - id: a\n    action: echo x\n  - id: b$0\n    action: echo {{ a.result }}\n    condition: \"{{ a.success }}\"\n";
    says(
        text,
        &[
            "**step `b`**",
            "stage 2 of 2",
            "after `a`: `action` reads `{{ a.result }}`",
            "only if",
            "stops the run",
        ],
    );
}

#[test]
fn names_in_templates() {
    let text = "inputs:\n  topic: {type: string, description: What about., default: tides}\nsteps:\n  - id: a\n    action: echo {{ to$0pic | upper }}\n";
    says(text, &["**input `topic`** (string)", "What about.", "`tides`"]);
    says(&text.replace("to$0pic", "topic").replace("upper", "up$0per"), &["upper"]);
    let field = format!("{STEP}    action: echo {{{{ a.con$0tent }}}}\n");
    says(&field, &["**`content`** of `a`"]);
    says(
        "steps:\n  - id: l\n    for_each: [1, 2]\n    steps:\n      - id: w\n        action: echo {{ it$0em }}\n",
        &["item of this iteration"],
    );
}

#[test]
fn the_pipeline_says_its_facts() {
    let text = "id: demo$0\ndescription: To tell the tides.\ninputs:\n  topic: x\nsteps:\n  - id: l\n    while: \"{{ iteration < 3 }}\"\n    max_iterations: 5\n    steps:\n      - id: w\n        tool: terminal\n        parameters: {command: ls}\n";
    says(
        text,
        &[
            "To tell the tides.",
            "`topic`",
            "1 step in 1 stage",
            "runs code: `l`",
            "`l`: at most 5 rounds",
            "none declared",
        ],
    );
}

#[test]
fn nothing_is_said_of_prose() {
    let (snapshot, offset) = at_cursor("steps:\n  - id: a\n    action: echo hel$0lo\n");
    assert_eq!(hover(&snapshot, offset).map(|hover| hover.markdown), None);
}
