use std::sync::Arc;

use super::at_cursor;
use crate::{Around, File, Insert, Item, Personality, Snapshot, completion};

/// Some surroundings.
#[derive(Debug)]
struct Folder;

impl Around for Folder {
    fn personalities(&self) -> Arc<[Personality]> {
        let of = |name: &str, text: &str| Personality {
            name: name.to_owned(),
            source: format!("personalities/{name}.md"),
            text: text.to_owned(),
        };
        [of("teacher", "You teach.\nSlowly."), of("critic", "From a file.")].into()
    }

    fn files(&self) -> Arc<[File]> {
        let of = |name: &str| File { included: name.to_owned(), worked: format!("flows/{name}") };
        [of("prompts/a.md"), of("parts/clean.pipeline.yaml"), of("with space.txt"), of("b.yaml")]
            .into()
    }
}

fn read(text: &str) -> (Snapshot, u32) {
    let (snapshot, offset) = at_cursor(text);
    (snapshot.with(Arc::new(Folder)), offset)
}

fn items(text: &str) -> Vec<Item> {
    let (snapshot, offset) = read(text);
    completion(&snapshot, offset).items
}

fn labels(text: &str) -> Vec<String> {
    items(text).into_iter().map(|item| item.label).collect()
}

#[track_caller]
fn proposes(text: &str, expected: &[&str], unexpected: &[&str]) {
    let labels = labels(text);
    for label in expected {
        assert!(
            labels.iter().any(|it| it == label),
            "`{label}` is not among {labels:?} at\n{text}"
        );
    }
    for label in unexpected {
        assert!(!labels.iter().any(|it| it == label), "`{label}` is among {labels:?} at\n{text}");
    }
}

#[track_caller]
fn only(text: &str, expected: &[&str]) {
    assert_eq!(labels(text), expected, "at\n{text}");
}

/// What accepting `label` makes of the text, without snippets; further lines are indented as the line at the cursor.
#[track_caller]
fn accepted(text: &str, label: &str) -> String {
    let (snapshot, offset) = read(text);
    let items = completion(&snapshot, offset).items;
    let found = items.iter().find(|item| item.label == label);
    let item = found.unwrap_or_else(|| panic!("`{label}` is not proposed at\n{text}"));
    super::accept(&text.replace("$0", ""), item)
}

#[test]
fn keys_of_the_level_that_are_not_there() {
    proposes("id: a\n$0", &["steps", "inputs", "name"], &["id", "tool"]);
    proposes("steps:\n  - id: a\n    $0", &["action", "tool", "parameters"], &["id", "steps:"]);
    proposes(
        "steps:\n  - id: a\n    to$0\n    parameters:\n      x: 1\n",
        &["tool"],
        &["id", "parameters"],
    );
    proposes("steps:\n- id: a\n  $0", &["action"], &["id"]);
    proposes("steps:\n  - $0", &["id", "action"], &[]);
    proposes("inputs:\n  topic:\n    type: string\n    $0", &["default", "required"], &["type"]);
}

#[test]
fn keys_at_every_indentation_of_an_empty_line() {
    let text = |spaces: &str| {
        format!("id: a\nsteps:\n  - id: x\n    action: echo\n{spaces}$0\n  - id: y\n")
    };
    proposes(&text(""), &["outputs"], &["id", "action"]);
    proposes(&text("    "), &["parameters", "condition"], &["id", "action"]);
    proposes(&text("  "), &["id", "tool"], &[]);
    assert_eq!(accepted("steps:\n  - id: a\n  $0", "id"), "steps:\n  - id: a\n  - id: ");
    assert_eq!(accepted("id: a\nsteps:\n  $0", "id"), "id: a\nsteps:\n  - id: ");
}

