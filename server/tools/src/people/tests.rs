use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engine::{
    people::{Asker, Context, NotAsked, People, Question, Reply},
    tool::{Call, Tool},
};
use serde_json::{Value as Json, json};

use super::{ApprovalGate, FeedbackCollection, UserPrompt};
use crate::testing::{call, call_in, failure, parameters, value};

/// Says these one after another, and remembers the complaints that it heard.
#[derive(Default)]
struct Script {
    lines: Mutex<Vec<Json>>,
    complaints: Mutex<Vec<String>>,
}

#[async_trait]
impl Asker for Script {
    async fn ask(&self, question: &Question) -> Result<Reply, NotAsked> {
        self.complaints.lock().unwrap().extend(question.complaint.clone());
        let mut lines = self.lines.lock().unwrap();
        Ok(match if lines.is_empty() { Json::Null } else { lines.remove(0) } {
            Json::Null => Reply::Nothing,
            answer => Reply::Said { answer, at: Context::Cli },
        })
    }
}

fn asking(call: Call, lines: &[Json]) -> (Call, Arc<Script>) {
    let script = Arc::new(Script { lines: Mutex::new(lines.to_vec()), ..Script::default() });
    let asker: Arc<dyn Asker> = script.clone();
    (Call { people: People::reached_by(asker), ..call }, script)
}

fn said(tool: &dyn Tool, given: Json, lines: &[Json]) -> Json {
    let (call, script) = asking(call(parameters(given)), lines);
    let answer = value(tool, call);
    assert_eq!(*script.lines.lock().unwrap(), Vec::<Json>::new(), "every line is wanted");
    answer["result"].clone()
}

fn wrong(tool: &dyn Tool, given: Json, lines: &[Json]) -> (String, String) {
    let (call, _) = asking(call(parameters(given)), lines);
    let failure = failure(tool, call);
    (failure.error_type.into_owned(), failure.message)
}

#[test]
fn a_prompt_gives_what_was_wanted() {
    let choice = json!({
        "prompt": "Which?", "input_type": "choice", "choices": ["pdf", "html"], "default": "html\n",
    });
    let answer = said(&UserPrompt, choice.clone(), &[json!("1")]);
    assert_eq!(answer["value"], "pdf");
    assert_eq!((&answer["skipped"], &answer["used_default"]), (&json!(false), &json!(false)));
    assert_eq!((&answer["context"], &answer["retries"]), (&json!("cli"), &json!(0)));
    let answer = said(&UserPrompt, choice, &[json!(null)]);
    assert_eq!(answer["value"], "html");
    assert_eq!((&answer["skipped"], &answer["used_default"]), (&json!(true), &json!(true)));
    for (ty, line, value) in [
        ("number", "2.5", json!(2.5)),
        ("boolean", "yes", json!(true)),
        ("text", "a b", json!("a b")),
        ("password", "hunter2", json!("hunter2")),
    ] {
        let answer = said(&UserPrompt, json!({"prompt": "?", "input_type": ty}), &[json!(line)]);
        assert_eq!(answer["value"], value, "{ty}");
    }
}

#[test]
fn what_does_not_fit_is_asked_again() {
    let given = json!({"prompt": "?", "input_type": "text", "validation_pattern": "[a-z]+$"});
    let (call, script) = asking(call(parameters(given.clone())), &[json!("A"), json!("ok")]);
    assert_eq!(value(&UserPrompt, call)["result"]["retries"], 1);
    assert_eq!(*script.complaints.lock().unwrap(), ["expected something like `[a-z]+$`"]);
    let mut once = given;
    once["retry_on_invalid"] = json!(false);
    let (kind, message) = wrong(&UserPrompt, once, &[json!("A"), json!("ok")]);
    assert_eq!(kind, "AnswerError");
    assert!(message.contains("`step`") && message.contains("[a-z]+$"), "{message}");
    let (kind, _) = wrong(&UserPrompt, json!({"prompt": "?"}), &[json!(null)]);
    assert_eq!(kind, "NotAnsweredError");
}

