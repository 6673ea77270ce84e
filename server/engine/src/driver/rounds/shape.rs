//! How a step goes round, found out when it starts.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use pipeline::{
    Condition, Count, Data, FailurePolicy, Located, Step, StepKind, Value, catalogue::Type,
    value::convert,
};

use super::items;
use crate::{
    render,
    scheduler::{Extent, OnBroken, Shape, Tests, When},
    scope::StepScope,
    tool::Failure,
};

/// Rounds of a `while` that says nothing.
const ROUNDS: usize = 10;
/// Rounds of an `action_loop` that says nothing.
const ACTION_ROUNDS: usize = 100;
/// Items of a queue at once, if it says nothing.
const QUEUE_PARALLEL: usize = 10;
/// No loop goes round more often: what would is a mistake.
pub(super) const MOST_ROUNDS: usize = 1_000_000;

/// The items of a loop that has some.
pub(super) type Items = Option<Arc<Vec<Value>>>;

/// The shape, and the items.
pub(super) fn find(step: &Step, scope: &StepScope) -> Result<(Shape, Items), Failure> {
    let on_broken = match step.on_failure {
        FailurePolicy::Continue | FailurePolicy::Retry => OnBroken::Counts,
        FailurePolicy::Fail | FailurePolicy::Skip | FailurePolicy::Route => OnBroken::Ends,
    };
    let shape = |extent, parallel| Shape { extent, parallel, tests: Tests::default(), on_broken };
    match &step.kind {
        StepKind::ForEach(it) => {
            let items = items::list(&it.items.value, "for_each", scope)?;
            let parallel = at_once(it.max_parallel.as_ref(), 1, scope)?;
            Ok((shape(Extent::Items(items.len()), parallel), Some(items)))
        }
        StepKind::Queue(it) => {
            let on = it.on.as_ref().map_or(&Data::Null, |on| &on.value);
            let items = items::list(on, "on", scope)?;
            let parallel = at_once(it.max_parallel.as_ref(), QUEUE_PARALLEL, scope)?;
            let tests = Tests { before: it.test.is_some(), after: it.until.is_some() };
            let shape = shape(Extent::Items(items.len()), parallel);
            Ok((Shape { tests, on_broken: OnBroken::Counts, ..shape }, Some(items)))
        }
        StepKind::While(it) => {
            let most = rounds(it.max_iterations.as_ref(), ROUNDS, scope)?;
            let tests = Tests { before: it.test.is_some(), after: it.until.is_some() };
            Ok((Shape { tests, ..shape(Extent::AtMost(most), NonZeroUsize::MIN) }, None))
        }
        StepKind::ActionLoop(it) => {
            let most = rounds(it.max_iterations.as_ref(), ACTION_ROUNDS, scope)?;
            let tests = Tests { before: false, after: it.test.is_some() || it.until.is_some() };
            let shape = shape(Extent::AtMost(most), NonZeroUsize::MIN);
            Ok((Shape { tests, on_broken: OnBroken::Ends, ..shape }, None))
        }
        _ => Ok((shape(Extent::Items(1), NonZeroUsize::MIN), None)),
    }
}

/// The condition to go on and the condition to stop, of those asked then.
pub(super) fn tests(step: &Step, when: When) -> (&Option<Condition>, &Option<Condition>) {
    match (&step.kind, when) {
        (StepKind::While(it), When::Before) => (&it.test, &None),
        (StepKind::While(it), When::After) => (&None, &it.until),
        (StepKind::Queue(it), When::Before) => (&it.test, &None),
        (StepKind::Queue(it), When::After) => (&None, &it.until),
        (StepKind::ActionLoop(it), When::After) => (&it.test, &it.until),
        _ => (&None, &None),
    }
}

/// `iteration_timeout`, seconds.
pub(super) fn limit_of_round(step: &Step) -> Option<Duration> {
    let seconds = match &step.key("iteration_timeout")?.value.value {
        Data::Int(seconds) => *seconds as f64,
        Data::Float(seconds) => *seconds,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero())
}

fn at_once(
    written: Option<&Located<Count>>,
    default: usize,
    scope: &StepScope,
) -> Result<NonZeroUsize, Failure> {
    let number = number("max_parallel", written, default, scope)?;
    NonZeroUsize::new(number)
        .ok_or_else(|| wrong("`max_parallel` is 0: no round could ever begin".to_owned()))
}

fn rounds(
    written: Option<&Located<Count>>,
    default: usize,
    scope: &StepScope,
) -> Result<usize, Failure> {
    let number = number("max_iterations", written, default, scope)?;
    if number > MOST_ROUNDS {
        let message = format!("`max_iterations` is {number}; a loop may go {MOST_ROUNDS} rounds");
        return Err(wrong(message));
    }
    Ok(number)
}

fn number(
    key: &str,
    written: Option<&Located<Count>>,
    default: usize,
    scope: &StepScope,
) -> Result<usize, Failure> {
    let value = match written.map(|count| &count.value) {
        None => return Ok(default),
        Some(Count::Fixed(number)) => return Ok(usize::try_from(*number).unwrap_or(usize::MAX)),
        Some(Count::Text(text)) => render::text(text, scope).map_err(|error| {
            Failure::permanent("TemplateError", format!("`{key}`: {}", error.message))
        })?,
    };
    match convert(value, Type::Integer) {
        Ok(Value::Int(number)) => usize::try_from(number)
            .map_err(|_| wrong(format!("`{key}` is {number}, not a number from 0"))),
        Ok(_) => Ok(default),
        Err(found) => Err(wrong(format!("`{key}` is {found}"))),
    }
}

fn wrong(message: String) -> Failure {
    Failure::permanent("LoopError", message)
}
