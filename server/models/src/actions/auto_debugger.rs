//! `auto_debugger`: a model finds the cause of a fault and gives the content without it. Content that was JSON or YAML is held
//! against that; one that is none is asked for again, with the reason.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Output, Tool};
use pipeline::{
    catalogue::{AUTO_DEBUGGER, Signature},
    yaml::broken_line,
};
use serde_json::{Value as Json, json};

use super::{text, wrong};
use crate::{
    Host, Message, Request,
    prompt::{self, Shape, shaped},
    step::{self, Telling, structured, with_tools},
};

/// How often the content is asked for.
const ATTEMPTS: usize = 3;
/// Letters of an explanation, sentences on changes.
const LONGEST: usize = 2000;
const MOST_CHANGES: usize = 20;

/// See the module.
pub(super) struct AutoDebugger(pub(super) Arc<Host>);

/// What the content is, where that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A value, no text.
    Value,
    Json,
    Yaml,
    Words,
}

#[async_trait]
impl Tool for AutoDebugger {
    fn signature(&self) -> &'static Signature {
        &AUTO_DEBUGGER
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let lent: Vec<_> = call.hands.signatures().map(|it| it.name).collect();
        let content = call.parameters.get("content_to_debug").unwrap_or(&Json::Null);
        let kind = Kind::of(content);
        let shape = Shape::of(&schema(content)).map_err(wrong)?;
        let mut request = prompt::request(mind, &call.parameters, question(&call, content, kind));
        let mut calls = Vec::new();
        if !lent.is_empty() {
            let came = with_tools(&self.0, &call, mind, request, Telling::Silent).await?;
            (request, calls) = (came.request, came.calls);
            request
                .messages
                .push(Message::Assistant { text: came.reply.text, tool_calls: Vec::new() });
            request.messages.push(Message::user("Now give your answer as JSON alone."));
        }
        let (mut found, attempts) = self.mended(&call, request, &shape, kind).await?;
        call.output.text(text_in(&found, "analysis"));
        found["format"] = kind.name().into();
        found["attempts"] = attempts.into();
        found["tool_calls"] = calls.into();
        found["model_used"] = mind.model.as_str().into();
        Ok(found)
    }

    fn retell(&self, answer: &Json, output: &Output) {
        let result = answer.get("result").unwrap_or(answer);
        super::retell(result.get("analysis"), output);
    }
}

impl AutoDebugger {
    /// Asks until the content is of its kind, and says how often that was.
    async fn mended(
        &self,
        call: &Call,
        mut request: Request,
        shape: &Shape,
        kind: Kind,
    ) -> Result<(Json, usize), Failure> {
        let mut attempt = 1;
        loop {
            call.output.progress(
                attempt as f64 / (ATTEMPTS + 1) as f64,
                "asks for the cause and the content",
            );
            let asked = structured(&self.0, call, request.clone(), shape, Telling::Silent);
            let found = call.hands.once("asks for the content", asked).await?;
            let Some(why) = kind.objection(text_in(&found, "solution")) else {
                return Ok((found, attempt));
            };
            if attempt == ATTEMPTS {
                let message =
                    format!("{ATTEMPTS} times the model gave content that cannot be used: {why}");
                let value = json!({ "result": found, "success": false, "error": message });
                let failure = Failure::permanent("StructureError", message);
                return Err(Failure { value: Some(value), ..failure });
            }
            request = shaped(request, shape);
            request
                .messages
                .push(Message::Assistant { text: found.to_string(), tool_calls: Vec::new() });
            request.messages.push(Message::user(format!(
                "The content in `solution` cannot be used: {why}. Give the whole answer again, and mend that."
            )));
            attempt += 1;
        }
    }
}

impl Kind {
    fn of(content: &Json) -> Self {
        let Some(text) = content.as_str().map(str::trim) else {
            return if content.is_null() { Self::Words } else { Self::Value };
        };
        if is_like_json(text) {
            return Self::Json;
        }
        if is_like_yaml(text) { Self::Yaml } else { Self::Words }
    }

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Value | Self::Json => Some("json"),
            Self::Yaml => Some("yaml"),
            Self::Words => None,
        }
    }

    /// Why a text is none of that kind.
    fn objection(self, text: &str) -> Option<String> {
        match self {
            Self::Value | Self::Words => None,
            Self::Json => {
                let error = serde_json::from_str::<Json>(text).err()?;
                Some(format!("it is no JSON: {error}"))
            }
            Self::Yaml => broken_line(text).map(|line| format!("it is no YAML in line {line}")),
        }
    }
}

/// An object or a list, however faulty: what follows the bracket may begin a key, an item, or end it.
fn is_like_json(text: &str) -> bool {
    let mut letters = text.chars().filter(|it| !it.is_whitespace());
    match (letters.next(), letters.next()) {
        (Some('{'), Some(next)) => matches!(next, '"' | '}' | '\''),
        (Some('['), Some(next)) => matches!(next, '"' | ']' | '{' | '[' | '-' | '0'..='9'),
        _ => false,
    }
}

