//! The sheet in sentences. Each follows from the sheet; what the sheet does not know is said to be unknown.

mod data;
mod effects;
mod failures;
mod files;
mod in_and_out;
mod models;
mod order;
mod room;
mod story;
mod turns;
mod worth;

pub use room::Extent;

use super::say::{code, flat};
use super::sheet::Sheet;

/// What a pipeline is for, as its author states it, and what it does from beginning to end: three sentences, and up to ten
/// where it does more. Markdown; the same sheet gives the same words.
#[must_use]
pub fn intention(sheet: &Sheet) -> String {
    format!("{}\n\n{}\n\n{}", title(sheet), purpose(sheet), story::story(sheet).join(" "))
}

/// The same with everything that is known: what goes in and out, the order, the way of the data, models, side effects,
/// failures. Markdown, paragraph by paragraph; the same sheet gives the same words.
#[must_use]
pub fn explanation(sheet: &Sheet, extent: Extent) -> String {
    let mut text = format!("{}\n\n{}", title(sheet), purpose(sheet));
    paragraph(&mut text, "In short", &story::course(sheet, story::MOST));
    text.push_str(&details(sheet, extent));
    text
}

/// What is known, without what it comes to in short.
pub(super) fn details(sheet: &Sheet, extent: Extent) -> String {
    let mut text = String::new();
    paragraph(&mut text, "In and out", &in_and_out::in_and_out(sheet, extent));
    paragraph(&mut text, "Order", &order::order(sheet, extent));
    text.push_str(&order::stages(sheet, extent));
    let behind = [
        ("Data", data::data(sheet, extent)),
        ("Branches", turns::branches(sheet, extent)),
        ("Loops", turns::loops(sheet, extent)),
        ("Models", models::models(sheet, extent)),
        ("Side effects", effects::effects(sheet, extent)),
        ("Files", files::files(sheet, extent)),
        ("On failure", failures::failures(sheet, extent)),
        ("Worth a look", worth::worth(sheet, extent)),
        ("This build", effects::provided(sheet, extent)),
    ];
    behind.iter().for_each(|(lead, sentences)| paragraph(&mut text, lead, sentences));
    text
}

fn paragraph(text: &mut String, lead: &str, sentences: &[String]) {
    if !sentences.is_empty() {
        text.push_str(&format!("\n\n**{lead}.** {}", sentences.join(" ")));
    }
}

/// The title on a line, strong where it has no marks of its own.
fn title(sheet: &Sheet) -> String {
    let title = flat(sheet.title.as_deref().unwrap_or_default());
    match title.as_str() {
        "" => "**pipeline**".to_owned(),
        marked if marked.contains(['*', '`', '<', '[', '\\']) => code(marked),
        plain => format!("**{plain}**"),
    }
}

fn purpose(sheet: &Sheet) -> &str {
    sheet.purpose.as_deref().unwrap_or("Its purpose is not stated: it has no `description`.")
}
