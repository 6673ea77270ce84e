//! `python-executor`: runs Python code.

use std::time::Duration;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Output, Tool};
use pipeline::catalogue::{PYTHON_EXECUTOR, Signature};
use serde_json::{Map, Value as Json, json};

use crate::{
    answer::{failed, seconds, text},
    process::{Command, KEPT},
    terminal::{keep_output, perform, retell},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct PythonExecutor;

#[async_trait]
impl Tool for PythonExecutor {
    fn signature(&self) -> &'static Signature {
        &PYTHON_EXECUTOR
    }

    fn retell(&self, answer: &Json, output: &Output) {
        retell(answer, output);
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let code = text(&call.parameters, "code").unwrap_or_default();
        let facts = json!({ "code": code, "return_code": -1 });
        // A folder of its own: Python imports from the folder of its program before anything else.
        let folder = tempfile::tempdir();
        let file = folder.as_ref().map(|folder| folder.path().join("step.py"));
        let program = match file {
            Ok(file) => std::fs::write(&file, &code).map(|()| file),
            Err(error) => Err(std::io::Error::new(error.kind(), error.to_string())),
        };
        let program = program.map_err(|error| {
            failed("OSError", format!("the program could not be stored: {error}"), facts.clone())
        })?;
        let process = Command {
            program: "python3".into(),
            arguments: vec![program.into()],
            environment: vec![
                ("PYTHONUNBUFFERED".into(), "1".into()),
                ("PYTHONIOENCODING".into(), "utf-8".into()),
            ],
            folder: call.place.cwd.clone(),
            marker: call.place.idempotency_key.clone(),
            kept: KEPT,
        };
        let limit = seconds(&call.parameters, "timeout").unwrap_or(Duration::from_secs(30));
        let timed_out = format!("Code execution timed out after {} seconds", limit.as_secs_f64());
        let (ran, exit) =
            perform(process, &call, Duration::from_secs(30), &timed_out, &facts).await?;
        let mut result = Map::new();
        result.insert("code".to_owned(), code.into());
        result.insert("return_code".to_owned(), exit.into());
        keep_output(&mut result, &call, &ran);
        Ok(json!({ "result": result, "success": exit == 0, "error": null }))
    }
}
