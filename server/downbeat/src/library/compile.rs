//! From a file to a pipeline that may run.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use checks::{Diagnostic, Severity};
use engine::Toolbox;
use pipeline::insight::{Extent, Sheet, explanation, intention};

use crate::workspace::{self, Analysis, Source};

/// A pipeline without errors.
#[derive(Debug)]
pub struct Pipeline {
    pub(super) source: Source,
    pub(super) analysis: Analysis,
    pub(super) toolbox: Toolbox,
    /// The pipeline's own.
    pub(super) folder: PathBuf,
    pub(super) workspace: PathBuf,
    pub(super) cwd: PathBuf,
    pub(super) jobs: Option<NonZeroUsize>,
    warnings: Vec<Finding>,
}

/// Something that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Kebab-case and stable; `downbeat explain CODE` shows its page.
    pub code: String,
    /// For people.
    pub message: String,
    /// From 1.
    pub line: usize,
    /// In UTF-16 units, from 1.
    pub column: usize,
}

/// Why a text is no pipeline that may run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It has errors.
    #[error("`{file}` has errors: {}", told(.findings))]
    Wrong {
        /// The file, `-` for a text without one.
        file: String,
        /// By position.
        findings: Vec<Finding>,
    },
}

fn told(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {} ({})", self.line, self.column, self.message, self.code)
    }
}

/// Reads a pipeline from its file and checks it.
///
/// # Errors
/// The file cannot be read, or has errors.
pub fn compile(path: impl AsRef<Path>) -> Result<Pipeline, CompileError> {
    let source =
        Source::read(path.as_ref()).map_err(|error| CompileError::Unreadable(error.to_string()))?;
    of_source(source, None)
}

/// Reads a pipeline from a text and checks it. Files that it names are looked for in `folder`, and in its workspace.
///
/// ```
/// let folder = std::env::temp_dir();
/// let error = downbeat::compile_text("name: n\nsteps:\n  - id: a\n    tool: termnal\n", &folder);
/// let error = error.expect_err("no tool is called so");
/// assert!(error.to_string().contains("terminal"), "{error}");
/// ```
///
/// # Errors
/// The text has errors.
pub fn compile_text(text: &str, folder: impl AsRef<Path>) -> Result<Pipeline, CompileError> {
    let folder = std::path::absolute(folder.as_ref())
        .map_err(|error| CompileError::Unreadable(workspace::reason(&error)))?;
    of_source(Source { name: "-".into(), path: None, text: text.into() }, Some(folder))
}

fn of_source(source: Source, folder: Option<PathBuf>) -> Result<Pipeline, CompileError> {
    let folder = folder.unwrap_or_else(|| source.folder());
    let workspace = workspace::root(&folder);
    let toolbox = workspace::toolbox(&workspace);
    let analysis = workspace::analyse_in(&source, &folder, &workspace, &toolbox.catalogue());
    let of = |severity| -> Vec<Finding> {
        let all = analysis.findings.iter().filter(|found| found.severity == severity);
        all.map(|found| finding(&analysis, found)).collect()
    };
    let findings = of(Severity::Error);
    if !findings.is_empty() {
        return Err(CompileError::Wrong { file: source.name.to_string(), findings });
    }
    let warnings = of(Severity::Warning);
    let cwd = workspace.clone();
    Ok(Pipeline { source, analysis, toolbox, folder, workspace, cwd, jobs: None, warnings })
}

fn finding(analysis: &Analysis, found: &Diagnostic) -> Finding {
    let position = analysis.document.position_utf16(found.span.start);
    Finding {
        code: found.code.to_owned(),
        message: found.message.clone(),
        line: position.line as usize + 1,
        column: position.column as usize + 1,
    }
}

impl Pipeline {
    /// Its id, else its name.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        let pipeline = &self.analysis.pipeline;
        let written = pipeline.id.as_ref().or(pipeline.name.as_ref());
        written.map(|id| &*id.value)
    }

    /// What is doubtful about it, by position.
    #[must_use]
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// What it is for, as its author states it, and what it does from beginning to end: three sentences, and up to ten where
    /// it does more. Markdown; the same text gives the same words.
    ///
    /// ```
    /// # fn main() -> Result<(), downbeat::CompileError> {
    /// let text = "name: n\ndescription: Says hi.\nsteps:\n  - id: a\n    action: echo hi\n";
    /// let pipeline = downbeat::compile_text(text, std::env::temp_dir())?;
    /// assert!(pipeline.intention().contains("Says hi."));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn intention(&self) -> String {
        intention(&self.facts())
    }

    /// Everything that is known of it in sentences: in and out, order, data, branches, loops, models, side effects, files,
    /// failures. Markdown, paragraph by paragraph; the same text gives the same words.
    #[must_use]
    pub fn explanation(&self) -> String {
        explanation(&self.facts(), Extent::Whole)
    }

    /// What [`Self::explanation`] follows from: inputs, steps, stages, who reads what of whom, models, and what might be done
    /// better.
    #[must_use]
    pub fn facts(&self) -> Sheet {
        let Analysis { pipeline, names, plan, .. } = &self.analysis;
        let catalogue = self.toolbox.catalogue();
        let roster = Arc::new(workspace::roster(&self.workspace));
        Sheet::of(pipeline, names, plan, &catalogue).priced(pipeline, &catalogue, &roster)
    }

    /// Its steps as a numbered list in the order of their stages, each id exactly once: what it does, how often, and what
    /// it waits for. The same text gives the same list.
    ///
    /// ```
    /// # fn main() -> Result<(), downbeat::CompileError> {
    /// let text = "
    /// name: n
    /// steps:
    ///   - id: all
    ///     action: echo {{ each.results }}
    ///   - id: each
    ///     for_each: [a, b]
    ///     steps:
    ///       - id: one
    ///         action: echo {{ item }}
    /// ";
    /// let pipeline = downbeat::compile_text(text, std::env::temp_dir())?;
    /// let list = pipeline.architecture();
    /// assert!(list.starts_with("1. `each`") && list.contains("1.1. `one`"), "{list}");
    /// assert!(list.contains("2. `all`") && list.contains("after 1"), "{list}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn architecture(&self) -> String {
        ide::architecture(&self.analysis.graph())
    }

    /// Lets relative paths of steps start in another folder than its workspace.
    #[must_use]
    pub fn with_cwd(mut self, cwd: impl Into<PathBuf>) -> Self {
        self.cwd = cwd.into();
        self
    }

    /// Lets no more steps than this run at once.
    #[must_use]
    pub fn with_jobs(mut self, jobs: NonZeroUsize) -> Self {
        self.jobs = Some(jobs);
        self
    }

    pub(super) fn text(&self) -> Arc<str> {
        Arc::clone(&self.source.text)
    }
}
