//! Answers of AUTO tags, asked when they are needed: what a step is about to do waits until every tag of that stage has
//! one, and is then done again from its beginning. An answer is kept before anything follows from it, so it is paid once.

use std::{sync::Arc, time::Duration};

use pipeline::{Condition, Step, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use syntax::auto::Attribute;
use tokio_util::sync::CancellationToken;

use super::{
    attempt::{Ending, attempt},
    ends::Done,
    forks::{Parting, Success},
    handlers::Next,
    mind,
    products::seen_by_itself,
    record::Answer,
    reused::{Came, receipt},
    steps::Steps,
};
use crate::{
    autos::{self, Fork, Handling, Stage, Where},
    budget::Purse,
    document::Decided,
    hands::Hands,
    holdings::Holdings,
    journal::Asker,
    limits::Hosts,
    mind::Mind,
    people::People,
    prepare::{CallKind, Calling, Work},
    recall::Question,
    scheduler::{At, Event, When},
    scope::StepScope,
    tool::{ANSWER_AUTO, Call, Failure, Names, Output, Place, Transience},
};

/// How long one question may take.
const LIMIT: Duration = Duration::from_secs(300);
/// How often it is asked where that may help.
const TRIES: u32 = 3;
/// The longest pause between two tries.
const PAUSE: Duration = Duration::from_secs(30);

/// What goes on when an answer is there.
#[derive(Clone, Debug)]
pub(super) enum Then {
    Dependencies,
    Condition,
    /// The call of an attempt.
    Call(Option<Duration>),
    /// The rounds of an attempt.
    Rounds(u32, Option<Duration>),
    /// A pipeline of an attempt.
    Pipeline(u32, Option<Duration>),
    Test(When, usize),
    /// The target of a success, by `on_success` or `goto`.
    Route(Success, Box<Answer>),
    /// The target of a step that did not run, or that failed.
    Fork(Parting),
    /// What handlers do about a failure.
    Handler(Handling, Next),
}

impl Then {
    /// Whether something begins with it.
    const fn begins(&self) -> bool {
        matches!(
            self,
            Self::Dependencies | Self::Condition | Self::Test(..) | Self::Fork(Parting::False(_))
        )
    }

    const fn stage(&self) -> Stage {
        match self {
            Self::Dependencies => Stage::Dependencies,
            Self::Condition => Stage::Condition,
            Self::Call(_) | Self::Rounds(..) | Self::Pipeline(..) => Stage::Start,
            Self::Test(When::Before, round) => Stage::Test(*round, false),
            Self::Test(When::After, round) => Stage::Test(*round, true),
            Self::Route(Success::Goto, _) => Stage::Goto,
            Self::Route(Success::Fork, _) => Stage::Fork(Fork::Success),
            Self::Fork(parting) => Stage::Fork(parting.fork()),
            Self::Handler(handling, Next::Choose) => Stage::Enabled(*handling),
            Self::Handler(handling, Next::Call(_)) => Stage::Handler(*handling),
            Self::Handler(handling, Next::FallBack(..)) => Stage::Fallback(*handling),
        }
    }
}

/// Whether what a step is about to do can be done.
pub(super) enum Autos {
    /// It has no tags there.
    None,
    /// These are their answers, in order.
    Known(Vec<Value>),
    /// Not before a question is answered.
    Waits,
}

/// An answer, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    decided: Decided,
}

