//! Findings remembered per step.
//!
//! A step is checked again when its `Arc` is another one, or when a name that it looks up has changed its meaning. Only
//! names provided by steps that came, went or changed their `shape`, and names of the header, can do that. What looks at
//! the whole is told what is different in what steps and header have to say, and is not asked again where it reads nothing of
//! that. So a keystroke inside a step costs that step, and a walk over pointers.

mod report;

use std::{
    hash::{Hash, Hasher},
    ops::Range,
    sync::Arc,
};

use pipeline::{Placed, Step, Steps, types::Types};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::{
    Diagnostic, Input,
    allowed::Allowed,
    calm::Trouble,
    check::{Looks, check_document, check_header, check_sinks, check_step, finish_document},
    facts::{MODELS, NameHash, StepFacts, Whole, provided},
    findings::Draft,
    kept::{Changed, Items, Reads},
    view::{Arrivals, Taint},
};

pub use report::{Part, Report};

/// Findings remembered per step: a step that did not change, and reads nothing that did, is not checked again. One per
/// open document.
#[derive(Debug, Default)]
pub struct Memo {
    /// Grows with every check.
    turn: u64,
    /// The version of the steps that were seen.
    version: u64,
    steps: Vec<Remembered>,
    /// One for each of `steps`.
    facts: Vec<StepFacts>,
    /// How many of `steps` have findings that only the whole document can finish.
    unfinished: usize,
    /// What was reported of each step.
    parts: Arc<Vec<Arc<[Diagnostic]>>>,
    /// Whether comments allow some of what was found: then `parts` are not what was found.
    sifted: bool,
    /// What stands outside steps.
    items: Items,
    /// What was found in it.
    header: Vec<Vec<Draft>>,
    /// Names outside steps, and a hash of what steps may know of each.
    names: FxHashMap<NameHash, u64>,
    /// The number of the plan that was seen.
    graph: u64,
    looks: Looks,
    arrivals: Arrivals,
    /// Steps with findings that name places in others, and those others.
    blames: Vec<(usize, usize)>,
}

#[derive(Clone, Debug)]
struct Remembered {
    step: Arc<Step>,
    found: Arc<[Diagnostic]>,
    /// How many of `found` were found in the step itself; the others by a look at the whole.
    own: usize,
    /// Findings that only the whole document can finish.
    unfinished: Vec<Draft>,
    /// The turn in which it was checked.
    since: u64,
}

impl Remembered {
    fn new(input: &Input<'_>, index: usize, step: &Arc<Step>, turn: u64) -> Self {
        let (unfinished, found) =
            check_step(input, index, step).into_iter().partition(Draft::is_unfinished);
        let found: Vec<_> = <Vec<Draft>>::into_iter(found).map(|draft| draft.diagnostic).collect();
        Self {
            step: Arc::clone(step),
            own: found.len(),
            found: found.into(),
            unfinished,
            since: turn,
        }
    }
}

impl Memo {
    /// Forgets everything: tools or files have changed.
    pub fn forget(&mut self) {
        *self = Self { turn: self.turn, ..Self::default() };
    }

    /// The same findings as [`check`](crate::check).
    pub fn check(&mut self, input: &Input<'_>) -> Report {
        self.turn += 1;
        let mut changed = self.renew(input);
        let whole = Whole::new(input, &self.facts);
        let mut document = check_document(&whole, &self.header, &mut self.looks, &changed);
        let anew = changed.reads.meets(Reads::GRAPH.with(Reads::FLOWS));
        if anew {
            self.arrivals = Arrivals::new(&whole);
        }
        let taint = Taint { whole: &whole, arrivals: &self.arrivals };
        let at_home = if anew {
            check_sinks(&taint, 0..self.steps.len())
        } else {
            let is_changed = |step: &usize| changed.steps.binary_search(step).is_ok();
            let blaming = self.blames.iter().filter(|(_, other)| is_changed(other));
            let blaming: Vec<_> = blaming.map(|(home, _)| *home).collect();
            changed.steps.extend(blaming);
            changed.steps.sort_unstable();
            changed.steps.dedup();
            check_sinks(&taint, changed.steps.iter().copied())
        };
        if anew {
            self.bring_home(at_home, 0..self.steps.len(), &mut changed.steps);
        } else {
            self.bring_home(at_home, changed.steps.clone().into_iter(), &mut Vec::new());
        }
        if self.unfinished > 0 {
            for (it, placed) in self.steps.iter().zip(&input.pipeline.steps) {
                document.extend(it.unfinished.iter().map(|it| it.clone().shifted(placed.base)));
            }
        }
        let allowed = Allowed::new(input.pipeline);
        self.put(&input.pipeline.steps, &allowed, &changed);
        let trouble = || Trouble::of(self.parts.iter().flat_map(|part| part.iter()));
        let document = finish_document(input, document, &allowed, trouble).into();
        let steps = input.pipeline.steps.clone();
        Report { steps, parts: Arc::clone(&self.parts), document }
    }

