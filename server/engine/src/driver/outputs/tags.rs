//! AUTO tags of outputs: asked when everything else is over, one after the other, and kept together.

use std::sync::Arc;

use pipeline::{Data, Output, Value};
use tokio_util::sync::CancellationToken;

use super::{Decisions, is_in_reach};
use crate::{
    autos::{self, Stage, Where},
    budget::{Purse, Spent},
    document::Decided,
    driver::{
        autos::{call_for, decided, first_open, paid},
        ends::Done,
        mind,
        steps::Steps,
    },
    journal::Asker,
    limits::Hosts,
    mind::Mind,
    prepare::Program,
    recall::Question,
    scheduler::At,
    scope::StepScope,
    tool::{ANSWER_AUTO, Place, Tool},
};

/// Of each output with tags, by its place among all, what was decided.
type Said = Vec<(usize, Result<Vec<Decided>, String>)>;

/// What came of asking.
#[derive(Debug)]
pub(in crate::driver) struct Asked {
    said: Said,
    spent: Option<Spent>,
}

/// An output whose tags are open.
struct Ask {
    at: usize,
    path: String,
    data: Data,
    /// Whom each of its tags asks.
    minds: Vec<Arc<Mind>>,
}

/// By what they are asked.
struct Means {
    tool: Arc<dyn Tool>,
    place: Place,
    hosts: Hosts,
    purse: Purse,
    cancel: CancellationToken,
}

/// The texts with tags of an output.
pub(super) fn of(output: &Output) -> Vec<Where<'_>> {
    autos::in_data(&output.value.value, &path(output), None)
}

fn path(output: &Output) -> String {
    format!("outputs.{}", output.name.value)
}

/// Under which those of the run itself are kept.
const RUN: &str = "outputs";

