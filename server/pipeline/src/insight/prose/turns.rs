//! Conditions, routes and loops.

use super::super::say::code;
use super::super::sheet::{Bound, Repeats, Route, Sheet, StepFact};
use super::room::{Extent, names};

pub(super) fn branches(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let mut said = extent.of_groups(sheet, condition, |(of_step, condition), steps| {
        let verb = match (of_step, steps.len()) {
            (true, 1) => "runs",
            (true, _) => "run",
            (false, 1) => "goes round",
            (false, _) => "go round",
        };
        format!("{} {verb} only if {}.", extent.ids(&names(steps)), extent.text(condition))
    });
    let routed = sheet.steps.iter().flat_map(|step| step.routes.iter().map(move |it| (step, it)));
    let several =
        |step: &StepFact, key: &str| step.routes.iter().filter(|it| it.key == key).count() > 1;
    let routes = routed.map(|(step, it)| move || route(step, it, several(step, it.key)));
    said.extend(extent.sentences(routes, "route"));
    said
}

/// What must hold for a step, or else for a round of it.
fn condition(step: &StepFact) -> Option<(bool, &str)> {
    let whole = step.own.condition.as_deref().map(|it| (true, it));
    whole.or_else(|| step.own.round_condition.as_deref().map(|it| (false, it)))
}

fn route(step: &StepFact, route: &Route, is_one_of_several: bool) -> String {
    let id = code(&step.id);
    let what = whole(step);
    let when = match route.key {
        "on_false" => format!("Where the condition of {id} is false"),
        "on_success" => format!("Where {id} succeeds"),
        "on_failure" => format!("Where {id} fails"),
        _ => format!("Behind {id}"),
    };
    match &route.to {
        Some(to) if route.key == "goto" || is_one_of_several => {
            format!("{when} {what} may go on at {}.", code(to))
        }
        Some(to) => format!("{when}, {what} goes on at {}.", code(to)),
        None => format!("{when} {what} goes on where its `{}` says then.", route.key),
    }
}

/// What goes on behind a step.
pub(super) const fn whole(step: &StepFact) -> &'static str {
    if step.inside.is_some() { "the round" } else { "the run" }
}

pub(super) fn loops(sheet: &Sheet, extent: Extent) -> Vec<String> {
    extent.of_groups(
        sheet,
        |step| step.own.repeats.as_ref(),
        |repeats, steps| {
            let (each, go) = if steps.len() == 1 { ("", "goes") } else { ("each ", "go") };
            let rounds = match repeats.bound {
                Bound::AtMost(0) => format!("never {go} round: at most 0 times"),
                _ => format!("{each}{go} round {}", rounds(repeats, extent)),
            };
            format!("{} {rounds}.", extent.ids(&names(steps)))
        },
    )
}

fn rounds(repeats: &Repeats, extent: Extent) -> String {
    let at_most = if repeats.may_end_early { "at most " } else { "" };
    let often = match &repeats.bound {
        Bound::Items(0) => return "for no item: its list is empty".to_owned(),
        Bound::Items(1) => return format!("{at_most}once, for 1 item"),
        Bound::AtMost(1) => return "at most once".to_owned(),
        Bound::Items(items) => format!("{at_most}once for each of {items} items"),
        Bound::List => format!("{at_most}once for each item of a list known when it starts"),
        Bound::AtMost(times) => format!("at most {times} times"),
        Bound::Written(text) => format!("at most {} times", extent.text(text)),
    };
    let at_once = match repeats.at_once {
        Some(1) => "one at a time".to_owned(),
        Some(many) => format!("up to {many} at once"),
        None => "as many at once as a template says".to_owned(),
    };
    format!("{often}, {at_once}")
}
