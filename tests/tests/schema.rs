//! The schema of pipelines against `check`: real pipelines that are accepted fit it, refused ones do not, and about the
//! form of each key and parameter both say the same.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, sync::LazyLock};

use checks::Severity;
use jsonschema::Validator;
use pipeline::{
    Handler, Pipeline,
    catalogue::{Catalogue, Signature, Type},
    language::{Form, Level, keys},
};
use serde_json::{Map, Value as Json, json};
use syntax::{Document, Node, NodeKind, ScalarType, Span, TopValue};

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let file = tests::root().join("schemas/pipeline.schema.json");
    let schema = fs::read_to_string(file).expect("the schema is generated");
    let schema: Json = serde_json::from_str(&schema).expect("a schema is JSON");
    jsonschema::meta::validate(&schema).expect("a schema of draft 2020-12");
    jsonschema::draft202012::new(&schema).expect("a schema of draft 2020-12")
});

/// Findings of `check` that are about the form of the text, and not about what its names mean.
const OF_FORM: &[&str] = &[
    "bad-handler",
    "bad-id",
    "missing-name",
    "missing-required",
    "no-steps",
    "reserved-id",
    "several-kinds",
    "step-without-kind",
    "unknown-action",
    "unknown-operation",
    "unknown-tool",
    "unknown-word",
    "wrong-type",
];

