//! `generate`: text, or the step's variables.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Output, Tool};
use pipeline::catalogue::{GENERATE, Signature};
use serde_json::{Value as Json, json};

use super::{text, wrong};
use crate::{
    Finish, Host,
    prompt::{self, Shape, shape_of},
    step::{self, Telling, ask, structured},
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
        let (result, is_cut) = match shape.transpose().map_err(wrong)? {
            Some(shape) => {
                let host = &*self.0;
                (structured(host, &call, request, &shape, Telling::Live).await?, false)
            }
            None => {
                let reply = ask(&*self.0, &call, &request, Telling::Live).await?;
                (Json::String(reply.text), reply.finish == Finish::Length)
            }
        };
        let mut value = json!({
            "action": GENERATE.name,
            "result": result,
            "model_used": mind.model,
            "success": true,
        });
        if is_cut {
            value["truncated"] = true.into();
        }
        Ok(value)
    }

    fn retell(&self, answer: &Json, output: &Output) {
        super::retell(answer.get("result"), output);
    }
}
