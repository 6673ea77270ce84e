//! Markers that older compilers put around loops. They say what they are told.

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{CAPTURE_RESULT, CONTROL_FLOW, LOOP_COMPLETE, Signature};
use serde_json::{Value as Json, json};

use crate::answer::{given, text};

/// Says that control flow happened.
#[derive(Debug)]
pub(super) struct ControlFlow;

/// Says that a loop is over.
#[derive(Debug)]
pub(super) struct LoopComplete;

/// Says that one round of a loop is over.
#[derive(Debug)]
pub(super) struct CaptureResult;

#[async_trait]
impl Tool for ControlFlow {
    fn signature(&self) -> &'static Signature {
        &CONTROL_FLOW
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let kind = word(&call, "type");
        Ok(json!({
            "result": format!("Control flow ({kind}) executed"),
            "status": "success",
            "control_flow_type": kind,
            "metadata": given(&call.parameters, "metadata").cloned().unwrap_or_else(|| json!({})),
        }))
    }
}

#[async_trait]
impl Tool for LoopComplete {
    fn signature(&self) -> &'static Signature {
        &LOOP_COMPLETE
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let iterations = given(&call.parameters, "iterations").cloned().unwrap_or_else(|| json!(0));
        Ok(json!({
            "result": format!("Completed {iterations} iterations"),
            "status": "success",
            "control_flow_type": text(&call.parameters, "loop_type").unwrap_or_else(|| "loop".to_owned()),
            "loop_id": word(&call, "loop_id"),
            "iterations": iterations,
        }))
    }
}

#[async_trait]
impl Tool for CaptureResult {
    fn signature(&self) -> &'static Signature {
        &CAPTURE_RESULT
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let iteration = given(&call.parameters, "iteration").cloned().unwrap_or_else(|| json!(0));
        Ok(json!({
            "result": format!("Iteration {iteration} completed"),
            "status": "success",
            "loop_id": word(&call, "loop_id"),
            "iteration": iteration,
            "iteration_results": {},
        }))
    }
}

fn word(call: &Call, name: &str) -> String {
    text(&call.parameters, name).unwrap_or_else(|| "unknown".to_owned())
}
