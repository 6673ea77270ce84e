//! `terminal`: runs a shell command.

use std::time::Duration;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Output, Tool};
use pipeline::catalogue::{Signature, TERMINAL};
use serde_json::{Map, Value as Json, json};

use crate::{
    answer::{Flag, failed, flag, seconds, text},
    files::folder_for_command,
    process::{Command, Ending, KEPT, Ran, run},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Terminal;

#[async_trait]
impl Tool for Terminal {
    fn signature(&self) -> &'static Signature {
        &TERMINAL
    }

    fn retell(&self, answer: &Json, output: &Output) {
        retell(answer, output);
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let command = text(&call.parameters, "command").unwrap_or_default();
        let command = command.strip_prefix('!').unwrap_or(&command).to_owned();
        let written = text(&call.parameters, "working_dir").unwrap_or_else(|| ".".to_owned());
        let facts = json!({ "command": command, "return_code": -1, "working_dir": written });
        let folder = folder_for_command(&call.place, &written)
            .map_err(|error| failed(error.error_type, error.message, facts.clone()))?;
        let process = Command {
            program: "sh".into(),
            arguments: vec!["-c".into(), command.clone().into()],
            environment: Vec::new(),
            folder,
            marker: call.place.idempotency_key.clone(),
            kept: KEPT,
        };
        let (ran, code) =
            perform(process, &call, Duration::from_secs(30), "Command timed out", &facts).await?;
        let mut result = Map::new();
        result.insert("command".to_owned(), command.into());
        result.insert("return_code".to_owned(), code.into());
        keep_output(&mut result, &call, &ran);
        result.insert("working_dir".to_owned(), written.into());
        result.insert("execution_time".to_owned(), ran.elapsed.as_secs_f64().into());
        Ok(json!({ "result": result, "success": code == 0, "error": null }))
    }
}

/// Tells what a command told, as far as the answer has it: what it wrote to its standard output.
pub(crate) fn retell(answer: &Json, output: &Output) {
    let result = answer.get("result").unwrap_or(answer);
    if let Some(text) = result.get("stdout").and_then(Json::as_str) {
        output.text(text);
    }
}

/// `stdout` and `stderr`, where the call wants them.
pub(crate) fn keep_output(result: &mut Map<String, Json>, call: &Call, ran: &Ran) {
    if flag(&call.parameters, "capture_output", Flag::On) == Flag::On {
        result.insert("stdout".to_owned(), ran.stdout.clone().into());
        result.insert("stderr".to_owned(), ran.stderr.clone().into());
    }
}

/// Runs a process for a call, within the parameter `timeout`, and gives its exit code. Only a process that ended by itself
/// is no failure.
pub(crate) async fn perform(
    process: Command,
    call: &Call,
    default: Duration,
    timed_out: &str,
    facts: &Json,
) -> Result<(Ran, i32), Failure> {
    let program = process.program.clone();
    let limit = match call.parameters.get("timeout") {
        None | Some(Json::Null) => Some(default),
        Some(_) => seconds(&call.parameters, "timeout"),
    };
    let ran = run(process, limit, &call.cancel, &call.output).await.map_err(|error| {
        failed(
            "OSError",
            format!("`{}` could not be started: {error}", program.display()),
            facts.clone(),
        )
    })?;
    let message = match ran.ending {
        Ending::Exited(code) => return Ok((ran, code)),
        Ending::TimedOut => timed_out,
        Ending::Cancelled => "the command was ended because the call was cancelled",
    };
    let mut facts = facts.clone();
    if let Json::Object(facts) = &mut facts {
        keep_output(facts, call, &ran);
    }
    let survivors = match ran.survivors.as_slice() {
        [] => String::new(),
        pids => format!("; these processes would not end: {pids:?}"),
    };
    let error_type = if ran.ending == Ending::TimedOut { "TimeoutError" } else { "CancelledError" };
    Err(failed(error_type, format!("{message}{survivors}"), facts))
}
