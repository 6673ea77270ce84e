//! Whether the files that a run left can be used as what their names say.

mod formats;
mod markup;
mod notebook;
mod python;
mod written;

use std::{fs, io::Read, path::Path};

use engine::{Document, IssueCode, Quality};
use serde_json::Value as Json;

use self::written::{Kind, Left};
use super::{Remark, Report, values};

/// Larger files are taken as they are.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What a file is worth that refers to another one which is not there.
const REFERS_TO_NOTHING: f64 = 0.65;

/// What is wrong with a file.
pub(super) struct Found {
    /// For people, at the step that left it.
    pub(super) remark: Remark,
    /// What the file is worth, from 0 to 1.
    pub(super) worth: f64,
}

/// What is wrong with the files that a run left; their paths are relative to `cwd`.
pub(super) fn look(document: &Document, cwd: &Path) -> Vec<Found> {
    let report = Report::new(document);
    let known: Vec<_> = values(document, &report.steps).collect();
    written::of(document).iter().flat_map(|left| found(left, cwd, &known)).collect()
}

fn found(left: &Left, cwd: &Path, known: &[(&Json, &Quality)]) -> Vec<Found> {
    let say = |code: &str, worth: f64, what: String| {
        let message = format!("the file `{}` {what}", left.path);
        vec![Found { remark: Remark::new(Some(&left.step), code, message), worth }]
    };
    let path = cwd.join(&left.path);
    let mut bytes = Vec::new();
    let read =
        fs::File::open(&path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        if left.kind == Kind::Written {
            return Vec::new();
        }
        let reason = crate::workspace::reason(&error);
        return say("missing-product", 0.0, format!("cannot be read: {reason}"));
    }
    if bytes.len() as u64 > LARGEST {
        return Vec::new();
    }
    if let Kind::Declared { blake3: hash } = &left.kind
        && !hash.is_empty()
        && blake3::hash(&bytes).to_hex().as_str() != hash
    {
        return say("changed-product", 1.0, "is not what the run left".to_owned());
    }
    if let Some(why) = formats::malformed(&left.path, &bytes) {
        return say("malformed-product", 0.0, why);
    }
    let Some(text) = prose(&left.path, &bytes) else { return Vec::new() };
    let (worth, issues) = engine::assess_result(&text.into(), known.iter().copied());
    let poor = |worth: f64, code: IssueCode, message: &str| {
        let mut said = say("poor-product", worth, format!("is poor: {message}"));
        said.iter_mut().for_each(|it| it.remark.issue = Some(code));
        said
    };
    let said = issues.iter().flat_map(|issue| poor(worth, issue.code, &issue.message));
    let missing = missing(text, &path).into_iter().flat_map(|target| {
        let message = format!("it refers to `{target}`, which is not there");
        poor(worth.min(REFERS_TO_NOTHING), IssueCode::BrokenLink, &message)
    });
    said.chain(missing).collect()
}

/// The first file that a text at `path` refers to, and that is not there.
fn missing(text: &str, path: &Path) -> Option<String> {
    let folder = path.parent()?;
    engine::targets(text).into_iter().find(|target| !folder.join(target).exists())
}

/// The text of a file for readers.
fn prose<'b>(path: &str, bytes: &'b [u8]) -> Option<&'b str> {
    let extension = Path::new(path).extension()?.to_str()?.to_lowercase();
    let is_prose = matches!(&*extension, "md" | "markdown" | "txt" | "html" | "htm");
    std::str::from_utf8(bytes).ok().filter(|_| is_prose)
}
