//! The front end that the engine reads called pipelines with: the same rules as for the pipeline that calls them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use checks::Severity;
use engine::{FrontEnd, Refusal};
use pipeline::{Pipeline, Plan};

use super::{Source, analyse, catalogue, display};

/// Reads pipelines of a workspace.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    workspace: PathBuf,
}

impl Checked {
    pub(crate) fn new(workspace: &Path) -> Arc<Self> {
        Arc::new(Self { workspace: workspace.to_owned() })
    }
}

impl FrontEnd for Checked {
    fn read(
        &self,
        source: &engine::Source,
        folder: &Path,
        knows: &dyn Fn(&str) -> bool,
    ) -> Result<(Arc<Pipeline>, Arc<Plan>), Vec<Refusal>> {
        let path = source.file.clone().unwrap_or_else(|| folder.join("-"));
        let name = source.file.as_deref().map_or_else(|| "-".into(), |file| display(file).into());
        let source = Source { name, path: Some(path), text: Arc::clone(&source.text) };
        let analysis = analyse(&source, &self.workspace, &catalogue());
        let is_handed = |found: &checks::Diagnostic| {
            matches!(found.code, "undefined-variable" | "undefined-input")
                && source.text.get(found.span.range()).is_some_and(knows)
        };
        let refusals: Vec<Refusal> = analysis
            .findings
            .iter()
            .filter(|found| found.severity == Severity::Error && !is_handed(found))
            .map(|found| Refusal {
                code: found.code,
                message: found.message.clone(),
                help: None,
                step: None,
                span: Some(found.span),
                within: None,
            })
            .collect();
        if refusals.is_empty() {
            Ok((Arc::new(analysis.pipeline), Arc::new(analysis.plan)))
        } else {
            Err(refusals)
        }
    }
}