#[test]
fn real_pipelines_that_check_accepts_fit() {
    let Some(shared) = tests::shared() else {
        return tests::skipped(
            "real_pipelines_that_check_accepts_fit",
            "no folder of real pipelines",
        );
    };
    let mut wrong = String::new();
    let mut accepted = 0;
    each_file(&shared.join("corpus"), &mut |path, text| {
        if errors(text).is_empty() {
            accepted += 1;
            for error in SCHEMA.iter_errors(&as_json(&Document::new(text))) {
                writeln!(wrong, "{}: {}: {error:.200}", path.display(), error.instance_path())
                    .unwrap();
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
    assert!(accepted > 40, "only {accepted} pipelines were tried");
}

#[test]
fn pipelines_of_wrong_form_do_not_fit() {
    let list = include_str!("data/schema_refused.yaml");
    let mut tried = 0;
    for text in list.split("---\n").skip(1) {
        let found = errors(text);
        assert!(found.iter().any(|it| OF_FORM.contains(it)), "check finds {found:?} in\n{text}");
        assert!(!SCHEMA.is_valid(&as_json(&Document::new(text))), "the schema accepts\n{text}");
        tried += 1;
    }
    assert!(tried >= 30, "{tried} pipelines");
}

/// Values of every shape.
fn samples() -> Vec<Json> {
    let of_shapes = json!([
        null, true, false, 0, 1, -1, 7, 2.5, "", "word", "two words", "0", "5", "-5", "2.5", "1e3", "yes", "OFF",
        "30s", "1h30m", "0s", "5x", "{{ inputs }}", "{% if a %}b{% endif %}", "<AUTO>choose</AUTO>", " [1]", "{a: 1}",
        [], ["a"], [1, "b"], [null], [["a"]], [{ "a": 1 }], [{ "id": "a", "action": "echo a" }], {}, { "a": 1 },
        { "a": "{{ b }}" }, { "a": [{ "b": null }] },
    ]);
    of_shapes.as_array().cloned().unwrap_or_default()
}

/// A line for each key at the top, with JSON behind it.
fn as_text(document: &Json) -> String {
    let keys = document.as_object().expect("a document is a map");
    keys.iter().map(|(key, value)| format!("{key}: {value}\n")).collect()
}

/// Both must say the same of a document; what differs is told.
fn differs(document: &Json, told: &mut BTreeSet<String>) {
    let text = as_text(document);
    let found: Vec<_> = errors(&text).into_iter().filter(|it| OF_FORM.contains(it)).collect();
    if found.is_empty() != SCHEMA.is_valid(document) {
        told.insert(format!("{found:?} {text}"));
    }
}

fn assert_same(documents: impl IntoIterator<Item = Json>) {
    let mut told = BTreeSet::new();
    let mut tried = 0;
    for document in documents {
        differs(&document, &mut told);
        tried += 1;
    }
    let list: Vec<_> = told.iter().map(String::as_str).collect();
    assert!(list.is_empty(), "{} of {tried} differ:\n{}", list.len(), list.join("\n"));
}

/// A pipeline of one step.
fn of_step(step: Json) -> Json {
    json!({ "name": "n", "steps": [step] })
}

fn with(mut map: Json, key: &str, value: &Json) -> Json {
    map[key] = value.clone();
    map
}

/// All spellings of a level's keys, each with every sample and, for words, each of them.
fn pairs(level: Level) -> Vec<(&'static str, Json)> {
    let mut pairs = Vec::new();
    for key in keys(level) {
        let mut values = samples();
        for form in key.forms {
            if let Form::Word(words) = form {
                values.extend(words.iter().flat_map(|it| [json!(it), json!(it.to_uppercase())]));
            }
        }
        for spelling in key.aliases.iter().copied().chain([key.name]) {
            pairs.extend(values.iter().map(|value| (spelling, value.clone())));
        }
    }
    pairs
}

#[test]
fn of_keys_at_the_top_both_say_the_same() {
    let pairs = pairs(Level::Top);
    assert_same(pairs.iter().map(|(key, value)| {
        let rest = json!({ "name": "n", "steps": [{ "id": "a", "action": "echo a" }] });
        let rest = if *key == "tasks" { json!({ "name": "n" }) } else { rest };
        with(rest, key, value)
    }));
}

#[test]
fn of_keys_of_steps_both_say_the_same() {
    let bases = [
        json!({ "id": "a", "action": "echo a" }),
        json!({ "id": "a" }),
        json!({ "id": "a", "tool": "terminal", "parameters": { "command": "ls" } }),
        json!({ "id": "a", "for_each": [1], "steps": [{ "id": "b", "action": "echo b" }] }),
        json!({ "id": "a", "while": "true", "action": "echo b" }),
        json!({ "id": "a", "action_loop": [{ "action": "echo b" }], "until": "true" }),
        json!({ "id": "a", "create_parallel_queue": { "on": [1], "action_loop": [{ "action": "echo b" }] } }),
        json!({ "id": "a", "action": "create_parallel_queue", "on": [1], "action_loop": [{ "action": "echo b" }] }),
        json!({ "id": "a", "parallel": [{ "id": "b", "action": "echo b" }] }),
    ];
    let kinds = [
        "action",
        "tool",
        "prompt",
        "parameters",
        "inputs",
        "for_each",
        "while",
        "until",
        "steps",
        "action_loop",
        "create_parallel_queue",
        "on",
        "task",
        "parallel",
    ];
    let (of_kinds, others): (Vec<_>, Vec<_>) =
        pairs(Level::Step).into_iter().partition(|(key, _)| kinds.contains(key));
    let all = bases.iter().flat_map(|base| of_kinds.iter().map(move |pair| (base, pair)));
    let all = all.chain(others.iter().map(|pair| (&bases[0], pair)));
    assert_same(all.map(|(base, (key, value))| of_step(with(base.clone(), key, value))));
}

/// Puts what stands at a level into a document.
type Around<'d> = &'d dyn Fn(Json) -> Json;

#[test]
fn of_keys_further_inside_both_say_the_same() {
    let handler = |it: Json| of_step(json!({ "id": "a", "action": "echo a", "on_error": it }));
    let queue = |it: Json| of_step(json!({ "id": "a", "create_parallel_queue": it }));
    let item = |it: Json| of_step(json!({ "id": "a", "action_loop": [it], "until": "true" }));
    let levels: [(Level, Json, Around<'_>); 5] = [
        (Level::Handler, json!({ "fallback_value": 1 }), &handler),
        (Level::Queue, json!({ "on": [1], "action_loop": [{ "action": "echo b" }] }), &queue),
        (Level::ActionLoopItem, json!({ "action": "echo b" }), &item),
        (
            Level::Input,
            json!({ "description": "d" }),
            &|it| json!({ "name": "n", "inputs": { "i": it }, "steps": [{ "id": "a", "action": "echo a" }] }),
        ),
        (
            Level::Output,
            json!({ "value": 1 }),
            &|it| json!({ "name": "n", "outputs": { "o": it }, "steps": [{ "id": "a", "action": "echo a" }] }),
        ),
    ];
    for (level, base, document) in levels {
        let pairs = pairs(level);
        assert_same(pairs.iter().map(|(key, value)| document(with(base.clone(), key, value))));
    }
}

/// A value that a parameter takes.
fn good(ty: Type, choices: &[&str]) -> Json {
    match (ty, choices) {
        (_, [word, ..]) => json!(word),
        (Type::Any | Type::Text | Type::Path | Type::Model, _) => json!("text"),
        (Type::Integer | Type::Number, _) => json!(1),
        (Type::Bool, _) => json!(true),
        (Type::List, _) => json!([1]),
        (Type::Map, _) => json!({ "a": 1 }),
    }
}

/// A step for each way of asking for each operation, with what it needs.
fn calls(signature: &'static Signature, key: &'static str) -> Vec<Json> {
    let operations: Vec<Option<&str>> =
        signature.operations.iter().map(|it| Some(it.name)).chain([None]).collect();
    let mut steps = Vec::new();
    for operation in operations {
        let mut parameters = Map::new();
        for name in signature.required(operation) {
            let parameter = signature.parameter(name).expect("it is declared");
            parameters.insert(name.to_owned(), good(parameter.ty, parameter.choices));
        }
        let mut step = json!({ "id": "a", key: signature.name, "parameters": parameters });
        if let Some(operation) = operation {
            let mut inside = step.clone();
            inside["parameters"]["action"] = json!(operation);
            steps.push(inside);
            if key == "tool" {
                step["action"] = json!(operation);
            }
        }
        steps.push(step);
    }
    steps
}

#[test]
fn of_calls_both_say_the_same() {
    let catalogue = Catalogue::declared();
    let constructs = ["create_parallel_queue", "action_loop"];
    let tools = catalogue
        .tools()
        .iter()
        .flat_map(|it| calls(it, "tool").into_iter().chain(calls(it, "action")));
    let actions = catalogue.actions().iter().filter(|it| !constructs.contains(&it.name));
    let steps: Vec<Json> = tools.chain(actions.flat_map(|it| calls(it, "action"))).collect();
    let samples = samples();
    assert_same(steps.iter().flat_map(|step| {
        let mut tried = vec![step.clone()];
        for name in ["tool", "action", "parameters", "prompt", "inputs"] {
            let mut less = step.clone();
            less.as_object_mut().unwrap().shift_remove(name);
            tried.push(less);
        }
        let given = step["parameters"].as_object().unwrap();
        for name in given.keys() {
            let mut less = step.clone();
            less["parameters"].as_object_mut().unwrap().shift_remove(name);
            tried.push(less);
        }
        for word in ["Read", "LIST", "nonsense", "{{ x }}", "<AUTO>x</AUTO>", "write it to a.txt"] {
            tried.push(with(step.clone(), "action", &json!(word)));
            tried.push(with(step.clone(), "tool", &json!(word)));
        }
        tried.push(with(step.clone(), "prompt", &json!("{{ x }}")));
        tried.into_iter().map(of_step)
    }));
    let every = catalogue.tools().iter().map(|it| (*it, "tool"));
    let every = every.chain(
        catalogue
            .actions()
            .iter()
            .filter(|it| !constructs.contains(&it.name))
            .map(|it| (*it, "action")),
    );
    assert_same(every.flat_map(|(signature, key)| {
        let step = calls(signature, key).remove(0);
        let spellings =
            signature.parameters.iter().flat_map(|it| it.aliases.iter().copied().chain([it.name]));
        let pairs: Vec<_> =
            spellings.flat_map(|name| samples.iter().map(move |value| (name, value))).collect();
        pairs
            .into_iter()
            .map(|(name, value)| {
                let mut step = step.clone();
                step["parameters"][name] = value.clone();
                of_step(step)
            })
            .collect::<Vec<_>>()
    }));
}

/// Codes of the errors that `check` finds.
fn errors(text: &str) -> Vec<&'static str> {
    let (pipeline, _, found) = tests::reading::read(text);
    let actions = actions_of_handlers(&pipeline);
    let errors = found.into_iter().filter(|it| it.severity == Severity::Error);
    errors.filter(|it| !actions.contains(&it.span)).map(|it| it.code).collect()
}

/// Where handlers say what they do. The schema takes any text there.
fn actions_of_handlers(pipeline: &Pipeline) -> Vec<Span> {
    let place = |handler: &Handler, base: u32| Some(handler.action.as_ref()?.span.shift(base));
    let global = pipeline.global_error_handlers.iter().filter_map(|it| place(it, it.base));
    let of_steps = pipeline.steps.iter().flat_map(|step| {
        let handlers = step.walk().into_iter().flat_map(|inner| &inner.handlers);
        handlers.filter_map(|it| place(it, step.base)).collect::<Vec<_>>()
    });
    global.chain(of_steps).collect()
}

/// A document as other programs read it, but with AUTO tags as one text.
fn as_json(document: &Document) -> Json {
    let mut all = Map::new();
    for entry in document.entries() {
        let root = entry.segment.tree.root().expect("an entry has a root");
        for pair in root.entries() {
            let value = match &entry.value {
                TopValue::Inline => node(pair.value),
                TopValue::Items(items) => items
                    .iter()
                    .map(|(_, item)| item.tree.root().map_or(Json::Null, node))
                    .collect(),
            };
            all.insert(pair.name().into_owned(), value);
        }
    }
    Json::Object(all)
}

fn node(of: Node<'_>) -> Json {
    match of.kind() {
        NodeKind::Null | NodeKind::Alias => Json::Null,
        NodeKind::Scalar => of.scalar().map_or(Json::Null, |scalar| match scalar.ty() {
            ScalarType::Null => Json::Null,
            ScalarType::Bool(value) => json!(value),
            ScalarType::Int(value) => json!(i64::try_from(value).unwrap_or(i64::MAX)),
            ScalarType::Float(value) => json!(value),
            ScalarType::Str => json!(scalar.value()),
        }),
        NodeKind::Sequence => of.items().map(node).collect(),
        NodeKind::Mapping => {
            of.entries().map(|it| (it.name().into_owned(), node(it.value))).collect()
        }
    }
}

fn each_file(folder: &Path, visit: &mut dyn FnMut(&Path, &str)) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            each_file(&path, visit);
        } else if path.extension().is_some_and(|it| it == "yaml") {
            visit(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