impl Steps<'_> {
    /// The answers that a step needs to go on, or the first question that is open is asked.
    pub(super) fn autos(&mut self, at: At, then: Then) -> Result<Autos, Failure> {
        let stage = then.stage();
        loop {
            let Some(open) = self.open_question(at, stage)? else {
                let known = self.flight(at).and_then(|flight| flight.autos.get(&stage));
                return Ok(match known {
                    Some(answers) => Autos::Known(answers.iter().map(autos::value).collect()),
                    None => Autos::None,
                });
            };
            let question = Question::Auto(stage, open.number);
            let key = self.flight(at).map(|flight| Arc::clone(&flight.key)).unwrap_or_default();
            match self.prepared.recall.answer::<Kept>(&key, question, &self.seal) {
                Ok(Some(known)) => self.decide_again(at, stage, open.number, known.answer.decided),
                Ok(None) if let Some(decided) = self.told(at, stage, &open) => {
                    self.decide_again(at, stage, open.number, decided);
                }
                Ok(None) if self.prepared.recall.refuses() => {
                    let who = self.prepared.recall.teller();
                    let message =
                        format!("{who} has no answer of its AUTO tag, and nothing else is asked");
                    return Err(Failure::permanent("ReplayError", message));
                }
                // Nothing begins in a pause.
                Ok(None) if self.is_paused && then.begins() => {
                    self.asleep.push((at, then));
                    return Ok(Autos::Waits);
                }
                Ok(None) => {
                    self.ask_auto(at, then, open)?;
                    return Ok(Autos::Waits);
                }
                Err(error) => {
                    self.journal_failed(&error);
                    return Ok(Autos::Waits);
                }
            }
        }
    }

    /// What a run document tells of a question: the next answer at its place that was not taken yet.
    fn told(&self, at: At, stage: Stage, open: &Open) -> Option<Decided> {
        let flight = self.flight(at)?;
        let is_of = |it: &&Decided| {
            it.place == open.path && it.number == open.tag && it.round == stage.round()
        };
        let taken = flight.record.autos.iter().filter(is_of).count();
        let told = self.prepared.recall.decided(Asker::Step(&flight.key))?;
        told.iter().filter(is_of).nth(taken).cloned()
    }

    /// The first tag of a stage that has no answer.
    fn open_question(&self, at: At, stage: Stage) -> Result<Option<Open>, Failure> {
        let Some((texts, scope)) = self.tags(at, stage) else { return Ok(None) };
        let answers = self.flight(at).and_then(|flight| flight.autos.get(&stage));
        let answers: Vec<Value> = answers.into_iter().flatten().map(autos::value).collect();
        if let (Stage::Goto | Stage::Fork(_), Some(nowhere)) =
            (stage, texts.iter().find(|it| leads_nowhere(it)))
        {
            return Err(unresolved(&nowhere.path, "no step comes after its own"));
        }
        first_open(texts, &answers, &scope)
    }

    /// The texts with tags of a stage, and what they read.
    fn tags(&self, at: At, stage: Stage) -> Option<(Vec<Where<'_>>, StepScope)> {
        let frame = self.frames.get(&at.frame)?;
        let step = frame.block.step(at.step)?;
        if let Stage::Enabled(handling) | Stage::Handler(handling) | Stage::Fallback(handling) =
            stage
        {
            return self.tags_of_handler(at, stage, handling.index);
        }
        let calling = match frame.block.parts()[at.step].work.as_ref() {
            Some(Work::Call(calling)) => Some(calling),
            Some(Work::Pipeline(call)) => Some(&call.calling),
            Some(Work::Rounds(_)) | None => None,
        };
        // Routes lead forward.
        let ahead = frame.block.names_of_steps().skip(at.step + 1).map(|it| it.to_string());
        let ids: Vec<String> = match stage {
            Stage::Goto | Stage::Fork(_) => ahead.collect(),
            _ => Vec::new(),
        };
        let signature = calling.map(|calling| calling.signature);
        let words = calling.and_then(Calling::words);
        let texts = autos::at_stage(step, stage, signature, words, &ids);
        if texts.is_empty() {
            return None;
        }
        let flight = &frame.flights[at.step];
        let scope = match (stage, &flight.going) {
            (Stage::Test(round, _), Some(going)) => going.scope_of_test(round),
            // The step is over: its own answer is there to be read.
            (Stage::Goto | Stage::Fork(Fork::Success | Fork::Failure), _) => {
                seen_by_itself(frame, at, &flight.answer).1
            }
            _ => frame.scope_of(at.step),
        };
        Some((texts, scope))
    }

    /// Asks.
    fn ask_auto(&mut self, at: At, then: Then, open: Open) -> Result<(), Failure> {
        let means = &self.prepared.means;
        let frame =
            self.frames.get(&at.frame).ok_or_else(|| unresolved(&open.path, "it is gone"))?;
        let mind = mind::of_auto(&frame.program.pipeline, &open.asked.tag, means)
            .map_err(|failure| unresolved(&open.path, &failure.message))?;
        let tool = self.toolbox.get(ANSWER_AUTO.name).map(Arc::clone);
        let tool = tool.ok_or_else(|| unresolved(&open.path, "no model is provided"))?;
        let place = self.place(at).ok_or_else(|| unresolved(&open.path, "it is gone"))?;
        let cancel = self.autos_cancel.child_token();
        if let (
            Some(flight),
            Then::Call(_) | Then::Rounds(..) | Then::Pipeline(..) | Then::Handler(..),
        ) = (self.flight_mut(at), &then)
        {
            flight.cancel = Some(cancel.clone());
        }
        let call = call_for(&open.asked, mind, place, self.hosts.clone(), cancel);
        let purse = self.purse.clone();
        let task = self.tasks.spawn(async move {
            let came = paid(&tool, &call, &purse).await;
            let (spent, broken) = (came.spent, came.broken.is_some());
            if let (true, Ending::Raised(failure)) = (broken, &came.ending) {
                return Done::AutoUnpaid { then, failure: failure.clone() };
            }
            Done::Auto { then, answered: decided(open, &call, came.ending), spent }
        });
        self.owners.insert(task.id(), at);
        Ok(())
    }

    /// A question was answered, or not.
    pub(super) fn auto_answered(
        &mut self,
        at: At,
        then: Then,
        answered: Result<(usize, Decided), Failure>,
    ) {
        match answered {
            Ok((number, decided)) => {
                let stage = then.stage();
                self.keep_decided(at, stage, number, &decided);
                self.decide(at, stage, decided);
                self.go_on_with(at, then);
            }
            Err(failure) => self.unanswered(at, then, failure),
        }
    }

    /// A question was not asked, since it could break the budget.
    pub(super) fn auto_unpaid(&mut self, at: At, then: Then, failure: Failure) {
        match then {
            // They hold no job slot, and begin anew when the run is gone on with.
            Then::Dependencies | Then::Condition | Then::Test(..) => self.drain(failure),
            // The step is passed over anew when the run is gone on with.
            Then::Fork(Parting::False(_)) => self.drain(failure),
            Then::Fork(parting @ Parting::Failure(_)) => {
                self.drain(failure.clone());
                self.unforked(at, parting, failure);
            }
            Then::Route(_, answer) => {
                // What the call came to is paid for.
                if let Some(value) = answer.into_json() {
                    self.keep(at, &Ending::Value(value));
                }
                self.over_budget(at, failure);
            }
            Then::Call(_) => self.over_budget(at, failure),
            // The failure counts as one that nothing mended.
            Then::Handler(handling, next) => {
                self.drain(failure.clone());
                self.handler_stands(at, handling.index, &next, failure.message);
            }
            Then::Rounds(..) | Then::Pipeline(..) => {
                self.unshaped.push(at);
                if self.is_stopping(at) {
                    self.end_unshaped();
                }
                self.drain(failure);
            }
        }
    }

    /// Asks what was not asked in a pause.
    pub(super) fn wake(&mut self) {
        for (at, then) in std::mem::take(&mut self.asleep) {
            self.go_on_with(at, then);
        }
    }

    /// Asks it no more.
    pub(super) fn stop_asleep(&mut self) {
        for (at, then) in std::mem::take(&mut self.asleep) {
            self.unanswered(at, then, Failure::permanent("CancelledError", "the step was stopped"));
        }
    }

    fn keep_decided(&mut self, at: At, stage: Stage, number: usize, decided: &Decided) {
        if let Some(key) = self.flight(at).map(|flight| Arc::clone(&flight.key)) {
            let kept = serde_json::to_value(Kept { decided: decided.clone() });
            self.keep_under(key, Question::Auto(stage, number), kept, Box::new(drop));
        }
    }

    fn decide_again(&mut self, at: At, stage: Stage, number: usize, decided: Decided) {
        if self.prepared.recall.is_foreign() {
            self.keep_decided(at, stage, number, &decided);
        }
        self.decide(at, stage, decided);
    }

    fn decide(&mut self, at: At, stage: Stage, decided: Decided) {
        let redactor = self.narrator.redactor();
        let Some(flight) = self.flight_mut(at) else { return };
        flight.autos.entry(stage).or_default().push(decided.value.clone());
        flight.record_mut().autos.push(Decided {
            round: stage.round(),
            question: redactor.text(decided.question),
            value: redactor.json(decided.value),
            ..decided
        });
    }

    fn go_on_with(&mut self, at: At, then: Then) {
        match then {
            Then::Dependencies => self.find_dependencies(at),
            Then::Condition => self.judge(at),
            Then::Call(timeout) => self.call_now(at, timeout),
            Then::Rounds(attempt, timeout) => self.shape_rounds(at, attempt, timeout),
            Then::Pipeline(attempt, timeout) => self.seek_now(at, attempt, timeout),
            Then::Test(when, round) => self.test(at, when, round),
            Then::Route(_, answer) => self.came_to(at, *answer),
            Then::Fork(parting) => self.part(at, parting),
            Then::Handler(handling, next) => self.handler_goes_on(at, handling.index, next),
        }
    }

    /// What waited for an answer cannot be done.
    pub(super) fn unanswered(&mut self, at: At, then: Then, failure: Failure) {
        match then {
            Then::Dependencies => {
                if let Some(flight) = self.flight_mut(at) {
                    flight.answer = Answer::Failure(Box::new(failure));
                }
                self.tell_of(at, |step| Event::Resolved { step, waits: None });
            }
            // The step fails when it starts: a condition that nobody answers is not false.
            Then::Condition => {
                if let Some(flight) = self.flight_mut(at) {
                    flight.doomed = Some(Box::new(failure));
                }
                self.tell_of(at, |step| Event::Judged {
                    step,
                    verdict: crate::scheduler::Verdict::True,
                });
            }
            Then::Call(_) | Then::Rounds(..) | Then::Pipeline(..) => self.failed(at, failure),
            Then::Test(when, _) => self.untestable(at, when, failure.message),
            Then::Fork(parting) => self.unforked(at, parting, failure),
            Then::Route(_, answer) => {
                self.failed(at, Failure { value: answer.into_json(), ..failure });
            }
            Then::Handler(handling, next) => {
                self.handler_stands(at, handling.index, &next, failure.message);
            }
        }
    }
}

