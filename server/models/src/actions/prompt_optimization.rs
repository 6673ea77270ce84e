//! `prompt-optimization`: a model words a prompt anew.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{PROMPT_OPTIMIZATION, Signature};
use serde_json::{Value as Json, json};

use super::{text, wrong};
use crate::{
    Host,
    prompt::{self, Shape},
    step::{self, Telling, structured},
};

/// Remarks of a kind, and letters of one: small models find no end by themselves.
const MOST: usize = 4;
const LONGEST: usize = 300;
/// Tokens of the whole answer, which has room for the longest one.
const ANSWER: u64 = 2048;

/// See the module.
pub(super) struct PromptOptimization(pub(super) Arc<Host>);

#[async_trait]
impl Tool for PromptOptimization {
    fn signature(&self) -> &'static Signature {
        &PROMPT_OPTIMIZATION
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let original = text(&call.parameters, "prompt");
        let goals: Vec<&str> = match call.parameters.get("optimization_goals") {
            Some(Json::Array(goals)) => goals.iter().filter_map(Json::as_str).collect(),
            Some(Json::String(goal)) => vec![goal],
            _ => Vec::new(),
        };
        let keeps = call.parameters.get("preserve_intent") != Some(&Json::Bool(false));
        let most = call.parameters.get("max_tokens").and_then(Json::as_u64);
        let mut asked = format!(
            "Word the prompt between the lines anew. What to aim at: {}.",
            if goals.is_empty() {
                "clarity".to_owned()
            } else {
                goals.join(", ").replace('_', " ")
            }
        );
        if keeps {
            asked.push_str(" Its meaning must stay the same.");
        }
        if let Some(most) = most {
            asked.push_str(&format!(" It may have at most {most} tokens."));
        }
        asked.push_str(&format!("\n\n-----\n{original}\n-----"));
        // The limit is one of the new prompt, not of the answer around it.
        let mut parameters = serde_json::Map::clone(&call.parameters);
        parameters.insert(
            "max_tokens".to_owned(),
            ANSWER.max(most.unwrap_or(0).saturating_mul(2)).into(),
        );
        let remark = json!({ "type": "string", "maxLength": LONGEST });
        let remarks = json!({ "type": "array", "items": remark, "maxItems": MOST });
        let room = original.chars().count().saturating_mul(4).max(800);
        let shape = Shape::of(&json!({
            "type": "object",
            "properties": {
                "optimized_prompt": { "type": "string", "maxLength": room },
                "applied_optimizations": remarks,
                "recommendations": remarks,
            },
            "required": ["optimized_prompt", "applied_optimizations", "recommendations"],
        }))
        .map_err(wrong)?;
        let request = prompt::request(mind, &parameters, asked);
        let mut value = structured(&self.0, &call, request, &shape, Telling::Live).await?;
        let (before, after) = (tokens(original), tokens(text_of(&value, "optimized_prompt")));
        let reduction = (before > 0).then(|| 100.0 * (1.0 - after as f64 / before as f64));
        value["original_prompt"] = original.into();
        value["model"] = mind.model.as_str().into();
        value["metrics"] = json!({
            "original_tokens": before,
            "optimized_tokens": after,
            "reduction_percentage": reduction.map(|it| (it * 10.0).round() / 10.0),
        });
        value["success"] = true.into();
        Ok(value)
    }
}

fn text_of<'v>(value: &'v Json, name: &str) -> &'v str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// About a token for four characters, as for English.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}