    /// Makes `parts` what was found and is not allowed. They are written in place where nobody holds the report before.
    fn put(&mut self, steps: &Steps, allowed: &Allowed<'_>, changed: &Changed) {
        let parts = Arc::make_mut(&mut self.parts);
        if parts.len() != self.steps.len() || self.sifted || !allowed.is_empty() {
            parts.clear();
            parts.extend(self.steps.iter().map(|it| Arc::clone(&it.found)));
        } else {
            for &index in &changed.steps {
                parts[index] = Arc::clone(&self.steps[index].found);
            }
        }
        self.sifted = !allowed.is_empty();
        if self.sifted {
            parts.iter_mut().zip(steps).for_each(|(part, step)| retain(part, step.base, allowed));
        }
    }

    /// Puts what looks at the whole found in `steps`, which ascend, with them; those that have something else now go to
    /// `other`. What says the same of the same steps stays the same object.
    fn bring_home(
        &mut self,
        mut found: Vec<Draft>,
        steps: impl Iterator<Item = usize> + Clone,
        other: &mut Vec<usize>,
    ) {
        let mut looked_at = steps.clone().peekable();
        let len = self.steps.len();
        self.blames.retain(|(home, _)| {
            if *home >= len {
                return false;
            }
            while looked_at.next_if(|step| step < home).is_some() {}
            looked_at.peek() != Some(home)
        });
        found.sort_by_key(|draft| draft.home);
        let mut found = found.into_iter().peekable();
        let mut across = Vec::new();
        for index in steps {
            while let Some(draft) = found.next_if(|draft| draft.home == Some(index)) {
                across.push(draft.diagnostic);
            }
            let Some(it) = self.steps.get(index) else { continue };
            let away = across.iter().flat_map(|it| &it.related).filter(|it| it.away != 0);
            self.blames.extend(away.map(|it| (index, index.saturating_add_signed(it.away))));
            let known = it.found.get(it.own..).unwrap_or_default();
            let is_new = |away| {
                let step = self.steps.get(index.saturating_add_signed(away));
                step.is_some_and(|step| step.since == self.turn)
            };
            let holds = known == across
                && !across.iter().flat_map(|it| &it.related).any(|place| is_new(place.away));
            if holds {
                across.clear();
                continue;
            }
            let own = it.found.get(..it.own).unwrap_or_default();
            let all = own.iter().cloned().chain(across.drain(..)).collect();
            if let Some(it) = self.steps.get_mut(index) {
                it.found = all;
            }
            other.push(index);
        }
        self.blames.sort_unstable();
    }