/// Whether a tag that is the whole of a route has no step to choose.
fn leads_nowhere(found: &Where<'_>) -> bool {
    let is_named = |it: &Attribute| it.name.eq_ignore_ascii_case("choices");
    let [tag] = &*found.text.autos else { return false };
    autos::is_whole(found.text, tag)
        && found.place.choices.is_empty()
        && !tag.attributes.iter().any(is_named)
}

/// The first tag among texts that has no answer yet.
pub(super) fn first_open(
    texts: Vec<Where<'_>>,
    answers: &[Value],
    scope: &StepScope,
) -> Result<Option<Open>, Failure> {
    let mut first = 0;
    for found in texts {
        let count = autos::in_order(found.text).len();
        let Some(own) = answers.get(first..) else { break };
        if own.len() < count {
            let asked = autos::question(found.text, own.len(), own, &found.place, scope)
                .map_err(|why| unresolved(&found.path, &why))?;
            let number = first + own.len();
            return Ok(Some(Open { number, tag: own.len(), path: found.path, asked }));
        }
        first += count;
    }
    Ok(None)
}

/// The call that asks a question.
pub(super) fn call_for(
    asked: &autos::Question,
    mind: Arc<Mind>,
    place: Place,
    hosts: Hosts,
    cancel: CancellationToken,
) -> Call {
    let expected = serde_json::to_value(&asked.expected).unwrap_or_default();
    let parameters = Map::from_iter([
        ("question".to_owned(), Json::from(asked.words.as_str())),
        ("expected".to_owned(), expected),
    ]);
    Call {
        operation: None,
        parameters: Arc::new(parameters),
        text: None,
        mind: Some(mind),
        hands: Hands::none(),
        names: Names::none(),
        place,
        cancel,
        output: Output::none(),
        hosts,
        holdings: Holdings::default(),
        timeout: None,
        people: People::nobody(),
    }
}

