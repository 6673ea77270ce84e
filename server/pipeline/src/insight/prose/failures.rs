//! What follows from failures.

use super::super::say::{code, listed};
use super::super::sheet::{Id, Policy, Sheet, StepFact};
use super::room::{Extent, names};
use super::turns::whole;

pub(super) fn failures(sheet: &Sheet, extent: Extent) -> Vec<String> {
    if sheet.steps.is_empty() {
        return Vec::new();
    }
    let mut said = extent.of_groups(sheet, Consequence::of, |consequence, steps| {
        let names = extent.ids(&names(steps));
        let one_of = if steps.len() == 1 { "" } else { "one of " };
        format!("If {one_of}{names} fails, {}.", consequence.words())
    });
    let outer = || sheet.steps.iter().filter(|it| it.inside.is_none());
    let stops = outer().filter(|it| it.own.failure.policy == Policy::Stop).count();
    let which = if stops == outer().count() { "a step" } else { "any other step" };
    let is_outside = sheet.steps.iter().any(|it| it.inside.is_some());
    let place = if is_outside { " outside of loops" } else { "" };
    if stops > 0 {
        said.push(format!("If {which}{place} fails and nothing mends it, the run stops."));
    }
    match sheet.handlers {
        0 => {}
        1 => said.push("A handler for all steps is tried behind a step's own.".to_owned()),
        more => said.push(format!("{more} handlers for all steps are tried behind a step's own.")),
    }
    said.extend(extent.of_groups(sheet, Limits::of, |limits, steps| {
        let are = if steps.len() == 1 { "is" } else { "are each" };
        format!("{} {are} {}.", extent.ids(&names(steps)), limits.words())
    }));
    said
}

/// What follows where a step fails, if it is not the usual.
#[derive(PartialEq, Eq, Hash)]
struct Consequence<'s> {
    handlers: usize,
    /// What is skipped or goes on.
    policy: Option<Turn<'s>>,
}

#[derive(PartialEq, Eq, Hash)]
enum Turn<'s> {
    Skips,
    GoesOn(&'static str),
    GoesOnAt(&'static str, &'s Id),
}

impl<'s> Consequence<'s> {
    fn of(step: &'s StepFact) -> Option<Self> {
        let failure = &step.own.failure;
        let route = step.routes.iter().find(|it| it.key == "on_failure");
        let policy = match failure.policy {
            Policy::Stop => None,
            Policy::Skip => Some(Turn::Skips),
            Policy::GoOn | Policy::Route => Some(match route.and_then(|it| it.to.as_ref()) {
                Some(to) => Turn::GoesOnAt(whole(step), to),
                None => Turn::GoesOn(whole(step)),
            }),
        };
        (failure.handlers > 0 || policy.is_some())
            .then_some(Self { handlers: failure.handlers, policy })
    }

    fn words(&self) -> String {
        let handled = match self.handlers {
            0 => None,
            1 => Some("its handler is tried".to_owned()),
            more => Some(format!("its {more} handlers are tried")),
        };
        let policy = self.policy.as_ref().map(|it| match it {
            Turn::Skips => "what depends on it is skipped".to_owned(),
            Turn::GoesOn(what) => format!("{what} goes on"),
            Turn::GoesOnAt(what, to) => format!("{what} goes on at {}", code(to)),
        });
        handled.into_iter().chain(policy).collect::<Vec<_>>().join(", then ")
    }
}

/// How often a step is tried and how long it may take, where it says so.
#[derive(PartialEq, Eq, Hash)]
struct Limits {
    attempts: Option<u32>,
    /// Seconds as bits: the same where they read the same.
    timeout: Option<u64>,
}

impl Limits {
    fn of(step: &StepFact) -> Option<Self> {
        let failure = &step.own.failure;
        let limits =
            Self { attempts: failure.attempts, timeout: failure.timeout.map(f64::to_bits) };
        (limits.attempts.is_some() || limits.timeout.is_some()).then_some(limits)
    }

    fn words(&self) -> String {
        let tries = self.attempts.map(|it| match it {
            1 => "tried once".to_owned(),
            more => format!("tried at most {more} times"),
        });
        let time = self.timeout.map(f64::from_bits);
        let time = time.map(|it| format!("given at most {it} s an attempt"));
        listed(&tries.into_iter().chain(time).collect::<Vec<_>>())
    }
}
