//! What tools and actions take: the catalogue, chosen by what `tool` and `action` of a step say.

use pipeline::catalogue::{
    self, Catalogue, DOCUMENTED_ONLY, Operation, Parameter, Signature, Type,
};
use serde_json::{Map, Value as Json, json};

use super::{
    forms::{NUMBER, WHOLE},
    keys::{described, prose},
    logic::{all, any, here, not, refused, text, with},
    words::{Dashes, MARKED, one_of, translated},
};

/// Actions that are constructs: the keys beside them say what they do.
const CONSTRUCTS: [&str; 2] = ["create_parallel_queue", "action_loop"];

/// What a model is to do. Which action a template makes is not known before the run.
const AUTO: &str = r"<AUTO[\s>]";

const NO_ACTION: &str =
    "no action does this; prose can `echo` or write to a file, and a model needs `generate`";

fn signatures() -> impl Iterator<Item = (Kind, &'static Signature)> {
    let catalogue = Catalogue::declared();
    let tools = catalogue.tools().iter().map(|it| (Kind::Tool, *it));
    let actions = catalogue.actions().iter().map(|it| (Kind::Action, *it));
    tools.chain(actions.filter(|(_, it)| !CONSTRUCTS.contains(&it.name)))
}

/// How a step names it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By `tool`, or by `action` alone.
    Tool,
    /// By `action` alone.
    Action,
}

/// The definitions of all parameters, by name.
pub(super) fn definitions() -> Map<String, Json> {
    signatures().map(|(kind, it)| (definition(kind, it), parameters(it))).collect()
}

fn definition(kind: Kind, signature: &Signature) -> String {
    let kind = if kind == Kind::Tool { "tool" } else { "action" };
    format!("{kind}-{}", signature.name)
}

/// What a step that calls must give.
pub(super) fn calls() -> Json {
    all(signatures().map(|(kind, it)| json!({ "if": names(kind, it), "then": takes(kind, it) })))
}

/// `tool`: a tool of the catalogue, one that only documents speak of, or what a run will say.
pub(super) fn tools() -> Json {
    let known: Vec<_> =
        signatures().filter(|(kind, _)| *kind == Kind::Tool).map(|(_, it)| it).collect();
    let spellings =
        known.iter().flat_map(|it| spellings(it)).chain(DOCUMENTED_ONLY.iter().copied());
    let pattern = format!(r"{}|^\s*$|\{{\{{|<AUTO", one_of(spellings, Dashes::Alike));
    proposed(
        &known,
        json!({ "type": ["string", "null"], "pattern": pattern }),
        "no tool has this name",
    )
}

/// A step without `tool` whose `action` is like `text`, with the actions as proposals.
pub(super) fn actions(text: Json) -> Json {
    let actions = signatures().filter(|(kind, _)| *kind == Kind::Action).map(|(_, it)| it);
    let actions: Vec<_> = actions.filter(|it| it.name != catalogue::FILE_PROSE.name).collect();
    json!({
        "if": not(here("tool")),
        "then": { "properties": { "action": proposed(&actions, text, NO_ACTION) } },
    })
}

/// The names of these, with the first words of their pages, or another value; `words` are for a value that is neither.
fn proposed(signatures: &[&Signature], otherwise: Json, words: &str) -> Json {
    let names: Vec<_> = signatures.iter().map(|it| it.name).collect();
    let docs: Vec<_> = signatures.iter().map(|it| prose(it.doc)).collect();
    let names = json!({ "enum": names, "markdownEnumDescriptions": docs, "errorMessage": words });
    json!({ "anyOf": [names, otherwise] })
}

/// An `action` without a `tool` is an action, a tool, or an instruction that something can follow.
pub(super) fn known_action() -> Json {
    let names =
        signatures().flat_map(|(_, it)| spellings(it)).chain(DOCUMENTED_ONLY.iter().copied());
    let names = names.chain(CONSTRUCTS);
    let instructions: Vec<_> = catalogue::INSTRUCTIONS.iter().map(|it| translated(it)).collect();
    let pattern = format!("{}|{}|{}", one_of(names, Dashes::Alike), instructions.join("|"), AUTO);
    actions(json!({
        "type": ["string", "null"],
        "pattern": pattern,
    }))
}

