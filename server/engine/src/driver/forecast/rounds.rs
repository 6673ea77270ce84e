//! Loops in a forecast: the rounds that are known to come, and what is in them.

use std::sync::Arc;

use pipeline::{Reference, Step, StepKind};

use super::{Because, Came, Fate, Foreseen, Seer, Sure};
use crate::{
    JournalError,
    autos::{self, Stage},
    driver::{frame::Frame, rounds::Sight},
    prepare::Block,
    scheduler::{Conclusion, Extent, When},
};

/// Whether a loop goes on.
enum Goes {
    On,
    Not,
    /// What it hangs on is not known.
    Unknown(Arc<str>),
}

impl Seer<'_> {
    pub(super) fn rounds(
        &mut self,
        frame: &mut Frame,
        step: usize,
        written: &Step,
        body: &Arc<Block>,
        sure: Sure,
    ) -> Result<Came, JournalError> {
        let at = self.steps.len();
        let mut foreseen = Foreseen::of(&frame.flights[step], sure == Sure::Yes);
        foreseen.fate = Fate::Rounds { count: None };
        if let Some(upstream) = self.unknown_of(frame, written, shapes) {
            foreseen.because = Some(Because::upstream(&upstream));
            self.tell(foreseen);
            self.mark_left(written, body);
            return Ok(Came::Unknown);
        }
        if !autos::at_stage(written, Stage::Start, None, None, &[]).is_empty() {
            foreseen.because = Some(Because::auto());
            self.tell(foreseen);
            self.mark_left(written, body);
            return Ok(Came::Unknown);
        }
        let (mut sight, shape) = match Sight::new(written, body, frame.scope_of(step)) {
            Ok(found) => found,
            Err(failure) => {
                foreseen.fate = Fate::Fails;
                foreseen.because = Some(Because::failure(&failure.message));
                self.tell(foreseen);
                return Ok(Came::Failed(failure));
            }
        };
        self.tell(foreseen);
        let (most, end) = match shape.extent {
            Extent::Items(count) => (count, Conclusion::Done),
            Extent::AtMost(count) => (count, Conclusion::Limit),
        };
        let (mut round, mut conclusion, mut unknown) = (0, end, None);
        let mut inner: Vec<Arc<str>> = Vec::new();
        while round < most {
            if shape.tests.before {
                match self.goes(frame, written, &sight, When::Before, round, &inner) {
                    Goes::On => {}
                    Goes::Not => {
                        conclusion = Conclusion::Done;
                        break;
                    }
                    Goes::Unknown(what) => {
                        unknown = Some(what);
                        break;
                    }
                }
            }
            let mut opened = sight.open(frame, step, round);
            self.unknown.push(inner.clone());
            let is_known = self.walk(&mut opened, sure)?;
            inner = self.unknown.pop().unwrap_or_default();
            sight.close(round, opened);
            round += 1;
            if !is_known {
                let first = inner.first().map_or_else(|| written.id_text().into(), Arc::clone);
                unknown.get_or_insert(first);
            }
            if shape.tests.after {
                match self.goes(frame, written, &sight, When::After, round - 1, &inner) {
                    Goes::On => {}
                    Goes::Not => {
                        conclusion = Conclusion::Done;
                        break;
                    }
                    Goes::Unknown(what) => {
                        unknown = Some(what);
                        break;
                    }
                }
            }
        }
        let is_counted =
            unknown.is_none() || matches!(shape.extent, Extent::Items(_)) && round == most;
        if let Some(told) = self.steps.get_mut(at) {
            told.fate = Fate::Rounds { count: is_counted.then_some(round) };
        }
        if unknown.is_some() {
            self.mark_left(written, body);
            return Ok(Came::Unknown);
        }
        Ok(match sight.conclude(frame, written, conclusion) {
            Ok(answer) => Came::To(answer),
            Err(failure) => Came::Failed(failure),
        })
    }

    fn goes(
        &self,
        frame: &Frame,
        written: &Step,
        sight: &Sight,
        when: When,
        round: usize,
        inner: &[Arc<str>],
    ) -> Goes {
        let tests = |it: &&Reference| is_test(&it.place, when);
        let reads_inner = |it: &Reference| inner.iter().find(|name| ***name == *it.root).cloned();
        let unknown = written
            .references
            .iter()
            .filter(tests)
            .find_map(|it| reads_inner(it).or_else(|| self.is_unknown(&frame.facts.names, it)));
        // The state of the loop is that of the rounds before.
        let state = || {
            let reads =
                |it: &Reference| matches!(&*it.root, "loop_state" | "current_result" | "results");
            let hidden = written.references.iter().filter(tests).any(reads);
            inner.first().filter(|_| hidden).cloned()
        };
        if let Some(what) = unknown.or_else(state) {
            return Goes::Unknown(what);
        }
        let tags = Stage::Test(round, when == When::After);
        if !autos::at_stage(written, tags, None, None, &[]).is_empty() {
            return Goes::Unknown(written.id_text().into());
        }
        match sight.goes_on(written, when, round) {
            Ok(true) => Goes::On,
            Ok(false) => Goes::Not,
            Err(_) => Goes::Unknown(written.id_text().into()),
        }
    }

    /// What is read of a loop from outside when it is over.
    fn mark_left(&mut self, written: &Step, body: &Block) {
        if matches!(written.kind, StepKind::While(_) | StepKind::Parallel) {
            for name in body.names_of_steps() {
                self.mark(&name);
            }
        }
    }
}

/// Places that say how often a step goes round.
fn shapes(reference: &Reference) -> bool {
    ["for_each", "foreach", "on", "max_parallel", "max_concurrent", "max_iterations"]
        .iter()
        .any(|key| is_at(&reference.place, key))
}

fn is_test(place: &str, when: When) -> bool {
    let keys: &[&str] = match when {
        When::Before => &["while"],
        When::After => &["until", "while", "while_condition"],
    };
    keys.iter().any(|key| is_at(place, key))
}

/// Whether a place is under a key, which may itself be inside of another.
fn is_at(place: &str, key: &str) -> bool {
    place.split('.').any(|part| part.split('[').next() == Some(key))
}
