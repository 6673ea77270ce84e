//! Everything that the front end knows of a text.

use std::{path::Path, sync::Arc};

use checks::{Diagnostic, Files, configuration::Settings};
use engine::{Toolbox, mind::Chooser};
use ide::graph::Graph;
use models::Host;
use pipeline::{Pipeline, Plan, catalogue::Catalogue, models::Roster, names::Names};
use syntax::Document;

use super::{PipelineFiles, Source};

/// A text, understood.
#[derive(Clone, Debug)]
pub(crate) struct Analysis {
    /// Its structure.
    pub(crate) document: Document,
    /// What it means.
    pub(crate) pipeline: Pipeline,
    /// Index of its names.
    pub(crate) names: Names,
    /// What would run.
    pub(crate) plan: Plan,
    /// What is wrong, by position.
    pub(crate) findings: Vec<Diagnostic>,
}

impl Analysis {
    /// Findings of a text that is no pipeline.
    pub(crate) fn of_other(text: &str, findings: Vec<Diagnostic>) -> Self {
        let (document, pipeline, plan) =
            (Document::new(text), Pipeline::default(), Plan::default());
        Self { document, pipeline, names: Names::default(), plan, findings }
    }

    /// What a run needs of it; everything else is let go.
    pub(crate) fn into_program(self) -> (Pipeline, Plan) {
        (self.pipeline, self.plan)
    }

    /// Its drawing.
    pub(crate) fn graph(&self) -> Graph {
        ide::graph::graph(&self.pipeline, &self.names, &self.plan, &self.findings)
    }
}

/// Reads a text as a pipeline and checks it. Never fails.
pub(crate) fn analyse(source: &Source, workspace: &Path, catalogue: &Catalogue) -> Analysis {
    analyse_in(source, &source.folder(), workspace, catalogue)
}

/// The same for a text that lies in that folder.
pub(crate) fn analyse_in(
    source: &Source,
    folder: &Path,
    workspace: &Path,
    catalogue: &Catalogue,
) -> Analysis {
    let files = PipelineFiles::new(folder.to_owned(), workspace.to_owned());
    let settings = super::settings(workspace, source.path.as_deref());
    let roster = super::roster(workspace);
    analyse_text(&source.text, &files, &settings, catalogue, &roster)
}

fn analyse_text(
    text: &str,
    files: &dyn Files,
    settings: &Settings,
    catalogue: &Catalogue,
    roster: &Roster,
) -> Analysis {
    let document = Document::new(text);
    let pipeline = pipeline::lower(&document, catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let input = checks::Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue,
        roster,
        files,
        settings,
    };
    let findings = checks::check(&input);
    Analysis { document, pipeline, names, plan, findings }
}

/// The tools of this build, for runs in the workspace `folder`. Keys and servers are looked for when a model is wanted.
pub(crate) fn toolbox(folder: &Path) -> Toolbox {
    let host = host(folder);
    toolbox_of(&host, Arc::clone(&host) as _)
}

/// Who answers the model steps of runs in the workspace `folder`.
pub(crate) fn host(folder: &Path) -> Arc<Host> {
    Host::new(super::surroundings(folder), super::model_files(folder))
}

/// The tools of this build, whose models `host` asks after `chooser` has chosen them.
pub(crate) fn toolbox_of(host: &Arc<Host>, chooser: Arc<dyn Chooser>) -> Toolbox {
    Toolbox::new(models::equip(tools::all(), host, tools::write_file)).with_models(chooser)
}

/// Signatures of all tools and actions, and which of them this build can run.
pub(crate) fn catalogue() -> Catalogue {
    toolbox(Path::new(".")).catalogue()
}
