//! The steps of a run in flight: obeys the scheduler and tells it what became of its commands.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use pipeline::{Placed, Step, eval};
use serde_json::{Value as Json, json};
use tokio::{
    sync::mpsc::UnboundedSender,
    task::{Id, JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{
    attempt::{Ending, attempt},
    envelope,
    estimate::Estimate,
    goto, graph,
    narrator::{Narrator, now},
    parameters::{self, Asked},
    record::{self, Answer},
};
use crate::{
    Document, Journal, Prepared, Toolbox,
    document::{StepRecord, StepStatus, Warning, blank},
    event::EventKind,
    journal::{Entry, JournalError, StepEntry},
    random,
    scheduler::{Command, End, Event, Graph, Outcome, Reason, Scheduler, Verdict},
    scope::{Entries, Facts, StepScope},
    tool::{Call, Failure, Live, Names, Output, Place},
};

/// Whether the run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Goes,
    Over,
}

/// What comes from elsewhere while calls are in flight.
pub(super) enum Message {
    /// A call said something.
    Live { step: usize, live: Live },
    /// A record was written, or not.
    Committed { step: usize, result: Result<(), JournalError> },
}

/// What a task was for.
pub(super) enum Done {
    Attempt(Ending),
    Delay,
}

/// One step in flight.
#[derive(Debug)]
struct Flight {
    record: StepRecord,
    asked: Option<Asked>,
    answer: Answer,
    cancel: CancellationToken,
    begun: Option<Instant>,
    end: Option<End>,
}

/// See the module.
pub(super) struct Steps<'r> {
    pub(super) prepared: &'r Prepared,
    pub(super) tasks: JoinSet<Done>,
    pub(super) warnings: Vec<Warning>,
    /// The first failure that ended the run.
    pub(super) fatal: Option<Failure>,
    toolbox: &'r Toolbox,
    journal: &'r Journal,
    narrator: &'r Narrator<'r>,
    sender: UnboundedSender<Message>,
    graph: Graph,
    scheduler: Scheduler,
    estimate: Option<Estimate>,
    facts: Arc<Facts>,
    results: Arc<Entries>,
    flights: Vec<Flight>,
    owners: HashMap<Id, usize>,
    events: VecDeque<Event>,
    cancelled: bool,
    settled: usize,
    /// Committed since the last checkpoint.
    fresh: bool,
}

impl<'r> Steps<'r> {
    pub(super) fn new(
        prepared: &'r Prepared,
        toolbox: &'r Toolbox,
        journal: &'r Journal,
        narrator: &'r Narrator<'r>,
        sender: UnboundedSender<Message>,
    ) -> Self {
        let steps = &prepared.request.pipeline.steps;
        let flight = |(index, step): (usize, &Placed<Step>)| Flight {
            record: record::pending(prepared, index, step),
            asked: None,
            answer: Answer::None,
            cancel: CancellationToken::new(),
            begun: None,
            end: None,
        };
        let graph = graph::build(prepared);
        let history = journal.history(&prepared.facts.pipeline_id).unwrap_or_else(|error| {
            tracing::debug!(%error, "no estimate");
            Default::default()
        });
        let order = prepared.request.plan.stages.concat();
        Self {
            estimate: Estimate::new(
                &history,
                &graph,
                order,
                steps.iter().map(|step| step.id_text()),
            ),
            scheduler: Scheduler::new(graph.clone()),
            graph,
            facts: Arc::new(prepared.facts.clone()),
            results: Arc::default(),
            flights: steps.iter().enumerate().map(flight).collect(),
            owners: HashMap::new(),
            events: VecDeque::new(),
            tasks: JoinSet::new(),
            warnings: Vec::new(),
            fatal: None,
            cancelled: false,
            settled: 0,
            fresh: false,
            prepared,
            toolbox,
            journal,
            narrator,
            sender,
        }
    }

