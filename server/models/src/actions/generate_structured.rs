//! `generate_structured`: the object itself.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Output, Tool};
use pipeline::catalogue::{GENERATE_STRUCTURED, Signature};
use serde_json::Value as Json;

use super::{text, wrong};
use crate::{
    Host,
    prompt::{self, Shape},
    step::{self, Telling, structured},
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
        let shape = Shape::of(schema).map_err(wrong)?;
        let request =
            prompt::request(mind, &call.parameters, text(&call.parameters, "prompt").to_owned());
        structured(&*self.0, &call, request, &shape, Telling::Live).await
    }

    fn retell(&self, answer: &Json, output: &Output) {
        super::retell(Some(answer), output);
    }
}
