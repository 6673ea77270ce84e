//! Actions and tools that ask a model, one file each.

mod analyze_text;
mod auto;
mod extraction;
mod generate;
mod generate_structured;
mod image_analysis;
mod prompt_optimization;
mod routing;

use std::sync::Arc;

use engine::tool::Tool;

use self::extraction::Extracting;
use crate::Host;

/// These tools and actions, and all those that ask a model.
#[must_use]
pub fn equip(
    tools: impl IntoIterator<Item = Arc<dyn Tool>>,
    host: &Arc<Host>,
) -> Vec<Arc<dyn Tool>> {
    let host = || Arc::clone(host);
    let equipped = |tool: Arc<dyn Tool>| -> Arc<dyn Tool> {
        if Extracting::is_for(&*tool) { Arc::new(Extracting { tool, host: host() }) } else { tool }
    };
    let own: [Arc<dyn Tool>; 8] = [
        Arc::new(generate::Generate(host())),
        Arc::new(generate_structured::GenerateStructured(host())),
        Arc::new(analyze_text::AnalyzeText(host())),
        Arc::new(auto::Auto(host())),
        Arc::new(image_analysis::ImageAnalysis(host())),
        Arc::new(prompt_optimization::PromptOptimization(host())),
        Arc::new(routing::TaskDelegation(host())),
        Arc::new(routing::MultiModelRouting(host())),
    ];
    tools.into_iter().map(equipped).chain(own).collect()
}

/// What stands under `name` as text.
fn text<'p>(parameters: &'p serde_json::Map<String, serde_json::Value>, name: &str) -> &'p str {
    parameters.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// A parameter that cannot be used.
fn wrong(why: impl Into<String>) -> engine::tool::Failure {
    engine::tool::Failure::permanent("ParameterError", why)
}

/// Tells an answer of before.
fn retell(answer: Option<&serde_json::Value>, output: &engine::tool::Output) {
    match answer {
        Some(serde_json::Value::String(text)) => output.text(text),
        Some(serde_json::Value::Null) | None => {}
        Some(other) => output.text(&other.to_string()),
    }
}
