//! `feedback-collection`: several questions, one after another.

use std::collections::BTreeSet;

use async_trait::async_trait;
use engine::{
    people::{Choice, Kind, Need, Question},
    tool::{Call, Failure, Tool},
};
use jiff::Timestamp;
use pipeline::catalogue::{FEEDBACK_COLLECTION, Signature};
use serde_json::{Map, Value as Json, json};

use super::{AGAIN, Came, any, ask, parameter, question};
use crate::{
    answer::{done, given, spelled, text},
    files::{self, Follow, to_write},
};

/// The best rating where a question does not say.
const BEST: f64 = 5.0;

/// See the module.
#[derive(Debug)]
pub(crate) struct FeedbackCollection;

#[async_trait]
impl Tool for FeedbackCollection {
    fn signature(&self) -> &'static Signature {
        &FEEDBACK_COLLECTION
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let questions = questions(&call)?;
        let file = text(&call.parameters, "save_to_file").filter(|file| !file.trim().is_empty());
        let refused = |error: files::FileError| Failure::permanent(error.error_type, error.message);
        let target = file.as_deref().map(|file| to_write(&call.place, file, Follow::Link));
        let target = target.transpose().map_err(refused)?;
        let (mut responses, mut ratings) = (Map::new(), Vec::new());
        let total = questions.len();
        for (is_rating, question) in questions {
            let (id, default) = (question.name().to_owned(), question.default.clone());
            let asked = ask(&call, question, AGAIN, &any).await?;
            let answer = match asked.came {
                Came::Answer(answer, _) => Some(answer),
                Came::Nothing => default,
            };
            if let Some(answer) = answer {
                if is_rating {
                    ratings.extend(answer.as_f64());
                }
                responses.insert(id, answer);
            }
        }
        let answered = responses.len();
        let mut result = json!({
            "feedback_id": call.place.idempotency_key,
            "response_count": answered,
            "completion_rate": if total == 0 { 1.0 } else { answered as f64 / total as f64 },
            "summary": {
                "answered": answered,
                "total": total,
                "average_rating": average(&ratings),
            },
            "responses": responses,
            "saved_to_file": file,
        });
        if let Some(target) = target {
            let mut kept = result.clone();
            kept["title"] = call.parameters.get("title").cloned().unwrap_or_default();
            kept["timestamp"] = Timestamp::now().to_string().into();
            let text = serde_json::to_string_pretty(&kept).unwrap_or_default();
            files::write(&target, text.as_bytes()).map_err(refused)?;
            result["saved_to_file"] = target.written.into();
        }
        Ok(done(result))
    }
}

fn average(ratings: &[f64]) -> Option<f64> {
    (!ratings.is_empty()).then(|| ratings.iter().sum::<f64>() / ratings.len() as f64)
}

/// Each with whether it is a rating.
fn questions(call: &Call) -> Result<Vec<(bool, Question)>, Failure> {
    let list = |name: &str| given(&call.parameters, name).and_then(Json::as_array);
    let required: BTreeSet<String> =
        list("required_questions").into_iter().flatten().map(spelled).collect();
    let written = list("questions").into_iter().flatten().enumerate();
    let questions: Vec<_> = written
        .map(|(index, written)| one(call, index, written, &required))
        .collect::<Result<_, _>>()?;
    let mut ids = BTreeSet::new();
    if let Some((_, twice)) = questions.iter().find(|(_, it)| !ids.insert(it.name().to_owned())) {
        return Err(parameter(format!("two questions have the id `{}`", twice.name())));
    }
    match required.iter().find(|id| !ids.contains(*id)) {
        Some(id) => {
            Err(parameter(format!("`required_questions` names `{id}`, which is no question")))
        }
        None => Ok(questions),
    }
}

fn one(
    call: &Call,
    index: usize,
    written: &Json,
    required: &BTreeSet<String>,
) -> Result<(bool, Question), Failure> {
    let number = index + 1;
    let nothing = Map::new();
    let facts = match written {
        Json::String(_) => &nothing,
        Json::Object(facts) => facts,
        _ => {
            let message = format!("question {number} is neither a text nor `{{id, text, type}}`");
            return Err(parameter(message));
        }
    };
    let word = |names: &[&str]| names.iter().find_map(|name| text(facts, name));
    let prompt = written.as_str().map(str::to_owned);
    let prompt = prompt.or_else(|| word(&["text", "question", "prompt", "label"]));
    let id = word(&["id", "name"]).unwrap_or_else(|| format!("q{number}"));
    let prompt = prompt.unwrap_or_else(|| id.clone());
    let is_needed = required.contains(&id) || given(facts, "required") == Some(&Json::Bool(true));
    let ty = word(&["type"]).unwrap_or_else(|| "text".to_owned());
    let (kind, is_rating) = kind(&ty, facts)
        .ok_or_else(|| parameter(format!("the question `{id}` has the unknown type `{ty}`")))?;
    if matches!(&kind, Kind::Choice(choices) if choices.is_empty()) {
        return Err(parameter(format!("the question `{id}` has no `choices`")));
    }
    let question = Question {
        id: Some(id.clone()),
        title: text(&call.parameters, "title").map(|title| title.trim().to_owned()),
        agreed: (kind == Kind::Boolean).then_some(Json::Bool(true)),
        kind,
        need: if is_needed { Need::Needed } else { Need::Optional },
        ..question(call, &[], prompt)
    };
    let default = given(facts, "default").map(|default| question.read(default)).transpose();
    let default = default.map_err(|why| {
        parameter(format!("`default` of the question `{id}` is no answer: {why}"))
    })?;
    Ok((is_rating, Question { default, ..question }))
}

fn kind(ty: &str, facts: &Map<String, Json>) -> Option<(Kind, bool)> {
    let number = |names: &[&str]| names.iter().find_map(|name| given(facts, name)?.as_f64());
    let kind = match ty.trim().to_lowercase().as_str() {
        "text" | "string" => Kind::Text,
        "rating" | "scale" => {
            let most = number(&["max", "scale"]).unwrap_or(BEST);
            let least = number(&["min"]).unwrap_or(1.0);
            return Some((Kind::Number { least: Some(least), most: Some(most) }, true));
        }
        "number" | "integer" => Kind::Number { least: number(&["min"]), most: number(&["max"]) },
        "boolean" | "bool" | "yes_no" => Kind::Boolean,
        "choice" | "select" => {
            let choices = ["choices", "options"].iter().find_map(|name| given(facts, name));
            let choices = choices.and_then(Json::as_array).into_iter().flatten();
            Kind::Choice(choices.cloned().map(Choice::of).collect())
        }
        _ => return None,
    };
    Some((kind, false))
}