#[test]
fn questions_that_cannot_be_put_are_refused() {
    for given in [
        json!({"prompt": "?", "input_type": "choice"}),
        json!({"prompt": "?", "input_type": "choice", "choices": ["a"], "default": "b"}),
        json!({"prompt": "?", "input_type": "number", "default": "many"}),
        json!({"prompt": "?", "validation_pattern": "("}),
    ] {
        assert_eq!(wrong(&UserPrompt, given.clone(), &[]).0, "ParameterError", "{given}");
    }
}

#[test]
fn a_gate_is_opened_changed_or_kept_shut() {
    let gate = json!({"title": "Publish?", "content": "draft"});
    let answer = said(&ApprovalGate, gate.clone(), &[json!(true)]);
    assert_eq!((&answer["approved"], &answer["status"]), (&json!(true), &json!("approved")));
    assert_eq!(answer["modified_content"], "draft");
    let hash = answer["content_hash"].clone();
    let answer = said(&ApprovalGate, gate.clone(), &[json!("modify"), json!("better")]);
    assert_eq!((&answer["approved"], &answer["status"]), (&json!(true), &json!("modified")));
    assert_eq!(answer["modified_content"], "better");
    let answer = said(&ApprovalGate, gate.clone(), &[json!("no"), json!("too long")]);
    assert_eq!((&answer["approved"], &answer["status"]), (&json!(false), &json!("rejected")));
    assert_eq!(
        (&answer["modified_content"], &answer["rejection_reason"]),
        (&json!(null), &json!("too long"))
    );

    let mut known = gate.clone();
    known["auto_approve_hash"] = hash;
    assert_eq!(said(&ApprovalGate, known, &[])["status"], "approved");
    let mut plain = gate;
    plain["require_reason"] = json!(false);
    plain["allow_modifications"] = json!(false);
    let answer =
        said(&ApprovalGate, plain.clone(), &[json!("modify"), json!("reject"), json!(null)]);
    assert_eq!(answer["rejection_reason"], json!(null));
    let data = json!({"title": "?", "content": {"n": 1}, "format": "json"});
    let lines = [json!("modify"), json!("{n"), json!("{\"n\": 2}")];
    assert_eq!(said(&ApprovalGate, data, &lines)["modified_content"], json!({"n": 2}));
}

#[test]
fn feedback_is_summed_up_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let given = json!({
        "title": "How was it?",
        "questions": [
            {"id": "stars", "text": "Your rating", "type": "rating"},
            {"id": "again", "text": "Again?", "type": "boolean"},
            "Anything else?",
        ],
        "required_questions": ["stars"],
        "save_to_file": "out/feedback.json",
    });
    let lines = [json!("9"), json!("4"), json!("y"), json!(null)];
    let (call, _) = asking(call_in(folder.path(), parameters(given.clone())), &lines);
    let answer = value(&FeedbackCollection, call);
    let result = &answer["result"];
    assert_eq!(result["responses"], json!({"stars": 4, "again": true}));
    assert_eq!(
        (&result["response_count"], &result["saved_to_file"]),
        (&json!(2), &json!("out/feedback.json"))
    );
    assert_eq!(result["summary"], json!({"answered": 2, "total": 3, "average_rating": 4.0}));
    let kept = std::fs::read_to_string(folder.path().join("out/feedback.json")).unwrap();
    let kept: Json = serde_json::from_str(&kept).unwrap();
    assert_eq!((&kept["responses"], &kept["title"]), (&result["responses"], &json!("How was it?")));

    let mut unkept = given;
    unkept["save_to_file"] = json!(null);
    assert_eq!(wrong(&FeedbackCollection, unkept, &[json!(null)]).0, "NotAnsweredError");
    for questions in [
        json!([{"id": "a", "type": "essay"}]),
        json!([{"id": "a", "type": "choice"}]),
        json!([{"id": "a"}, {"id": "a"}]),
        json!([3]),
    ] {
        let given = json!({"title": "?", "questions": questions});
        assert_eq!(wrong(&FeedbackCollection, given.clone(), &[]).0, "ParameterError", "{given}");
    }
}
