use syntax::Span;

use crate::{findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("contradicting-format", Error, "contradicting_format.md", Step(detect));

/// Words, extension and MIME type of one thing, LANGUAGE §2.8.
struct Kind {
    word: &'static str,
    extensions: &'static [&'static str],
    mime: &'static str,
}

const KINDS: &[Kind] = &[
    Kind { word: "pdf", extensions: &["pdf"], mime: "application/pdf" },
    Kind { word: "markdown-file", extensions: &["md", "markdown"], mime: "text/markdown" },
    Kind { word: "json-data", extensions: &["json"], mime: "application/json" },
    Kind { word: "csv-data", extensions: &["csv"], mime: "text/csv" },
    Kind { word: "html-file", extensions: &["html", "htm"], mime: "text/html" },
    Kind { word: "text-file", extensions: &["txt"], mime: "text/plain" },
    Kind { word: "image-png", extensions: &["png"], mime: "image/png" },
    Kind { word: "image-jpeg", extensions: &["jpg", "jpeg"], mime: "image/jpeg" },
    Kind { word: "", extensions: &["xml"], mime: "application/xml" },
    Kind { word: "", extensions: &["gif"], mime: "image/gif" },
    Kind { word: "", extensions: &["zip"], mime: "application/zip" },
    Kind { word: "", extensions: &["tar"], mime: "application/x-tar" },
    Kind {
        word: "excel-file",
        extensions: &["xlsx"],
        mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    Kind {
        word: "word-document",
        extensions: &["docx"],
        mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    },
];

/// What one key says.
struct Said {
    key: &'static str,
    mime: &'static str,
    span: Span,
}

/// What is not known contradicts nothing (ruling 23). Braces that are not in pairs make a path that nobody means.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let text = |key: &str| {
        let entry = view.step.key(key)?;
        let text = entry.value.value.as_text()?;
        Some((text, entry.value.span))
    };
    let produces =
        text("produces").filter(|(text, _)| text.is_static()).and_then(|(text, span)| {
            let word = text.value.trim().to_ascii_lowercase().replace([' ', '_'], "-");
            Some(Said {
                key: "produces",
                mime: KINDS.iter().find(|it| it.word == word && !word.is_empty())?.mime,
                span,
            })
        });
    if let Some((written, span)) = text("location")
        && written.value.matches('{').count() != written.value.matches('}').count()
        && written.template.as_ref().is_none_or(|it| it.errors.is_empty())
    {
        findings.report(span, "the braces of this path are not in pairs");
    }
    let location = text("location").and_then(|(text, span)| {
        let extension = text.value.trim().rsplit_once('.')?.1.to_ascii_lowercase();
        Some(Said {
            key: "location",
            mime: KINDS.iter().find(|it| it.extensions.contains(&extension.as_str()))?.mime,
            span,
        })
    });
    let format = text("format").filter(|(text, _)| text.is_static()).and_then(|(text, span)| {
        let word = text.value.trim().to_ascii_lowercase();
        let kind =
            KINDS.iter().find(|it| it.mime == word || it.extensions.contains(&word.as_str()))?;
        Some(Said { key: "format", mime: kind.mime, span })
    });
    let said: Vec<Said> = [produces, location, format].into_iter().flatten().collect();
    if let Some((first, other)) =
        said.first().and_then(|first| Some((first, said.iter().find(|it| it.mime != first.mime)?)))
    {
        findings
            .report(other.span, words(first, other))
            .related(first.span, format!("`{}` says {}", first.key, first.mime));
    }
}

fn words(first: &Said, other: &Said) -> String {
    format!("`{}` says {}, and `{}` says {}", other.key, other.mime, first.key, first.mime)
}
