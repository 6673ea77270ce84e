//! What a run would do, found out without doing it: nothing is called, nothing is written.
//!
//! The same scheduler gives the same orders; what they are answered with is either known (inputs, and answers of earlier
//! runs that may stand for a call) or not. What follows from something unknown is unknown, and is said to be: it is counted
//! as a success, and a condition on it as a yes.

mod partly;
mod pipelines;
mod rounds;
mod said;

use std::{collections::VecDeque, sync::Arc};

use pipeline::{Reference, Space, Step, eval, names::Names};
use serde_json::{Map, Value as Json};
use syntax::template::FreePath;
use tokio_util::sync::CancellationToken;

use said::given;
pub use said::{Because, Fate, Forecast, Foreseen};

use super::{
    envelope,
    frame::{Frame, FramePlace},
    goto,
    parameters::{self, Asked},
    products::seen_by_itself,
    record::{self, Answer},
};
use crate::{
    Journal, JournalError, Prepared, Toolbox,
    autos::{self, Stage},
    holdings::Holdings,
    limits::Hosts,
    people::People,
    prepare::{CallKind, Calling, Work},
    reuse::{Print, Terms},
    scheduler::{At, Command, Event, FrameId, Outcome, Reason, Scheduler, Verdict},
    secrets::{Redactor, Secret},
    tool::{Call, Failure, Names as CallNames, Output, Place, Transience},
};

/// Calls that are told; more are counted.
const MOST: usize = 10_000;

/// Finds out what a run would do. `journal` is where earlier answers are, if anywhere; with `against` the reasons are those
/// for which a call is another one than in that run.
///
/// # Errors
/// The journal cannot be read.
pub fn forecast(
    prepared: &Prepared,
    toolbox: &Toolbox,
    journal: Option<&Journal>,
    against: Option<&str>,
) -> Result<Forecast, JournalError> {
    let program = &prepared.program;
    let facts = Arc::new(prepared.facts.clone());
    let block = Arc::clone(&program.block);
    let mut frame =
        Frame::new(Arc::clone(program), block, FramePlace::default(), Arc::clone(&facts), None);
    for (step, earlier) in &prepared.earlier {
        frame.recall(*step, earlier);
    }
    let mut seer = Seer {
        prepared,
        toolbox,
        journal,
        against,
        unknown: vec![Vec::new()],
        steps: Vec::new(),
        more: 0,
        secrets: prepared.secrets.clone(),
    };
    seer.walk(&mut frame, Sure::Yes)?;
    let redactor = Redactor::new(&seer.secrets);
    let steps = seer.steps.into_iter().map(|step| step.without_secrets(&redactor)).collect();
    Ok(Forecast { against: against.map(str::to_owned), steps, more: seer.more })
}

/// Whether something comes to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sure {
    Yes,
    /// It hangs on what is not known.
    No,
}

/// What an attempt would come to.
enum Came {
    /// This.
    To(Answer),
    /// Nobody knows before.
    Unknown,
    /// It would fail.
    Failed(Failure),
}

/// What earlier runs have for a call.
enum Found {
    Answer {
        run: String,
        value: Json,
    },
    /// Nothing that stands for it, and why where that can be said.
    Nothing(Option<Because>),
}

/// See the module.
struct Seer<'f> {
    prepared: &'f Prepared,
    toolbox: &'f Toolbox,
    journal: Option<&'f Journal>,
    against: Option<&'f str>,
    /// Names of steps whose results are not known, those of the innermost frame last.
    unknown: Vec<Vec<Arc<str>>>,
    steps: Vec<Foreseen>,
    /// Calls that are not told.
    more: usize,
    secrets: Vec<Secret>,
}

