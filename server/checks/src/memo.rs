//! Findings remembered per step.
//!
//! A step is checked again when its `Arc` is another one, or when a name that it looks up has changed its meaning. Only
//! names provided by steps that came, went or changed their `shape`, and names of the header, can do that; so a
//! keystroke inside a step costs that step, and one pass over small facts for the rules about the whole.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use pipeline::{Placed, Step, types::Types};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::{
    Diagnostic, Input,
    allowed::Allowed,
    calm::Trouble,
    check::{check_document, check_step, finish_document, sort},
    facts::{MODELS, NameHash, StepFacts, Whole, provided},
    findings::Draft,
};

/// Findings remembered per step: a step that did not change, and reads nothing that did, is not checked again. One per
/// open document.
#[derive(Debug, Default)]
pub struct Memo {
    /// Grows with every check.
    turn: u64,
    steps: Vec<Remembered>,
    /// What was reported of each step, and where it stood.
    parts: Arc<Vec<(u32, Arc<[Diagnostic]>)>>,
    /// Names outside steps, and a hash of what steps may know of each.
    header: FxHashMap<NameHash, u64>,
}

/// Findings in parts, each with its base: what an editor publishes without copying.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One for each step; shared with earlier reports that nobody changed.
    steps: Arc<Vec<(u32, Arc<[Diagnostic]>)>>,
    /// Those about the document, absolute.
    document: Arc<[Diagnostic]>,
}

/// Findings of a step, or of the document.
#[derive(Clone, Copy, Debug)]
pub struct Part<'r> {
    /// Which step it is.
    pub step: usize,
    /// Where it starts.
    pub base: u32,
    /// Relative to the base; a new object whenever a step changed that one of them names.
    pub found: &'r Arc<[Diagnostic]>,
}

impl Report {
    /// A report of a text that is no pipeline; spans are absolute.
    #[must_use]
    pub fn of(found: Vec<Diagnostic>) -> Self {
        Self { document: found.into(), ..Self::default() }
    }

    /// Those of steps first, then those of the document, whose step is none: there are as many before it. No part is empty.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let document = Part { step: self.steps.len(), base: 0, found: &self.document };
        let steps = self.steps.iter().enumerate();
        steps
            .map(|(step, (base, found))| Part { step, base: *base, found })
            .chain([document])
            .filter(|part| !part.found.is_empty())
    }

    /// Where every step starts.
    pub fn bases(&self) -> impl Iterator<Item = u32> + '_ {
        self.steps.iter().map(|(base, _)| *base)
    }

    /// Where a step starts; 0 if there is none.
    #[must_use]
    pub fn base_of(&self, step: usize) -> u32 {
        self.steps.get(step).map_or(0, |(base, _)| *base)
    }

    /// All findings, absolute, by position.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let found = self.parts().flat_map(|part| part.found.iter().map(move |it| (part.step, it)));
        let mut all: Vec<_> =
            found.map(|(step, it)| it.clone().settled(step, |step| self.base_of(step))).collect();
        sort(&mut all);
        all
    }
}