impl Steps<'_> {
    /// Asks what the outputs of the run ask.
    pub(in crate::driver) async fn decide_outputs(
        &mut self,
        cancel: &CancellationToken,
    ) -> (Decisions, Vec<Decided>) {
        let program = Arc::clone(&self.prepared.program);
        let parts = program.block.parts();
        let is_selected =
            |step: usize| parts.get(step).is_some_and(|part| part.work.is_some() || part.on_call);
        if !has_tags(&program, is_selected) || self.is_cut_short() {
            return Default::default();
        }
        let question = Question::Auto(Stage::Outputs(0), 0);
        let told = self.prepared.recall.decided(Asker::Outputs);
        let known = match told {
            Some(told) => Some(said_at_places(&program, is_selected, told)),
            None => self.said_before(RUN, question),
        };
        let said = match known {
            Some(said) => {
                self.keep_said_again(RUN.into(), question, &said);
                said
            }
            None => {
                let place = self.place_of_outputs();
                let means = match self.means_of(place, cancel.clone()) {
                    Ok(means) => means,
                    Err(why) => return (self.without(&program, is_selected, &why), Vec::new()),
                };
                let asks = self.asks(&program, is_selected);
                let Asked { said, spent } = ask_all(asks, self.scope(), means).await;
                self.keep_said(RUN.into(), question, &said);
                if let Some(spent) = spent {
                    self.spend_on_outputs(RUN.into(), &spent);
                }
                said
            }
        };
        self.taken(said)
    }

    /// Asks what the outputs of a pipeline ask that a step has run to its end, unless there is nothing to ask. What is
    /// known comes at once; `None` while it is asked.
    pub(in crate::driver) fn decide_outputs_of(
        &mut self,
        at: At,
        program: &Arc<Program>,
        scope: StepScope,
        then: impl FnOnce(Asked) -> Done + Send + 'static,
    ) -> Option<(Decisions, Vec<Decided>)> {
        if !has_tags(program, |_| true) {
            return Some(Default::default());
        }
        let attempt = self.flight(at).map_or(0, |flight| flight.record.retries + 1);
        let key = self.flight(at).map(|flight| Arc::clone(&flight.key)).unwrap_or_default();
        let told = self.prepared.recall.decided(Asker::Step(&key));
        let question = Question::Auto(Stage::Outputs(attempt), 0);
        let known = match told {
            Some(told) => Some(said_at_places(program, |_| true, told)),
            None => self.said_before(&key, question),
        };
        if let Some(said) = known {
            self.keep_said_again(key, question, &said);
            return Some(self.taken(said));
        }
        let cancel = self.autos_cancel.child_token();
        let means = match self.place(at).ok_or_else(|| "it is gone".to_owned()) {
            Ok(place) => self.means_of(place, cancel.clone()),
            Err(why) => Err(why),
        };
        let means = match means {
            Ok(means) => means,
            Err(why) => return Some((self.without(program, |_| true, &why), Vec::new())),
        };
        if let Some(flight) = self.flight_mut(at) {
            flight.cancel = Some(cancel);
        }
        let asks = self.asks(program, |_| true);
        let task = self.tasks.spawn(async move { then(ask_all(asks, scope, means).await) });
        self.owners.insert(task.id(), at);
        None
    }

    /// Keeps what came of asking for the outputs of a pipeline that a step ran.
    pub(in crate::driver) fn outputs_decided(
        &mut self,
        at: At,
        asked: Asked,
    ) -> (Decisions, Vec<Decided>) {
        let Asked { said, spent } = asked;
        self.spend(at, spent);
        let flight = self.flight(at).map(|it| (Arc::clone(&it.key), it.record.retries + 1));
        if let Some((key, attempt)) = flight {
            self.keep_said(key, Question::Auto(Stage::Outputs(attempt), 0), &said);
        }
        self.taken(said)
    }

    fn said_before(&mut self, key: &str, question: Question) -> Option<Said> {
        match self.prepared.recall.answer::<Vec<(usize, Vec<Decided>)>>(key, question, &self.seal) {
            Ok(found) => {
                let found = found?.answer;
                Some(found.into_iter().map(|(at, decided)| (at, Ok(decided))).collect())
            }
            Err(error) => {
                self.journal_failed(&error);
                None
            }
        }
    }

    /// What was not answered is asked again when the run is gone on with.
    fn keep_said(&mut self, key: Arc<str>, question: Question, said: &Said) {
        let whole: Result<Vec<(usize, &Vec<Decided>)>, _> = said
            .iter()
            .map(|(at, decided)| decided.as_ref().map(|decided| (*at, decided)))
            .collect();
        if let Ok(whole) = whole {
            self.keep_under(key, question, serde_json::to_value(whole), Box::new(drop));
        }
    }

    fn keep_said_again(&mut self, key: Arc<str>, question: Question, said: &Said) {
        if self.prepared.recall.is_foreign() {
            self.keep_said(key, question, said);
        }
    }

    /// As outputs read it, and as people do.
    fn taken(&self, said: Said) -> (Decisions, Vec<Decided>) {
        let redactor = self.narrator.redactor();
        let (mut decisions, mut all) = (Decisions::new(), Vec::new());
        for (at, decided) in said {
            let values = decided.as_ref().map_err(String::clone).map(|decided| {
                decided.iter().map(|it| autos::value(&it.value)).collect::<Vec<Value>>()
            });
            decisions.insert(at, values);
            all.extend(decided.into_iter().flatten().map(|it| Decided {
                question: redactor.text(it.question),
                value: redactor.json(it.value),
                ..it
            }));
        }
        (decisions, all)
    }

    fn means_of(&self, place: Place, cancel: CancellationToken) -> Result<Means, String> {
        if self.prepared.recall.refuses() {
            let who = self.prepared.recall.teller();
            return Err(format!("{who} has no answer of its AUTO tag, and nothing else is asked"));
        }
        let tool = self.toolbox.get(ANSWER_AUTO.name).map(Arc::clone);
        let tool = tool.ok_or_else(|| "no model is provided".to_owned())?;
        Ok(Means { tool, place, hosts: self.hosts.clone(), purse: self.purse.clone(), cancel })
    }

    fn without(
        &self,
        program: &Program,
        is_selected: impl Fn(usize) -> bool,
        why: &str,
    ) -> Decisions {
        let tagged = tagged(program, is_selected);
        tagged.map(|(at, _)| (at, Err(why.to_owned()))).collect()
    }

    fn asks(
        &self,
        program: &Program,
        is_selected: impl Fn(usize) -> bool,
    ) -> Vec<Result<Ask, (usize, String)>> {
        let means = &self.prepared.means;
        let ask = |(at, output): (usize, &Output)| {
            let texts = of(output);
            let tags = texts.iter().flat_map(|found| autos::in_order(found.text));
            let minds = tags.map(|tag| mind::of_auto(&program.pipeline, tag, means));
            let minds = minds.collect::<Result<_, _>>().map_err(|failure| (at, failure.message))?;
            Ok(Ask { at, path: path(output), data: output.value.value.clone(), minds })
        };
        tagged(program, is_selected).map(ask).collect()
    }
}

