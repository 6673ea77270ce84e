//! Files: their names, and their texts as far as the scope hands them out.

use super::super::args::Bound;
use super::super::error::Answer;
use super::super::machine::Machine;
use super::super::operators::sized_text;
use super::super::table::Function;
use super::filter;
use crate::Value;

pub(super) fn filters() -> Vec<Function> {
    vec![
        filter("basename", "The last part of a path.", |_, value, _| {
            let path = value.to_text();
            Ok(Value::from(path.rsplit('/').next().unwrap_or_default()))
        }),
        filter(
            "file_exists(base_dir=none)",
            "Whether a file of that path is there.",
            |machine, value, args| {
                let found = machine.scope.read_file(&value.to_text(), base(args)?);
                Ok(Value::Bool(matches!(found, Some(Ok(_)))))
            },
        ),
        filter(
            "include_file(base_dir=none)",
            "The text of the file of that path, not rendered; an HTML comment where it cannot be read.",
            |machine, value, args| include_file(machine, &value.to_text(), base(args)?),
        ),
    ]
}

fn base(args: &Bound) -> Answer<Option<&str>> {
    args.get(0).filter(|it| !matches!(it, Value::Null)).map(|_| args.text(0, "")).transpose()
}

/// The text of a file, or an HTML comment that says why not.
pub(in super::super) fn include_file(
    machine: &mut Machine<'_>,
    path: &str,
    base: Option<&str>,
) -> Answer {
    let reason = match machine.scope.read_file(path, base) {
        Some(Ok(text)) => {
            machine.spend(text.len() / 64)?;
            return sized_text(text);
        }
        Some(Err(reason)) => reason,
        None => "files cannot be read here".to_owned(),
    };
    let comment = format!("<!-- Error including file {path}: {reason} -->");
    sized_text(comment)
}
