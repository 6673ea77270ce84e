//! Loops: what repeats, over what, and the steps inside.

use super::fields::{Fields, Pair};
use super::kinds::{self, Construct};
use super::references::References;
use super::scalars::{Source, boolean, count};
use super::step::{self, Setting};
use crate::language::Level;
use crate::names::{bindings, nearest};
use crate::{
    ActionLoop, Attempts, Count, Data, ForEach, Located, Problem, ProblemKind, Queue, Reference,
    ReferenceOrigin, Step, StepKind, While,
};

/// Gives a step its loop and its body. `step` is otherwise complete.
pub(super) fn fill(
    source: Source<'_>,
    fields: &Fields<'_>,
    construct: Construct,
    step: &mut Step,
    problems: &mut Vec<Problem>,
) {
    let condition =
        |key: &str| fields.pair(key).and_then(|pair| source.condition(fields.level, pair));
    let number = |key: &str| -> Option<Located<Count>> { fields.get(key).and_then(count) };
    let name = |key: &str| fields.get(key).and_then(|value| source.string(value));
    let shorthand = fields.get("steps").is_none()
        && ["action", "tool", "prompt"].iter().any(|key| fields.get(key).is_some());
    match construct {
        Construct::Action => return,
        Construct::None => step.body = body(source, fields.get("steps")).into(),
        Construct::ForEach => {
            let items = fields
                .get("for_each")
                .cloned()
                .unwrap_or_else(|| Located::new(Data::Null, step.span));
            step.kind = StepKind::ForEach(Box::new(ForEach {
                items,
                max_parallel: number("max_parallel"),
                loop_var: name("loop_var"),
                loop_name: name("loop_name"),
                shorthand,
            }));
        }
        Construct::While => {
            step.kind = StepKind::While(Box::new(While {
                test: condition("while"),
                until: condition("until"),
                max_iterations: number("max_iterations"),
                loop_name: name("loop_name"),
                shorthand,
            }));
        }
        Construct::ActionLoop => {
            step.kind = StepKind::ActionLoop(Box::new(ActionLoop {
                test: condition("while"),
                until: condition("until"),
                max_iterations: number("max_iterations"),
                break_on_error: fields
                    .get("break_on_error")
                    .and_then(|value| boolean(&value.value))
                    .unwrap_or(false),
            }));
            let tool = name("tool");
            step.body = actions(source, fields.get("action_loop"), tool.as_ref()).into();
        }
        Construct::Queue => queue(source, fields, step, problems),
        Construct::Parallel => {
            step.kind = StepKind::Parallel;
            step.body = body(source, fields.get("parallel")).into();
        }
    }
    if matches!(construct, Construct::ForEach | Construct::While) {
        if shorthand {
            step.body = vec![own_action(source, fields, step, problems)].into();
        } else {
            step.body = body(source, fields.get("steps")).into();
            let is_empty = fields.get("steps").is_none_or(|it| it.value.as_list().is_some());
            if step.body.is_empty() && is_empty && !is_misspelt(fields) {
                problems.push(Problem {
                    kind: ProblemKind::MissingKey { key: "steps" },
                    span: step.id.as_ref().map_or(step.span, |id| id.span),
                });
            }
        }
    }
}

/// Whether a key that nobody knows is nearly one that would give a loop its body.
fn is_misspelt(fields: &Fields<'_>) -> bool {
    const BODIES: [&str; 4] = ["steps", "action_loop", "action", "tool"];
    let mut unknown = fields.known().filter(|(_, known)| known.is_none());
    unknown.any(|((key, _), _)| nearest(&key.value, BODIES).is_some())
}

fn body(source: Source<'_>, data: Option<&Located<Data>>) -> Vec<Step> {
    let items = data.and_then(|data| data.value.as_list()).unwrap_or_default();
    items.iter().map(|item| step::step(source, item, Setting::Listed)).collect()
}

fn actions(
    source: Source<'_>,
    data: Option<&Located<Data>>,
    tool: Option<&Located<String>>,
) -> Vec<Step> {
    let items = data.and_then(|data| data.value.as_list()).unwrap_or_default();
    items.iter().map(|item| step::step(source, item, Setting::Looped(tool))).collect()
}

/// The one body step of a loop that has an action of its own: it takes over what belongs to an iteration.
fn own_action(
    source: Source<'_>,
    fields: &Fields<'_>,
    outer: &mut Step,
    problems: &mut Vec<Problem>,
) -> Step {
    let mut inner = step::empty(&Located::new(Data::Null, outer.span));
    inner.parameters = std::mem::take(&mut outer.parameters);
    inner.kind = kinds::action_kind(source, fields, None, &inner.parameters, problems);
    inner.attempts = std::mem::take::<Attempts>(&mut outer.attempts);
    inner.timeout = outer.timeout.take();
    inner.cache = outer.cache.take();
    inner.model = outer.model.take();
    inner.expert = outer.expert.take();
    inner.personality = outer.personality.take();
    inner.location = outer.location.take();
    inner.vars = std::mem::take(&mut outer.vars);
    inner.products = std::mem::take(&mut outer.products);
    let per_item = reads_binding(outer);
    if per_item {
        inner.condition = outer.condition.take();
    }
    let references = std::mem::take(&mut outer.references);
    let inside = |reference: &Reference| match reference.place.split(['.', '[']).next() {
        Some("condition" | "if") => per_item,
        Some("for_each" | "foreach" | "while" | "while_condition" | "until" | "max_iterations") => {
            false
        }
        Some(
            "max_parallel" | "max_concurrent" | "depends_on" | "dependencies" | "goto" | "on_false"
            | "on_success" | "on_failure" | "on_error" | "error_handlers",
        ) => false,
        _ => true,
    };
    (inner.references, outer.references) = references.into_iter().partition(inside);
    inner
}

