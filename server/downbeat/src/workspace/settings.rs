//! `downbeat.toml`: what the author wants of the rules, and how much may be done at once.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use checks::{
    Diagnostic,
    configuration::{Configuration, Settings},
};
use engine::{
    Options,
    limits::{Limit, Limits},
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

/// How much the steps of a workspace may do at once, and how often. A `downbeat.toml` that cannot be read limits nothing.
pub(crate) fn limits(workspace: &Path) -> Limits {
    let Ok(Some(configured)) = configured(workspace) else { return Limits::default() };
    let checks::configuration::Limits { tools, tags, hosts, jobs: _ } =
        configured.configuration.limits();
    let all = |limits: &BTreeMap<String, checks::configuration::Limit>| {
        let limit = |(name, limit): (&String, &checks::configuration::Limit)| {
            let checks::configuration::Limit { at_once, per_minute } = *limit;
            (name.clone(), Limit { at_once, per_minute })
        };
        limits.iter().map(limit).collect()
    };
    Limits { tools: all(tools), tags: all(tags), hosts: all(hosts) }
}

/// Gives a new run what its workspace says of how much may be done at once. Who starts it may say otherwise afterwards.
pub(crate) fn bound(options: &mut Options) {
    options.limits = limits(&options.workspace);
    let Ok(Some(configured)) = configured(&options.workspace) else { return };
    if let Some(jobs) = configured.configuration.limits().jobs {
        options.jobs = jobs;
    }
}
