//! `downbeat eval`: a line in, a line out.

use std::{
    io::{BufRead, Read},
    path::Path,
    sync::Arc,
};

use pipeline::{
    Value,
    eval::{self, EvalError, Scope},
};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{
    args::Eval,
    exit::Exit,
    terminal::{Reader, Terminal},
};
use crate::{
    shape::EvalAnswer,
    workspace::{self, PipelineFiles, Source, reason},
};

/// A line above this many bytes is answered with an error.
const MAX_LINE: u64 = 16 << 20;

/// What a line asks.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    Template(String),
    Condition(String),
}

pub(super) fn run(terminal: Terminal, call: &Eval) -> Exit {
    let variables = match call.vars.as_deref().map(read_variables).transpose() {
        Ok(variables) => Variables::new(variables.unwrap_or_default()),
        Err(message) => {
            terminal.error(&message);
            return Exit::Wrong;
        }
    };
    let mut input = std::io::stdin().lock();
    loop {
        let line = match read_line(&mut input) {
            Ok(None) => return Exit::Success,
            Ok(Some(line)) => line,
            Err(message) => {
                terminal.error(&format!("cannot read standard input: {message}"));
                return Exit::Wrong;
            }
        };
        let answer =
            serde_json::to_string(&answer(&line, &variables)).expect("an answer is plain JSON");
        if terminal.line(&answer) == Reader::Gone {
            return Exit::Success;
        }
    }
}

/// The object in a file of variables.
fn read_variables(path: &Path) -> Result<Map<String, Json>, String> {
    let source = Source::read(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&source.text)
        .map_err(|error| format!("`{}` does not hold one JSON object: {error}", source.name))
}

/// The next line without its break; nothing at the end.
fn read_line(input: &mut impl BufRead) -> Result<Option<String>, String> {
    let mut line = Vec::new();
    input.take(MAX_LINE).read_until(b'\n', &mut line).map_err(|error| reason(&error))?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n') {
        return Err(format!("a line is longer than {} MiB", MAX_LINE >> 20));
    }
    let text = String::from_utf8(line).map_err(|_| "a line is not UTF-8 text".to_owned())?;
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

fn answer(line: &str, variables: &Variables) -> EvalAnswer {
    let question = match serde_json::from_str(line) {
        Ok(question) => question,
        Err(error) => {
            let message =
                format!("expected `{{\"template\": text}}` or `{{\"condition\": text}}`: {error}");
            return EvalAnswer::error("bad-request", &message);
        }
    };
    let value = match question {
        Question::Template(text) => {
            let template = syntax::template::parse_template(&text);
            eval::render(&template, &text, variables)
        }
        Question::Condition(text) => {
            let condition = syntax::template::parse_condition(&text);
            eval::evaluate(&condition, &text, variables).map(|value| Value::Bool(value.is_truthy()))
        }
    };
    match value {
        Ok(value) => EvalAnswer::ok(&value),
        Err(EvalError { code, message, .. }) => EvalAnswer::error(code, &message),
    }
}

/// Names that expressions may read.
struct Variables {
    values: Map<String, Json>,
    files: PipelineFiles,
    /// Unix seconds.
    started: f64,
}

impl Variables {
    fn new(values: Map<String, Json>) -> Self {
        let started = jiff::Timestamp::now().as_millisecond() as f64 / 1e3;
        let folder = workspace::current_dir();
        let files = PipelineFiles::new(folder.clone(), workspace::root(&folder));
        Self { values, files, started }
    }
}

impl Scope for Variables {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.values.get(name).map(Value::from_json)
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.values.keys().map(|name| name.as_str().into()).collect()
    }

    fn read_file(&self, path: &str, base: Option<&str>) -> Option<Result<String, String>> {
        Some(self.files.read(path, base))
    }

    fn now(&self) -> f64 {
        self.started
    }
}