/// Whether the condition of a loop mentions one of its names: then it is asked for every item, else once.
fn reads_binding(step: &Step) -> bool {
    let own = match &step.kind {
        StepKind::ForEach(it) => {
            it.loop_var.as_ref().map(|name| name.value.trim_start_matches('$'))
        }
        _ => None,
    };
    let names = bindings(&step.kind);
    step.references.iter().any(|reference| {
        matches!(&*reference.place, "condition" | "if")
            && (names.iter().any(|binding| *binding.name == *reference.root)
                || own == Some(&*reference.root))
    })
}

/// The map that holds a queue: under its own key, else under `parameters`, else the step itself.
fn queue_pairs<'d>(fields: &Fields<'d>) -> (Level, &'d [Pair]) {
    if let Some(pairs) = fields.get("create_parallel_queue").and_then(|value| value.value.as_map())
    {
        return (Level::Queue, pairs);
    }
    if let Some(parameters) = fields.get("parameters") {
        let nested = parameters.value.get("create_parallel_queue").unwrap_or(parameters);
        if nested
            .value
            .get("action_loop")
            .or_else(|| nested.value.get("task"))
            .or_else(|| nested.value.get("on"))
            .is_some()
        {
            return (Level::Queue, nested.value.as_map().unwrap_or_default());
        }
    }
    (fields.level, fields.pairs)
}

fn queue(source: Source<'_>, outer: &Fields<'_>, step: &mut Step, problems: &mut Vec<Problem>) {
    let (level, pairs) = queue_pairs(outer);
    let fields = Fields::new(level, pairs);
    if level == Level::Queue {
        fields.check(problems);
        fields.check_unknown(problems);
    }
    let task = fields.get("task").and_then(|task| task.value.as_map()).unwrap_or_default();
    let task = Fields::new(Level::Queue, task);
    let condition = |key: &str| {
        let inner = fields.pair(key).and_then(|pair| source.condition(level, pair));
        inner
            .or_else(|| task.pair(key).and_then(|pair| source.condition(Level::Queue, pair)))
            .or_else(|| outer.pair(key).and_then(|pair| source.condition(outer.level, pair)))
    };
    let tool =
        fields.get("tool").or_else(|| outer.get("tool")).and_then(|value| source.string(value));
    let list = fields
        .get("action_loop")
        .or_else(|| task.get("action_loop"))
        .or_else(|| outer.get("action_loop"));
    step.body = actions(source, list, tool.as_ref()).into();
    let on = fields.get("on").or_else(|| outer.get("on")).cloned();
    let place = outer
        .pair("create_parallel_queue")
        .or_else(|| outer.pair("action"))
        .map_or(step.span, |(key, _)| key.span);
    for (key, there) in [("on", on.is_some()), ("action_loop", list.is_some())] {
        if !there {
            problems.push(Problem { kind: ProblemKind::MissingKey { key }, span: place });
        }
    }
    let kind = Queue {
        on,
        max_parallel: fields
            .get("max_parallel")
            .or_else(|| outer.get("max_parallel"))
            .and_then(count),
        until: condition("until"),
        test: condition("while"),
        tool,
    };
    step.kind = StepKind::Queue(Box::new(kind));
    if outer.get("create_parallel_queue").is_none() && level == Level::Queue {
        // Its references were read as those of parameters; they are those of the queue.
        step.references.retain(|reference| !reference.place.starts_with("parameters"));
        step.parameters.clear();
        let mut references = References::default();
        read_pairs(source, &fields, &task, "parameters", &mut references);
        step.references.append(&mut references.all);
    }
}

/// What a queue reads outside its actions.
pub(super) fn read_queue(source: Source<'_>, queue: &Located<Data>, references: &mut References) {
    let fields = Fields::new(Level::Queue, queue.value.as_map().unwrap_or_default());
    let task = fields.get("task").and_then(|task| task.value.as_map()).unwrap_or_default();
    read_pairs(
        source,
        &fields,
        &Fields::new(Level::Queue, task),
        "create_parallel_queue",
        references,
    );
}

fn read_pairs(
    source: Source<'_>,
    fields: &Fields<'_>,
    task: &Fields<'_>,
    below: &str,
    references: &mut References,
) {
    for (pair, known) in fields.known().chain(task.known()) {
        let Some(known) = known else { continue };
        let place = format!("{below}.{}", known.name);
        match known.name {
            "on" | "max_parallel" => {
                references.data(&place, &pair.1.value, ReferenceOrigin::ControlFlow)
            }
            "until" | "while" => {
                if let Some(condition) = source.condition(Level::Queue, pair) {
                    references.condition(&place, &condition);
                }
            }
            _ => {}
        }
    }
}
