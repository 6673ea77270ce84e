//! `pdf-compiler`: sets Markdown as PDF.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Bool, Integer, Path, Text},
    build::{READS_AND_WRITES, field, parameter},
};

/// See the module.
pub static PDF_COMPILER: Signature = Signature {
    name: "pdf-compiler",
    aliases: &[],
    doc: "Sets Markdown as a PDF file, with the `pandoc` of the machine and the first PDF engine that is there (typst, TeX, \
        WeasyPrint, ...). Raw TeX stays text.\n\n\
        ```yaml\n\
        - id: pdf\n  tool: pdf-compiler\n  parameters:\n    markdown_content: \"{{ report.markdown }}\"\n    output_path: output/report.pdf\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("markdown_content", Text, "The text.").required().also(&["content"]),
        parameter("output_path", Path, "Where the PDF goes.").required(),
        parameter("title", Text, "The title in the document's properties."),
        parameter("author", Text, "The author in the document's properties."),
        parameter("install_if_missing", Bool, "Has no effect: a run installs nothing.").or("true"),
    ],
    result: &[
        field("output_path", Path, "Where the PDF is."),
        field("file_size", Integer, "Its bytes."),
        field("message", Text, "What happened, in words."),
    ],
    envelope: Envelope::Wrapped,
    effects: READS_AND_WRITES,
    primary: Some("output_path"),
};
