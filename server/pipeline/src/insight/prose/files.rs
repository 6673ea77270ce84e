//! Files that steps name.

use super::super::say::code;
use super::super::sheet::{FileUse, Sheet};
use super::room::Extent;

pub(super) fn files(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let named = |wanted: FileUse| {
        let all =
            sheet.steps.iter().flat_map(|step| step.own.files.iter().map(move |it| (step, it)));
        let all = all.filter(move |(_, it)| it.usage == wanted);
        extent.row(
            all.map(|(step, it)| move || format!("{} ({})", extent.text(&it.path), code(&step.id))),
        )
    };
    let left =
        sheet.steps.iter().flat_map(|step| step.own.products.iter().map(move |it| (step, it)));
    let products = extent.row(left.map(|(step, it)| {
        move || {
            let (file, variable) = (extent.text(&it.file), code(&it.variable));
            format!("{file} with {variable} of {}", code(&step.id))
        }
    }));
    let kinds = [
        ("reads", named(FileUse::Reads)),
        ("writes", named(FileUse::Writes)),
        ("leaves", products),
    ];
    let said = kinds.into_iter().filter_map(|(verb, files)| Some((verb, files?)));
    said.map(|(verb, files)| format!("It {verb} {files}.")).collect()
}