    /// How many steps are to run.
    pub(super) fn selected(&self) -> usize {
        self.prepared.work.iter().flatten().count()
    }

    /// Whether the run was stopped on request.
    pub(super) const fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// What outputs may read.
    pub(super) fn scope(&self) -> StepScope {
        StepScope {
            facts: Arc::clone(&self.facts),
            results: Arc::clone(&self.results),
            reader: None,
        }
    }

    /// The records of the steps that were to run.
    pub(super) fn selected_records(&self) -> impl Iterator<Item = &StepRecord> {
        self.flights
            .iter()
            .zip(&self.prepared.work)
            .filter(|(_, work)| work.is_some())
            .map(|(flight, _)| &flight.record)
    }

    /// The run as far as it is.
    pub(super) fn document(&self) -> Document {
        let prepared = self.prepared;
        let id = |step: &usize| {
            prepared.request.pipeline.steps.get(*step).map(|step| step.id_text().to_owned())
        };
        let is_selected = |step: &&usize| prepared.work.get(**step).is_some_and(Option::is_some);
        let stages = prepared.request.plan.stages.iter();
        let levels =
            stages.map(|stage| stage.iter().filter(is_selected).filter_map(id).collect::<Vec<_>>());
        let levels: Vec<_> = levels.filter(|level| !level.is_empty()).collect();
        Document {
            steps: self
                .flights
                .iter()
                .map(|flight| (flight.record.id.clone(), flight.record.clone()))
                .collect(),
            execution_order: levels.concat(),
            execution_levels: levels,
            warnings: self.warnings.clone(),
            ..blank(prepared.run(), &prepared.facts.pipeline_id, prepared.started_at)
        }
    }

    /// Queues an event for the scheduler.
    pub(super) fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Stops on request.
    pub(super) fn cancel(&mut self) {
        self.cancelled = true;
        self.tell(Event::Cancel);
    }

    /// Gives the scheduler what is queued, and obeys.
    pub(super) fn obey(&mut self) -> Course {
        while let Some(event) = self.events.pop_front() {
            for command in self.scheduler.handle(event) {
                match command {
                    Command::Judge { step } => self.judge(step),
                    Command::Start { step, attempt, timeout } => self.start(step, attempt, timeout),
                    Command::Wait { step, attempt, delay } => self.wait(step, attempt, delay),
                    Command::Stop { step } => self.flights[step].cancel.cancel(),
                    Command::Settle { step, end } => self.settle(step, end),
                    Command::Finish => return Course::Over,
                }
            }
        }
        Course::Goes
    }

