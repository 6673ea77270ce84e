//! `echo` and `debug`: say something.

use async_trait::async_trait;
use engine::tool::{Call, Failure, Output, Tool};
use pipeline::catalogue::{DEBUG, ECHO, Signature};
use serde_json::{Value as Json, json};

use crate::answer::text;

/// A message behind the action's name.
#[derive(Debug)]
pub(super) struct Echo;

/// A message in a parameter.
#[derive(Debug)]
pub(super) struct Debug;

#[async_trait]
impl Tool for Echo {
    fn signature(&self) -> &'static Signature {
        &ECHO
    }

    fn retell(&self, answer: &Json, output: &Output) {
        retell(answer, output);
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let message = match &call.text {
            Some(action) => behind_the_name(action),
            None => text(&call.parameters, "message").unwrap_or_default(),
        };
        Ok(say(&call, &message))
    }
}

#[async_trait]
impl Tool for Debug {
    fn signature(&self) -> &'static Signature {
        &DEBUG
    }

    fn retell(&self, answer: &Json, output: &Output) {
        retell(answer, output);
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        Ok(say(&call, &text(&call.parameters, "message").unwrap_or_default()))
    }
}

fn retell(answer: &Json, output: &Output) {
    if let Some(message) = answer.get("result").and_then(Json::as_str) {
        output.text(&format!("{message}\n"));
    }
}

fn say(call: &Call, message: &str) -> Json {
    call.output.text(&format!("{message}\n"));
    json!({ "result": message, "status": "success", "action": "echo" })
}

/// What follows the first word; quotes belong to the message.
fn behind_the_name(action: &str) -> String {
    let action = action.trim();
    action.split_once(char::is_whitespace).map_or("", |(_, message)| message.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::testing::{call, value};

    #[test]
    fn the_message_is_what_follows() {
        for (action, message) in [
            ("echo hi there", "hi there"),
            ("echo \"hello\"", "\"hello\""),
            ("PRINT\n two\nlines ", "two\nlines"),
        ] {
            let mut call = call(Map::new());
            call.text = Some(action.to_owned());
            let expected = json!({"result": message, "status": "success", "action": "echo"});
            assert_eq!(value(&Echo, call), expected, "{action}");
        }
    }

    #[test]
    fn a_parameter_is_spelled_as_templates_spell_it() {
        let mut parameters = Map::new();
        parameters.insert("message".to_owned(), json!(["a", true]));
        assert_eq!(value(&Debug, call(parameters))["result"], "['a', True]");
    }
}
