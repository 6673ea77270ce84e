//! Whether the files that a run left can be used as what their names say.

use std::{fs, io::Read, path::Path};

use engine::Product;

use super::Remark;

/// Larger files are taken as they are.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What is wrong with a file.
pub(super) struct Found {
    /// For people, at the step that left it.
    pub(super) remark: Remark,
    /// What the file is worth, from 0 to 1.
    pub(super) worth: f64,
}

/// What is wrong with products; their paths are relative to `cwd`.
pub(super) fn look(products: &[Product], cwd: &Path) -> Vec<Found> {
    products.iter().flat_map(|product| found(product, cwd)).collect()
}

fn found(product: &Product, cwd: &Path) -> Vec<Found> {
    let say = |code: &str, worth: f64, what: String| {
        let message = format!("the file `{}` {what}", product.path);
        vec![Found { remark: Remark::new(Some(&product.step), code, message), worth }]
    };
    let path = cwd.join(&product.path);
    let mut bytes = Vec::new();
    let read =
        fs::File::open(&path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let reason = crate::workspace::reason(&error);
        return say("missing-product", 0.0, format!("cannot be read: {reason}"));
    }
    if bytes.len() as u64 > LARGEST {
        return Vec::new();
    }
    let hash = &product.blake3;
    if !hash.is_empty() && blake3::hash(&bytes).to_hex().as_str() != hash {
        return say("changed-product", 1.0, "is not what the run left".to_owned());
    }
    if let Some(why) = malformed(&product.path, &bytes) {
        return say("malformed-product", 0.0, why);
    }
    let Some(text) = prose(&product.path, &bytes) else { return Vec::new() };
    let (worth, issues) = engine::assess_result(&text.into());
    let said = issues.into_iter().flat_map(|issue| {
        let mut said = say("poor-product", worth, format!("is poor: {}", issue.message));
        said.iter_mut().for_each(|it| it.remark.issue = Some(issue.code));
        said
    });
    said.collect()
}

/// The text of a file for readers.
fn prose<'b>(path: &str, bytes: &'b [u8]) -> Option<&'b str> {
    let extension = Path::new(path).extension()?.to_str()?.to_lowercase();
    let is_prose = matches!(&*extension, "md" | "markdown" | "txt" | "html" | "htm");
    std::str::from_utf8(bytes).ok().filter(|_| is_prose)
}

/// Why these bytes are not what a file of that name holds.
fn malformed(path: &str, bytes: &[u8]) -> Option<String> {
    let extension = Path::new(path).extension()?.to_str()?.to_lowercase();
    let Ok(text) = std::str::from_utf8(bytes) else {
        let is_text =
            matches!(&*extension, "json" | "yaml" | "yml" | "csv" | "md" | "txt" | "html");
        return is_text.then(|| "is no text in UTF-8".to_owned());
    };
    match &*extension {
        "json" => {
            let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
            parsed.err().map(|error| format!("is no JSON: {error}"))
        }
        "yaml" | "yml" => {
            let first = syntax::Document::new(text).findings().into_iter().next()?;
            let before = text.get(..first.span.start as usize).unwrap_or_default();
            Some(format!("is no YAML in line {}", before.matches('\n').count() + 1))
        }
        "csv" => rows(text),
        _ => text.trim().is_empty().then(|| "is empty".to_owned()),
    }
}

/// What is wrong with the rows of a table.
fn rows(text: &str) -> Option<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let error = reader.records().find_map(Result::err)?;
    Some(format!("is no table: {error}"))
}