impl Seer<'_> {
    /// Runs a frame to its end, as far as it can be seen; whether all of it is known.
    fn walk(&mut self, frame: &mut Frame, sure: Sure) -> Result<bool, JournalError> {
        let mut scheduler = Scheduler::new(Arc::clone(&frame.block.graph));
        let mut events = VecDeque::from([Event::Begin]);
        let mut is_known = true;
        loop {
            let slot = || scheduler.wanted().next().cloned().map(|limits| Event::Slot { limits });
            let Some(event) = events.pop_front().or_else(slot) else { return Ok(is_known) };
            for command in scheduler.handle(event) {
                match command {
                    Command::Judge { step } => {
                        let verdict = self.judge(frame, step);
                        events.push_back(Event::Judged { step, verdict });
                    }
                    Command::Resolve { step } => {
                        events.push_back(Event::Resolved { step, waits: Some(Vec::new()) });
                    }
                    Command::Start { step, .. } => {
                        let outcome = self.attempt(frame, step, sure)?;
                        events.push_back(Event::Ended { step, outcome, jitter: 0.0 });
                    }
                    Command::Wait { step, .. } => events.push_back(Event::Waited { step }),
                    Command::Settle { step, end } => {
                        is_known &= self.settle(frame, step, end);
                        events.push_back(Event::Committed { step });
                    }
                    Command::Finish => return Ok(is_known),
                    Command::Entangled { .. } | Command::Stop { .. } => {}
                }
            }
        }
    }

    fn judge(&mut self, frame: &mut Frame, step: usize) -> Verdict {
        let block = Arc::clone(&frame.block);
        let Some((written, condition)) =
            block.step(step).and_then(|it| Some((it, it.condition.as_ref()?)))
        else {
            return Verdict::True;
        };
        let place = |reference: &Reference| matches!(&*reference.place, "condition" | "if");
        let tags = autos::at_stage(written, Stage::Condition, None, None, &[]);
        if !tags.is_empty() || self.unknown_of(frame, written, place).is_some() {
            return Verdict::True;
        }
        let scope = frame.scope_of(step);
        match eval::evaluate(&condition.parsed, &condition.text.value, &scope) {
            Ok(value) if value.is_truthy() => Verdict::True,
            Ok(_) => Verdict::False,
            Err(error) => {
                frame.flights[step].answer = Answer::ConditionError(error.message);
                Verdict::Error
            }
        }
    }

    /// What an attempt of a step comes to, and telling it.
    fn attempt(
        &mut self,
        frame: &mut Frame,
        step: usize,
        sure: Sure,
    ) -> Result<Outcome, JournalError> {
        let block = Arc::clone(&frame.block);
        let (Some(work), Some(written)) = (&block.parts()[step].work, block.step(step)) else {
            return Ok(Outcome::Answered { success: true, goto: None });
        };
        let condition = |reference: &Reference| matches!(&*reference.place, "condition" | "if");
        let hangs = self.unknown_of(frame, written, condition).is_some()
            || !autos::at_stage(written, Stage::Condition, None, None, &[]).is_empty();
        let sure = if hangs { Sure::No } else { sure };
        let came = match work {
            Work::Call(calling) => self.call(frame, step, written, calling, sure)?,
            Work::Rounds(body) => self.rounds(frame, step, written, body, sure)?,
            Work::Pipeline(call) => self.pipeline(frame, step, written, call, sure)?,
        };
        let routes = &block.graph.nodes()[step].routes;
        Ok(match came {
            Came::Unknown => {
                frame.flights[step].answer = Answer::None;
                self.mark(&block.parts()[step].name);
                Outcome::Answered { success: true, goto: routes.goto }
            }
            Came::Failed(failure) => {
                frame.flights[step].answer = Answer::Failure(Box::new(failure));
                Outcome::Raised(Transience::Permanent)
            }
            Came::To(answer) => {
                let success = match &answer {
                    Answer::Value(value) => envelope::succeeds(value),
                    Answer::Rounds(gathered) => gathered.succeeds(),
                    _ => true,
                };
                let goto = self.goto(frame, step, written, &answer);
                frame.flights[step].answer = answer;
                Outcome::Answered { success, goto }
            }
        })
    }

    fn goto(&self, frame: &Frame, step: usize, written: &Step, answer: &Answer) -> Option<usize> {
        let routes = &frame.block.graph.nodes()[step].routes;
        let template = written.routing.goto.as_ref()?;
        if frame.block.position(template.value.value.trim()).is_some() {
            return routes.goto;
        }
        let (_, scope) = seen_by_itself(frame, At { frame: FrameId::ROOT, step }, answer);
        goto::target("goto", &template.value, &frame.block, &scope).ok().flatten()
    }

    /// Lets a step be read; whether what it came to is known.
    fn settle(&mut self, frame: &mut Frame, step: usize, end: crate::scheduler::End) -> bool {
        let name = Arc::clone(&frame.block.parts()[step].name);
        if self.unknown.last().is_some_and(|unknown| unknown.contains(&name)) {
            return false;
        }
        let flight = &mut frame.flights[step];
        record::settle(Arc::make_mut(&mut flight.record), end, &mut flight.answer);
        let seen = record::seen(&flight.record, end, &flight.answer);
        if let crate::scheduler::End::Skipped(reason) = end
            && reason != Reason::Uncalled
        {
            let (step, path) = (flight.record.id.clone(), flight.path.to_string());
            let why = match &flight.answer {
                Answer::ConditionError(error) => Some(error.clone()),
                _ => None,
            };
            self.tell(Foreseen::skipped(step, path, reason.as_str(), why));
        }
        Arc::make_mut(&mut frame.results).insert(name, seen);
        true
    }

    fn tell(&mut self, foreseen: Foreseen) {
        if self.steps.len() < MOST {
            self.steps.push(foreseen);
        } else {
            self.more += 1;
        }
    }

    /// From here on its result is not known.
    fn mark(&mut self, name: &Arc<str>) {
        if let Some(unknown) = self.unknown.last_mut() {
            unknown.push(Arc::clone(name));
        }
    }

    /// The first step whose unknown result these places of a step read.
    fn unknown_of(
        &self,
        frame: &Frame,
        written: &Step,
        mut place: impl FnMut(&Reference) -> bool,
    ) -> Option<Arc<str>> {
        let names = &frame.facts.names;
        written.references.iter().filter(|it| place(it)).find_map(|it| self.is_unknown(names, it))
    }

    fn is_unknown(&self, names: &Names, reference: &Reference) -> Option<Arc<str>> {
        match reference.space {
            Space::Inputs => None,
            _ if is_all_results(&reference.root) => {
                self.unknown.iter().rev().flatten().next().cloned()
            }
            _ => self.unknown_step(names, &reference.root),
        }
    }

    /// The step with an unknown result that a name means: its own, that of a variable of it, or that of the round before.
    fn unknown_step(&self, names: &Names, root: &str) -> Option<Arc<str>> {
        let declared = names.variable(root);
        let by_variable = |name: &Arc<str>| declared.is_some() && names.step(name) == declared;
        let root = root.strip_prefix("prev_").unwrap_or(root);
        let mut all = self.unknown.iter().rev().flatten();
        all.find(|name| ***name == *root || by_variable(name)).cloned()
    }

    fn call(
        &mut self,
        frame: &mut Frame,
        step: usize,
        written: &Step,
        calling: &Calling,
        sure: Sure,
    ) -> Result<Came, JournalError> {
        let scope = frame.scope_of(step);
        let mut foreseen = Foreseen::of(&frame.flights[step], sure == Sure::Yes);
        foreseen.tool = Some(calling.signature.name.to_owned());
        let action = |it: &Reference| {
            it.place.starts_with("parameters") || matches!(&*it.place, "action" | "tool")
        };
        if let Some(upstream) = self.unknown_of(frame, written, action) {
            if let CallKind::Tool { operation } = &calling.kind {
                foreseen.operation.clone_from(operation);
            }
            foreseen.parameters = self.as_far_as_known(frame, written, &scope);
            foreseen.because = Some(Because::upstream(&upstream));
            self.tell(foreseen);
            return Ok(Came::Unknown);
        }
        let signature = Some(calling.signature);
        let tags = autos::at_stage(written, Stage::Start, signature, calling.words(), &[]);
        if !tags.is_empty() {
            foreseen.parameters = self.as_far_as_known(frame, written, &scope);
            foreseen.because = Some(Because::auto());
            self.tell(foreseen);
            return Ok(Came::Unknown);
        }
        let asked = match parameters::ask(written, calling, &scope, &self.prepared.means) {
            Ok(asked) => asked,
            Err(failure) => {
                foreseen.fate = Fate::Fails;
                foreseen.because = Some(Because::failure(&failure.message));
                self.tell(foreseen);
                return Ok(Came::Failed(failure));
            }
        };
        foreseen.operation.clone_from(&asked.operation);
        foreseen.parameters = given(written, &asked);
        let effects = asked.effects(calling.signature);
        let terms = Terms::of(effects, written.cache, &self.prepared.request.options.reuse);
        let call = self.to_call(frame, step, asked, scope);
        let found = self.look(calling, &call, terms, &frame.flights[step].key)?;
        let came = match found {
            Found::Nothing(because) => {
                foreseen.because = because;
                Came::Unknown
            }
            Found::Answer { run, value } => {
                foreseen.fate = Fate::Taken { run };
                Came::To(Answer::Value(envelope::wrap(value, calling.signature.envelope)))
            }
        };
        self.tell(foreseen);
        Ok(came)
    }

    /// What an earlier run was answered, or why none of them stands for the call.
    fn look(
        &self,
        calling: &Calling,
        call: &Call,
        terms: Option<Terms>,
        path: &str,
    ) -> Result<Found, JournalError> {
        let Some(journal) = self.journal else { return Ok(Found::Nothing(None)) };
        let Some(pepper) = journal.pepper() else { return Ok(Found::Nothing(None)) };
        let Some(terms) = terms else { return Ok(Found::Nothing(Some(Because::never()))) };
        let Some(tool) = self.toolbox.get(calling.signature.name) else {
            return Ok(Found::Nothing(None));
        };
        let reliance = tool.relies_on(call);
        let print = Print::of(&pepper, calling.signature.name, call, &reliance);
        if let Ok(print) = &print
            && let Some(earlier) =
                terms.find(journal, &print.key, &reliance, self.prepared.run())?
        {
            return Ok(Found::Answer { run: earlier.run, value: earlier.value });
        }
        let Some(run) = self.against else { return Ok(Found::Nothing(None)) };
        let because = match (journal.kept_call(run, path)?, print) {
            (None, _) => Because::new_step(run),
            (Some(kept), _) if !kept.succeeded => Because::not_done(run),
            (Some(_), Err(error)) => Because::unreadable(&error.to_string()),
            (Some(kept), Ok(print)) => Because::differs(kept.parts.as_deref(), &print),
        };
        Ok(Found::Nothing(Some(because)))
    }

    /// A call that is not made.
    fn to_call(
        &self,
        frame: &Frame,
        step: usize,
        asked: Asked,
        scope: crate::scope::StepScope,
    ) -> Call {
        let (options, flight) = (&self.prepared.request.options, &frame.flights[step]);
        let Asked { operation, parameters, text, mind, nulls: _ } = asked;
        Call {
            operation,
            parameters,
            text,
            mind,
            hands: crate::hands::Hands::none(),
            names: CallNames::of(Arc::new(scope)),
            place: Place {
                run: frame.facts.run.to_string(),
                step: flight.record.id.clone(),
                path: flight.path.to_string(),
                attempt: 1,
                idempotency_key: String::new(),
                cwd: options.cwd.clone(),
                workspace: options.workspace.clone(),
                pipeline_folder: frame.facts.places.pipeline_folder().to_owned(),
                writable: options.writable.clone(),
                reachable: options.reachable.clone(),
                depth: frame.facts.callers.len(),
            },
            cancel: CancellationToken::new(),
            output: Output::none(),
            hosts: Hosts::default(),
            holdings: Holdings::default(),
            timeout: None,
            people: People::nobody(),
        }
    }

    /// Parameters, pieces that read something unknown as they are written.
    fn as_far_as_known(
        &self,
        frame: &Frame,
        written: &Step,
        scope: &crate::scope::StepScope,
    ) -> Map<String, Json> {
        let names = &frame.facts.names;
        let unknown = |path: &FreePath| {
            let fields = path.fields.iter().map(|(field, _)| field.as_str());
            let mut all = std::iter::once(path.root.as_str()).chain(fields);
            let first = all.next().unwrap_or_default();
            match is_all_results(first) {
                true => all.next().is_none_or(|id| self.unknown_step(names, id).is_some()),
                false => self.unknown_step(names, first).is_some(),
            }
        };
        let one = |parameter: &pipeline::Parameter| {
            let value = partly::data(&parameter.value.value, scope, &unknown);
            (parameter.name.value.clone(), value)
        };
        written.parameters.iter().map(one).collect()
    }
}

/// Names behind which every result stands.
fn is_all_results(root: &str) -> bool {
    matches!(root, "results" | "steps" | "previous_results" | "step_results")
}
