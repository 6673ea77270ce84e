//! The steps of a run in flight: obeys the scheduler and tells it what became of its orders. The parts of this type are
//! in the files beside: what starts, what ends, what settles, what is said, and what goes round.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use indexmap::{IndexMap, IndexSet, map::Entry as Slot};
use pipeline::insight::{self, Sheet};
use tokio::{
    sync::mpsc::UnboundedSender,
    task::{Id, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{
    asks::Answered,
    autos::Then,
    clock::Clock,
    ends::Done,
    estimate::Estimate,
    frame::{Flight, Frame, Lies},
    hear::Message,
    narrator::Narrator,
    recalled::{Due, Held},
    stop::Stop,
};
use crate::{
    Document, Journal, Prepared, Toolbox,
    budget::{Budget, Charge, Purse, Spent},
    document::{Product, StepRecord, StepStatus, Warning, blank},
    holdings::Holdings,
    journal::JournalError,
    limits::{Hosts, Limits},
    reuse::Pepper,
    scheduler::{At, Command, Event, Forest, FrameId, Order, Told},
    scope::{Facts, StepScope},
    secrets::{Redactor, Seal, Secret},
    tool::Failure,
};

/// Whether the run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Goes,
    /// More is to be recalled.
    Recalls,
    Over,
}

/// See the module.
pub(super) struct Steps<'r> {
    pub(super) prepared: &'r Prepared,
    pub(super) tasks: JoinSet<Done>,
    pub(super) warnings: Vec<Warning>,
    /// Where those stand that several steps share, and the steps.
    pub(super) together: BTreeMap<String, (usize, IndexSet<String>)>,
    pub(super) toolbox: &'r Toolbox,
    pub(super) journal: &'r Journal,
    pub(super) narrator: &'r Narrator<'r>,
    pub(super) sender: UnboundedSender<Message>,
    /// Of the keys under which answers are found; none where they are not kept.
    pub(super) pepper: Option<Pepper>,
    /// The way out for all its calls.
    pub(super) hosts: Hosts,
    /// What its calls leave for later ones.
    pub(super) holdings: Holdings,
    /// Of the pipeline's own steps.
    pub(super) estimate: Option<Estimate>,
    pub(super) facts: Arc<Facts>,
    /// Those that are not closed.
    pub(super) frames: BTreeMap<FrameId, Frame>,
    pub(super) owners: HashMap<Id, At>,
    /// By path of a product, the path of the step that wrote it.
    pub(super) writers: HashMap<String, Arc<str>>,
    /// In the order in which they were written.
    pub(super) products: Vec<Product>,
    /// How many of the pipeline's own steps are to run.
    pub(super) selected: usize,
    /// How many of them settled.
    pub(super) settled: usize,
    /// Committed since the last checkpoint.
    pub(super) fresh: bool,
    /// Closes what is kept; knows the secrets of called pipelines, too.
    pub(super) seal: Seal,
    secrets: Vec<Secret>,
    /// What the pipeline is for.
    intention: String,
    /// Stands where records are lent.
    lent: Arc<StepRecord>,
    /// Stand where records are left to the journal, one for each way to end.
    remnants: Vec<Arc<StepRecord>>,
    /// Counts what comes in from outside.
    pub(super) turns: u64,
    /// Kept answers by their turn.
    pub(super) due: BTreeMap<u64, Vec<Due>>,
    /// Stops questions of AUTO tags.
    pub(super) autos_cancel: CancellationToken,
    pub(super) is_paused: bool,
    /// What waits for the end of a pause, to ask.
    pub(super) asleep: Vec<(At, Then)>,
    /// Calls that wait until none is due.
    pub(super) held: VecDeque<Held>,
    forest: Forest,
    told: VecDeque<Told>,
    /// What ended the run whatever the steps say.
    pub(super) journal_failure: Option<Failure>,
    /// Nobody was there to answer, which ended the run.
    pub(super) unheard: Option<Failure>,
    cancelled: bool,
    pub(super) purse: Purse,
    /// What all calls used; none where no call said that it uses anything.
    pub(super) spent: Option<Spent>,
    /// Calls that were not made: they could break the budget.
    pub(super) unpaid: Vec<Held>,
    /// Steps that go round whose tags were not asked for that reason.
    pub(super) unshaped: Vec<At>,
    /// Answers of people, by the step that waits for them and for a job slot.
    pub(super) answers: BTreeMap<At, Vec<Answered>>,
    pub(super) stop: Stop,
    pub(super) clock: Clock,
}

