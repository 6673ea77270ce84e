//! A file of tests, and the pipeline that it tests.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use checks::{
    Diagnostic, Severity,
    suite::{Suite, Tested, What},
};
use pipeline::catalogue::Catalogue;
use syntax::{Document, Span, Tree};

use crate::{
    shape::Range,
    workspace::{self, Analysis, Source},
};

/// A file of tests, understood.
#[derive(Clone, Debug)]
pub(crate) struct Tests {
    /// Its text.
    pub(crate) source: Source,
    /// Its structure.
    pub(crate) document: Document,
    /// What it says.
    pub(crate) suite: Suite,
    /// What is wrong with it, by position.
    pub(crate) findings: Vec<Diagnostic>,
    /// What it tests, where that is there.
    pub(crate) pipeline: Option<Arc<Pipeline>>,
}

/// A pipeline that is tested.
#[derive(Debug)]
pub(crate) struct Pipeline {
    /// Its text.
    pub(crate) source: Source,
    /// What it means.
    pub(crate) analysis: Analysis,
    /// The folder that it lies in.
    pub(crate) folder: PathBuf,
    /// Its workspace.
    pub(crate) workspace: PathBuf,
}

impl Pipeline {
    /// What is wrong with it, so that it cannot run.
    pub(crate) fn errors(&self) -> Vec<&Diagnostic> {
        self.analysis.findings.iter().filter(|it| it.severity == Severity::Error).collect()
    }

    /// A place in it, as `greet.pipeline.yaml:4:7`.
    pub(super) fn place(&self, span: Span) -> String {
        let start = Range::new(&Document::new(&self.source.text), span).start;
        format!("{}:{}:{}", self.source.name, start.line + 1, start.character + 1)
    }

    /// How a run of it is recorded, in that file where it is one for documents.
    pub(super) fn recording(&self, file: &str) -> String {
        let name = self.source.path.as_deref().and_then(Path::file_name);
        let name =
            name.map_or_else(|| self.source.name.to_string(), |it| it.to_string_lossy().into());
        let stem = name.split('.').next().unwrap_or_default();
        let usual = format!("{stem}.run.json");
        let file = if file.ends_with(".json") { file } else { &usual };
        format!("`downbeat run {name} --json > {file}`")
    }
}

impl Tests {
    /// Reads the text of a file of tests, and the pipeline with it.
    pub(crate) fn new(source: Source, catalogue: &Catalogue) -> Self {
        Self::knowing(source, None, catalogue)
    }

    /// The same; `known` is the pipeline of an earlier text of the file, which is not read again where it is still the one.
    pub(crate) fn knowing(
        source: Source,
        known: Option<Arc<Pipeline>>,
        catalogue: &Catalogue,
    ) -> Self {
        let tree = Tree::parse(&source.text);
        let (wanted, found) = find(&source, &tree);
        let is_found = |known: &Arc<Pipeline>| known.source.path == found;
        let pipeline = known.filter(is_found).or_else(|| {
            let found = found.as_deref()?;
            let near = found.strip_prefix(workspace::current_dir()).unwrap_or(found);
            let source =
                Source { name: workspace::display(near).into(), ..Source::read(found).ok()? };
            let folder = source.folder();
            let workspace = workspace::root(&folder);
            let analysis = workspace::analyse(&source, &workspace, catalogue);
            Some(Arc::new(Pipeline { source, analysis, folder, workspace }))
        });
        let tested = match (&pipeline, &wanted) {
            (Some(pipeline), _) => Tested::Found(&pipeline.analysis.pipeline),
            (None, Some(wanted)) => Tested::Missing(wanted),
            (None, None) => Tested::Unknown,
        };
        let (suite, mut findings) = Suite::read(&tree, tested);
        findings.extend(schemas(&suite));
        findings.sort_by_key(|it| it.span);
        let document = Document::new(&source.text);
        Self { source, document, suite, findings, pipeline }
    }

    /// Whether it can be run.
    pub(crate) fn is_sound(&self) -> bool {
        self.findings.iter().all(|it| it.severity != Severity::Error)
    }
}

/// The pipeline that a file of tests is for: as it is written, and where it is.
fn find(source: &Source, tree: &Tree) -> (Option<String>, Option<PathBuf>) {
    let folder = source.folder();
    let there = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    if let Some(named) = Suite::names_pipeline(tree) {
        let found = there(&named);
        return (Some(named), found);
    }
    let file = source.path.as_deref().and_then(Path::file_name).map(|it| it.to_string_lossy());
    let Some(names) = file.as_deref().and_then(Suite::beside) else {
        return (Some("pipeline: ...".to_owned()), None);
    };
    let found = names.iter().find_map(|name| there(name));
    let [first, _] = names;
    (Some(first), found)
}

/// Schemas that are none.
fn schemas(suite: &Suite) -> Vec<Diagnostic> {
    let expectations = suite.cases.iter().flat_map(|case| &case.expect);
    let wrong = expectations.filter_map(|it| {
        let What::Schema(_, schema) = &it.what else { return None };
        let why = jsonschema::validator_for(schema).err()?;
        Some(checks::suite::finding(it.span, format!("this is no JSON Schema: {why}")))
    });
    wrong.collect()
}
