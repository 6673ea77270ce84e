//! Whether bytes are what the extension of their file says.

use std::path::Path;

use serde::de::IgnoredAny;

use super::{markup, notebook, python};

/// Why these bytes are not what a file of that name holds.
pub(super) fn malformed(path: &str, bytes: &[u8]) -> Option<String> {
    let extension = Path::new(path).extension()?.to_str()?.to_lowercase();
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Some("is empty".to_owned());
    }
    if let Some(format) = BINARY.iter().find(|it| it.extensions.contains(&&*extension)) {
        return format.objection(bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return TEXTS.contains(&&*extension).then(|| "is no text in UTF-8".to_owned());
    };
    match &*extension {
        "json" | "geojson" => {
            let parsed = serde_json::from_str::<IgnoredAny>(text);
            parsed.err().map(|error| format!("is no JSON: {error}"))
        }
        "ipynb" => notebook::find(text).map(|why| format!("is no notebook: {why}")),
        "toml" => toml(text),
        "py" => python::find(text).map(|why| format!("is no Python: {why}")),
        "jsonl" | "ndjson" => lines(text),
        "yaml" | "yml" => yaml(text),
        "csv" => rows(text, b",;\t|"),
        "tsv" => rows(text, b"\t"),
        "xml" | "svg" | "rss" | "xsd" | "gpx" | "kml" => {
            markup::find(text).map(|why| format!("is no XML: {why}"))
        }
        "html" | "htm" => {
            let is_page = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
            (!is_page).then(|| "is no HTML: it does not begin with a tag".to_owned())
        }
        "css" if !is_closed(text) => {
            Some("is no CSS: its braces are not closed in their order".to_owned())
        }
        other if SOURCES.contains(&other) => is_answer(text)
            .then(|| "is no code: it is an answer with the code in a block".to_owned()),
        _ => None,
    }
}

/// Extensions of programs and settings that hold nothing but those.
const SOURCES: [&str; 22] = [
    "js", "mjs", "ts", "tsx", "jsx", "rs", "go", "java", "kt", "c", "h", "cpp", "cs", "rb", "php",
    "swift", "sh", "sql", "css", "scss", "ini", "tf",
];

/// Whether a text is, other than what a file of code holds, a block of Markdown, or words and then a block.
fn is_answer(text: &str) -> bool {
    let is_fence = |line: &str| line.starts_with("```");
    let mut lines = text.trim().lines();
    let first = lines.next().unwrap_or_default();
    let is_sentence = first.ends_with([':', '.', '!'])
        && first.split_whitespace().count() >= 3
        && first.starts_with(char::is_uppercase)
        && !first.contains([';', '{', '(', '=', '#', '/']);
    is_fence(first) || is_sentence && lines.any(is_fence)
}

/// Whether the braces of a style sheet are closed in their order, those in comments and texts left out.
fn is_closed(text: &str) -> bool {
    let (mut rest, mut open) = (text, 0_usize);
    while let Some(at) = rest.find(['{', '}', '"', '\'', '/']) {
        let (_, found) = rest.split_at_checked(at).unwrap_or_default();
        let mark = found.chars().next().unwrap_or_default();
        let after = found.get(1..).unwrap_or_default();
        rest = match mark {
            '{' => {
                open += 1;
                after
            }
            '}' if open == 0 => return false,
            '}' => {
                open -= 1;
                after
            }
            '/' if after.starts_with('*') => match after.split_once("*/") {
                Some((_, after)) => after,
                None => return false,
            },
            '"' | '\'' => after.split_once(mark).map_or("", |(_, after)| after),
            _ => after,
        };
    }
    open == 0
}

/// What is wrong with a text in TOML.
fn toml(text: &str) -> Option<String> {
    let error = toml::de::DeTable::parse(text).err()?;
    let before = text.get(..error.span().map_or(0, |it| it.start)).unwrap_or_default();
    let message = error.message().lines().next().unwrap_or_default();
    Some(format!("is no TOML in line {}: {message}", before.matches('\n').count() + 1))
}

/// Extensions of files that are texts, apart from the source of programs.
const TEXTS: [&str; 18] = [
    "json", "geojson", "ipynb", "jsonl", "ndjson", "yaml", "yml", "csv", "tsv", "md", "markdown",
    "txt", "html", "htm", "xml", "svg", "rss", "toml",
];

/// A format that is told by its first bytes.
struct Binary {
    extensions: &'static [&'static str],
    name: &'static str,
    begins: &'static [&'static [u8]],
    /// What stands near its end, where a file that was cut off can be told.
    ends: Option<&'static [u8]>,
}

