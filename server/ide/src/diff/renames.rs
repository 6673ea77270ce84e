//! Steps that only have another name now, so that who names them says nothing new either.

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

/// Old ids and new ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames(FxHashMap<String, String>);

impl Renames {
    pub(super) fn add(&mut self, old: &str, new: &str) {
        self.0.insert(old.to_owned(), new.to_owned());
    }

    /// The new name of a step.
    pub(super) fn name<'a>(&'a self, old: &'a str) -> &'a str {
        self.0.get(old).map_or(old, String::as_str)
    }

    /// A value in which every text is the id of a step.
    pub(super) fn ids(&self, value: Json) -> Json {
        match value {
            Json::String(id) => self.name(&id).into(),
            Json::Array(items) => items.into_iter().map(|item| self.ids(item)).collect(),
            other => other,
        }
    }

    /// A value with the new names in its templates.
    pub(super) fn templates(&self, value: Json) -> Json {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Json::String(text) => self.in_tags(&text).into(),
            Json::Array(items) => items.into_iter().map(|item| self.templates(item)).collect(),
            Json::Object(entries) => {
                entries.into_iter().map(|(key, value)| (key, self.templates(value))).collect()
            }
            other => other,
        }
    }

    /// A text that is an expression throughout.
    pub(super) fn expression(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let len = if is_word(first) {
                rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (word, behind) = rest.split_at_checked(len).unwrap_or((rest, ""));
            // What stands behind a point is a field.
            let is_field = out.ends_with('.') && !is_namespace(&out);
            out.push_str(if is_field { word } else { self.name(word) });
            rest = behind;
        }
        out
    }

    /// A text with the new names in its templates.
    pub(super) fn in_tags(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
            let (before, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let close = if tag.starts_with("{{") { "}}" } else { "%}" };
            let end = tag.find(close).unwrap_or(tag.len());
            let (tag, behind) = tag.split_at_checked(end).unwrap_or((tag, ""));
            out.push_str(before);
            out.push_str(&self.expression(tag));
            rest = behind;
        }
        out.push_str(rest);
        out
    }
}

/// Whether a text ends with a word behind whose point a step is named.
fn is_namespace(text: &str) -> bool {
    const WORDS: [&str; 4] = ["steps.", "results.", "step_results.", "previous_results."];
    WORDS.iter().any(|word| text.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::Renames;

    #[test]
    fn names_are_followed_where_a_step_is_named() {
        let mut renames = Renames::default();
        renames.add("a", "b");
        for (old, new) in [
            ("{{ a.x }} a {% if a %}a{% endif %}", "{{ b.x }} a {% if b %}a{% endif %}"),
            ("{{ x.a + steps.a.y + steps['a'].a }}", "{{ x.a + steps.b.y + steps['b'].a }}"),
            ("{{ aa | a-b", "{{ aa | a-b"),
            ("é {{ a }} é", "é {{ b }} é"),
        ] {
            assert_eq!(renames.templates(old.into()), new);
        }
        assert_eq!(renames.expression("a == 1 and c.a"), "b == 1 and c.a");
    }
}
