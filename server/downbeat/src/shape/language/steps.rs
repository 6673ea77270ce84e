//! What makes a map a step: a name of its own, and exactly one thing to do.

use pipeline::language::Level;
use serde_json::{Value as Json, json};

use super::{
    calls,
    keys::properties,
    logic::{all, any, has, here, not, refused, text, with},
    words::{Dashes, one_of},
};

/// All keys of a step.
pub(super) fn keys() -> Json {
    json!({ "type": "object", "properties": properties(Level::Step) })
}

/// A step, or a body step of a loop.
pub(super) fn step() -> Json {
    let is_named = any([here("id"), here("name")]);
    all([
        json!({ "$ref": "#/$defs/step-keys" }),
        refused(not(is_named), "a step needs an `id` or a `name`"),
        json!({ "$ref": "#/$defs/acts" }),
        json!({ "$ref": "#/$defs/one-kind" }),
    ])
}

/// An action of an `action_loop` or of a queue. What it does may be left to the `tool` around it.
pub(super) fn action() -> Json {
    all([
        json!({ "properties": properties(Level::ActionLoopItem) }),
        json!({ "$ref": "#/$defs/step-keys" }),
        json!({ "$ref": "#/$defs/one-kind" }),
        calls::actions(json!({})),
    ])
}

/// A step that says what it does, and something that can be done.
pub(super) fn acts() -> Json {
    let does = any([is_loop(), is_queue(), here("action_loop"), side_by_side(), calls_something()]);
    all([
        refused(
            not(does),
            "this step does nothing: it needs an `action`, a `tool`, a `prompt` or a loop",
        ),
        json!({ "if": not(is_queue_or_actions()), "then": calls::known_action() }),
    ])
}

/// The kinds of steps exclude each other, and each needs keys of its own.
pub(super) fn one_kind() -> Json {
    let acts = all([
        here("action"),
        not(with("action", text(&construct(["create_parallel_queue", "action_loop"])))),
    ]);
    let over_items = here("for_each");
    let over_condition = all([any([here("while"), here("until")]), not(is_queue_or_actions())]);
    let both = |one: Json, other: Json, words: &str| refused(all([one, other]), words);
    all([
        both(
            here("create_parallel_queue"),
            here("action_loop"),
            "a step is a queue or an `action_loop`, not both",
        ),
        both(
            over_items.clone(),
            any([is_queue_or_actions(), over_condition.clone()]),
            "a step is one loop, not two",
        ),
        both(
            side_by_side(),
            any([is_loop(), is_queue_or_actions(), calls_something()]),
            "a step with `parallel` does nothing else",
        ),
        both(
            acts,
            any([here("create_parallel_queue"), here("action_loop")]),
            "a step does one thing, and this one calls something beside its list of actions",
        ),
        both(
            all([here("steps"), any([over_items, over_condition])]),
            calls_something(),
            "a loop has `steps` or an action of its own, not both",
        ),
        refused(
            all([here("action_loop"), not(is_queue()), not(any([here("until"), here("while")]))]),
            "an `action_loop` needs `until` or `while`",
        ),
        refused(
            all([here("action_loop"), not(is_queue()), here("until"), here("while")]),
            "an `action_loop` ends by `until` or by `while`, not by both",
        ),
        refused(
            all([with("on_error", json!({ "type": "array" })), has(Level::Step, "error_handlers")]),
            "a list in `on_error` beside `error_handlers` says the same twice",
        ),
        json!({ "if": is_queue(), "then": queue_needs() }),
        json!({ "if": is_queue_or_actions(), "then": listed_actions_act(), "else": all([
            json!({ "$ref": "#/$defs/calls" }),
            json!({ "properties": { "tool": calls::tools() } }),
            json!({ "if": is_loop(), "then": { "properties": { "steps": {
                "items": { "$ref": "#/$defs/step" },
            } } } }),
        ]) }),
    ])
}

/// Without a tool that does them, the actions of a list say themselves what they do.
fn listed_actions_act() -> Json {
    let listed = json!({ "properties": {
        "action_loop": { "items": { "$ref": "#/$defs/acts" } },
    } });
    json!({ "if": not(here("tool")), "then": all([
        listed.clone(),
        json!({ "properties": { "create_parallel_queue": {
            "if": not(has(Level::Queue, "tool")), "then": listed,
        } } }),
    ]) })
}

fn construct<const N: usize>(words: [&str; N]) -> String {
    one_of(words, Dashes::Exact)
}

fn is_loop() -> Json {
    any([here("for_each"), here("while"), here("until")])
}

fn is_queue() -> Json {
    any([
        here("create_parallel_queue"),
        with("action", text(&construct(["create_parallel_queue"]))),
    ])
}

fn is_queue_or_actions() -> Json {
    any([is_queue(), here("action_loop")])
}

fn side_by_side() -> Json {
    with("parallel", json!({ "type": "array" }))
}

/// Whether the step calls a tool, an action or a model; beside a queue or an `action_loop`, a `tool` is that of its
/// actions.
fn calls_something() -> Json {
    let acts = all([
        here("action"),
        not(with("action", text(&construct(["create_parallel_queue", "action_loop"])))),
    ]);
    let names = all([
        not(here("action")),
        any([here("tool"), here("prompt")]),
        not(any([here("create_parallel_queue"), here("action_loop")])),
    ]);
    any([acts, names])
}

/// A queue has items and actions: under its own key, under `parameters`, or beside its `action`.
fn queue_needs() -> Json {
    let queue = |name: &str| has(Level::Queue, name);
    let anywhere = |name: &str, within: Json| {
        [
            here(name),
            with("create_parallel_queue", within.clone()),
            with("parameters", any([within.clone(), with("create_parallel_queue", within)])),
        ]
    };
    let items = any(anywhere("on", queue("on")));
    let listed = any([queue("action_loop"), with("task", queue("action_loop"))]);
    let actions =
        anywhere("action_loop", listed).into_iter().chain([with("task", queue("action_loop"))]);
    all([
        refused(not(items), "a queue needs `on`, the items"),
        refused(not(any(actions)), "a queue needs an `action_loop`, what to do with each item"),
    ])
}