impl<'r> Steps<'r> {
    pub(super) fn new(
        prepared: &'r Prepared,
        toolbox: &'r Toolbox,
        journal: &'r Journal,
        narrator: &'r Narrator<'r>,
        sender: UnboundedSender<Message>,
    ) -> Self {
        // It takes much memory for a moment, so it comes before what stays.
        let intention = intention(prepared);
        let program = &prepared.program;
        let block = &program.block;
        let history = journal.history(&prepared.facts.pipeline_id).unwrap_or_else(|error| {
            tracing::debug!(%error, "no estimate");
            Default::default()
        });
        let options = &prepared.request.options;
        let order = program.plan.stages.concat();
        let steps = block.parts().iter().map(|part| (&*part.name, part.work.is_some()));
        let facts = Arc::new(prepared.facts.clone());
        let mut root = Frame::root(program, &facts);
        for (step, earlier) in &prepared.earlier {
            root.recall(*step, earlier);
        }
        Self {
            pepper: journal.pepper(),
            hosts: Hosts::new(&options.limits),
            holdings: Holdings::default(),
            estimate: Estimate::new(&history, &block.graph, order, steps),
            forest: Forest::new(Arc::clone(&block.graph), options.jobs, &options.limits.of_steps()),
            facts,
            frames: BTreeMap::from([(FrameId::ROOT, root)]),
            owners: HashMap::new(),
            writers: HashMap::new(),
            products: Vec::new(),
            told: VecDeque::new(),
            tasks: JoinSet::new(),
            warnings: Vec::new(),
            together: BTreeMap::new(),
            journal_failure: None,
            unheard: None,
            cancelled: false,
            purse: Purse::new(Budget::default(), Charge::default()),
            spent: None,
            unpaid: Vec::new(),
            unshaped: Vec::new(),
            answers: BTreeMap::new(),
            stop: Stop::None,
            clock: Clock::new(),
            settled: 0,
            selected: block.parts().iter().filter(|part| part.work.is_some()).count(),
            fresh: false,
            seal: prepared.seal.clone(),
            secrets: prepared.secrets.clone(),
            intention,
            lent: Arc::new(StepRecord::pending("")),
            remnants: Vec::new(),
            turns: 0,
            due: BTreeMap::new(),
            autos_cancel: CancellationToken::new(),
            is_paused: false,
            asleep: Vec::new(),
            held: VecDeque::new(),
            prepared,
            toolbox,
            journal,
            narrator,
            sender,
        }
    }

    /// From now on these are secrets, too.
    pub(super) fn learn(&mut self, secrets: Vec<Secret>) {
        if !secrets.is_empty() {
            self.secrets.extend(secrets);
            self.seal = Seal::new(&self.prepared.recipe.mark, &self.secrets);
            self.narrator.redact_with(Redactor::new(&self.secrets));
        }
    }

    /// Whether the run was stopped on request.
    pub(super) const fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// What outputs may read.
    pub(super) fn scope(&self) -> StepScope {
        let root = self.frames.get(&FrameId::ROOT);
        root.map_or_else(|| StepScope::new(Arc::clone(&self.facts)), Frame::scope)
    }

    fn own_flights_mut(&mut self) -> impl Iterator<Item = &mut Flight> {
        self.frames.get_mut(&FrameId::ROOT).into_iter().flat_map(|root| &mut root.flights)
    }

    fn own_flights(&self) -> impl Iterator<Item = &Flight> {
        self.frames.get(&FrameId::ROOT).into_iter().flat_map(|root| &root.flights)
    }

    /// The pipeline's own steps that were to run.
    pub(super) fn selected_flights(&self) -> impl Iterator<Item = &Flight> {
        let parts = self.prepared.program.block.parts();
        self.own_flights().zip(parts).filter(|(_, part)| part.work.is_some()).map(|(it, _)| it)
    }

    /// The failure that ended the run.
    pub(super) fn fatal(&self) -> Option<&Failure> {
        let root = || self.frames.get(&FrameId::ROOT).and_then(|root| root.fatal.as_ref());
        let stop = || self.stop.failure().filter(|_| self.is_cut_short());
        self.journal_failure.as_ref().or(self.unheard.as_ref()).or_else(stop).or_else(root)
    }

    /// Whether a step that was to run did not come to its end.
    pub(super) fn is_cut_short(&self) -> bool {
        self.selected_flights()
            .any(|it| matches!(it.record.status, StepStatus::Pending | StepStatus::Cancelled))
    }

