//! Actions and tools that ask a model, one file each.

mod analyze_text;
mod audio_processing;
mod auto;
mod auto_debugger;
mod extraction;
mod generate;
mod generate_structured;
mod image_analysis;
mod image_generation;
mod prompt_optimization;
mod routing;
mod video_processing;

use std::{path::PathBuf, sync::Arc};

use engine::{
    Usage,
    tool::{Call, Failure, Place, Tool},
};

use self::{extraction::Extracting, video_processing::VideoProcessing};
use crate::Host;

/// Writes a file as tools do: below the working directory, and only where the call may write.
pub type Writer = fn(&Place, &str, &[u8]) -> Result<(), Failure>;

/// These tools and actions, and all those that ask a model. `write` is for what models make.
#[must_use]
pub fn equip(
    tools: impl IntoIterator<Item = Arc<dyn Tool>>,
    host: &Arc<Host>,
    write: Writer,
) -> Vec<Arc<dyn Tool>> {
    let host = || Arc::clone(host);
    let equipped = |tool: Arc<dyn Tool>| -> Arc<dyn Tool> {
        if Extracting::is_for(&*tool) {
            Arc::new(Extracting { tool, host: host() })
        } else if VideoProcessing::is_for(&*tool) {
            Arc::new(VideoProcessing { tool, host: host() })
        } else {
            tool
        }
    };
    let own: [Arc<dyn Tool>; 11] = [
        Arc::new(generate::Generate(host())),
        Arc::new(generate_structured::GenerateStructured(host())),
        Arc::new(analyze_text::AnalyzeText(host())),
        Arc::new(auto::Auto(host())),
        Arc::new(auto_debugger::AutoDebugger(host())),
        Arc::new(image_analysis::ImageAnalysis(host())),
        Arc::new(image_generation::ImageGeneration { host: host(), write }),
        Arc::new(audio_processing::AudioProcessing { host: host(), write }),
        Arc::new(prompt_optimization::PromptOptimization(host())),
        Arc::new(routing::TaskDelegation(host())),
        Arc::new(routing::MultiModelRouting(host())),
    ];
    tools.into_iter().map(equipped).chain(own).collect()
}

/// Writes what a model made.
async fn write(write: Writer, call: &Call, path: &str, data: Arc<[u8]>) -> Result<(), Failure> {
    let (place, path) = (call.place.clone(), path.to_owned());
    let written = tokio::task::spawn_blocking(move || write(&place, &path, &data)).await;
    written.unwrap_or_else(|error| Err(Failure::permanent("OSError", error.to_string())))
}

/// The file that a parameter names: relative to the working directory, else to the pipeline's folder.
fn file(call: &Call, name: &str) -> Option<PathBuf> {
    let written = text(&call.parameters, name).trim();
    if written.len() > 4096 || written.starts_with("data:") || written.contains("://") {
        return None;
    }
    let places = [&call.place.cwd, &call.place.pipeline_folder];
    places.into_iter().map(|folder| folder.join(written)).find(|path| path.is_file())
}

/// What stands under `name` as text.
fn text<'p>(parameters: &'p serde_json::Map<String, serde_json::Value>, name: &str) -> &'p str {
    parameters.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// What is made ready before a model is asked: where that fails, the call used nothing.
fn before_asking<T>(call: &Call, made: Result<T, Failure>) -> Result<T, Failure> {
    made.inspect_err(|_| call.output.spent(Usage::nothing()))
}

/// A parameter that cannot be used.
fn wrong(why: impl Into<String>) -> Failure {
    Failure::permanent("ParameterError", why)
}

/// Tells an answer of before.
fn retell(answer: Option<&serde_json::Value>, output: &engine::tool::Output) {
    match answer {
        Some(serde_json::Value::String(text)) => output.text(text),
        Some(serde_json::Value::Null) | None => {}
        Some(other) => output.text(&other.to_string()),
    }
}
