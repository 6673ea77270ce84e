use pipeline::language::Key;

/// A key of the language.
pub(crate) fn about(key: &Key) -> String {
    let mut text = format!("**`{}`**", key.name);
    if !key.aliases.is_empty() {
        let aliases: Vec<_> = key.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        text.push_str(&format!(" (also {})", aliases.join(", ")));
    }
    text.push_str("\n\n");
    text.push_str(key.doc);
    if let Some(default) = key.default {
        text.push_str(&format!("\n\nDefault: `{default}`"));
    }
    if key.ignored {
        text.push_str("\n\nAccepted and kept, without effect.");
    }
    text
}
