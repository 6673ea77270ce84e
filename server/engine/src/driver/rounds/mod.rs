//! Steps that go round: loops, queues, and steps side by side. When a round opens is the scheduler's business; here is
//! what it reads and what it comes to.

mod foresee;
mod gather;
pub(in crate::driver) mod items;
mod shape;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use pipeline::{Condition, Step, StepKind, Value, eval};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    autos::{Autos, Then, tests_with, with_answers},
    ends::Done,
    frame::{Flight, Frame, FramePlace},
    narrator::now,
    recalled::Due,
    record::Answer,
    steps::Steps,
};
use crate::{
    document::{Iteration, StepStatus},
    event::EventKind,
    prepare::{Block, Work},
    recall::Question,
    scheduler::{At, Conclusion, FrameId, Next, Told, Went, When},
    scope::{Entries, Level, StepScope, Turn, View},
};

pub(in crate::driver) use foresee::Sight;

/// Rounds that a loop over a condition keeps, in its record and in `.results`: the last ones.
const KEPT: usize = 1_000;

/// A step that goes round.
#[derive(Debug)]
pub(in crate::driver) struct Going {
    block: Arc<Block>,
    /// What the step itself may read, as it was when it began.
    outer: StepScope,
    items: shape::Items,
    begun: Instant,
    /// How long it took to find out what the items are.
    prepared_in: Duration,
    /// Ends the timer of the whole.
    timer: CancellationToken,
    ended: BTreeMap<usize, Ended>,
    counts: Counts,
    /// Of the round that ended last, by body step.
    previous: Arc<Entries>,
    /// The same as one value.
    last: Value,
    /// What ended loops left in the round that ended last.
    left: Arc<Entries>,
    /// Why the first broken round broke.
    broken: Option<String>,
    /// Why a test could not be evaluated.
    unclear: Option<String>,
}

/// How many.
#[derive(Debug, Default)]
struct Counts {
    /// Rounds that ended.
    rounds: usize,
    /// Rounds that broke.
    broken: usize,
    /// Rounds with a step that did not succeed.
    bad: usize,
    /// Tests that were asked.
    tests: usize,
    /// Rounds open now, and the most at once.
    open: usize,
    most_open: usize,
}

/// A round that ended.
#[derive(Debug)]
struct Ended {
    record: Iteration,
    result: Value,
}

