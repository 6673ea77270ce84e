//! Whether the files that a run left can be used as what their names say.

use std::{fs, io::Read, path::Path};

use engine::Product;

use super::Remark;

/// Larger files are taken as they are.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What is to be said of products; their paths are relative to `cwd`.
pub(super) fn remarks(products: &[Product], cwd: &Path) -> Vec<Remark> {
    products.iter().filter_map(|product| remark(product, cwd)).collect()
}

fn remark(product: &Product, cwd: &Path) -> Option<Remark> {
    let say = |code: &str, what: String| {
        Some(Remark::new(Some(&product.step), code, format!("the file `{}` {what}", product.path)))
    };
    let path = cwd.join(&product.path);
    let mut bytes = Vec::new();
    let read =
        fs::File::open(&path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let reason = crate::workspace::reason(&error);
        return say("missing-product", format!("cannot be read: {reason}"));
    }
    if bytes.len() as u64 > LARGEST {
        return None;
    }
    let hash = &product.blake3;
    if !hash.is_empty() && blake3::hash(&bytes).to_hex().as_str() != hash {
        return say("changed-product", "is not what the run left".to_owned());
    }
    match malformed(&product.path, &bytes) {
        Some(why) => say("malformed-product", why),
        None => None,
    }
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