/// A pipeline, or lines that are keys, items or notes, nearly all of them, and a key among them.
fn is_like_yaml(text: &str) -> bool {
    let is_key = |line: &str| {
        let key = line.trim_start_matches("- ").split_once(':');
        key.is_some_and(|(key, value)| {
            let plain =
                |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '"' | '\'');
            !key.is_empty()
                && key.chars().all(plain)
                && (value.is_empty() || value.starts_with(' '))
        })
    };
    if text.lines().any(|line| line.trim_end() == "steps:") {
        return true;
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let keys = lines.iter().filter(|line| is_key(line)).count();
    let others =
        lines.iter().filter(|it| it.starts_with("- ") || it.starts_with('#') || **it == "---");
    let others = others.filter(|line| !is_key(line)).count();
    keys > 0 && lines.len() > 1 && (keys + others) * 4 >= lines.len() * 3
}

fn question(call: &Call, content: &Json, kind: Kind) -> String {
    let said = |name: &str| text(&call.parameters, name).trim();
    let mut asked =
        format!("Find the fault, its cause, and mend it.\n\nTask: {}\n", said("task_description"));
    for (name, title) in [("error_context", "Messages"), ("expected_outcome", "What it should do")]
    {
        if !said(name).is_empty() {
            asked.push_str(&format!("\n{title}:\n{}\n", said(name)));
        }
    }
    let shown = match content {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        value => format!("{value:#}"),
    };
    if !shown.is_empty() {
        asked.push_str(&format!("\nContent:\n-----\n{shown}\n-----\n"));
    }
    asked.push_str(match kind {
        Kind::Json => "\n`solution` is the whole content without the fault, as JSON text.",
        Kind::Yaml => "\n`solution` is the whole content without the fault, as YAML text.",
        Kind::Value => "\n`solution` is the whole value without the fault.",
        Kind::Words => {
            "\n`solution` is the whole content without the fault, without remarks around it."
        }
    });
    asked.push_str(
        " Change nothing else. `analysis` says what is wrong, `cause` why, `changes` what you changed, `confidence` how sure \
         you are, from 0 to 1.",
    );
    asked
}

/// The shape of the answer: the content has the type that it had.
fn schema(content: &Json) -> Json {
    let words = json!({ "type": "string", "maxLength": LONGEST });
    let solution = match content {
        Json::Array(_) => json!({ "type": "array" }),
        Json::Object(_) => json!({ "type": "object" }),
        Json::Number(_) => json!({ "type": "number" }),
        Json::Bool(_) => json!({ "type": "boolean" }),
        Json::Null | Json::String(_) => json!({ "type": "string" }),
    };
    json!({
        "type": "object",
        "properties": {
            "analysis": words,
            "cause": words,
            "solution": solution,
            "changes": { "type": "array", "items": words, "maxItems": MOST_CHANGES },
            "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
        },
        "required": ["analysis", "cause", "solution", "changes", "confidence"],
    })
}

fn text_in<'v>(value: &'v Json, name: &str) -> &'v str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_known_by_how_it_looks_though_it_is_faulty() {
        for (content, kind) in [
            (json!("{\"a\": 1,}"), Kind::Json),
            (json!(" [1, 2"), Kind::Json),
            (json!("{% if x %}a{% endif %}"), Kind::Words),
            (json!("[derive(Debug)]\nstruct A;"), Kind::Words),
            (json!("name: a\nsteps:\n  - id: b\n   tool: c\n"), Kind::Yaml),
            (json!("# settings\n- a: 1\n- b\n"), Kind::Yaml),
            (json!("def f(x):\n    if x:\n        return 1\n    return 2\n"), Kind::Words),
            (json!("Note: it fails.\nIt fails on Monday, too.\nWhy does it?"), Kind::Words),
            (json!("a: b"), Kind::Words),
            (json!({ "a": 1 }), Kind::Value),
            (Json::Null, Kind::Words),
        ] {
            assert_eq!(Kind::of(&content), kind, "{content}");
        }
    }

    #[test]
    fn content_of_another_kind_is_refused_with_the_reason() {
        assert_eq!(Kind::Json.objection("{\"a\": 1}"), None);
        assert!(Kind::Json.objection("{\"a\": 1,}").unwrap().starts_with("it is no JSON"));
        assert_eq!(Kind::Yaml.objection("a: 1\nb: 2\n"), None);
        let why = Kind::Yaml.objection("a: 1\nb: [2\n").unwrap();
        assert_eq!(why, "it is no YAML in line 2");
        assert_eq!(Kind::Words.objection("{"), None);
    }
}
