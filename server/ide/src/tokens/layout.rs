//! What stands where: the level of keys below a key, and how the texts below it are read.

use pipeline::language::{Form, Key, Level};

/// How a node is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Layout {
    /// A map whose keys are those of a level.
    Keys(Level),
    /// A list of such maps, or one of them.
    List(Level),
    /// Declarations, each with a name and keys of a level; as a map or a list.
    Declared(Level),
    /// A value: texts, and names that the author chose.
    Value(Value),
}

/// How the texts of a value are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// As they are.
    Inert,
    /// With templates.
    Rendered,
    /// As a condition.
    Condition,
    /// Where the run goes on: an id, a template, or `condition ? this : that`.
    Route,
    /// A word of a closed set.
    Word(&'static [&'static str]),
    /// The type of an input.
    Type(&'static [&'static str]),
}

/// How the value of `key` is read.
pub(super) fn below(level: Level, key: &'static Key) -> Layout {
    match (level, key.name) {
        (_, "steps" | "parallel") => Layout::List(Level::Step),
        (_, "action_loop") => Layout::List(Level::ActionLoopItem),
        (_, "create_parallel_queue") | (Level::Queue, "task") => Layout::Keys(Level::Queue),
        (_, "on_error" | "error_handlers" | "global_error_handlers") => {
            Layout::List(Level::Handler)
        }
        (Level::Top, "pipeline") => Layout::Keys(Level::Top),
        (Level::Top, "inputs" | "parameters") => Layout::Declared(Level::Input),
        (Level::Top, "outputs") => Layout::Declared(Level::Output),
        _ => Layout::Value(value(level, key)),
    }
}

fn value(level: Level, key: &'static Key) -> Value {
    if key.name == "goto" {
        return Value::Route;
    }
    if key.forms.contains(&Form::Condition) {
        return Value::Condition;
    }
    let words = key.forms.iter().find_map(|form| match form {
        Form::Word(words) => Some(*words),
        _ => None,
    });
    match words {
        Some(words) if level == Level::Input => Value::Type(words),
        Some(words) => Value::Word(words),
        None if key.name == "on_failure" => Value::Word(&["fail", "continue", "skip", "retry"]),
        None if key.rendered => Value::Rendered,
        None => Value::Inert,
    }
}