    /// Makes everything that is remembered of steps and header that of the pipeline: what is different, with the steps that
    /// were checked again.
    fn renew(&mut self, input: &Input<'_>) -> Changed {
        let steps = &input.pipeline.steps;
        let (old, new) = self.difference(steps);
        let same_items = self.items.renew(input.pipeline);
        let names = self.changes(input, old.clone(), &steps[new.clone()], same_items);
        let mut changed = Changed { reads: Reads::NOTHING, steps: Vec::new() };
        if !same_items {
            changed.reads = changed.reads.with(Reads::HEADER);
        }
        if std::mem::replace(&mut self.graph, input.plan.number()) != input.plan.number() {
            changed.reads = changed.reads.with(Reads::GRAPH);
        }
        if !same_items || !names.is_empty() {
            self.header = check_header(input);
        }
        if old.len() != new.len() {
            changed.reads = Reads::ALL;
            let by = new.len().cast_signed() - old.len().cast_signed();
            let flows = self.facts.iter_mut().filter_map(|it| it.flows.get_mut());
            flows.for_each(|flows| flows.renumber(old.end, by));
        }
        self.replace(input, old, new, &mut changed);
        if !names.is_empty() {
            for index in 0..self.steps.len() {
                let facts = &self.facts[index];
                if self.steps[index].since != self.turn
                    && (facts.open || facts.reads.iter().any(|name| names.contains(name)))
                {
                    let (step, facts) = self.look(input, index);
                    self.enter(input, index, step, facts, &mut changed);
                }
            }
            changed.steps.sort_unstable();
        }
        changed
    }

    /// Which of the steps that are remembered may be others, and which stand in their place.
    fn difference(&mut self, steps: &Steps) -> (Range<usize>, Range<usize>) {
        let known = steps.since(std::mem::replace(&mut self.version, steps.version()));
        let fits = |(old, new): &(Range<usize>, Range<usize>)| {
            old.end <= self.steps.len() && self.steps.len() - old.len() + new.len() == steps.len()
        };
        if let Some(known) = known.filter(fits) {
            return known;
        }
        let same = |(old, new): &(&Remembered, &Placed<Step>)| Arc::ptr_eq(&old.step, &new.item);
        let shorter = self.steps.len().min(steps.len());
        let head = self.steps.iter().zip(steps).take_while(same).count();
        let from_behind = self.steps.iter().rev().zip(steps.iter().rev());
        let tail = from_behind.take(shorter - head).take_while(same).count();
        (head..self.steps.len() - tail, head..steps.len() - tail)
    }

    /// Puts the steps of the pipeline in `new` in the place of those in `old`.
    fn replace(
        &mut self,
        input: &Input<'_>,
        old: Range<usize>,
        new: Range<usize>,
        changed: &mut Changed,
    ) {
        let steps = &input.pipeline.steps;
        if old.len() == new.len() {
            let before: FxHashMap<_, _> =
                old.map(|at| (Arc::as_ptr(&self.steps[at].step), at)).collect();
            let other = new.filter(|&at| !Arc::ptr_eq(&self.steps[at].step, &steps[at].item));
            let fresh: Vec<_> = other
                .map(|at| match before.get(&Arc::as_ptr(&steps[at].item)) {
                    Some(&from) => (at, self.steps[from].clone(), self.facts[from].clone()),
                    None => {
                        let (step, facts) = self.look(input, at);
                        (at, step, facts)
                    }
                })
                .collect();
            for (at, step, facts) in fresh {
                self.enter(input, at, step, facts, changed);
            }
            return;
        }
        let mut moved: FxHashMap<_, _> =
            old.clone().map(|at| (Arc::as_ptr(&self.steps[at].step), at)).collect();
        let (fresh, facts): (Vec<_>, Vec<_>) = new
            .map(|at| match moved.remove(&Arc::as_ptr(&steps[at].item)) {
                Some(from) => (self.steps[from].clone(), self.facts[from].clone()),
                None => self.look(input, at),
            })
            .unzip();
        self.facts.splice(old.clone(), facts);
        self.steps.splice(old, fresh);
        self.unfinished = self.steps.iter().filter(|it| !it.unfinished.is_empty()).count();
    }

    /// Looks at a step of the pipeline.
    fn look(&self, input: &Input<'_>, index: usize) -> (Remembered, StepFacts) {
        let step = &input.pipeline.steps[index].item;
        let facts = StepFacts::of(input, index, step);
        (Remembered::new(input, index, step, self.turn), facts)
    }

