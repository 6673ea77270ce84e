//! A pipeline that can run: its steps, their handlers, and everything that is known of them before.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};

use super::{
    Refusal,
    block::{Block, Work},
    callee::{Callee, Chain, Given},
    handlers,
    remedy::Remedies,
    selection, support,
};
use crate::{Options, Selection, Toolbox, files::Texts};

/// See the module.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its id, else its name, made an id.
    pub(crate) id: Arc<str>,
    /// Its file, below the workspace where it is there; none where it has no file of its own.
    pub(crate) file: Option<String>,
    /// What it names is looked for here first.
    pub(crate) folder: PathBuf,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) names: Names,
    /// Its own steps.
    pub(crate) block: Arc<Block>,
    pub(crate) remedies: Remedies,
    /// Pipelines that call one another below it, at most, as far as is known before the run.
    pub(super) height: usize,
}

/// What pipelines are prepared with: the same for a whole run.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    pub(crate) toolbox: Toolbox,
    pub(crate) catalogue: Catalogue,
    pub(crate) options: Options,
}

/// What is prepared at once: a pipeline and those that it calls.
#[derive(Debug)]
pub(super) struct Workshop<'m> {
    pub(super) means: &'m Means,
    /// Called pipelines by their files, and by what is handed to them.
    pub(super) made: RefCell<BTreeMap<(PathBuf, Given), Arc<Program>>>,
    /// Their texts.
    pub(super) texts: RefCell<Texts>,
    /// How many pipelines were looked at.
    pub(super) looked_at: RefCell<usize>,
}

/// A pipeline, as it is looked at.
pub(super) struct Draft<'r> {
    pub(super) workshop: &'r Workshop<'r>,
    pub(super) pipeline: &'r Arc<Pipeline>,
    pub(super) plan: &'r Arc<Plan>,
    pub(super) names: &'r Names,
    pub(super) selection: &'r Selection,
    pub(super) file: Option<&'r Path>,
    pub(super) folder: &'r Path,
    pub(super) given: &'r Given,
    /// The pipelines that call it.
    pub(super) chain: &'r Chain<'r>,
}

impl<'m> Workshop<'m> {
    pub(super) fn new(means: &'m Means) -> Self {
        Self {
            means,
            made: RefCell::default(),
            texts: RefCell::default(),
            looked_at: RefCell::new(0),
        }
    }
}

impl Draft<'_> {
    /// The program; what cannot be done goes into `refusals`, and then it is of no use.
    pub(super) fn finish(&self, refusals: &mut Vec<Refusal>) -> Program {
        let Self { pipeline, plan, names, selection, .. } = *self;
        if pipeline.steps.is_empty() {
            refusals.push(nothing_to_run());
        }
        let selected = selection::selected(pipeline, plan, names, selection);
        let mut selected = selected.unwrap_or_else(|refusal| {
            refusals.push(refusal);
            vec![false; pipeline.steps.len()]
        });
        let chosen = selection::chosen(self);
        let on_call: Vec<usize> =
            plan.on_call.iter().copied().filter(|step| Some(*step) != chosen).collect();
        for step in &on_call {
            if let Some(selected) = selected.get_mut(*step) {
                *selected = false;
            }
        }
        let block = support::block(self, &selected, &on_call, refusals);
        let remedies = handlers::remedies(self, &selected, refusals);
        let height = height(&block).max(remedies.works().map(height_of).max().unwrap_or_default());
        Program {
            id: id(pipeline).into(),
            file: self.file.map(|file| {
                let workspace = &self.workshop.means.options.workspace;
                file.strip_prefix(workspace).unwrap_or(file).display().to_string()
            }),
            folder: self.folder.to_owned(),
            pipeline: Arc::clone(pipeline),
            plan: Arc::clone(plan),
            names: names.clone(),
            block: Arc::new(block),
            remedies,
            height,
        }
    }
}

/// The id of a pipeline, else its name.
pub(super) fn id(pipeline: &Pipeline) -> &str {
    let written = pipeline.id.as_ref().or(pipeline.name.as_ref());
    written.map_or("pipeline", |id| &id.value)
}

fn height(block: &Block) -> usize {
    let works = block.parts().iter().filter_map(|part| part.work.as_ref());
    works.map(height_of).max().unwrap_or_default()
}

fn height_of(work: &Work) -> usize {
    match work {
        Work::Call(_) => 0,
        Work::Rounds(body) => height(body),
        Work::Pipeline(call) => match &call.callee {
            Callee::Known(program) => program.height + 1,
            Callee::Later => 1,
        },
    }
}

fn nothing_to_run() -> Refusal {
    Refusal {
        code: "nothing-to-run",
        message: "there are no steps, so there is nothing to run".to_owned(),
        help: Some("list what the pipeline does under `steps:`".to_owned()),
        step: None,
        span: None,
        within: None,
    }
}
