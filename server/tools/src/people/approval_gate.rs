//! `approval-gate`: something is shown, and approved, changed or rejected. A rejection is an answer, no failure.

use async_trait::async_trait;
use engine::{
    people::{Body, BodyFormat, Choice, Kind, Need, Part, Question},
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{APPROVAL_GATE, Signature};
use serde_json::{Map, Value as Json, json};

use super::{AGAIN, Came, any, ask, question};
use crate::answer::{Flag, done, flag, given, spelled, text};

const APPROVE: &str = "approve";
const MODIFY: &str = "modify";
const REJECT: &str = "reject";

/// See the module.
#[derive(Debug)]
pub(crate) struct ApprovalGate;

/// What the person decided.
enum Verdict {
    Approved,
    Modified(Json),
    Rejected(Option<String>),
}

#[async_trait]
impl Tool for ApprovalGate {
    fn signature(&self) -> &'static Signature {
        &APPROVAL_GATE
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let content = given(&call.parameters, "content").cloned().unwrap_or_default();
        let hash = blake3::hash(spelled(&content).as_bytes()).to_hex().to_string();
        let known = text(&call.parameters, "auto_approve_hash");
        let verdict = if known.as_deref().map(str::trim) == Some(&hash) {
            Verdict::Approved
        } else {
            decide(&call, &content).await?
        };
        let (status, content, reason) = match verdict {
            Verdict::Approved => ("approved", content, None),
            Verdict::Modified(content) => ("modified", content, None),
            Verdict::Rejected(reason) => ("rejected", Json::Null, reason),
        };
        Ok(done(json!({
            "approved": status != "rejected",
            "status": status,
            "modified_content": content,
            "rejection_reason": reason,
            "content_hash": hash,
            "approval_id": call.place.idempotency_key,
        })))
    }
}

async fn decide(call: &Call, content: &Json) -> Result<Verdict, Failure> {
    let parameters = &call.parameters;
    let title = text(parameters, "title").map(|title| title.trim().to_owned());
    let decision = Question {
        part: Part::Main,
        title: title.clone(),
        body: Some(body(parameters, content)),
        kind: Kind::Choice(choices(flag(parameters, "allow_modifications", Flag::On))),
        agreed: Some(APPROVE.into()),
        ..question(call, &["decision", "approved"], "Your decision".to_owned())
    };
    let said = answer(call, decision, &any).await?;
    match said.as_ref().and_then(Json::as_str) {
        Some(APPROVE) => Ok(Verdict::Approved),
        Some(MODIFY) => {
            let changed = Question {
                title,
                kind: Kind::Lines { draft: draft(content) },
                ..question(call, &["content", "modified_content"], "What it is to be".to_owned())
            };
            let changed = answer(call, changed, &|changed| as_before(content, changed)).await?;
            Ok(Verdict::Modified(changed.unwrap_or_default()))
        }
        _ => {
            let need = match flag(parameters, "require_reason", Flag::On) {
                Flag::On => Need::Needed,
                Flag::Off => Need::Optional,
            };
            let reason = Question {
                title,
                need,
                ..question(call, &["reason", "rejection_reason"], "Why not?".to_owned())
            };
            let reason = answer(call, reason, &any).await?;
            Ok(Verdict::Rejected(reason.map(|reason| spelled(&reason))))
        }
    }
}

async fn answer(
    call: &Call,
    question: Question,
    check: &(dyn Fn(&Json) -> Result<Json, String> + Sync),
) -> Result<Option<Json>, Failure> {
    let asked = ask(call, question, AGAIN, check).await?;
    Ok(match asked.came {
        Came::Answer(answer, _) => Some(answer),
        Came::Nothing => None,
    })
}

fn choices(modifications: Flag) -> Vec<Choice> {
    let choice = |value: &str, also| Choice { value: value.into(), label: value.to_owned(), also };
    let mut choices = vec![choice(APPROVE, &["approved", "yes", "y", "true", "ok"])];
    if modifications == Flag::On {
        choices.push(choice(MODIFY, &["modified", "change", "edit"]));
    }
    choices.push(choice(REJECT, &["rejected", "no", "n", "false"]));
    choices
}

/// The content as the person sees it, facts about it below.
fn body(parameters: &Map<String, Json>, content: &Json) -> Body {
    let word = text(parameters, "format").unwrap_or_default();
    let format = match word.as_str() {
        "json" => BodyFormat::Json,
        "markdown" => BodyFormat::Markdown,
        _ => BodyFormat::Text,
    };
    let mut shown = match format {
        BodyFormat::Json => pretty(content),
        BodyFormat::Text | BodyFormat::Markdown => spelled(content),
    };
    let facts = given(parameters, "metadata").and_then(Json::as_object);
    for (index, (name, fact)) in facts.into_iter().flatten().enumerate() {
        shown.push_str(if index == 0 { "\n\n" } else { "\n" });
        shown.push_str(&format!("- {name}: {}", spelled(fact)));
    }
    Body { text: shown, format }
}

/// JSON that is written in a text is laid out, too.
fn pretty(content: &Json) -> String {
    let inner = content.as_str().and_then(|text| serde_json::from_str::<Json>(text).ok());
    let shown = inner.as_ref().unwrap_or(content);
    match shown {
        Json::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

/// What is no text stays none.
fn as_before(before: &Json, changed: &Json) -> Result<Json, String> {
    match (before, changed) {
        (Json::String(_), _) => Ok(changed.clone()),
        (_, Json::String(text)) => {
            serde_json::from_str(text).map_err(|error| format!("expected JSON: {error}"))
        }
        _ => Ok(changed.clone()),
    }
}

/// What there is to be changed; what is no text as JSON.
fn draft(content: &Json) -> String {
    match content {
        Json::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}
