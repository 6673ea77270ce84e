use super::{LEVELS, key, keys};

#[test]
fn every_spelling_leads_to_one_key_that_knows_its_level() {
    for level in LEVELS {
        for entry in keys(level) {
            assert_eq!(entry.level, level, "{}", entry.name);
            for spelling in entry.aliases.iter().chain([&entry.name]) {
                assert_eq!(key(level, spelling), Some(entry), "{spelling} at {level:?}");
                assert_eq!(entry.spelling(spelling), *spelling);
            }
        }
    }
}

#[test]
fn every_key_says_what_it_is() {
    for entry in LEVELS.into_iter().flat_map(keys) {
        assert!(!entry.forms.is_empty(), "{} has no form", entry.name);
        assert!(
            entry.doc.ends_with('.') || entry.doc.ends_with("```") || entry.doc.ends_with(".)"),
            "{}: {}",
            entry.name,
            entry.doc
        );
        assert_eq!(entry.doc.matches("```").count() % 2, 0, "{} leaves a fence open", entry.name);
    }
}