#[derive(Clone, Debug)]
struct Remembered {
    step: Arc<Step>,
    shape: u64,
    facts: StepFacts,
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
            shape: step.shape,
            facts: StepFacts::of(input, index, step),
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
        self.steps.clear();
    }

    /// The same findings as [`check`](crate::check).
    pub fn check(&mut self, input: &Input<'_>) -> Report {
        self.turn += 1;
        self.renew(input, &input.pipeline.steps);
        let facts: Vec<_> = self.steps.iter().map(|it| &it.facts).collect();
        let whole = check_document(&Whole::new(input, &facts));
        let (at_home, mut document): (Vec<_>, Vec<_>) =
            whole.into_iter().partition(|draft| draft.home.is_some());
        self.bring_home(at_home);
        // Written in place where nobody holds the report before.
        let parts = Arc::make_mut(&mut self.parts);
        parts.truncate(self.steps.len());
        for (index, (it, placed)) in self.steps.iter().zip(&input.pipeline.steps).enumerate() {
            match parts.get_mut(index) {
                Some(part) => {
                    part.0 = placed.base;
                    if !Arc::ptr_eq(&part.1, &it.found) {
                        part.1 = Arc::clone(&it.found);
                    }
                }
                None => parts.push((placed.base, Arc::clone(&it.found))),
            }
            document.extend(it.unfinished.iter().map(|draft| draft.clone().shifted(placed.base)));
        }
        let allowed = Allowed::new(input.pipeline);
        if !allowed.is_empty() {
            parts.iter_mut().for_each(|(base, part)| retain(part, *base, &allowed));
        }
        let trouble = Trouble::of(parts.iter().flat_map(|(_, part)| part.iter()));
        let document = finish_document(input, document, &allowed, trouble).into();
        Report { steps: Arc::clone(&self.parts), document }
    }

    /// Puts what looks at the whole found in steps with them. What says the same of the same steps stays the same object.
    fn bring_home(&mut self, mut found: Vec<Draft>) {
        found.sort_by_key(|draft| draft.home);
        let mut found = found.into_iter().peekable();
        let mut across = Vec::new();
        for index in 0..self.steps.len() {
            while let Some(draft) = found.next_if(|draft| draft.home == Some(index)) {
                across.push(draft.diagnostic);
            }
            let Some(it) = self.steps.get(index) else { continue };
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
        }
    }

    /// Makes `self.steps` stand for `steps`: only what lies between the equal head and the equal tail is new.
    fn renew(&mut self, input: &Input<'_>, steps: &[Placed<Step>]) {
        let same = |(old, new): &(&Remembered, &Placed<Step>)| Arc::ptr_eq(&old.step, &new.item);
        let shorter = self.steps.len().min(steps.len());
        let head = self.steps.iter().zip(steps).take_while(same).count();
        let tail = self
            .steps
            .iter()
            .rev()
            .zip(steps.iter().rev())
            .take(shorter - head)
            .take_while(same)
            .count();
        let (old, new) = (head..self.steps.len() - tail, head..steps.len() - tail);

        let changed = self.changes(input, &self.steps[old.clone()], &steps[new.clone()]);
        self.header = header_names(input);
        let by = steps.len().cast_signed() - self.steps.len().cast_signed();
        if by != 0 {
            let flows = self.steps.iter_mut().filter_map(|it| it.facts.flows.get_mut());
            flows.for_each(|flows| flows.renumber(old.end, by));
        }
        let mut moved: FxHashMap<_, _> =
            self.steps[old.clone()].iter().map(|it| (Arc::as_ptr(&it.step), it)).collect();
        let fresh: Vec<_> = new
            .map(|index| match moved.remove(&Arc::as_ptr(&steps[index].item)) {
                Some(it) => it.clone(),
                None => Remembered::new(input, index, &steps[index].item, self.turn),
            })
            .collect();
        self.steps.splice(old, fresh);

        if !changed.is_empty() {
            for (index, it) in self.steps.iter_mut().enumerate() {
                if it.facts.open || it.facts.reads.iter().any(|name| changed.contains(name)) {
                    *it = Remembered::new(input, index, &steps[index].item, self.turn);
                }
            }
        }
    }

    /// The names that may mean something else than before.
    fn changes(
        &self,
        input: &Input<'_>,
        old: &[Remembered],
        new: &[Placed<Step>],
    ) -> FxHashSet<NameHash> {
        let header = header_names(input);
        let gone = self.header.keys().filter(|name| !header.contains_key(name));
        let other = header.iter().filter(|(name, now)| self.header.get(name) != Some(now));
        let mut changed: FxHashSet<_> = gone.chain(other.map(|(name, _)| name)).copied().collect();
        let same =
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.shape == new.shape);
        if !same {
            changed.extend(old.iter().flat_map(|it| provided(&it.step)));
            changed.extend(new.iter().flat_map(|it| provided(it)));
        }
        let before: FxHashSet<_> = old.iter().flat_map(|it| called(&it.step)).collect();
        let now: FxHashSet<_> = new.iter().flat_map(|it| called(it)).collect();
        changed.extend(before.symmetric_difference(&now).copied());
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
