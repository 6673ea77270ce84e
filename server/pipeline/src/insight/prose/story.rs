//! What happens from beginning to end, in a few sentences. "May" stands where it depends on the run.

use std::cell::OnceCell;

use super::super::say::{code, listed};
use super::super::sheet::{Sheet, StepFact};
use super::room::{Called, groups};

/// The most sentences about the steps.
pub(super) const MOST: usize = 6;
/// The most sentences of an intention, the author's included.
const LONGEST: usize = 10;
/// The most names in a row.
const NAMES: usize = 4;
/// The most different deeds of a stage.
const DEEDS: usize = 4;

/// What it takes, what it does, what it gives.
pub(super) fn story(sheet: &Sheet) -> Vec<String> {
    let taken: Vec<&str> = sheet.inputs.iter().map(|it| it.name.as_str()).collect();
    let given: Vec<&str> = sheet.outputs.iter().map(|it| it.name.as_str()).collect();
    let takes = (!taken.is_empty()).then(|| format!("It takes {}.", row(&taken, "input")));
    let gives = (!given.is_empty()).then(|| format!("It gives {}.", row(&given, "output")));
    let neither = (takes.is_none() && gives.is_none())
        .then(|| "It takes no inputs and declares no outputs.".to_owned());
    let others = [&takes, &gives, &neither].into_iter().flatten().count();
    let purpose = sheet.purpose.as_deref().map_or(1, sentences);
    let room = LONGEST.saturating_sub(purpose + others).clamp(3, MOST);
    takes.into_iter().chain(course(sheet, room)).chain(gives).chain(neither).collect()
}

/// How many sentences a text has.
fn sentences(text: &str) -> usize {
    let ends = |word: &&str| word.ends_with(['.', '!', '?', ':']);
    text.split_whitespace().filter(ends).count().max(1)
}

/// Names, the first of many.
fn row(names: &[&str], one: &str) -> String {
    let mut words: Vec<String> = names.iter().take(NAMES).map(|it| code(it)).collect();
    match names.len().saturating_sub(NAMES) {
        0 => {}
        1 => words.push(format!("1 more {one}")),
        more => words.push(format!("{more} more {one}s")),
    }
    listed(&words)
}

/// What the steps do, in at most that many sentences; three is the least.
pub(super) fn course(sheet: &Sheet, most: usize) -> Vec<String> {
    let teller = Teller::of(sheet);
    let staged = staged(sheet);
    let acts = teller.acts(&staged);
    let holders = staged.iter().filter(|it| it.own.holds).count();
    let spare = most.saturating_sub(acts.len());
    let inner = holders.min(spare.max(if most == MOST { 2 } else { 0 }));
    let room = most - inner;
    let (begin, last) = match acts.as_slice() {
        [] if sheet.steps.is_empty() => return vec!["It has no steps.".to_owned()],
        [] => return vec!["None of its steps runs by itself.".to_owned()],
        [only] => {
            let said = std::iter::once(teller.only(only));
            return said.chain(teller.insides(only.steps).take(inner)).collect();
        }
        [begin @ .., last] => (begin, last),
    };
    let at_once = if acts.len() <= room { 1 } else { 2 };
    let fits = acts.len() <= 2 * room;
    // Where it does not fit, a sentence says so and one tells the end.
    let begin = if fits { begin } else { begin.get(..2 * (room - 2)).unwrap_or(begin) };
    let leads = std::iter::once("First").chain(std::iter::repeat("Then"));
    let mut told: Vec<(&str, &Act<'_>)> = leads.zip(begin).collect();
    if fits {
        told.push((if begin.len() == 1 { "Then" } else { "At last" }, last));
    }
    let mut said = Vec::with_capacity(most);
    let mut left = inner;
    for acts in told.chunks(at_once) {
        let words: Vec<String> = acts.iter().map(|(lead, it)| teller.clause(lead, it)).collect();
        said.push(format!("{}.", in_one(&words)));
        for (_, act) in acts {
            let before = said.len();
            said.extend(teller.insides(act.steps).take(left));
            left -= said.len() - before;
        }
    }
    if !fits {
        let behind: usize = acts.iter().skip(begin.len()).map(Act::stages).sum();
        let more = behind - last.stages();
        let follow = if more == 1 { "stage follows" } else { "stages follow" };
        said.push(format!("{more} more {follow}."));
        said.push(format!("{}.", teller.clause("At last", last)));
        said.extend(teller.insides(last.steps).take(left));
    }
    said
}

/// Sentences in one.
fn in_one(words: &[String]) -> String {
    let [first, rest @ ..] = words else { return String::new() };
    rest.iter().fold(first.clone(), |all, it| format!("{all}; {}", lower(it)))
}

/// Words that begin a sentence, in the midst of one.
fn lower(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|it| it.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The steps that run by themselves, stage by stage.
fn staged(sheet: &Sheet) -> Vec<&StepFact> {
    let mut steps: Vec<&StepFact> =
        sheet.steps.iter().map(|it| &**it).filter(|it| it.stage.is_some()).collect();
    steps.sort_by_key(|it| it.stage);
    steps
}

/// Steps that are told together.
struct Act<'t> {
    steps: &'t [&'t StepFact],
    /// They stand in stages one after another, one in each, and do the same.
    in_a_row: bool,
}

impl Act<'_> {
    fn stages(&self) -> usize {
        if self.in_a_row { self.steps.len() } else { 1 }
    }
}

/// A sheet, and from where on its steps depend on routes.
struct Teller<'s> {
    sheet: &'s Sheet,
    /// Behind this stage a route may have passed a step over.
    routed: usize,
    called: OnceCell<Called<'s>>,
}