#[test]
fn keys_of_inner_maps() {
    proposes("experts:\n  critic:\n    $0", &["model", "temperature", "system_prompt"], &["steps"]);
    proposes("experts:\n  - $0", &["web-search", "filesystem"], &["model"]);
    proposes(
        "personalities:\n  x:\n    style: a\n    $0",
        &["system_prompt", "extends"],
        &["style"],
    );
    proposes("selection:\n  $0", &["strategy", "fallback", "timeout"], &[]);
    proposes("steps:\n  - id: a\n    requires_model: {$0}\n", &["expertise", "min_size"], &[]);
    proposes(
        "steps:\n  - id: a\n    on_error:\n      - $0",
        &["handler_action", "error_types"],
        &["tool"],
    );
    proposes(
        "steps:\n  - id: a\n    create_parallel_queue:\n      $0",
        &["on", "action_loop"],
        &["id"],
    );
    proposes("steps:\n  - id: a\n    action_loop:\n      - $0", &["action", "name"], &["id"]);
    proposes("outputs:\n  report:\n    $0", &["value", "required"], &[]);
    only("metadata:\n  $0", &[]);
}

#[test]
fn keys_in_brackets() {
    proposes("steps:\n  - {id: a, $0}\n", &["tool", "action"], &["id"]);
    proposes("steps:\n  - {$0, tool: terminal}\n", &["id"], &["tool"]);
    proposes(
        "steps:\n  - id: a\n    tool: terminal\n    parameters: {\n      timeout: 3,\n      $0\n    }\n",
        &["command"],
        &["timeout"],
    );
    assert_eq!(
        accepted("steps:\n  - {id: a, tool: $0}\n", "terminal"),
        "steps:\n  - {id: a, tool: terminal, parameters: {command: }}\n"
    );
}

#[test]
fn the_whole_word_is_replaced() {
    assert_eq!(
        accepted("steps:\n  - id: a\n    to$0o: filesystem\n", "tool"),
        "steps:\n  - id: a\n    tool: filesystem\n"
    );
    assert_eq!(
        accepted("steps:\n  - id: a\n    on_failure: co$0nt # x\n", "continue"),
        "steps:\n  - id: a\n    on_failure: continue # x\n"
    );
    assert_eq!(
        accepted("steps:\n  - id: a\n    on_failure: \"sk$0xx\"\n", "skip"),
        "steps:\n  - id: a\n    on_failure: \"skip\"\n"
    );
    assert_eq!(
        accepted("steps:\n  - id: a\n    on_failure:$0\n", "skip"),
        "steps:\n  - id: a\n    on_failure: skip\n"
    );
    assert_eq!(
        accepted("steps:\n  - id: aa\n  - id: b\n    dependencies: [\"a$0b\", c]\n", "aa"),
        "steps:\n  - id: aa\n  - id: b\n    dependencies: [\"aa\", c]\n"
    );
    assert_eq!(
        accepted("inputs:\n  abc: x\noutputs:\n  o: \"{{ a$0bx }}\"\n", "abc"),
        "inputs:\n  abc: x\noutputs:\n  o: \"{{ abc }}\"\n"
    );
    assert_eq!(
        accepted("steps:\n  - id: s-t\noutputs:\n  o: \"{{ steps['s$0x'].y }}\"\n", "s-t"),
        "steps:\n  - id: s-t\noutputs:\n  o: \"{{ steps['s-t'].y }}\"\n"
    );
}

#[test]
fn parameters_of_the_tool() {
    let step = "steps:\n  - id: a\n    tool: filesystem\n    action: write\n    parameters:\n      path: x\n      $0";
    proposes(step, &["content", "destination"], &["path", "action"]);
    let below = "steps:\n  - id: a\n    parameters:\n      $0\n    tool: terminal\n";
    proposes(below, &["command"], &[]);
    proposes(
        "steps:\n  - id: a\n    tool: terminal\n    parameters: {timeout: 3, $0}\n",
        &["command"],
        &["timeout"],
    );
    let copy =
        "steps:\n  - id: a\n    tool: filesystem\n    action: copy\n    parameters:\n      $0";
    assert_eq!(labels(copy).get(..2), Some(&["path".to_owned(), "destination".to_owned()][..]));
}

