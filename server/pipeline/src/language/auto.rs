//! Attributes of AUTO tags.

/// An attribute of an AUTO tag.
#[derive(Debug, PartialEq)]
pub struct AutoAttribute {
    /// Its name.
    pub name: &'static str,
    /// Markdown for hover: what it asks for, and an example.
    pub doc: &'static str,
    /// Its words: all there are where it is `closed`, else usual ones.
    pub words: &'static [&'static str],
    /// Whether any other word is an error.
    pub closed: bool,
}

/// All attributes, in the order of documentation.
pub const AUTO_ATTRIBUTES: &[AutoAttribute] = &[
    AutoAttribute {
        name: "type",
        doc: "What the answer must be. Without it the key that the tag stands in decides, then the wording.\n\n\
              ```yaml\nmax_parallel: <AUTO type=\"integer\" min=\"1\" max=\"8\">How many at once?</AUTO>\n```",
        words: &["string", "integer", "number", "boolean", "list", "choice"],
        closed: true,
    },
    AutoAttribute {
        name: "min",
        doc: "The least number that is accepted, or of a list the fewest items; a smaller answer is asked for again once, then it is an error.",
        words: &[],
        closed: false,
    },
    AutoAttribute {
        name: "max",
        doc: "The greatest number that is accepted, or of a list the most items; a greater answer is asked for again once, then it is an error.",
        words: &[],
        closed: false,
    },
    AutoAttribute {
        name: "choices",
        doc: "The accepted answers, separated by commas.\n\n\
              ```yaml\ngoto: <AUTO choices=\"publish,mend\">Is the draft good enough?</AUTO>\n```",
        words: &[],
        closed: false,
    },
    AutoAttribute {
        name: "task",
        doc: "What the model is chosen for.\n\n```yaml\nmodel: <AUTO task=\"summarize\">A cheap model will do</AUTO>\n```",
        words: &[
            "analyze",
            "generate",
            "summarize",
            "synthesis",
            "report",
            "validate",
            "extract",
            "code",
            "chat",
        ],
        closed: false,
    },
    AutoAttribute {
        name: "expertise",
        doc: "How good the model must be, or what it must be good at.",
        words: &["low", "medium", "high", "very-high"],
        closed: false,
    },
    AutoAttribute {
        name: "quality",
        doc: "How good the answer must be.",
        words: &["low", "medium", "high"],
        closed: false,
    },
    AutoAttribute {
        name: "complexity",
        doc: "How hard the task is.",
        words: &["low", "medium", "high"],
        closed: false,
    },
    AutoAttribute {
        name: "domain",
        doc: "The field that the task is from, such as `research` or `law`.",
        words: &[],
        closed: false,
    },
];

/// The attribute of that name.
#[must_use]
pub fn auto_attribute(name: &str) -> Option<&'static AutoAttribute> {
    AUTO_ATTRIBUTES.iter().find(|it| it.name == name)
}
