/// The id that a name stands for: lower case, words joined by one `-`, everything else dropped; nothing where no word
/// is left.
pub(super) fn slug(name: &str) -> Option<String> {
    let mut slug = String::new();
    let mut gap = false;
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letter == '_' {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(letter);
        } else if letter.is_whitespace() || letter == '-' {
            gap = true;
        }
    }
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_become_ids() {
        assert_eq!(slug("Fetch the  Data!").as_deref(), Some("fetch-the-data"));
        assert_eq!(slug(" - snake_case - ").as_deref(), Some("snake_case"));
        assert_eq!(slug("Été 1").as_deref(), Some("été-1"));
        assert_eq!(slug("!?"), None);
    }
}
