//! `extract_structured` of `validation`: data of a shape, taken out of a text by a model. The other operations ask nobody and
//! stay with the tool that has them.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{
    Ceiling,
    tool::{Call, Failure, Output, Reliance, Tool},
};
use pipeline::catalogue::{Effect, Signature};
use serde_json::{Value as Json, json};

use super::{before_asking, text, wrong};
use crate::{
    Host,
    prompt::{self, Shape},
    step::{self, answer},
};

const OPERATION: &str = "extract_structured";

/// A tool with that operation.
pub(super) struct Extracting {
    pub(super) tool: Arc<dyn Tool>,
    pub(super) host: Arc<Host>,
}

impl Extracting {
    /// Whether a tool declares the operation.
    pub(super) fn is_for(tool: &dyn Tool) -> bool {
        let operation = tool.signature().operation(OPERATION);
        operation.is_some_and(|it| it.effects.contains(&Effect::Model))
    }
}

#[async_trait]
impl Tool for Extracting {
    fn signature(&self) -> &'static Signature {
        self.tool.signature()
    }

    fn relies_on(&self, call: &Call) -> Reliance {
        if asks(call) { Reliance::Nothing } else { self.tool.relies_on(call) }
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        if !asks(&call) {
            return self.tool.call(call).await;
        }
        let mind = step::mind(&call)?;
        let parameters = &call.parameters;
        let given = text(parameters, "text").trim();
        if given.is_empty() {
            return before_asking(&call, Err(wrong("`extract_structured` needs `text`")));
        }
        let schema = parameters.get("schema").unwrap_or(&Json::Null);
        let shape = before_asking(&call, Shape::of(schema).map_err(wrong))?;
        let asked = format!(
            "Take out of the following text what fits the shape that is asked for. Add nothing that the text does not say.\n\nText:\n{given}"
        );
        let request = prompt::request(mind, parameters, asked);
        let found = answer(&self.host, &call, request, Some(&shape)).await?;
        Ok(json!({
            "result": { "data": found.value, "valid": true, "errors": [], "model_used": mind.model },
            "success": true,
            "error": null,
        }))
    }

    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        if asks(call) { Some(step::ceiling(call, 2)) } else { self.tool.ceiling(call) }
    }

    fn retell(&self, answer: &Json, output: &Output) {
        self.tool.retell(answer, output);
    }
}

fn asks(call: &Call) -> bool {
    let written = || text(&call.parameters, "action");
    call.operation.as_deref().unwrap_or_else(written) == OPERATION
}