impl Steps<'_> {
    /// Finds out how a step goes round.
    pub(in crate::driver) fn go_round(&mut self, at: At, attempt: u32, timeout: Option<Duration>) {
        if !self.begin_rounds(at, attempt) {
            self.note(at);
        }
        self.shape_rounds(at, attempt, timeout);
    }

    /// The same for an attempt that has begun.
    pub(in crate::driver) fn shape_rounds(
        &mut self,
        at: At,
        attempt: u32,
        timeout: Option<Duration>,
    ) {
        if let Some(failure) = self.flight_mut(at).and_then(|flight| flight.doomed.take()) {
            return self.failed(at, *failure);
        }
        let answers = match self.autos(at, Then::Rounds(attempt, timeout)) {
            Ok(Autos::Known(answers)) => answers,
            Ok(Autos::None) => Vec::new(),
            Ok(Autos::Waits) => return,
            Err(failure) => return self.failed(at, failure),
        };
        let Some(frame) = self.frames.get(&at.frame) else { return };
        let block = Arc::clone(&frame.block);
        let (Some(Work::Rounds(body)), Some(step)) =
            (&block.parts()[at.step].work, block.step(at.step))
        else {
            return;
        };
        let put;
        let step = if answers.is_empty() {
            step
        } else {
            put = with_answers(step, None, answers).0;
            &put
        };
        let outer = frame.scope_of(at.step);
        let asked = Instant::now();
        match shape::find(step, &outer) {
            Ok((shape, items)) => {
                let timer = CancellationToken::new();
                let mut going = Going::new(Arc::clone(body), outer, items, timer.clone());
                going.prepared_in = asked.elapsed();
                if let Some(flight) = self.flight_mut(at) {
                    flight.going = Some(Box::new(going));
                }
                let graph = Arc::clone(&body.graph);
                self.tell(Told::Shaped { at, shape, graph });
                let key = self.flight(at).map(|flight| flight.key.clone());
                self.time(key, Question::Time(attempt), timeout, timer, Told::Expired { at });
            }
            Err(failure) => self.failed(at, failure),
        }
    }

    /// Begins an attempt to go round; whether it had begun before.
    pub(in crate::driver) fn begin_rounds(&mut self, at: At, attempt: u32) -> bool {
        let known = self.kept(at).map(|kept| (kept.record.started_at, kept.is_over()));
        if let Some((started_at, is_over)) = known
            && let Some(flight) = self.flight_mut(at)
        {
            flight.is_recalled = is_over;
            flight.record_mut().started_at = started_at;
            let ago = started_at.map_or(0.0, |started_at| (now() - started_at).max(0.0));
            flight.begun = Duration::try_from_secs_f64(ago)
                .ok()
                .and_then(|ago| Instant::now().checked_sub(ago));
        }
        self.begin_attempt(at, attempt);
        known.is_some()
    }

    /// Tells that a time is up, when it is or when it was before, unless its timer is stopped until then.
    pub(in crate::driver) fn time(
        &mut self,
        key: Option<Arc<str>>,
        question: Question,
        limit: Option<Duration>,
        timer: CancellationToken,
        told: Told,
    ) {
        let (Some(limit), Some(key)) = (limit, key) else { return };
        match self.prepared.recall.answer::<bool>(&key, question, &self.seal) {
            Ok(None) => {}
            Ok(Some(known)) => return self.await_turn(known.turn, Due::Time(told)),
            Err(error) => return self.journal_failed(&error),
        }
        self.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(limit) => Done::Time(Some(told)),
                () = timer.cancelled() => Done::Time(None),
            }
        });
    }

    pub(in crate::driver) fn test(&mut self, at: At, when: When, round: usize) {
        let answers = match self.autos(at, Then::Test(when, round)) {
            Ok(Autos::Known(answers)) => answers,
            Ok(Autos::None) => Vec::new(),
            Ok(Autos::Waits) => return,
            Err(failure) => return self.untestable(at, when, failure.message),
        };
        match self.evaluate(at, when, round, answers) {
            Ok(next) => self.tell(Told::Tested { at, next }),
            Err(error) => self.untestable(at, when, error),
        }
    }

    /// A test says nothing.
    pub(in crate::driver) fn untestable(&mut self, at: At, when: When, error: String) {
        self.unclear(at, when, error);
        self.tell(Told::Tested { at, next: Next::Unclear });
    }

    fn evaluate(
        &mut self,
        at: At,
        when: When,
        round: usize,
        answers: Vec<Value>,
    ) -> Result<Next, String> {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return Ok(Next::Stops) };
        let block = Arc::clone(&frame.block);
        let Some(going) = &mut frame.flights[at.step].going else { return Ok(Next::Stops) };
        going.counts.tests += 1;
        let Some(step) = block.step(at.step) else { return Ok(Next::Stops) };
        let scope = going.scope_of_test(round);
        let says = |condition: &Option<Condition>| match condition {
            None => Ok(None),
            Some(it) => eval::evaluate(&it.parsed, &it.text.value, &scope)
                .map(|value| Some(value.is_truthy()))
                .map_err(|error| error.message),
        };
        let tests = shape::tests(step, when);
        let put;
        let (goes, stops) = if answers.is_empty() {
            tests
        } else {
            put = tests_with(tests, answers);
            (&put.0, &put.1)
        };
        let goes_on = says(goes)?.unwrap_or(true) && !says(stops)?.unwrap_or(false);
        Ok(if goes_on { Next::Goes } else { Next::Stops })
    }

    fn unclear(&mut self, at: At, when: When, error: String) {
        let Some(flight) = self.flight_mut(at) else { return };
        let key = match when {
            When::Before => "while",
            When::After => "until",
        };
        let message =
            format!("the `{key}` of `{}` could not be evaluated: {error}", flight.record.id);
        if let Some(going) = &mut flight.going {
            going.unclear = Some(message.clone());
        }
        let data = json!({ "fraction": null, "remaining": null, "warning": true });
        self.say(at, EventKind::StepProgress, Some(message.clone()), data);
        self.warn(at, "condition-error", message);
    }

    /// A round begins.
    pub(in crate::driver) fn open(&mut self, at: At, round: usize, id: FrameId) {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let step = frame.block.step(at.step);
        let is_round = step.is_some_and(|step| !matches!(step.kind, StepKind::Parallel));
        let limit = step.and_then(shape::limit_of_round);
        let flight = &mut frame.flights[at.step];
        let inner_key = flight.inner_key();
        let Some(going) = &mut flight.going else { return };
        going.counts.open += 1;
        going.counts.most_open = going.counts.most_open.max(going.counts.open);
        let round_of = |around: &Arc<str>| match is_round {
            true => format!("{around}[{round}]").into(),
            false => Arc::clone(around),
        };
        let place = FramePlace {
            path: round_of(&flight.path),
            key: round_of(&inner_key),
            round: if is_round { Some(round) } else { frame.place.round },
        };
        let level = going.level(round, View::Body);
        let body = Arc::clone(&going.block);
        let (program, facts) = (Arc::clone(&frame.program), Arc::clone(&frame.facts));
        let level = Some(Arc::new(level));
        let opened = Frame { around: Some(at), ..Frame::new(program, body, place, facts, level) };
        let timer = opened.timer.clone();
        let key = Arc::clone(&opened.place.key);
        self.frames.insert(id, opened);
        let told = Told::RoundExpired { frame: id };
        self.time(Some(key), Question::TimeOfRound, limit, timer, told);
    }

    /// A round is over.
    pub(in crate::driver) fn close(&mut self, at: At, round: usize, id: FrameId, went: Went) {
        let Some(mut closed) = self.frames.remove(&id) else { return };
        closed.timer.cancel();
        closed.order_results();
        let redactor = self.narrator.redactor();
        if let Some(going) = self.flight_mut(at).and_then(|flight| flight.going.as_mut()) {
            let item = going.item(round).map(|item| redactor.json(item.to_json()));
            going.ended(round, closed, went, item);
        }
    }

    /// All rounds are over.
    pub(in crate::driver) fn conclude(&mut self, at: At, conclusion: Conclusion) {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let block = Arc::clone(&frame.block);
        let (Some(step), flight) = (block.step(at.step), &mut frame.flights[at.step]) else {
            return;
        };
        let Some(going) = flight.going.take() else { return };
        going.timer.cancel();
        let outcome = gather::outcome(step, &going, conclusion);
        frame.leave(step, &going);
        let flight = &mut frame.flights[at.step];
        flight.failed_inside = going.counts.bad > 0 && gather::failures_count(step);
        let dropped = going.counts.rounds - going.ended.len();
        flight.record_mut().iterations =
            Some(going.ended.into_values().map(|ended| ended.record).collect());
        if dropped > 0 {
            let id = step.id_text();
            let message = format!(
                "`{id}` went {} rounds; its record and its `.results` keep the last {KEPT}",
                going.counts.rounds
            );
            self.warn(at, "rounds-not-kept", message);
        }
        match outcome {
            gather::Came::To(gathered) => self.came_to(at, Answer::Rounds(Box::new(gathered))),
            gather::Came::Failed(failure) => self.raised(at, failure),
            gather::Came::TimedOut => self.timed_out(at),
        }
    }
}

