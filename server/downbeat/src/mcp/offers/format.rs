//! The one layout.

use ide::Indent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use syntax::Document;

use crate::mcp::{
    bench::{Bench, Refusal},
    offer::{Look, Said},
};

pub(super) struct Format;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline.
    file: Option<String>,
    /// Its text, where that is not saved.
    text: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// The text, laid out.
    text: String,
    /// Whether that is another text.
    changed: bool,
    /// Lines, from 1, at which something stays as it is because it cannot be read.
    left: Vec<u32>,
}

impl Look for Format {
    const NAME: &'static str = "format";
    const TITLE: &'static str = "Lay a pipeline out";
    const ABOUT: &'static str = "Gives the text of a pipeline in the one layout. Nothing that it says changes, comments stay, and \
        nothing is written.";
    type Given = Given;
    type Answer = Answer;

    fn look(bench: &Bench, given: Given) -> Result<Said<Answer>, Refusal> {
        let source = bench.source(given.file.as_deref(), given.text.as_deref())?;
        let document = Document::new(&source.text);
        let formatted = ide::format(&document, Indent::default());
        let text = ide::apply(&source.text, &formatted.edits);
        let left = formatted.left.iter().map(|span| document.line_of(span.start) + 1).collect();
        let changed = !formatted.edits.is_empty();
        Ok(Said::in_words(Answer { text: text.clone(), changed, left }, text))
    }
}