    /// Puts a step in the place of another version of it.
    fn enter(
        &mut self,
        input: &Input<'_>,
        index: usize,
        step: Remembered,
        facts: StepFacts,
        changed: &mut Changed,
    ) {
        let differs = facts.differ(&self.facts[index], input, index);
        changed.reads = changed.reads.with(differs);
        changed.steps.push(index);
        self.unfinished += usize::from(!step.unfinished.is_empty());
        self.unfinished -= usize::from(!self.steps[index].unfinished.is_empty());
        self.steps[index] = step;
        self.facts[index] = facts;
    }

    /// The names that may mean something else than before. `same_items`: nothing outside steps has changed.
    fn changes(
        &mut self,
        input: &Input<'_>,
        old: Range<usize>,
        new: &[Placed<Step>],
        same_items: bool,
    ) -> FxHashSet<NameHash> {
        let old = self.steps.get(old).unwrap_or_default();
        let mut changed = FxHashSet::default();
        let mut pairs = old.iter().zip(new);
        if old.len() != new.len() || !pairs.all(|(old, new)| old.step.shape == new.shape) {
            changed.extend(old.iter().flat_map(|it| provided(&it.step)));
            changed.extend(new.iter().flat_map(|it| provided(it)));
        }
        let before: FxHashSet<_> = old.iter().flat_map(|it| called(&it.step)).collect();
        let now: FxHashSet<_> = new.iter().flat_map(|it| called(it)).collect();
        changed.extend(before.symmetric_difference(&now).copied());
        if same_items && changed.is_empty() {
            return changed;
        }
        let names = header_names(input);
        let gone = self.names.keys().filter(|name| !names.contains_key(name));
        let other = names.iter().filter(|(name, now)| self.names.get(name) != Some(now));
        changed.extend(gone.chain(other.map(|(name, _)| name)).copied());
        self.names = names;
        changed
    }
}

/// Takes out what is allowed; a part that keeps everything stays the same object.
fn retain(part: &mut Arc<[Diagnostic]>, base: u32, allowed: &Allowed<'_>) {
    let kept: Vec<bool> = part.iter().map(|it| allowed.keeps(it, base)).collect();
    if kept.contains(&false) {
        *part = part.iter().zip(kept).filter(|(_, kept)| *kept).map(|(it, _)| it.clone()).collect();
    }
}

/// Steps that the handlers of a step, and of those inside it, run.
fn called(step: &Step) -> Vec<NameHash> {
    let tasks = step.walk().into_iter().flat_map(|step| &step.handlers);
    tasks.filter_map(|it| it.task.as_ref()).map(|task| NameHash::of(&task.value)).collect()
}

/// Names that steps may read and that stand outside steps, each with its type.
fn header_names(input: &Input<'_>) -> FxHashMap<NameHash, u64> {
    let pipeline = input.pipeline;
    let types = Types { pipeline, names: input.names, catalogue: input.catalogue };
    let mut header = FxHashMap::default();
    let mut add = |name: &str, about: u64| {
        header
            .entry(NameHash::of(name))
            .and_modify(|known: &mut u64| *known = known.rotate_left(5) ^ about)
            .or_insert(about);
    };
    for input in &pipeline.inputs {
        add(&input.name.value, input.ty.as_ref().map_or(0, |ty| hash_of(&ty.value)));
    }
    for constant in &pipeline.constants {
        let ty = hash_of(&format!("{:?}", types.of_data(&[], &constant.value)));
        add(&constant.name.value, ty);
        add(constant.section, ty ^ hash_of(&constant.name.value));
    }
    for task in pipeline.global_error_handlers.iter().filter_map(|it| it.task.as_ref()) {
        add(&task.value, 1);
    }
    for name in pipeline.experts.iter().chain(&pipeline.personalities) {
        add(&name.name.value, 0);
    }
    let of_models = ["model", "default_model", "selection", "selection_schema"];
    for entry in of_models.into_iter().filter_map(|key| pipeline.entry(key)) {
        add(MODELS, hash_of(&format!("{:?}", entry.value.value)));
    }
    for expert in &pipeline.experts {
        add(MODELS, hash_of(&format!("{:?}", expert.value.value)));
    }
    header
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