impl Frame {
    /// Keeps what a loop that ended leaves to read: the last round of a loop over a condition, and its name.
    fn leave(&mut self, step: &Step, going: &Going) {
        let left = Arc::make_mut(&mut self.left);
        if matches!(step.kind, StepKind::While(_) | StepKind::Parallel) {
            for (name, value) in going.left.iter().chain(going.previous.iter()) {
                if **name != *step.id_text() {
                    left.insert(Arc::clone(name), value.clone());
                }
            }
        }
        if going.counts.rounds > 0 && !matches!(step.kind, StepKind::Parallel) {
            let level = going.level(going.counts.rounds - 1, View::Body);
            for name in level.loop_names() {
                left.insert(name, level.as_value());
            }
        }
    }
}

impl Going {
    fn new(
        block: Arc<Block>,
        outer: StepScope,
        items: shape::Items,
        timer: CancellationToken,
    ) -> Self {
        Self {
            block,
            outer,
            items,
            begun: Instant::now(),
            prepared_in: Duration::ZERO,
            timer,
            ended: BTreeMap::new(),
            counts: Counts::default(),
            previous: Arc::default(),
            last: Value::Null,
            left: Arc::default(),
            broken: None,
            unclear: None,
        }
    }

    fn item(&self, round: usize) -> Option<&Value> {
        self.items.as_ref()?.get(round)
    }