impl<'s> Teller<'s> {
    fn of(sheet: &'s Sheet) -> Self {
        let routers = sheet.steps.iter().filter(|it| passes_over(it));
        let routed = routers.filter_map(|it| it.stage).min().unwrap_or(usize::MAX);
        Self { sheet, routed, called: OnceCell::new() }
    }

    /// Whether it depends on the run that a step of a stage does what it does.
    fn may(&self, step: &StepFact) -> bool {
        is_conditional(step) || step.stage.is_some_and(|it| it > self.routed)
    }

    /// Stages, and steps that are alone in theirs with those behind that do the same.
    fn acts<'t>(&self, staged: &'t [&'t StepFact]) -> Vec<Act<'t>> {
        let alone = |at: usize| {
            let stage = |at: usize| staged.get(at).map(|it| it.stage);
            at.checked_sub(1).and_then(stage) != stage(at) && stage(at + 1) != stage(at)
        };
        let mut acts = Vec::new();
        let mut begin = 0;
        while let Some(first) = staged.get(begin) {
            let behind = staged.iter().enumerate().skip(begin + 1);
            let is_alone = alone(begin) && !first.own.holds;
            let goes_on = |at: usize, step: &StepFact| match is_alone {
                true => alone(at) && self.do_the_same(first, step),
                false => step.stage == first.stage,
            };
            let told = behind.take_while(|(at, step)| goes_on(*at, step)).count() + 1;
            let steps = staged.get(begin..begin + told).unwrap_or_default();
            acts.push(Act { steps, in_a_row: is_alone && told > 1 });
            begin += told;
        }
        acts
    }

    fn do_the_same(&self, one: &StepFact, other: &StepFact) -> bool {
        let same = one.own.deed.kind() == other.own.deed.kind();
        same && !other.own.holds && self.may(one) == self.may(other)
    }

    /// The sentence about all that there is.
    fn only(&self, act: &Act<'_>) -> String {
        let outer = self.sheet.steps.iter().filter(|it| it.inside.is_none()).count();
        match act.steps {
            [only] if outer == 1 => {
                format!("Its only step, {}, {}.", code(&only.id), predicate(only, self.may(only)))
            }
            _ if act.in_a_row || act.steps.len() == 1 => format!("{}.", self.deeds(act)),
            _ => format!("Independently, {}.", self.deeds(act)),
        }
    }

    fn clause(&self, lead: &str, act: &Act<'_>) -> String {
        let apart = if act.in_a_row || act.steps.len() == 1 { "" } else { ", independently," };
        format!("{lead}{apart} {}", self.deeds(act))
    }

    fn deeds(&self, act: &Act<'_>) -> String {
        if act.in_a_row {
            let ids: Vec<&str> = act.steps.iter().map(|it| &*it.id).collect();
            let may = act.steps.iter().any(|it| self.may(it));
            let deed = act.steps.first().map_or("", |it| it.own.deed.kind());
            return format!(
                "{}, one after another, {}{deed}",
                row(&ids, "step"),
                if may { "may " } else { "" }
            );
        }
        deeds(act.steps, |it| self.may(it), |it| &it.id)
    }

    /// What stands in the steps that hold others, a sentence for each.
    fn insides<'t>(&'t self, steps: &'t [&'s StepFact]) -> impl Iterator<Item = String> + 't {
        steps.iter().filter(|it| it.own.holds).filter_map(|holder| {
            let called = self.called.get_or_init(|| Called::of(self.sheet));
            let inner = self.sheet.steps.iter().map(|it| &**it);
            let inner: Vec<&StepFact> =
                inner.filter(|it| it.inside.as_ref() == Some(&holder.id)).collect();
            let routed = inner.iter().any(|it| passes_over(it));
            let may = |it: &StepFact| routed || is_conditional(it);
            let name = |it: &'s StepFact| called.inside(&holder.id, &it.id);
            (!inner.is_empty())
                .then(|| format!("Inside of {}, {}.", code(&holder.id), deeds(&inner, may, name)))
        })
    }
}

/// Whether a step may send the run past others, whatever comes of it.
fn passes_over(step: &StepFact) -> bool {
    step.routes.iter().any(|it| it.key != "on_failure")
}

fn is_conditional(step: &StepFact) -> bool {
    step.own.condition.is_some() || step.own.round_condition.is_some()
}

fn predicate(step: &StepFact, may: bool) -> String {
    let deed = &step.own.deed;
    if may { deed.of_one_that_may() } else { deed.of_one() }
}

/// Who does what, those together who do the same.
fn deeds<'s>(
    steps: &[&'s StepFact],
    may: impl Fn(&StepFact) -> bool,
    name: impl Fn(&'s StepFact) -> &'s str,
) -> String {
    let all = groups(steps.iter().copied(), |it| Some((it.own.deed.kind(), may(it))));
    let words = all.iter().take(DEEDS).map(|((kind, may), steps)| match steps.as_slice() {
        [one] => format!("{} {}", code(name(one)), predicate(one, *may)),
        several => {
            let names: Vec<&str> = several.iter().map(|it| name(it)).collect();
            format!("{} {}{kind}", row(&names, "step"), if *may { "may " } else { "" })
        }
    });
    let mut words: Vec<String> = words.collect();
    match all.iter().skip(DEEDS).map(|(_, it)| it.len()).sum::<usize>() {
        0 => {}
        1 => words.push("1 more step stands beside them".to_owned()),
        more => words.push(format!("{more} more steps stand beside them")),
    }
    if all.iter().any(|(_, it)| it.len() > 1) && words.len() > 1 {
        let [first @ .., last] = words.as_slice() else { return String::new() };
        return format!("{}, and {last}", first.join(", "));
    }
    listed(&words)
}