#[test]
fn values_of_a_key() {
    proposes("steps:\n  - id: a\n    tool: $0\n", &["filesystem", "terminal"], &[]);
    proposes(
        "steps:\n  - id: a\n    tool: filesystem\n    action: $0\n",
        &["read", "write"],
        &["generate"],
    );
    proposes("steps:\n  - id: a\n    action: $0\n", &["generate", "<AUTO>", "echo"], &["read"]);
    proposes("inputs:\n  x:\n    type: $0\n", &["string", "integer"], &[]);
    only("inputs:\n  x:\n    choices: [fast, \"slow\"]\n    default: $0\n", &["fast", "slow"]);
    only("inputs:\n  x:\n    required: $0\n", &["true", "false"]);
    proposes("steps:\n  - id: a\n    selection: $0\n", &["cost", "balanced"], &[]);
    proposes("selection:\n  strategy: $0\n", &["cost", "performance"], &[]);
    proposes("steps:\n  - id: a\n    produces: $0\n", &["markdown-file"], &[]);
    proposes("steps:\n  - id: a\n    tools: [web-search, $0]\n", &["filesystem"], &["web-search"]);
    proposes(
        "steps:\n  - id: a\n    tool: validation\n    parameters:\n      mode: $0\n",
        &["strict", "lenient"],
        &["{{ }}"],
    );
    proposes("steps:\n  - id: a\n    on_error:\n      log_level: $0\n", &["warning"], &[]);
}

#[test]
fn a_tool_brings_its_required_parameters() {
    let text = accepted("steps:\n  - id: a\n    tool: file$0\n", "filesystem");
    assert_eq!(
        text,
        "steps:\n  - id: a\n    tool: filesystem\n    action: read\n    parameters:\n      path: \n"
    );
    let first = accepted("steps:\n  - tool: $0\n", "terminal");
    assert_eq!(first, "steps:\n  - tool: terminal\n    parameters:\n      command: \n");
    let there = accepted(
        "steps:\n  - id: a\n    tool: $0\n    parameters:\n      command: ls\n",
        "terminal",
    );
    assert_eq!(
        there,
        "steps:\n  - id: a\n    tool: terminal\n    parameters:\n      command: ls\n"
    );
    let operation = accepted("steps:\n  - id: a\n    tool: filesystem\n    action: $0\n", "copy");
    assert_eq!(
        operation,
        "steps:\n  - id: a\n    tool: filesystem\n    action: copy\n    parameters:\n      path: \n      destination: \n"
    );
}

#[test]
fn snippets_have_stops_and_the_plain_text_has_none() {
    let items = items("steps:\n  - id: a\n    tool: $0\n");
    let item = items.iter().find(|it| it.label == "filesystem").unwrap();
    let Insert::Snippet { snippet, plain } = &item.insert else { panic!("{item:?}") };
    assert!(
        snippet.contains("action: ${1|read,write,") && snippet.ends_with("path: $2"),
        "{snippet}"
    );
    assert!(!plain.contains('$'), "{plain}");
}

#[test]
fn steps_in_dependencies() {
    let three =
        |list: &str| format!("steps:\n  - id: a\n  - id: b\n  - id: c\n    dependencies: {list}\n");
    only(&three("[$0]"), &["a", "b"]);
    only(&three("[a, $0]"), &["b"]);
    only(&three("[$0, b]"), &["a"]);
    only(&three("\n      - a\n      - $0"), &["b"]);
    only(&three("[a, b$0"), &["b"]);
    only(&three("[a,\n      $0\n    ]"), &["b"]);
    only(&three("\n      $0"), &["a", "b"]);
    assert_eq!(accepted(&three("\n      $0"), "a"), three("\n      - a").replace("$0", ""));
}

