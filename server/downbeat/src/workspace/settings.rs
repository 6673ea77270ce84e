//! `downbeat.toml`: what the author wants of the rules.

use std::path::{Path, PathBuf};

use checks::{
    Diagnostic,
    configuration::{Configuration, Settings},
};

use super::{Source, Unreadable, display};

const NAME: &str = "downbeat.toml";

/// The `downbeat.toml` of a workspace, understood.
pub(crate) struct Configured {
    /// Its text.
    pub(crate) source: Source,
    /// What it says.
    configuration: Configuration,
    /// What is wrong with it.
    pub(crate) findings: Vec<Diagnostic>,
}

/// Where the `downbeat.toml` of a workspace is, whether there is one or not.
pub(crate) fn place(workspace: &Path) -> PathBuf {
    workspace.join(NAME)
}

/// Reads the `downbeat.toml` of a workspace; nothing where there is none.
///
/// # Errors
/// When there is one that cannot be read.
pub(crate) fn configured(workspace: &Path) -> Result<Option<Configured>, Unreadable> {
    let path = place(workspace);
    if !path.is_file() {
        return Ok(None);
    }
    let source = Source::read(&path)?;
    let (configuration, findings) = Configuration::read(&source.text);
    Ok(Some(Configured { source, configuration, findings }))
}

/// How rules weigh in a file of a workspace. A `downbeat.toml` that cannot be read changes nothing.
pub(crate) fn settings(workspace: &Path, file: Option<&Path>) -> Settings {
    let Ok(Some(configured)) = configured(workspace) else { return Settings::default() };
    let file = file.map(|file| file.strip_prefix(workspace).unwrap_or(file));
    configured.configuration.settings(&file.map(display).unwrap_or_default())
}
