//! Everything that the front end knows of a text.

use std::path::Path;

use checks::{Diagnostic, Files};
use engine::Toolbox;
use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};
use syntax::Document;

use super::{PipelineFiles, Source};

/// A text, understood.
#[derive(Clone, Debug)]
pub(crate) struct Analysis {
    /// Its structure.
    pub(crate) document: Document,
    /// What it means.
    pub(crate) pipeline: Pipeline,
    /// What would run.
    pub(crate) plan: Plan,
    /// What is wrong, by position.
    pub(crate) findings: Vec<Diagnostic>,
}

/// Reads a text as a pipeline and checks it. Never fails.
pub(crate) fn analyse(source: &Source, workspace: &Path, catalogue: &Catalogue) -> Analysis {
    let files = PipelineFiles::new(source.folder(), workspace.to_owned());
    analyse_text(&source.text, &files, catalogue)
}

fn analyse_text(text: &str, files: &dyn Files, catalogue: &Catalogue) -> Analysis {
    let document = Document::new(text);
    let pipeline = pipeline::lower(&document, catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let input = checks::Input { pipeline: &pipeline, plan: &plan, names: &names, catalogue, files };
    let findings = checks::check(&input);
    Analysis { document, pipeline, plan, findings }
}

/// The tools of this build.
pub(crate) fn toolbox() -> Toolbox {
    Toolbox::new(tools::all())
}

/// Signatures of all tools and actions, and which of them this build can run.
pub(crate) fn catalogue() -> Catalogue {
    toolbox().catalogue()
}
