//! What there is to read: the guide, and a page for every finding.

use pipeline::names::nearest;

/// A page.
pub(super) struct Topic {
    /// Its name.
    pub(super) name: &'static str,
    /// Its first line.
    pub(super) title: &'static str,
    /// Markdown.
    pub(super) text: &'static str,
}

macro_rules! guide {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../docs/guide/", $name, ".md")))),*]
    };
}

/// The pages of the guide, in their order.
const GUIDE: &[(&str, &str)] = guide![
    "1-steps",
    "2-inputs",
    "3-templates",
    "4-conditions",
    "5-failures",
    "6-tools",
    "7-loops",
    "8-products",
    "9-handlers",
    "10-past-runs",
    "11-quality",
    "12-pipelines",
    "13-layout-and-differences",
    "14-resume",
    "15-paying-once",
    "16-people",
    "17-control",
    "18-models",
    "19-intention",
    "20-tests",
];

/// The pages of the guide.
pub(super) fn guide() -> impl Iterator<Item = Topic> {
    GUIDE.iter().map(|&(name, text)| Topic { name, title: title(text), text })
}

/// The pages of findings.
pub(super) fn rules() -> impl Iterator<Item = Topic> {
    let rules = checks::rules().iter();
    rules.map(|rule| Topic { name: rule.code, title: rule.summary(), text: rule.page })
}

/// The page of that name; a page of the guide also by its name without the number.
pub(super) fn find(name: &str) -> Option<Topic> {
    let bare =
        |topic: &Topic| topic.name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    let guide = guide().find(|topic| topic.name == name || bare(topic) == name);
    guide.or_else(|| rules().find(|topic| topic.name == name))
}

/// A name that is like it.
pub(super) fn near(name: &str) -> Option<&'static str> {
    let names: Vec<&'static str> = guide().chain(rules()).map(|topic| topic.name).collect();
    nearest(name, names.iter().copied())
        .and_then(|near| names.iter().copied().find(|it| *it == near))
}

fn title(text: &'static str) -> &'static str {
    text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::{find, guide};

    #[test]
    fn every_page_of_the_guide_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
        let names = fs::read_dir(folder).unwrap().map(|entry| {
            entry.unwrap().file_name().to_str().unwrap().trim_end_matches(".md").to_owned()
        });
        let there: BTreeSet<String> = names.filter(|name| name != "README").collect();
        let known: BTreeSet<String> = guide().map(|topic| topic.name.to_owned()).collect();
        assert_eq!(known, there);
    }

    #[test]
    fn pages_are_found_by_their_names() {
        assert_eq!(find("loops").map(|topic| topic.name), Some("7-loops"));
        assert_eq!(find("unknown-step").map(|topic| topic.name), Some("unknown-step"));
        assert!(find("nothing").is_none());
    }
}