#[test]
fn no_dependency_closes_a_circle() {
    let text = "steps:\n  - id: a\n    dependencies: [$0]\n  - id: b\n    action: echo {{ a.result }}\n  - id: c\n    dependencies: [b]\n  - id: d\n";
    only(text, &["d"]);
    let body = "steps:\n  - id: l\n    for_each: [1]\n    steps:\n      - id: a\n        dependencies: [$0]\n      - id: b\n        dependencies: [a]\n      - id: c\n";
    only(body, &["c"]);
}

#[test]
fn routes_lead_ahead() {
    let text = "steps:\n  - id: a\n  - id: b\n    dependencies: [a]\n    on_success: $0\n  - id: c\n    dependencies: [b]\n  - id: skip\n  - id: d\n    dependencies: [c]\n";
    let items: Vec<_> = items(text).into_iter().filter(|it| it.label != "<AUTO>").collect();
    assert_eq!(items.iter().map(|it| it.label.as_str()).collect::<Vec<_>>(), ["c", "d", "a"]);
    assert!(items[2].detail.contains("comes earlier"), "{items:?}");
    proposes(
        "steps:\n  - id: a\n    on_failure: $0\n  - id: b\n",
        &["continue", "skip", "b"],
        &["a"],
    );
    proposes("steps:\n  - id: a\n    on_error: {handler_task_id: $0}\n  - id: b\n", &["b"], &["a"]);
}

#[test]
fn experts_and_personalities() {
    let experts = "experts:\n  critic: {model: gpt-4o}\n  poet:\n    model: x\nsteps:\n  - id: a\n    expert: $0\n";
    only(experts, &["critic", "poet"]);
    only(&experts.replace("expert: $0", "expert: \"$0\""), &["critic", "poet"]);
    only(
        "experts:\n  - web_search: google:gemini-2.5-pro\nsteps:\n  - id: a\n    expert: $0\n",
        &["web_search"],
    );
    let personalities = "personalities:\n  critic:\n    system_prompt: You find flaws.\nsteps:\n  - id: a\n    personality: $0\n";
    let items = items(personalities);
    let said: Vec<_> = items.iter().map(|it| (it.label.as_str(), it.detail.as_str())).collect();
    assert_eq!(
        said,
        [
            ("critic", "You find flaws."),
            ("teacher", "You teach."),
            ("standard", "The personality of steps that name none.")
        ]
    );
    only("personalities:\n  critic:\n    extends: $0\n", &["teacher", "standard"]);
}

#[test]
fn models_with_window_and_price() {
    let items = items("default_model: ollama:llama3:8b\nsteps:\n  - id: a\n    model: $0\n");
    assert_eq!(items[0].label, "ollama:llama3:8b");
    assert!(items.iter().any(|it| it.label == "<AUTO>"));
    let mini = items.iter().find(|it| it.label == "openai:gpt-4o-mini").unwrap();
    assert_eq!(mini.detail, "128k, $0.15 / $0.6, quality 52");
    let items = self::items(
        "steps:\n  - id: a\n    prompt: x\n    requires_model: {capabilities: [vision]}\n    model: $0\n",
    );
    let detail = |name: &str| items.iter().find(|it| it.label == name).unwrap().detail.clone();
    assert_eq!(detail("openai:gpt-4o-mini"), "128k, $0.15 / $0.6, quality 52");
    assert_eq!(detail("ollama:llama3:8b"), "8k, local, quality 34, it has no `vision`");
    proposes("experts:\n  - web_search: $0\n", &["openai:gpt-4o-mini"], &[]);
    proposes(
        "experts:\n  x: {provider: anthropic, model: $0}\n",
        &["claude-sonnet-4-5"],
        &["gpt-4o-mini"],
    );
    proposes(
        "steps:\n  - id: a\n    action: generate\n    parameters:\n      model: $0\n",
        &["openai:gpt-4o"],
        &[],
    );
    proposes("steps:\n  - id: a\n    requires_model: $0\n", &["none"], &[]);
}