fn spellings(signature: &'static Signature) -> impl Iterator<Item = &'static str> {
    std::iter::once(signature.name).chain(signature.aliases.iter().copied())
}

/// A step that calls it.
fn names(kind: Kind, signature: &'static Signature) -> Json {
    let name = text(&one_of(spellings(signature), Dashes::Alike));
    let by_action = all([not(here("tool")), with("action", name.clone())]);
    let by_prompt = all([not(any([here("tool"), here("action")])), here("prompt")]);
    match kind {
        Kind::Tool => any([with("tool", name), by_action]),
        Kind::Action if signature.name == "generate" => any([by_action, by_prompt]),
        Kind::Action => by_action,
    }
}

/// What such a step looks like.
fn takes(kind: Kind, signature: &'static Signature) -> Json {
    let parameters = json!({ "$ref": format!("#/$defs/{}", definition(kind, signature)) });
    let mut rules = vec![json!({
        "if": here("parameters"),
        "then": { "properties": { "parameters": parameters } },
        "else": {
            "if": here("inputs"),
            "then": { "properties": { "inputs": parameters } },
            "else": { "properties": { "parameters": parameters } },
        },
    })];
    if kind == Kind::Tool && !signature.operations.is_empty() {
        rules.push(json!({ "if": here("tool"), "then": operations(signature) }));
    }
    if let Some(prompt) = signature.parameter("prompt") {
        let given = with("parameters", json!({ "type": "object", "required": ["prompt"] }));
        let text = json!({ "properties": { "prompt": value(prompt.ty) } });
        rules.push(json!({ "if": given, "else": text }));
    }
    let mut required: Vec<Json> =
        signature.parameters.iter().filter(|it| it.required).map(given).collect();
    for operation in signature.operations {
        let needed = operation.required.iter().filter_map(|name| signature.parameter(name));
        let needed: Vec<_> = needed.map(given).collect();
        if !needed.is_empty() {
            required.push(json!({ "if": does(kind, signature, operation), "then": all(needed) }));
        }
    }
    // `debug` without a message says nothing, which is no error. Under `inputs`, a spelling that nobody should begin to use,
    // nothing is asked for.
    if !required.is_empty() && signature.name != catalogue::DEBUG.name {
        rules.push(json!({ "if": { "$ref": "#/$defs/open-call" }, "else": all(required) }));
    }
    all(rules)
}

/// `action` beside the tool is one of its operations, unless `parameters.action` is.
fn operations(signature: &'static Signature) -> Json {
    let words: Vec<_> = signature.operations.iter().map(|it| it.name).collect();
    let docs: Vec<_> = signature.operations.iter().map(|it| it.doc).collect();
    let known = one_of(words.iter().copied(), Dashes::Alike);
    let word = json!({ "properties": { "action": { "anyOf": [
        { "enum": words, "markdownEnumDescriptions": docs },
        { "type": ["string", "null"], "pattern": format!(r"{known}|\{{\{{|\{{%|<AUTO") },
    ] } } });
    json!({ "if": with("parameters", with("action", text(&one_of(words, Dashes::Exact)))), "else": word })
}

/// A step that does this operation, by its `action`, by `parameters.action`, or by default.
fn does(kind: Kind, signature: &'static Signature, operation: &Operation) -> Json {
    let is = |name: &str| text(&one_of([name], Dashes::Alike));
    let by_parameter = with("parameters", with("action", is(operation.name)));
    let by_action = match kind {
        Kind::Tool => all([here("tool"), with("action", is(operation.name))]),
        Kind::Action => json!(false),
    };
    let parameter = with("parameters", with("action", not(json!({ "type": "null" }))));
    let silent = match kind {
        Kind::Tool => not(any([parameter, all([here("tool"), here("action")])])),
        Kind::Action => not(parameter),
    };
    let mut ways = vec![by_action, by_parameter];
    if signature.default_operation == Some(operation.name) {
        ways.push(silent);
    }
    any(ways)
}

/// The parameter is given, in any spelling.
fn given(parameter: &Parameter) -> Json {
    let spelled = std::iter::once(parameter.name).chain(parameter.aliases.iter().copied());
    let inside = any(spelled.map(|name| json!({ "type": "object", "required": [name] })));
    let mut ways = vec![with("parameters", inside)];
    if parameter.name == "prompt" {
        ways.push(here("prompt"));
    }
    refused(not(any(ways)), &format!("the parameter `{}` is missing", parameter.name))
}

fn parameters(signature: &Signature) -> Json {
    let mut properties = Map::new();
    for parameter in signature.parameters {
        let schema = parameter_schema(parameter);
        for alias in parameter.aliases {
            let mut schema = schema.clone();
            let better = format!("Write `{}` instead.", parameter.name);
            schema.insert("description".to_owned(), json!(better));
            schema.shift_remove("markdownDescription");
            schema.insert("deprecated".to_owned(), json!(true));
            schema.insert("deprecationMessage".to_owned(), json!(better));
            properties.insert((*alias).to_owned(), Json::Object(schema));
        }
        properties.insert(parameter.name.to_owned(), Json::Object(schema));
    }
    json!({ "description": prose(signature.doc), "properties": properties })
}

fn parameter_schema(parameter: &Parameter) -> Map<String, Json> {
    let mut schema = described(parameter.doc, None);
    let mut value = value(parameter.ty);
    let is_named = parameter.ty == Type::Model || parameter.ty == Type::Path && parameter.required;
    if is_named {
        value.insert("pattern".to_owned(), json!(r"\S"));
    }
    if parameter.name == "max_tokens" {
        value.insert("minimum".to_owned(), json!(1));
        let text = format!(r"^\s*\+?0*[1-9][0-9]*\s*$|{MARKED}");
        value.insert("pattern".to_owned(), json!(text));
    }
    if parameter.choices.is_empty() {
        schema.extend(value);
    } else {
        let words = one_of(parameter.choices.iter().copied(), Dashes::Exact);
        let mut other = value;
        other.insert("pattern".to_owned(), json!(format!("{words}|{MARKED}")));
        schema.insert("anyOf".to_owned(), json!([{ "enum": parameter.choices }, other]));
    }
    let default = parameter.default.and_then(|it| serde_json::from_str::<Json>(it).ok());
    if let Some(default) = default {
        schema.insert("default".to_owned(), default);
    }
    schema
}

/// Words that readers of YAML 1.1 take for true and false, and so do tools.
const TRUTH_WORDS: [&str; 4] = ["yes", "no", "on", "off"];

/// A value of a type, as `check` takes it: text may be a template everywhere, and may spell a number, list or map.
fn value(ty: Type) -> Map<String, Json> {
    let (types, pattern): (&[&str], Option<String>) = match ty {
        Type::Any => return Map::new(),
        Type::Text | Type::Path => (&["string"], None),
        Type::Model => (&["string", "object"], None),
        Type::Integer => (&["integer", "boolean", "string"], Some(WHOLE.to_owned())),
        Type::Number => (&["number", "boolean", "string"], Some(NUMBER.to_owned())),
        Type::Bool => (&["boolean", "string"], Some(one_of(TRUTH_WORDS, Dashes::Exact))),
        Type::List => (&["array", "string"], Some(r"^\s*\[".to_owned())),
        Type::Map => (&["object", "string"], Some(r"^\s*\{".to_owned())),
    };
    let types: Vec<_> = types.iter().copied().chain(["null"]).collect();
    let mut schema = Map::from_iter([("type".to_owned(), json!(types))]);
    if let Some(pattern) = pattern {
        schema.insert("pattern".to_owned(), json!(format!("{pattern}|{MARKED}")));
    }
    schema
}
