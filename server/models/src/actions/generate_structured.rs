//! `generate_structured`: the object itself.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{
    Ceiling,
    tool::{Call, Failure, Output, Tool},
};
use pipeline::catalogue::{GENERATE_STRUCTURED, Signature};
use serde_json::Value as Json;

use super::{before_asking, text, wrong};
use crate::{
    Host,
    prompt::{self, Shape},
    step::{self, answer},
};

/// See the module.
pub(super) struct GenerateStructured(pub(super) Arc<Host>);

#[async_trait]
impl Tool for GenerateStructured {
    fn signature(&self) -> &'static Signature {
        &GENERATE_STRUCTURED
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let schema = call.parameters.get("schema").unwrap_or(&Json::Null);
        let shape = before_asking(&call, Shape::of(schema).map_err(wrong))?;
        let request =
            prompt::request(mind, &call.parameters, text(&call.parameters, "prompt").to_owned());
        Ok(answer(&self.0, &call, request, Some(&shape)).await?.value)
    }

    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        Some(step::ceiling(call, 2))
    }

    fn retell(&self, answer: &Json, output: &Output) {
        super::retell(Some(answer), output);
    }
}