    /// Whether a round reads the one before.
    fn follows(&self) -> bool {
        let kind = self.block.holder().map(|step| &step.kind);
        matches!(kind, Some(StepKind::While(_) | StepKind::ActionLoop(_)))
    }

    fn level(&self, round: usize, view: View) -> Level {
        let follows = self.follows();
        Level {
            block: Arc::clone(&self.block),
            view,
            turn: Turn {
                round,
                items: self.items.clone(),
                previous: if follows { Arc::clone(&self.previous) } else { Arc::default() },
                last: if follows { self.last.clone() } else { Value::Null },
                begun: self.begun,
            },
            outer: self.outer.clone(),
        }
    }

    /// What a test reads: the results of the round that ended last.
    pub(in crate::driver) fn scope_of_test(&self, round: usize) -> StepScope {
        StepScope {
            results: Arc::clone(&self.previous),
            left: Arc::clone(&self.left),
            level: Some(Arc::new(self.level(round, View::Test))),
            ..self.outer.clone()
        }
    }

    fn ended(&mut self, round: usize, closed: Frame, went: Went, item: Option<serde_json::Value>) {
        self.counts.open -= 1;
        self.counts.rounds += 1;
        let error = match went {
            Went::Through | Went::Stopped => None,
            Went::Broken => Some(
                closed.fatal.as_ref().map_or("a step failed", |it| it.message.as_str()).to_owned(),
            ),
            Went::Expired => Some("its time was up".to_owned()),
        };
        let good = went == Went::Through && closed.ordinary().all(Flight::is_good);
        self.counts.bad += usize::from(!good);
        if went == Went::Broken {
            self.counts.broken += 1;
            let which = error.as_deref().unwrap_or_default();
            self.broken.get_or_insert_with(|| format!("in round {round}, {which}"));
        }
        self.previous = Arc::clone(&closed.results);
        self.left = Arc::clone(&closed.left);
        self.last = gather::result(&closed);
        let (started_at, duration) = closed.span();
        let record = Iteration {
            index: round,
            path: closed.place.path.to_string(),
            item,
            status: match went {
                Went::Through => StepStatus::Completed,
                Went::Broken | Went::Expired => StepStatus::Failed,
                Went::Stopped => StepStatus::Cancelled,
            },
            success: good,
            error,
            started_at,
            completed_at: started_at + duration,
            duration,
            steps: closed
                .flights
                .into_iter()
                .map(|flight| (flight.record.id.clone(), Arc::unwrap_or_clone(flight.record)))
                .collect(),
        };
        self.ended.insert(round, Ended { record, result: self.last.clone() });
        if self.items.is_none() && self.ended.len() > KEPT {
            self.ended.pop_first();
        }
    }
}
