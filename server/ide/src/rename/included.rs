//! Names that included texts read: they cannot be changed from here.

use std::collections::HashSet;

use checks::FileRole;
use pipeline::Data;
use syntax::template::{self, FreePath, Template, each_include};

use super::{NoRename, refuse};
use crate::Snapshot;
use crate::references::Thing;

/// How many included texts are read at most, those included by others counted.
const MOST: usize = 256;

/// Refuses a new name for what a text reads that a step or output includes. Names are compared as they are written: a text is
/// rendered wherever it is included, and may mean another thing of that name in each place.
pub(super) fn reads_it_not(snapshot: &Snapshot, thing: Thing<'_>) -> Result<(), NoRename> {
    let is_read = !matches!(
        thing,
        Thing::Output(_) | Thing::Expert(_) | Thing::Personality(_) | Thing::Anchor(_)
    );
    let Some(name) = thing.name(snapshot).filter(|_| is_read) else { return Ok(()) };
    let pipeline = &snapshot.pipeline;
    let steps = pipeline.steps.iter().flat_map(|step| {
        let rendered = step.keys.iter().filter(|it| it.known.is_some_and(|key| key.rendered));
        rendered.map(|it| (step.base, &it.value.value))
    });
    let outputs = pipeline.outputs.iter().map(|it| (it.base, &it.value.value));
    let mut seen = HashSet::new();
    for (base, data) in steps.chain(outputs) {
        for (path, at) in includes_in(data) {
            if let Some(reader) = reader(snapshot, &path, name, &mut seen) {
                let line = snapshot.document.line_of(base + at) + 1;
                return refuse(format!(
                    "`{reader}`, which is included in line {line}, reads `{name}`; change it there first"
                ));
            }
        }
    }
    Ok(())
}

/// Paths of the includes in a value, and where each is written.
fn includes_in(data: &Data) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    data.each_text(&mut |text| {
        let Some(template) = &text.template else { return };
        each_include(&template.parts, &mut |path, span| {
            found.push((path.to_owned(), text.source(span).start));
        });
    });
    found
}

/// The first of a file and those that it includes that reads `name`.
fn reader(
    snapshot: &Snapshot,
    path: &str,
    name: &str,
    seen: &mut HashSet<String>,
) -> Option<String> {
    if seen.len() >= MOST || !seen.insert(path.to_owned()) {
        return None;
    }
    let text = snapshot.files.text(path, FileRole::Part)?;
    let template: Template = template::parse_template(&text);
    if template::free_paths(&template).iter().any(|it| reads(it, name)) {
        return Some(path.to_owned());
    }
    let mut further = Vec::new();
    each_include(&template.parts, &mut |path, _| further.push(path.to_owned()));
    further.into_iter().find_map(|path| reader(snapshot, &path, name, seen))
}

/// Whether a path begins with the name, or has it behind its first word: `name`, `steps.name`, `step.name`.
fn reads(path: &FreePath, name: &str) -> bool {
    let root = path.root.trim_start_matches('$');
    let field = path.fields.first().map(|(field, _)| field.as_str());
    root == name || root.strip_prefix("prev_") == Some(name) || field == Some(name)
}