    fn step(&self, step: usize) -> &'r Placed<Step> {
        &self.prepared.request.pipeline.steps[step]
    }

    fn step_scope(&self, step: usize) -> StepScope {
        let reader = self.step(step).id.as_ref().map(|id| Arc::clone(&id.value));
        StepScope { facts: Arc::clone(&self.facts), results: Arc::clone(&self.results), reader }
    }

    fn judge(&mut self, step: usize) {
        let verdict = match &self.step(step).condition {
            None => Verdict::True,
            Some(condition) => match eval::evaluate(
                &condition.parsed,
                &condition.text.value,
                &self.step_scope(step),
            ) {
                Ok(value) if value.is_truthy() => Verdict::True,
                Ok(_) => Verdict::False,
                Err(error) => {
                    self.flights[step].answer = Answer::ConditionError(error.message);
                    Verdict::Error
                }
            },
        };
        self.tell(Event::Judged { step, verdict });
    }

    fn start(&mut self, step: usize, attempt: u32, timeout: Option<Duration>) {
        let at = now();
        let flight = &mut self.flights[step];
        flight.begun.get_or_insert_with(Instant::now);
        flight.record.started_at.get_or_insert(at);
        flight.record.status = StepStatus::Running;
        flight.record.retries = attempt.saturating_sub(1);
        let remaining = self.estimate.as_ref().and_then(|estimate| estimate.of(step));
        let id = &self.flights[step].record.id;
        self.narrator.step(EventKind::StepStarted, id, None, json!({ "attempt": attempt }));
        if remaining.is_some() {
            self.narrator.step(
                EventKind::StepProgress,
                id,
                None,
                json!({ "fraction": null, "remaining": remaining }),
            );
        }
        match self.call(step, attempt, timeout) {
            Ok((tool, call)) => {
                let record = Arc::new(self.flights[step].record.clone());
                self.journal.write(Entry::Note(self.entry(record)), Box::new(drop));
                let task = self
                    .tasks
                    .spawn(async move { Done::Attempt(self::attempt(tool, call, timeout).await) });
                self.owners.insert(task.id(), step);
            }
            Err(failure) => self.raised(step, failure),
        }
    }

    fn call(
        &mut self,
        step: usize,
        attempt: u32,
        timeout: Option<Duration>,
    ) -> Result<(Arc<dyn crate::tool::Tool>, Call), Failure> {
        let work = self.prepared.work[step].as_ref();
        let tool = work.and_then(|work| self.toolbox.get(work.signature.name));
        let (Some(work), Some(tool)) = (work, tool) else {
            return Err(Failure::permanent("UnknownToolError", "its tool is not provided"));
        };
        let scope = self.step_scope(step);
        let asked = match &self.flights[step].asked {
            Some(asked) => asked.clone(),
            None => parameters::ask(self.step(step), work, &scope)?,
        };
        let flight = &mut self.flights[step];
        if self.graph.nodes[step].attempts > 1 {
            flight.asked = Some(asked.clone());
        }
        flight.cancel = CancellationToken::new();
        let sender = self.sender.clone();
        let options = &self.prepared.request.options;
        let run = self.prepared.run();
        let id = &flight.record.id;
        let call = Call {
            operation: asked.operation,
            parameters: asked.parameters,
            text: asked.text,
            names: Names::of(Arc::new(scope)),
            place: Place {
                run: run.to_owned(),
                step: id.clone(),
                attempt,
                idempotency_key: format!("{run}/{id}/{attempt}"),
                cwd: options.cwd.clone(),
                workspace: options.workspace.clone(),
                pipeline_folder: options.pipeline_folder.clone(),
                writable: options.writable.clone(),
            },
            cancel: flight.cancel.clone(),
            // The receiver is gone only when the run is over.
            output: Output::to(move |live| drop(sender.send(Message::Live { step, live }))),
            timeout,
        };
        Ok((Arc::clone(tool), call))
    }

    fn wait(&mut self, step: usize, attempt: u32, delay: Duration) {
        let flight = &self.flights[step];
        let why = match &flight.answer {
            Answer::Failure(failure) => Some(failure.message.clone()),
            _ => None,
        };
        let data = json!({ "attempt": attempt, "delay": delay.as_secs_f64() });
        self.narrator.step(EventKind::StepRetrying, &flight.record.id, why, data);
        let cancel = CancellationToken::new();
        self.flights[step].cancel = cancel.clone();
        let task = self.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = cancel.cancelled() => {}
            }
            Done::Delay
        });
        self.owners.insert(task.id(), step);
    }

    /// A task is over.
    pub(super) fn ended(&mut self, joined: Result<(Id, Done), JoinError>) {
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some(step) = self.owners.remove(&id) else { return };
        match joined {
            Ok((_, Done::Delay)) => self.tell(Event::Waited { step }),
            Ok((_, Done::Attempt(Ending::Value(value)))) => self.answered(step, value),
            Ok((_, Done::Attempt(Ending::Raised(failure)))) => self.raised(step, failure),
            Ok((_, Done::Attempt(Ending::TimedOut))) => self.timed_out(step),
            Err(error) => {
                let message = format!("its tool failed in itself: {error}");
                self.raised(step, Failure::permanent("ToolError", message));
            }
        }
    }

    fn answered(&mut self, step: usize, value: Json) {
        let envelope = self.prepared.work[step].as_ref().map(|work| work.signature.envelope);
        let value = envelope.map_or_else(Json::default, |envelope| envelope::wrap(value, envelope));
        let success = envelope::succeeds(&value);
        match self.goto(step, &value, success) {
            Ok(goto) => {
                self.flights[step].answer = Answer::Value(value);
                self.over(step, Outcome::Answered { success, goto });
            }
            Err(failure) => self.raised(step, Failure { value: Some(value), ..failure }),
        }
    }

    fn goto(&self, step: usize, value: &Json, success: bool) -> Result<Option<usize>, Failure> {
        let routes = &self.graph.nodes[step].routes;
        let elsewhere = if success { routes.on_success } else { routes.on_failure };
        let Some(written) = &self.step(step).routing.goto else { return Ok(None) };
        if elsewhere.is_some() || self.prepared.names.step(written.value.value.trim()).is_some() {
            return Ok(routes.goto);
        }
        let mut seen = self.flights[step].record.clone();
        let end = End::Completed { attempts: seen.retries + 1 };
        record::settle(&mut seen, end, &Answer::Value(value.clone()));
        let mut scope = self.step_scope(step);
        Arc::make_mut(&mut scope.results).insert(seen.id.as_str().into(), record::seen(&seen, end));
        goto::target(&written.value, &self.prepared.names, &scope)
    }

    fn raised(&mut self, step: usize, failure: Failure) {
        let outcome = Outcome::Raised(failure.transience);
        self.flights[step].answer = Answer::Failure(failure);
        self.over(step, outcome);
    }

    fn timed_out(&mut self, step: usize) {
        let limit = self.graph.nodes[step].timeout.unwrap_or_default().as_secs_f64();
        let message = format!(
            "the step `{}` exceeded its timeout of {limit} s",
            self.flights[step].record.id
        );
        self.flights[step].answer = Answer::Failure(Failure::permanent("TimeoutError", message));
        self.over(step, Outcome::TimedOut);
    }

    fn over(&mut self, step: usize, outcome: Outcome) {
        self.tell(Event::Ended { step, outcome, jitter: random::fraction() });
    }

    fn settle(&mut self, step: usize, end: End) {
        let flight = &mut self.flights[step];
        record::settle(&mut flight.record, end, &flight.answer);
        if let Some(begun) = flight.begun {
            flight.record.completed_at = Some(now());
            flight.record.duration = Some(begun.elapsed().as_secs_f64());
        }
        flight.end = Some(end);
        let seen = record::seen(&flight.record, end);
        Arc::make_mut(&mut self.results).insert(flight.record.id.as_str().into(), seen);
        self.redact(step);
        self.note_fatal(step, end);
        let record = Arc::new(self.flights[step].record.clone());
        match end {
            End::Skipped(reason) => {
                self.journal.write(Entry::Note(self.entry(record)), Box::new(drop));
                self.settled += 1;
                self.say_skipped(step, reason);
            }
            _ => {
                let sender = self.sender.clone();
                let done = move |result| drop(sender.send(Message::Committed { step, result }));
                self.journal.write(Entry::Step(self.entry(record)), Box::new(done));
            }
        }
    }

    fn entry(&self, record: Arc<StepRecord>) -> StepEntry {
        StepEntry { run: Arc::clone(&self.facts.run), record }
    }

    /// From here on the record is what people see.
    fn redact(&mut self, step: usize) {
        let redactor = self.narrator.redactor();
        let record = &mut self.flights[step].record;
        record.value = redactor.json(std::mem::take(&mut record.value));
        record.error = record.error.take().map(|error| redactor.text(error));
    }

    /// Remembers the first failure whose policy ends the run.
    fn note_fatal(&mut self, step: usize, end: End) {
        let record = &self.flights[step].record;
        let node = &self.graph.nodes[step];
        let failed = matches!(end, End::Failed { .. } | End::Completed { .. }) && !record.success;
        let ends =
            node.policy == crate::scheduler::Policy::Fail && node.routes.on_failure.is_none();
        if failed && ends && self.fatal.is_none() {
            let why = record.error.as_deref().unwrap_or("it reported no success");
            let message = format!("the step `{}` failed: {why}", record.id);
            self.fatal = Some(Failure::permanent("StepError", message));
        }
    }

    fn say_skipped(&mut self, step: usize, reason: Reason) {
        let id = self.flights[step].record.id.clone();
        let error = match (&self.flights[step].answer, reason) {
            (Answer::ConditionError(error), Reason::ConditionError) => {
                Some(format!("the condition of `{id}` could not be evaluated: {error}"))
            }
            _ => None,
        };
        let mut data = json!({ "reason": reason.as_str() });
        if let Some(message) = &error {
            data["warning"] = Json::Bool(true);
            let message = self.narrator.redactor().text(message.clone());
            self.warnings.push(Warning {
                code: "condition-error".into(),
                message,
                step: Some(id.clone()),
            });
        }
        self.narrator.step(EventKind::StepSkipped, &id, error, data);
    }

    /// Something came from elsewhere.
    pub(super) fn hear(&mut self, message: Message) {
        match message {
            Message::Live { step, live } => self.say_live(step, live),
            Message::Committed { step, result } => {
                match result {
                    Ok(()) => self.say_ended(step),
                    Err(error) => self.journal_failed(&error),
                }
                self.settled += 1;
                self.fresh = true;
                self.tell(Event::Committed { step });
            }
        }
    }

    /// What cannot be kept must not go on.
    fn journal_failed(&mut self, error: &JournalError) {
        self.fatal = Some(Failure::permanent("JournalError", error.message.clone()));
        self.tell(Event::Cancel);
    }

    fn say_live(&self, step: usize, live: Live) {
        let flight = &self.flights[step];
        let id = &flight.record.id;
        match live {
            Live::Text(text) => {
                self.narrator.step(EventKind::StepOutput, id, None, json!({ "text": text }))
            }
            Live::Progress(fraction, message) => {
                let elapsed = flight.begun.map(|begun| begun.elapsed().as_secs_f64());
                let left = |elapsed: f64| elapsed * (1.0 - fraction) / fraction;
                let remaining = elapsed.filter(|_| fraction > 0.0).map(left);
                let data = json!({ "fraction": fraction, "remaining": remaining });
                self.narrator.step(
                    EventKind::StepProgress,
                    id,
                    Some(message).filter(|it| !it.is_empty()),
                    data,
                );
            }
        }
    }

    fn say_ended(&self, step: usize) {
        let record = &self.flights[step].record;
        let (kind, data) = match record.status {
            StepStatus::Completed => (
                EventKind::StepCompleted,
                json!({ "success": record.success, "duration": record.duration }),
            ),
            status => (
                EventKind::StepFailed,
                json!({
                    "status": status.as_str(),
                    "error_type": record.error_type,
                    "timed_out": record.timed_out,
                    "retries": record.retries,
                    "duration": record.duration,
                }),
            ),
        };
        self.narrator.step(kind, &record.id, record.error.clone(), data);
    }

    /// Says that what ended so far is kept, once for all that were committed together.
    pub(super) fn checkpoint(&mut self) {
        if !std::mem::take(&mut self.fresh) {
            return;
        }
        let open =
            |step: usize| self.prepared.work[step].is_some() && self.flights[step].end.is_none();
        let remaining = self.estimate.as_ref().and_then(|estimate| estimate.remaining(open));
        let data =
            json!({ "completed": self.settled, "total": self.selected(), "remaining": remaining });
        self.narrator.run(EventKind::Checkpoint, None, data);
    }
}
