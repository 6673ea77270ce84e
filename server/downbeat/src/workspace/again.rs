//! A past run as it was asked for: what it takes to go on with it, or to tell it once more.

use std::sync::Arc;

use engine::{Past, Request, Toolbox};
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
    if let Some(name) = given.keys().find(|name| !past.secret_inputs().contains(*name)) {
        return Err(format!(
            "`{name}` is kept with the run; only its secret inputs are given again"
        ));
    }
    let mut options = past.options();
    options.front_end = Checked::new(&options.workspace);
    options.limits = limits(&options.workspace);
    let (text, inputs) = past.open(given, &options.secrets).map_err(|name| {
        let what = if past.secret_inputs().contains(&name) {
            "give the input"
        } else {
            "set the variable"
        };
        format!(
            "secrets are not kept with a run: {what} `{name}` again, as it was when the run began"
        )
    })?;
    let path = past.file().map(Into::into);
    let name = past.file().map_or_else(|| "-".to_owned(), display);
    let source = Source { name: name.into(), path, text: Arc::clone(&text) };
    let catalogue = toolbox.catalogue();
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