/// A question that has no answer.
pub(super) struct Open {
    /// Among those of its stage.
    pub(super) number: usize,
    /// Among those of its place.
    tag: usize,
    pub(super) path: String,
    pub(super) asked: autos::Question,
}

/// Asks, unless that could break the budget.
pub(super) async fn paid(tool: &Arc<dyn crate::tool::Tool>, call: &Call, purse: &Purse) -> Came {
    let Some(ceiling) = tool.ceiling(call) else { return tried(tool, call).await.into() };
    let receipt = match receipt(&ceiling, call, purse).await {
        Ok(receipt) => receipt,
        Err(came) => return came,
    };
    let ending = tried(tool, call).await;
    Came { spent: Some(receipt.settle(call.output.take_spent())), ..ending.into() }
}

/// Asks, and once more where that may help.
async fn tried(tool: &Arc<dyn crate::tool::Tool>, call: &Call) -> Ending {
    let mut tries = 1;
    loop {
        let ending = attempt(Arc::clone(tool), call.clone(), Some(LIMIT)).await;
        let Ending::Raised(failure) = &ending else { return ending };
        let Transience::Transient { retry_after } = failure.transience else { return ending };
        let pause = retry_after.unwrap_or(Duration::from_millis(500) * tries);
        if tries == TRIES || pause > PAUSE {
            return ending;
        }
        tries += 1;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = call.cancel.cancelled() => return ending,
        }
    }
}