    /// How many calls are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.forest.in_flight()
    }

    /// Whether the scheduler is still to hear something.
    pub(super) fn has_told_all(&self) -> bool {
        self.told.is_empty()
    }

    /// When a limit that is in the way opens by time alone.
    pub(super) fn opens(&self) -> Option<tokio::time::Instant> {
        self.forest.opens().map(|opens| self.clock.at(opens))
    }

    /// The run as it begins, with the records of its steps, which are not there until [`Self::take_back`].
    pub(super) fn lend(&mut self) -> Document {
        let lent = Arc::clone(&self.lent);
        let block = Arc::clone(&self.prepared.program.block);
        let mut records = IndexMap::with_capacity(block.parts().len());
        for (step, flight) in self.own_flights_mut().enumerate() {
            let Some(part) = block.parts().get(step) else { continue };
            if let Slot::Vacant(slot) = records.entry(part.name.to_string()) {
                slot.insert(match flight.lies {
                    Lies::Nowhere => block.pending(step),
                    Lies::Here | Lies::Journal => {
                        let record = std::mem::replace(&mut flight.record, Arc::clone(&lent));
                        Arc::unwrap_or_clone(record)
                    }
                });
            }
        }
        self.document_of(records)
    }

    /// Takes back what was lent.
    pub(super) fn take_back(&mut self, mut document: Document) {
        let lent = Arc::clone(&self.lent);
        let block = Arc::clone(&self.prepared.program.block);
        for (flight, part) in self.own_flights_mut().zip(block.parts()) {
            if Arc::ptr_eq(&flight.record, &lent)
                && let Some(record) = document.steps.get_mut(&*part.name)
            {
                let record = std::mem::replace(record, StepRecord::pending(""));
                flight.record = Arc::new(record);
            }
        }
    }

    /// Leaves to the journal what it has of one of the pipeline's own steps: nothing happens to that any more.
    pub(super) fn stow(&mut self, at: At) {
        if at.frame != FrameId::ROOT || !self.journal.outlives_runs() {
            return;
        }
        let Some(flight) = self.flight(at).filter(|it| it.lies == Lies::Here) else { return };
        let (status, success) = (flight.record.status, flight.record.success);
        let remnants = &mut self.remnants;
        let known = remnants.iter().find(|it| (it.status, it.success) == (status, success));
        let remnant = known.map(Arc::clone).unwrap_or_else(|| {
            let remnant = StepRecord { status, success, ..StepRecord::pending("") };
            remnants.push(Arc::new(remnant));
            Arc::clone(&remnants[remnants.len() - 1])
        });
        if let Some(flight) = self.flight_mut(at) {
            flight.stow(remnant);
        }
    }

    /// The same at its end: its steps are no longer there. What cannot be read back is missing, and the error says so.
    pub(super) fn into_document(mut self) -> (Document, Option<JournalError>) {
        let root = self.frames.remove(&FrameId::ROOT);
        let flights = root.map(|root| root.flights).unwrap_or_default();
        let block = &self.prepared.program.block;
        let mut is_stowed = vec![false; flights.len()];
        let mut records = IndexMap::with_capacity(flights.len());
        for ((step, flight), part) in flights.into_iter().enumerate().zip(block.parts()) {
            let record = match flight.lies {
                Lies::Here => Arc::unwrap_or_clone(flight.record),
                Lies::Nowhere => block.pending(step),
                Lies::Journal => {
                    is_stowed[step] = true;
                    StepRecord::clone(&flight.record)
                }
            };
            records.insert(part.name.to_string(), record);
        }
        if !is_stowed.contains(&true) {
            return (self.document_of(records), None);
        }
        // One after the other into its place: twice all of them would be the most that a long run holds at once.
        let read = self.journal.each_record(self.prepared.run(), |read| {
            if let Some((step, _, record)) = records.get_full_mut(&read.id)
                && std::mem::take(&mut is_stowed[step])
            {
                *record = read;
            }
        });
        let lost = is_stowed.iter().position(|it| *it);
        for step in (0..is_stowed.len()).filter(|step| is_stowed[*step]) {
            if let Some((_, record)) = records.get_index_mut(step) {
                let StepRecord { status, success, .. } = *record;
                *record = StepRecord { status, success, ..block.pending(step) };
            }
        }
        let gone = |step: usize| {
            let name = &block.parts()[step].name;
            JournalError::new("cannot read the journal", format_args!("it has no step `{name}`"))
        };
        (self.document_of(records), read.err().or_else(|| lost.map(gone)))
    }

    fn document_of(&self, steps: IndexMap<String, StepRecord>) -> Document {
        let prepared = self.prepared;
        let parts = prepared.program.block.parts();
        let selected = |step: &&usize| parts.get(**step).is_some_and(|part| part.work.is_some());
        let id = |step: &usize| parts.get(*step).map(|part| part.name.to_string());
        let stages = prepared.program.plan.stages.iter();
        let levels =
            stages.map(|stage| stage.iter().filter(selected).filter_map(id).collect::<Vec<_>>());
        let levels: Vec<_> = levels.filter(|level| !level.is_empty()).collect();
        Document {
            steps,
            products: self.products.clone(),
            execution_order: levels.concat(),
            execution_levels: levels,
            warnings: self.warnings.clone(),
            intention: Some(self.intention.clone()),
            usage: self.spent.as_ref().map(|it| it.usage.clone().told()).unwrap_or_default(),
            ..blank(prepared.run(), &prepared.facts.pipeline_id, prepared.started_at)
        }
    }

    /// Queues what the scheduler is to hear.
    pub(super) fn tell(&mut self, told: Told) {
        self.told.push_back(told);
    }

    /// The same about one step.
    pub(super) fn tell_of(&mut self, at: At, event: impl FnOnce(usize) -> Event) {
        self.tell(Told::Frame(at.frame, event(at.step)));
    }

    /// Starts the run.
    pub(super) fn begin(&mut self) {
        self.tell(Told::Frame(FrameId::ROOT, Event::Begin));
    }

    /// Stops on request.
    pub(super) fn cancel(&mut self) {
        self.cancelled = true;
        self.halt();
    }

    /// Stops everything.
    pub(super) fn halt(&mut self) {
        self.autos_cancel.cancel();
        self.stop_asleep();
        self.tell(Told::Frame(FrameId::ROOT, Event::Cancel));
        self.end_unshaped();
    }

    /// Gives the scheduler what is queued, and obeys.
    pub(super) fn obey(&mut self) -> Course {
        for _ in 0..Self::breath() {
            if self.obey_all() == Course::Over {
                return Course::Over;
            }
            if !self.recall() {
                return Course::Goes;
            }
        }
        Course::Recalls
    }

    fn obey_all(&mut self) -> Course {
        if self.prepared.request.options.limits != Limits::default() {
            self.told.push_front(Told::Time(self.clock.elapsed()));
        }
        while let Some(told) = self.told.pop_front() {
            for order in self.forest.handle(told) {
                self.meet(&order);
                match order {
                    Order::Frame(_, Command::Finish) => return Course::Over,
                    Order::Frame(frame, command) => self.command(frame, command),
                    order => self.command_composite(order),
                }
            }
        }
        Course::Goes
    }

    /// An order is what happens to a step first.
    fn meet(&mut self, order: &Order) {
        let at = match *order {
            Order::Start { at, .. } => Some(at),
            Order::Frame(frame, ref command) => command.step().map(|step| At { frame, step }),
            _ => None,
        };
        if let Some(at) = at
            && let Some(frame) = self.frames.get_mut(&at.frame)
        {
            frame.meet(at.step);
        }
    }

    fn command(&mut self, frame: FrameId, command: Command) {
        let at = |step| At { frame, step };
        match command {
            Command::Judge { step } => self.judge(at(step)),
            Command::Resolve { step } => self.find_dependencies(at(step)),
            Command::Entangled { step, with } => self.entangled(at(step), with),
            Command::Start { step, attempt, timeout } => self.start(at(step), attempt, timeout),
            Command::Wait { step, attempt, delay } => self.wait(at(step), attempt, delay),
            Command::Stop { step } if self.stop_held(at(step)) => {}
            Command::Stop { step } => {
                if let Some(cancel) = self.flight(at(step)).and_then(|it| it.cancel.as_ref()) {
                    cancel.cancel();
                }
            }
            Command::Settle { step, end } => self.settle(at(step), end),
            Command::Finish => {}
        }
    }

    /// Whether the scheduler has told the step's attempt to stop.
    pub(super) fn is_stopping(&self, at: At) -> bool {
        self.forest.scheduler(at.frame).is_some_and(|scheduler| scheduler.is_stopping(at.step))
    }

    pub(super) fn flight(&self, at: At) -> Option<&Flight> {
        self.frames.get(&at.frame)?.flights.get(at.step)
    }

    pub(super) fn flight_mut(&mut self, at: At) -> Option<&mut Flight> {
        self.frames.get_mut(&at.frame)?.flights.get_mut(at.step)
    }

    /// The record of a step, for the journal.
    pub(super) fn record(&self, at: At) -> Option<Arc<StepRecord>> {
        self.flight(at).map(|flight| Arc::clone(&flight.record))
    }
}

/// What the pipeline is for and what it does from beginning to end.
fn intention(prepared: &Prepared) -> String {
    let (request, names) = (&prepared.request, &prepared.facts.names);
    let sheet = Sheet::of(&request.pipeline, names, &request.plan, &request.catalogue);
    let intention = insight::intention(&sheet);
    // A run asks once, and a step would keep for ever what it said of itself.
    insight::forget(&request.pipeline, &request.plan);
    intention
}