#[test]
fn paths() {
    let file = "steps:\n  - id: a\n    tool: filesystem\n    action: read\n    parameters:\n      path: $0\n";
    proposes(file, &["flows/prompts/a.md"], &["prompts/a.md"]);
    assert!(accepted(file, "flows/with space.txt").contains("path: \"flows/with space.txt\"\n"));
    let sub =
        "steps:\n  - id: a\n    tool: pipeline-executor\n    parameters:\n      pipeline: $0\n";
    assert_eq!(
        labels(sub).get(..2),
        Some(&["parts/clean.pipeline.yaml".to_owned(), "b.yaml".to_owned()][..])
    );
    proposes(
        "steps:\n  - id: a\n    prompt: \"{{ file: pro$0 }}\"\n",
        &["prompts/a.md"],
        &["topic"],
    );
    assert_eq!(
        accepted("steps:\n  - id: a\n    prompt: \"{{ file: pro$0/x.md }}\"\n", "prompts/a.md"),
        "steps:\n  - id: a\n    prompt: \"{{ file: prompts/a.md }}\"\n"
    );
}

#[test]
fn nothing_in_comments_and_prose() {
    only("steps:\n  - id: a # $0\n", &[]);
    only("steps:\n  - id: a\n    parameters:\n      text: |\n        some $0\n", &[]);
    only("description: some $0\n", &[]);
}

#[test]
fn auto_tags() {
    proposes(
        "steps:\n  - id: a\n    action: <AUTO task=\"x\" $0>y</AUTO>\n",
        &["type", "min"],
        &["task"],
    );
    proposes("steps:\n  - id: a\n    action: <AUTO $0 task=\"x\">y</AUTO>\n", &["type"], &["task"]);
    proposes(
        "steps:\n  - id: a\n    action: <AUTO type=\"$0\">y</AUTO>\n",
        &["integer", "choice"],
        &["min"],
    );
    assert_eq!(
        accepted("steps:\n  - id: a\n    action: <AUTO type=\"str$0ing\">y</AUTO>\n", "number"),
        "steps:\n  - id: a\n    action: <AUTO type=\"number\">y</AUTO>\n"
    );
    assert_eq!(
        accepted("steps:\n  - id: a\n    action: <AUTO ty$0>y</AUTO>\n", "type"),
        "steps:\n  - id: a\n    action: <AUTO type=\"string\">y</AUTO>\n"
    );
    only("steps:\n  - id: a\n    action: <AUTO>do it<$0\n", &["</AUTO>"]);
    only("steps:\n  - id: a\n    action: <AUTO>do it</$0\n", &["</AUTO>"]);
    proposes("steps:\n  - id: a\n    action: <AU$0\n", &["<AUTO>"], &[]);
    proposes(
        "inputs:\n  topic: x\nsteps:\n  - id: a\n    action: <AUTO>about {{ $0 }}</AUTO>\n",
        &["topic"],
        &[],
    );
}

#[test]
fn many_steps_are_cut_to_what_was_typed() {
    let steps: String = (0..1_000).map(|it| format!("  - id: step_{it}\n")).collect();
    let (snapshot, offset) = read(&format!("steps:\n{steps}  - id: z\n    dependencies: [$0]\n"));
    let all = completion(&snapshot, offset);
    assert!(all.is_incomplete && all.items.len() <= 200);
    let (snapshot, offset) = read(&format!("steps:\n{steps}  - id: z\n    dependencies: [77$0]\n"));
    let some = completion(&snapshot, offset);
    assert!(!some.is_incomplete && some.items.iter().any(|it| it.label == "step_770"));
}

#[test]
fn the_middle_of_a_long_file_is_understood() {
    let steps: String =
        (0..3_000).map(|it| format!("  - id: step_{it}\n    action: echo\n")).collect();
    let more = "  - id: more\n";
    proposes(
        &format!(
            "id: a\nsteps:\n{steps}  - id: z\n    $0\n{more}{}",
            steps.replace("step_", "more_")
        ),
        &["tool"],
        &["id", "experts"],
    );
}