pub(super) fn decided(
    open: Open,
    call: &Call,
    ending: Ending,
) -> Result<(usize, Decided), Failure> {
    let value = match ending {
        Ending::Value(value) => value,
        Ending::Raised(failure) if failure.error_type == "CancelledError" => return Err(failure),
        Ending::Raised(failure) => {
            return Err(Failure {
                transience: failure.transience,
                ..unresolved(&open.path, &failure.message)
            });
        }
        Ending::TimedOut => return Err(unresolved(&open.path, "the model took too long")),
    };
    let chosen = call.mind.as_ref().and_then(|mind| mind.chosen.clone());
    let decided = Decided {
        place: open.path,
        number: open.tag,
        round: None,
        question: open.asked.words,
        expected: open.asked.expected.words(),
        value: value.get("value").cloned().unwrap_or_default(),
        model: chosen.as_ref().map(|it| it.model.clone()).unwrap_or_default(),
        because: chosen.map(|it| it.because.clone()).unwrap_or_default(),
    };
    Ok((open.number, decided))
}

pub(super) fn unresolved(place: &str, why: &str) -> Failure {
    let why = why.trim_start_matches("auto-unresolved: ");
    Failure::permanent("AutoError", format!("auto-unresolved: the AUTO tag in `{place}`: {why}"))
}

/// A step with the answers of its tags in their place, as it starts.
pub(super) fn with_answers(
    step: &Step,
    kind: Option<&CallKind>,
    answers: Vec<Value>,
) -> (Step, Option<CallKind>) {
    let mut answers = answers.into_iter();
    let kind = kind.map(|kind| match kind {
        CallKind::Instruction(text) => CallKind::Instruction(autos::put_text(text, &mut answers)),
        CallKind::Prose(text) => CallKind::Prose(autos::put_text(text, &mut answers)),
        CallKind::Tool { .. } | CallKind::Message => kind.clone(),
    });
    let mut step = step.clone();
    for parameter in step.parameters.iter_mut().filter(|it| it.name.value != "model") {
        parameter.value.value = autos::put(&parameter.value.value, &mut answers);
    }
    autos::put_into_loop(&mut step.kind, &mut answers);
    (step, kind)
}

/// The conditions of a test with the answers of their tags.
pub(super) fn tests_with(
    (goes, stops): (&Option<Condition>, &Option<Condition>),
    answers: Vec<Value>,
) -> (Option<Condition>, Option<Condition>) {
    let mut answers = answers.into_iter();
    let mut put = |it: &Option<Condition>| it.as_ref().map(|it| autos::condition(it, &mut answers));
    let goes = put(goes);
    (goes, put(stops))
}