const BINARY: [Binary; 8] = [
    Binary { extensions: &["pdf"], name: "PDF", begins: &[b"%PDF-"], ends: Some(b"%%EOF") },
    Binary {
        extensions: &["png"],
        name: "PNG",
        begins: &[b"\x89PNG\r\n\x1a\n"],
        ends: Some(b"IEND"),
    },
    Binary { extensions: &["jpg", "jpeg"], name: "JPEG", begins: &[b"\xff\xd8\xff"], ends: None },
    Binary { extensions: &["gif"], name: "GIF", begins: &[b"GIF87a", b"GIF89a"], ends: None },
    Binary { extensions: &["webp"], name: "WebP", begins: &[b"RIFF"], ends: None },
    Binary {
        extensions: &["zip", "xlsx", "docx", "pptx", "odt", "epub"],
        name: "ZIP",
        begins: &[b"PK\x03\x04", b"PK\x05\x06"],
        ends: Some(b"PK\x05\x06"),
    },
    Binary { extensions: &["gz", "tgz"], name: "gzip", begins: &[b"\x1f\x8b"], ends: None },
    Binary {
        extensions: &["mp3"],
        name: "MP3",
        begins: &[b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"],
        ends: None,
    },
];

impl Binary {
    fn objection(&self, bytes: &[u8]) -> Option<String> {
        /// Bytes at the end in which it has to be told.
        const END: usize = 64 * 1024 + 64;
        if !self.begins.iter().any(|it| bytes.starts_with(it)) {
            return Some(format!("is no {}: its first bytes are others", self.name));
        }
        let mark = self.ends?;
        let end = bytes.get(bytes.len().saturating_sub(END)..).unwrap_or(bytes);
        memchr::memmem::rfind(end, mark)
            .is_none()
            .then(|| format!("is no whole {}: its end is missing", self.name))
    }
}

/// What is wrong with a text in YAML, be it of one document or of several.
fn yaml(text: &str) -> Option<String> {
    pipeline::yaml::broken_line(text).map(|line| format!("is no YAML in line {line}"))
}

/// What is wrong with a text of one JSON value a line.
fn lines(text: &str) -> Option<String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.find_map(|(at, line)| {
        let error = serde_json::from_str::<IgnoredAny>(line).err()?;
        Some(format!("is no JSON in line {}: {error}", at + 1))
    })
}

/// What is wrong with the rows of a table, whose fields stand apart by the one of `separators` that its first line has most of.
fn rows(text: &str, separators: &[u8]) -> Option<String> {
    let first = text.lines().next().unwrap_or_default();
    let count = |it: &u8| first.bytes().filter(|byte| byte == it).count();
    let separator = separators.iter().rev().copied().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
    let error = reader.records().find_map(Result::err)?;
    Some(format!("is no table: {error}"))
}

#[cfg(test)]
mod tests {
    use super::malformed;

    #[test]
    fn files_are_what_their_names_say() {
        for (path, bytes) in [
            ("a.json", &b"{}"[..]),
            ("a.jsonl", b"{\"a\": 1}\n\n{\"a\": 2}\n"),
            ("a.csv", b"a,b\n1,\"2\n3\"\n"),
            ("a.csv", b"name;price\napple;1,20\n"),
            ("a.tsv", b"a\tb\n1,5\t2\n"),
            ("a.yaml", b"- 1\n- b: [2]\n---\nc: |\n  {{ d }}\n"),
            ("a.svg", b"<svg xmlns=\"x\"><g/></svg>"),
            ("a.html", b"<p>Hello<br>you"),
            ("a.pdf", b"%PDF-1.7\n...\n%%EOF\n"),
            ("a.gz", b"\x1f\x8b\x08"),
            ("a.toml", b"[a]\nb = 1979-05-27\nc = [1,\n 2]\n[[d]]\n"),
            ("a.ipynb", br##"{"cells": [{"cell_type": "code", "source": ["x"]}], "nbformat": 4}"##),
            ("a.py", b"print(\n  1)\n"),
            ("a.css", b"/* } */ a { b: url(x); }\n@media p { q::after { content: \"}\"; } }\n"),
            ("a.sh", b"#!/bin/sh\n# Say it:\ncat <<END\n```\nEND\n"),
            ("a.rs", b"\xff"),
            ("a", b""),
        ] {
            assert_eq!(malformed(path, bytes), None, "{path}");
        }
    }

    #[test]
    fn other_bytes_are_told() {
        for (path, bytes, why) in [
            ("a.md", &b" \n"[..], "is empty"),
            ("a.txt", b"\xff\xfe", "is no text in UTF-8"),
            ("a.json", b"{", "is no JSON"),
            ("a.geojson", b"Here is the map:", "is no JSON"),
            ("a.jsonl", b"{}\n{\"a\": 1\n", "is no JSON in line 2"),
            ("a.yaml", b"a: [1\nb: 2\n", "is no YAML"),
            ("a.yml", b"steps:\n  - id: a\n   tool: x\n", "is no YAML in line 3"),
            ("a.yaml", b"```yaml\na: 1\n```\n", "is no YAML in line 1"),
            ("a.csv", b"a,b,c\n1,2,3\n4,5\n", "is no table"),
            ("a.csv", b"Sure! Here it is:\n\na,b\n1,2\n", "is no table"),
            ("a.xml", b"<a><b></a>", "is no XML"),
            ("a.xml", b"<a>b & c</a>", "is no XML: a stray `&` in line 1"),
            ("a.toml", b"a = 1\nb = two\n", "is no TOML in line 2"),
            ("a.toml", b"[a\nb = 1\n", "is no TOML in line 1"),
            ("a.ipynb", b"{}", "is no notebook: it has no `cells`"),
            ("a.py", b"```python\nprint(1)\n```\n", "is no Python"),
            ("a.rs", b"Here is the function:\n\n```rust\nfn f() {}\n```\n", "is no code"),
            ("a.css", b"a { b: c;\nd { e: f; }\n", "is no CSS"),
            ("a.sql", b"```sql\nSELECT 1;\n```", "is no code"),
            ("a.html", b"Here is the page:\n<p>Hello</p>", "is no HTML"),
            ("a.PNG", b"a picture of a boat", "is no PNG"),
            ("a.pdf", b"%PDF-1.7\n", "is no whole PDF"),
            ("a.docx", b"PK\x03\x04", "is no whole ZIP"),
        ] {
            let found = malformed(path, bytes).unwrap_or_default();
            assert!(found.starts_with(why), "{path}: {found}");
        }
    }
}
