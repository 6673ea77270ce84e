//! A past run as it was asked for: what it takes to go on with it, or to tell it once more.

use std::sync::Arc;

use engine::{DEFAULT_OF, Past, Request, Secret, Toolbox, secret_defaults};
use pipeline::catalogue::Catalogue;
use serde_json::{Map, Value as Json};

use super::{Analysis, Checked, Source, analyse, display, limits};

/// See the module.
pub(crate) struct Again {
    pub(crate) source: Source,
    pub(crate) analysis: Analysis,
    pub(crate) request: Request,
}

/// What a past run was asked, with its secrets given again.
///
/// # Errors
/// In words: what is given is not secret, or a secret is missing.
pub(crate) fn again(
    past: &Past,
    given: &Map<String, Json>,
    toolbox: &Toolbox,
) -> Result<Again, String> {
    let is_secret = |name: &String| {
        past.secret_inputs().contains(name) || past.secret_defaults().contains(name)
    };
    if let Some(name) = given.keys().find(|name| !is_secret(name)) {
        return Err(format!(
            "`{name}` is kept with the run; only its secret inputs are given again"
        ));
    }
    let mut options = past.options();
    options.front_end = Checked::new(&options.workspace);
    options.limits = limits(&options.workspace);
    let catalogue = toolbox.catalogue();
    let mut secrets = options.secrets.clone();
    secrets.extend(defaults_of_today(past, given, &catalogue));
    let (text, inputs) = past.open(given, &secrets).map_err(|name| {
        let default = name.strip_prefix(DEFAULT_OF).map(str::to_owned);
        let (what, name) = match default {
            Some(input) => ("give the input", input),
            None if past.secret_inputs().contains(&name) => ("give the input", name),
            None => ("set the variable", name),
        };
        format!(
            "secrets are not kept with a run: {what} `{name}` again, as it was when the run began"
        )
    })?;
    let path = past.file().map(Into::into);
    let name = past.file().map_or_else(|| "-".to_owned(), display);
    let source = Source { name: name.into(), path, text: Arc::clone(&text) };
    let analysis = analyse(&source, &options.workspace, &catalogue);
    let request = Request {
        earlier: Vec::new(),
        pipeline: Arc::new(analysis.pipeline.clone()),
        plan: Arc::new(analysis.plan.clone()),
        catalogue,
        source: engine::Source { file: source.path.clone(), text },
        inputs,
        selection: past.selection().clone(),
        options,
    };
    Ok(Again { source, analysis, request })
}

/// Secret defaults as they stand in the pipeline's file now, but for those that are given.
fn defaults_of_today(past: &Past, given: &Map<String, Json>, catalogue: &Catalogue) -> Vec<Secret> {
    let file = past.file().filter(|_| !past.secret_defaults().is_empty());
    let Some(text) = file.and_then(|file| std::fs::read_to_string(file).ok()) else {
        return Vec::new();
    };
    let pipeline = pipeline::lower(&syntax::Document::new(&text), catalogue);
    let mut secrets = secret_defaults(&pipeline);
    secrets.retain(|it| !given.keys().any(|name| it.name == format!("{DEFAULT_OF}{name}")));
    secrets
}
