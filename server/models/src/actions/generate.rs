//! `generate`: text, or the step's variables.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{
    Ceiling,
    tool::{Call, Failure, Output, Tool},
};
use pipeline::catalogue::{GENERATE, Signature};
use serde_json::{Value as Json, json};

use super::{before_asking, text, wrong};
use crate::{
    Host,
    prompt::{self, Shape, shape_of},
    step::{self, Answer, answer},
};

/// See the module.
pub(super) struct Generate(pub(super) Arc<Host>);

#[async_trait]
impl Tool for Generate {
    fn signature(&self) -> &'static Signature {
        &GENERATE
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let request =
            prompt::request(mind, &call.parameters, text(&call.parameters, "prompt").to_owned());
        let shape = match &mind.variables {
            Some(schema) => Some(Shape::of(schema)),
            None => shape_of(call.parameters.get("response_format")).transpose(),
        };
        let shape = before_asking(&call, shape.transpose().map_err(wrong))?;
        let Answer { value, is_cut, calls } =
            answer(&self.0, &call, request, shape.as_ref()).await?;
        let mut value = json!({
            "action": GENERATE.name,
            "result": value,
            "model_used": mind.model,
            "success": true,
        });
        if is_cut {
            value["truncated"] = true.into();
        }
        if !calls.is_empty() {
            value["tool_calls"] = calls.into();
        }
        Ok(value)
    }

    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        Some(step::ceiling(call, 2))
    }

    fn retell(&self, answer: &Json, output: &Output) {
        super::retell(answer.get("result"), output);
    }
}
