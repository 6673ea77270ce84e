//! `pdf-compiler`: sets Markdown as PDF, by the pandoc of the machine.

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{PDF_COMPILER, Signature};
use serde_json::{Value as Json, json};

use crate::{
    answer::{done, failed, text},
    files::{self, Follow, to_write},
    process::{Command, Ending, KEPT, on_path, run},
};

/// Programs that turn pandoc's output into PDF, the quickest first.
const ENGINES: [&str; 8] =
    ["typst", "tectonic", "xelatex", "lualatex", "pdflatex", "weasyprint", "prince", "wkhtmltopdf"];
/// For everything, where the step sets no timeout itself.
const LIMIT: Duration = Duration::from_secs(120);

/// See the module.
#[derive(Debug)]
pub(crate) struct PdfCompiler;

#[async_trait]
impl Tool for PdfCompiler {
    fn signature(&self) -> &'static Signature {
        &PDF_COMPILER
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let path = text(&call.parameters, "output_path").unwrap_or_default();
        let facts = json!({ "output_path": path });
        let refused =
            |error: files::FileError| failed(error.error_type, error.message, facts.clone());
        let broken = |error: std::io::Error| {
            failed("OSError", format!("the PDF could not be set: {error}"), facts.clone())
        };
        let target = to_write(&call.place, &path, Follow::Link).map_err(refused)?;
        if !on_path("pandoc") {
            return Err(missing("pandoc", &facts));
        }
        let engine = ENGINES.into_iter().find(|it| on_path(it));
        let engine =
            engine.ok_or_else(|| missing(&format!("one of {}", ENGINES.join(", ")), &facts))?;
        let folder = tempfile::tempdir().map_err(broken)?;
        let (source, set) = (folder.path().join("source.md"), folder.path().join("set.pdf"));
        let markdown = text(&call.parameters, "markdown_content").unwrap_or_default();
        std::fs::write(&source, markdown).map_err(broken)?;
        let command = Command {
            program: "pandoc".into(),
            arguments: arguments(&call, engine, &source, &set),
            environment: Vec::new(),
            folder: call.place.cwd.clone(),
            marker: call.place.idempotency_key.clone(),
            kept: KEPT,
        };
        let limit = call.timeout.unwrap_or(LIMIT);
        let ran = run(command, Some(limit), &call.cancel, &call.output).await.map_err(broken)?;
        match ran.ending {
            Ending::Exited(0) => {}
            Ending::Exited(code) => {
                let message = format!("pandoc failed with exit code {code}: {}", ran.stderr.trim());
                return Err(Failure {
                    code: Some(code.into()),
                    ..failed("CompileError", message, facts)
                });
            }
            Ending::TimedOut => {
                let message = format!("pandoc was not ready within {} s", limit.as_secs());
                return Err(failed("TimeoutError", message, facts));
            }
            Ending::Cancelled => {
                return Err(failed("CancelledError", "the call was cancelled", facts));
            }
        }
        let pdf = std::fs::read(&set).map_err(broken)?;
        files::write(&target, &pdf).map_err(refused)?;
        Ok(done(json!({
            "output_path": path,
            "file_size": pdf.len(),
            "message": format!("set by pandoc and {engine}"),
        })))
    }
}

/// Markdown without the raw TeX that could read files of the machine.
fn arguments(call: &Call, engine: &str, source: &Path, set: &Path) -> Vec<std::ffi::OsString> {
    let mut arguments: Vec<std::ffi::OsString> = vec![
        source.into(),
        "--from=markdown-raw_tex".into(),
        "--standalone".into(),
        format!("--pdf-engine={engine}").into(),
        "--output".into(),
        set.into(),
    ];
    for name in ["title", "author"] {
        if let Some(value) = text(&call.parameters, name) {
            arguments.extend(["--metadata".into(), format!("{name}={value}").into()]);
        }
    }
    arguments
}

fn missing(program: &str, facts: &Json) -> Failure {
    let message = format!(
        "a PDF needs {program}, which is not on the search path; nothing is ever installed by a run"
    );
    failed("MissingProgramError", message, facts.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ENGINES, PdfCompiler};
    use crate::{
        process::on_path,
        testing::{call_in, failure, parameters, skipped, value},
    };

    #[test]
    fn markdown_becomes_a_pdf_or_an_error_that_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let given = json!({
            "markdown_content": "# Tides\n\nThe *moon* pulls.", "output_path": "out/tides.pdf", "title": "Tides",
        });
        let call = call_in(folder.path(), parameters(given));
        if !on_path("pandoc") || !ENGINES.into_iter().any(on_path) {
            let failure = failure(&PdfCompiler, call);
            assert_eq!(failure.error_type, "MissingProgramError");
            return skipped("markdown_becomes_a_pdf", &failure.message);
        }
        let answer = value(&PdfCompiler, call);
        let pdf = std::fs::read(folder.path().join("out/tides.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
        assert_eq!(answer["result"]["file_size"], pdf.len());
    }

    #[test]
    fn a_pdf_stays_in_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let given = json!({ "markdown_content": "a", "output_path": "../out.pdf" });
        let failure = failure(&PdfCompiler, call_in(folder.path(), parameters(given)));
        assert_eq!(failure.error_type, "PermissionError", "{}", failure.message);
    }
}
