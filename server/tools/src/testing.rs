//! What tests of tools share: a call, and its answer.

use std::{fs::OpenOptions, io::Write as _, path::Path, sync::Arc};

use engine::{
    people::People,
    tool::{Call, Failure, Names, Output, Place, Tool},
};
use serde_json::{Map, Value as Json};
use tokio_util::sync::CancellationToken;

/// Says that a test could not run; `cargo xtask test` counts these at its end.
pub(crate) fn skipped(test: &str, why: &str) {
    eprintln!("SKIPPED {test}: {why}");
    let Some(list) = std::env::var_os("DOWNBEAT_SKIPPED") else { return };
    let mut list = OpenOptions::new().create(true).append(true).open(list).unwrap();
    writeln!(list, "{test}: {why}").unwrap();
}

/// A call of step `step` in a folder that is working directory, workspace and home of the pipeline.
pub(crate) fn call_in(folder: &Path, parameters: Map<String, Json>) -> Call {
    Call {
        operation: None,
        parameters: Arc::new(parameters),
        text: None,
        mind: None,
        hands: engine::hands::Hands::none(),
        names: Names::none(),
        place: Place {
            run: "test".to_owned(),
            step: "step".to_owned(),
            path: "step".to_owned(),
            attempt: 1,
            idempotency_key: format!(
                "test-{}-{:?}/step/1",
                std::process::id(),
                std::thread::current().id()
            ),
            cwd: folder.to_owned(),
            workspace: folder.to_owned(),
            pipeline_folder: folder.to_owned(),
            writable: Vec::new(),
            reachable: Vec::new(),
            depth: 0,
        },
        cancel: CancellationToken::new(),
        output: Output::none(),
        hosts: engine::limits::Hosts::default(),
        holdings: engine::holdings::Holdings::default(),
        timeout: None,
        people: People::nobody(),
    }
}

/// A call that needs no folder.
pub(crate) fn call(parameters: Map<String, Json>) -> Call {
    call_in(Path::new("/nowhere"), parameters)
}

/// Parameters from a JSON object.
pub(crate) fn parameters(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

pub(crate) fn answer(tool: &dyn Tool, call: Call) -> Result<Json, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(tool.call(call))
}

pub(crate) fn value(tool: &dyn Tool, call: Call) -> Json {
    answer(tool, call).unwrap()
}

pub(crate) fn failure(tool: &dyn Tool, call: Call) -> Failure {
    answer(tool, call).unwrap_err()
}