/// What was said of each output that has tags, out of what is told by places. Of one of which nothing is told, nothing was said.
fn said_at_places(
    program: &Program,
    is_selected: impl Fn(usize) -> bool,
    told: &[Decided],
) -> Said {
    let of_output = |(at, output): (usize, &Output)| {
        let path = path(output);
        let is_inside = |place: &str| {
            place.strip_prefix(&path).is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']))
        };
        let own: Vec<Decided> = told.iter().filter(|it| is_inside(&it.place)).cloned().collect();
        (!own.is_empty()).then_some((at, Ok(own)))
    };
    tagged(program, is_selected).filter_map(of_output).collect()
}

fn has_tags(program: &Program, is_selected: impl Fn(usize) -> bool) -> bool {
    tagged(program, is_selected).next().is_some()
}

/// The outputs in reach that have tags, by their places among all.
fn tagged(
    program: &Program,
    is_selected: impl Fn(usize) -> bool,
) -> impl Iterator<Item = (usize, &Output)> {
    let outputs = program.pipeline.outputs.iter().map(|output| &**output).enumerate();
    outputs.filter(move |(_, output)| {
        !of(output).is_empty() && is_in_reach(output, &program.names, &is_selected)
    })
}

async fn ask_all(asks: Vec<Result<Ask, (usize, String)>>, scope: StepScope, means: Means) -> Asked {
    let mut asked = Asked { said: Vec::new(), spent: None };
    for ask in asks {
        match ask {
            Ok(ask) => {
                let decided = ask_one(&ask, &scope, &means, &mut asked.spent).await;
                asked.said.push((ask.at, decided));
            }
            Err((at, why)) => asked.said.push((at, Err(why))),
        }
    }
    asked
}

async fn ask_one(
    ask: &Ask,
    scope: &StepScope,
    means: &Means,
    spent: &mut Option<Spent>,
) -> Result<Vec<Decided>, String> {
    let mut all: Vec<Decided> = Vec::new();
    loop {
        let answers: Vec<Value> = all.iter().map(|it| autos::value(&it.value)).collect();
        let texts = autos::in_data(&ask.data, &ask.path, None);
        let open = first_open(texts, &answers, scope).map_err(|failure| failure.message)?;
        let Some(open) = open else { return Ok(all) };
        let Some(mind) = ask.minds.get(open.number) else { return Ok(all) };
        let (place, hosts) = (means.place.clone(), means.hosts.clone());
        let call = call_for(&open.asked, Arc::clone(mind), place, hosts, means.cancel.clone());
        let came = paid(&means.tool, &call, &means.purse).await;
        if let Some(used) = came.spent {
            *spent = Some(Spent::sum(spent.take(), &used));
        }
        let (_, found) = decided(open, &call, came.ending).map_err(|failure| failure.message)?;
        all.push(found);
    }
}
