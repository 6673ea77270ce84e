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
            "run code (`l.w`)",
            "`l` goes round at most 5 times",
            "It declares no outputs.",
        ],
    );
}

#[test]
fn nothing_is_said_of_prose() {
    let (snapshot, offset) = at_cursor("steps:\n  - id: a\n    action: echo hel$0lo\n");
    assert_eq!(hover(&snapshot, offset).map(|hover| hover.markdown), None);
}

#[test]
fn keys_and_words_of_inner_maps() {
    says("experts:\n  critic:\n    tem$0perature: 0.2\n", &["**`temperature`**", "0.7"]);
    says("inputs:\n  a:\n    re$0quired: true\n", &["**`required`**"]);
    says("steps:\n  - id: a\n    requires_model: {exp$0ertise: high}\n", &["**`expertise`**"]);
    says(
        "steps:\n  - id: a\n    on_error:\n      - error_co$0des: [429]\n",
        &["**`error_codes`**"],
    );
    says("steps:\n  - id: a\n    on_failure: con$0tinue\n", &["goes on"]);
    says("steps:\n  - id: a\n    action_loop:\n      - action: gene$0rate\n", &["**`generate`**"]);
    says("steps:\n  - id: a\n    selection: co$0st\n", &["**`selection`**"]);
    says(
        "steps:\n  - id: a\n    tool: web-search\n    parameters: {backend: bi$0ng}\n",
        &["**`backend`** of `web-search`", "`duckduckgo`"],
    );
}

#[test]
fn experts_personalities_and_models() {
    let text = "experts:\n  critic: {model: gpt-4o-mini}\npersonalities:\n  editor: {system_prompt: You edit.}\nsteps:\n  - id: a\n    expert: cri$0tic\n";
    says(
        text,
        &["**expert `critic`**", "**`gpt-4o-mini`**", "128,000 tokens", "$0.15 read, $0.6 written"],
    );
    let text = text.replace("cri$0tic\n", "critic\n    personality: edi$0tor\n");
    says(&text, &["**personality `editor`** (this file)", "> You edit."]);
    says("steps:\n  - id: a\n    personality: stan$0dard\n", &["built in"]);
    says("default_model: ollama:lla$0ma3:8b\n", &["8,192 tokens", "your own machine"]);
    says("steps:\n  - id: a\n    model: google:gemma-3-2$07b-it\n", &["price: unknown"]);
    says(
        "experts:\n  - web_sea$0rch: gemini:gemini-2.5-pro\n",
        &["steps that use `web-search`", "1,048,576"],
    );
}

#[test]
fn the_model_of_a_step_its_price_and_why() {
    let text = "default_model: gpt-4o-mini\nsteps:\n  - id: ask$0\n    prompt: Say hello to all\n    max_tokens: 50\n";
    says(
        text,
        &[
            "- model: `openai:gpt-4o-mini`, if every provider can be asked; $0.15 read, $0.6 written, a million tokens",
            "\n  - `default_model` of the document names `gpt-4o-mini`",
            "points: accuracy 5.2",
            "- costs: at most $0.0006",
        ],
    );
    let inner = "steps:\n  - id: each\n    for_each: \"{{ inputs.list }}\"\n    requires_model: {expertise: [sailing]}\n    steps:\n      - id: ask$0\n        prompt: hi\n";
    says(
        inner,
        &[
            "- model: none; no model fits what `requires_model` asks for",
            "- costs: unknown: no model fits",
        ],
    );
    let model = "steps:\n  - id: a\n    model: gpt-4o-m$0ini\n";
    says(
        model,
        &["capabilities: vision, tools, structured_output", "quality: 52 of 100", "`medium`"],
    );
}

#[test]
fn auto_tags() {
    let text = "steps:\n  - id: a\n    model: <AUTO type=\"choice\" choices=\"a, b\" task=\"sum\">Which$0 one?</AUTO>\n";
    says(
        text,
        &["a model decides", "> Which one?", "answer: `choice`", "one of: `a`, `b`", "task `sum`"],
    );
    says(
        &text.replace("Which$0", "Which").replace("type", "ty$0pe"),
        &["**`type`** of an AUTO tag", "`integer`"],
    );
}

#[test]
fn routes_inputs_and_items() {
    let text = "inputs:\n  topic: {type: string}\nsteps:\n  - id: a\n    action: echo {{ topic }}\n    on_success: b$0\n  - id: b\n    action: echo {{ inputs.topic }}\n";
    says(text, &["**step `b`**"]);
    says(&text.replace("b$0", "b").replace("{{ topic", "{{ to$0pic"), &["Read by `a`, `b`"]);
    says(
        &text.replace("b$0", "b").replace("inputs.topic", "inputs.to$0pic"),
        &["**input `topic`** (string)"],
    );
    let each = "steps:\n  - id: f\n    tool: web-search\n  - id: l\n    for_each: \"{{ f.results }}\"\n    steps:\n      - id: w\n        action: echo {{ item.url }}\n";
    says(&each.replace("item", "it$0em"), &["The item of this iteration", "The loop is `l`"]);
    says(&each.replace("url", "u$0rl"), &["**`url`** of `item` (text)", "Its address."]);
    says(&each.replace("f.results", "f.res$0ults"), &["Given by `web-search`"]);
}

#[test]
fn a_step_says_how_often_it_is_tried_and_what_it_gives() {
    let text = "steps:\n  - id: a$0\n    tool: filesystem\n    action: read\n    parameters: {path: x}\n    max_retries: 5\n    timeout: 30s\n";
    says(
        text,
        &[
            "does: `read` of `filesystem`: Reads a text file",
            "tried at most 5 times, at most 30 s each",
            "gives: `action`, `path`, `content`",
        ],
    );
}
