//! `analyze_text`: what a model says of a text.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{
    Ceiling,
    tool::{Call, Failure, Output, Tool},
};
use pipeline::catalogue::{ANALYZE_TEXT, Signature};
use serde_json::{Value as Json, json};

use super::{before_asking, text, wrong};
use crate::{
    Host,
    prompt::{self, Shape, shape_of},
    step::{self, Answer, answer},
};

/// See the module.
pub(super) struct AnalyzeText(pub(super) Arc<Host>);

#[async_trait]
impl Tool for AnalyzeText {
    fn signature(&self) -> &'static Signature {
        &ANALYZE_TEXT
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let parameters = &call.parameters;
        let has = |name: &str| !text(parameters, name).trim().is_empty();
        if !has("text") && !has("prompt") {
            let why = wrong("`analyze_text` needs `text`, or a `prompt` that holds it");
            return before_asking(&call, Err(why));
        }
        let request = prompt::request(mind, parameters, prompt::analysis(parameters));
        let shape = match &mind.variables {
            Some(schema) => Some(Shape::of(schema)),
            None => shape_of(parameters.get("response_format")).transpose(),
        };
        let shape = before_asking(&call, shape.transpose().map_err(wrong))?;
        let Answer { value, .. } = answer(&self.0, &call, request, shape.as_ref()).await?;
        Ok(json!({
            "action": ANALYZE_TEXT.name,
            "analysis_type": text(parameters, "analysis_type"),
            "result": value,
            "model_used": mind.model,
            "success": true,
        }))
    }

    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        Some(step::ceiling(call, 2))
    }

    fn retell(&self, answer: &Json, output: &Output) {
        super::retell(answer.get("result"), output);
    }
}
