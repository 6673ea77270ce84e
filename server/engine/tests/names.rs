//! What a name means when a step runs is what the plan said: every result that is read belongs to a step that the plan
//! shows as an edge, or to a name that is bound around the reader. Held over generated pipelines with nested loops,
//! routes and conditions.

mod support;

use std::sync::{Arc, Mutex};

use engine::{
    Journal, Toolbox,
    tool::{Call, Failure, Tool},
};
use pipeline::{
    Pipeline, Plan, Step, StepKind,
    catalogue::{Catalogue, Signature},
    names::{Meaning, Names, bindings, body_name},
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use support::{
    Case,
    author::{Author, Care},
};

/// Stands for `terminal`: its output is where it ran, and what it was asked is kept.
#[derive(Default)]
struct Witness(Mutex<Vec<(String, String)>>);

#[async_trait::async_trait]
impl Tool for Witness {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let command = call.parameters["command"].as_str().unwrap().to_owned();
        self.0.lock().unwrap().push((call.place.path.clone(), command));
        Ok(json!({ "stdout": call.place.path, "success": true }))
    }
}

/// `s1[2].s4.s7` as ids and rounds.
fn places(path: &str) -> Vec<(&str, Option<&str>)> {
    path.split('.')
        .map(|part| match part.split_once('[') {
            Some((id, round)) => (id, round.strip_suffix(']')),
            None => (part, None),
        })
        .collect()
}

/// The steps from the outermost to the one that ran there.
fn chain<'p>(pipeline: &'p Pipeline, path: &str) -> Vec<&'p Step> {
    let mut chain: Vec<&Step> = Vec::new();
    for (id, _) in places(path) {
        let next = match chain.last() {
            None => pipeline.steps.iter().map(|step| &**step).find(|step| step.id_text() == id),
            Some(holder) => holder.body.iter().find(|step| step.id_text() == id),
        };
        chain.push(next.unwrap());
    }
    chain
}

struct Judge<'p> {
    pipeline: &'p Pipeline,
    names: &'p Names,
    plan: &'p Plan,
}

impl Judge<'_> {
    /// Why what a step read is not what the plan says.
    fn objection(&self, path: &str, name: &str, value: &str) -> Option<String> {
        let chain = chain(self.pipeline, path);
        let top = self.names.step(chain[0].id_text()).unwrap();
        let meaning = self.names.resolve(self.pipeline, &chain, name);
        let edge = |from: usize| self.plan.edges_to(top).iter().any(|edge| edge.from == from);
        let unread = value == "-";
        let well = match &meaning {
            Meaning::Step(from) => {
                let calls = matches!(self.pipeline.steps[*from].kind, StepKind::Tool { .. });
                let is_it = !calls
                    || value == name
                    || value.contains("skipped")
                    || value.contains("routed")
                    || value == "None";
                *from == top && unread || edge(*from) && !unread && is_it
            }
            Meaning::BodyStep(id) => self.is_beside(path, &chain, id, value),
            Meaning::LoopName(_) => !unread && self.is_binding(path, &chain, name, value),
            Meaning::LoopOwn => !unread,
            Meaning::Input(_) => value == "owls",
            Meaning::NamedLoop(from) | Meaning::OutsideBody(from) => {
                unread || edge(*from) || *from == top
            }
            Meaning::Unknown => unread,
            Meaning::Builtin(_)
            | Meaning::Constants(_)
            | Meaning::Variable(_)
            | Meaning::PreviousRound(_) => true,
        };
        (!well).then(|| format!("{path} reads {name} as {value}, which is {meaning:?}"))
    }

    /// Whether a value is where the body step of that id ran in the same round, or in the round before where rounds
    /// follow one another.
    fn is_beside(&self, path: &str, chain: &[&Step], id: &str, value: &str) -> bool {
        let holds = |step: &&Step| {
            (0..step.body.len())
                .any(|at| body_name(step, &step.body[at], at).is_some_and(|it| *it == *id))
        };
        let depth = chain[..chain.len() - 1].iter().rposition(holds).unwrap();
        let around: Vec<&str> = path.split('.').take(depth + 1).collect();
        let inner = chain[depth].body.iter().find(|step| step.id_text() == id).unwrap();
        let follows = matches!(chain[depth].kind, StepKind::While(_));
        let own = chain.get(depth + 1).is_some_and(|step| step.id_text() == id);
        if value == "-" {
            return follows || own || matches!(chain[depth].kind, StepKind::Queue(_));
        }
        if value.contains("skipped") || value == "None" || !inner.body.is_empty() {
            return true;
        }
        let before = || {
            let (holder, round) = places(around[depth])[0];
            let round: usize = round?.parse().ok()?;
            let mut earlier = around.clone();
            let last = format!("{holder}[{}]", round.checked_sub(1)?);
            earlier[depth] = &last;
            Some(format!("{}.{id}", earlier.join(".")))
        };
        value == format!("{}.{id}", around.join("."))
            || follows && before().as_deref() == Some(value)
    }

    fn is_binding(&self, path: &str, chain: &[&Step], name: &str, value: &str) -> bool {
        let binds = |step: &&Step| bindings(&step.kind).iter().any(|binding| binding.name == name);
        let depth = chain[..chain.len() - 1].iter().rposition(binds).unwrap();
        match (name, places(path)[depth].1) {
            ("index" | "iteration", Some(round)) => value == round,
            ("loop_id", _) => value == chain[depth].id_text(),
            _ => true,
        }
    }
}

/// What the steps of a command's text read: names and values.
fn read(command: &str) -> Vec<(&str, &str)> {
    command.split("] ").filter_map(|part| part.trim_end_matches(']').split_once("=[")).collect()
}

/// Runs a pipeline and gives what is wrong with what its steps read; `None` where the pipeline is refused.
fn objections(runtime: &tokio::runtime::Runtime, yaml: &str) -> Option<Vec<String>> {
    let folder = std::path::Path::new("/");
    let witness = Arc::new(Witness::default());
    let toolbox = Toolbox::new([Arc::clone(&witness) as Arc<dyn Tool>]);
    let request = support::request(yaml, folder, &Case::new(yaml));
    let (pipeline, plan) = (Arc::clone(&request.pipeline), Arc::clone(&request.plan));
    let names = Names::new(&pipeline);
    let prepared = match engine::prepare(request, &toolbox) {
        Ok(prepared) => prepared,
        Err(refusals) => {
            assert!(refusals.iter().all(|it| it.code == "cycle"), "{yaml}\n{refusals:#?}");
            return None;
        }
    };
    let journal = Journal::in_memory();
    let run = engine::run(prepared, &toolbox, &journal, |_| {}, CancellationToken::new());
    let document = runtime.block_on(run);
    let judge = Judge { pipeline: &pipeline, names: &names, plan: &plan };
    let calls = witness.0.lock().unwrap();
    let mut wrong: Vec<String> = calls
        .iter()
        .flat_map(|(path, command)| {
            read(command)
                .into_iter()
                .map(|(name, value)| judge.objection(path, name, value))
                .collect::<Vec<_>>()
        })
        .flatten()
        .collect();
    if let Some(error) = document.error {
        wrong.push(error);
    }
    Some(wrong)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_the_plan_shows(seed in any::<u64>()) {
        thread_local! {
            static RUNTIME: tokio::runtime::Runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        }
        let yaml = Author::pipeline(seed, Care::Nothing);
        let wrong = RUNTIME.with(|runtime| objections(runtime, &yaml));
        prop_assume!(wrong.is_some());
        prop_assert!(wrong.as_ref().is_some_and(Vec::is_empty), "{wrong:#?}\n{yaml}");
    }
}
