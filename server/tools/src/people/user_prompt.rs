//! `user-prompt`: one question.

use async_trait::async_trait;
use engine::{
    people::{Choice, Kind, Need, Part, Question},
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{Signature, USER_PROMPT};
use regex::Regex;
use serde_json::{Map, Value as Json, json};

use super::{AGAIN, Came, ask, parameter, question, wanted_context};
use crate::answer::{Flag, done, flag, given, seconds, spelled, text};

/// See the module.
#[derive(Debug)]
pub(crate) struct UserPrompt;

#[async_trait]
impl Tool for UserPrompt {
    fn signature(&self) -> &'static Signature {
        &USER_PROMPT
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let question = put(&call)?;
        let pattern = pattern(&call.parameters)?;
        let check = |answer: &Json| match &pattern {
            Some(pattern) if !pattern.is_match(&spelled(answer)) => {
                Err(format!("expected something like `{}`", written(&call.parameters)))
            }
            _ => Ok(answer.clone()),
        };
        let default = question.default.clone();
        let asked = ask(&call, question, patience(&call.parameters), &check).await?;
        let (value, context) = match &asked.came {
            Came::Answer(value, at) => (Some(value.clone()), at.as_str().to_owned()),
            Came::Nothing => (None, wanted_context(&call.parameters)),
        };
        Ok(done(json!({
            "response_time": asked.seconds,
            "skipped": value.is_none(),
            "used_default": value.is_none(),
            "value": value.or(default),
            "context": context,
            "retries": asked.retries,
        })))
    }
}

fn put(call: &Call) -> Result<Question, Failure> {
    let parameters = &call.parameters;
    let kind = kind(parameters)?;
    let agreed = (kind == Kind::Boolean).then_some(Json::Bool(true));
    let prompt = text(parameters, "prompt").unwrap_or_default().trim().to_owned();
    let question = Question {
        part: Part::Main,
        kind,
        agreed,
        timeout: seconds(parameters, "timeout"),
        need: Need::Needed,
        ..question(call, &["value", "answer"], prompt)
    };
    let default = match given(parameters, "default") {
        None => None,
        Some(default) => {
            let default = question.read(&trimmed(default));
            Some(default.map_err(|why| parameter(format!("`default` is no answer: {why}")))?)
        }
    };
    Ok(Question { default, ..question })
}

/// A default that templates made has line breaks around it.
fn trimmed(value: &Json) -> Json {
    match value {
        Json::String(text) => Json::from(text.trim()),
        other => other.clone(),
    }
}

fn kind(parameters: &Map<String, Json>) -> Result<Kind, Failure> {
    let word = text(parameters, "input_type").unwrap_or_default();
    let choices = given(parameters, "choices").and_then(Json::as_array);
    let choices: Vec<_> = choices.into_iter().flatten().cloned().map(Choice::of).collect();
    match word.as_str() {
        "boolean" => Ok(Kind::Boolean),
        "password" => Ok(Kind::Secret),
        "choice" if choices.is_empty() => {
            Err(parameter("a choice needs `choices` to choose from".to_owned()))
        }
        _ if !choices.is_empty() => Ok(Kind::Choice(choices)),
        "number" => Ok(Kind::Number { least: None, most: None }),
        _ => Ok(Kind::Text),
    }
}

fn written(parameters: &Map<String, Json>) -> String {
    text(parameters, "validation_pattern").unwrap_or_default()
}

/// It has to match from the start of the answer on.
fn pattern(parameters: &Map<String, Json>) -> Result<Option<Regex>, Failure> {
    let written = written(parameters);
    if written.is_empty() {
        return Ok(None);
    }
    let pattern = Regex::new(&format!("^(?:{written})"));
    pattern.map(Some).map_err(|error| {
        parameter(format!("`validation_pattern` is no regular expression: {error}"))
    })
}

/// How often it is asked again.
fn patience(parameters: &Map<String, Json>) -> u32 {
    match flag(parameters, "retry_on_invalid", Flag::On) {
        Flag::Off => 0,
        Flag::On => given(parameters, "max_retries")
            .and_then(Json::as_u64)
            .map_or(AGAIN, |count| u32::try_from(count).unwrap_or(u32::MAX)),
    }
}
