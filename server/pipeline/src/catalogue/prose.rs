//! Action text that is an instruction rather than a name: `echo hello`, `write the report to a.md`.

use std::sync::LazyLock;

use regex::Regex;

/// What an instruction asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `echo`, `print`, `display`, `show` or `output`, then text.
    Echo,
    /// Something is to be written, saved, created, exported or stored in a file.
    FileProse,
    /// Holds an AUTO tag: a model reads the instruction.
    Auto,
}

impl Family {
    /// The name under which the family's tool is provided; `None` for AUTO, which is the model's.
    pub fn tool(self) -> Option<&'static str> {
        match self {
            Self::Echo => Some("echo"),
            Self::FileProse => Some("file-prose"),
            Self::Auto => None,
        }
    }
}

static AUTO: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?is)<AUTO\b[^>]*>.*?</AUTO>").ok());

static ECHO: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:echo|print|display|show|output)\s+\S").ok());

static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?is)(?:write|save).*to\s+(?:a\s+)?(?:file|path)",
        r"|(?:write|save).*following.*content.*to",
        r"|create.*file\s+at|export.*to\s+file|store.*in\s+file",
        r"|(?:write|save).*to\s+\S+\.(?:txt|md|json|ya?ml|csv|html)",
    ))
    .ok()
});

/// The family of an action text that is no name; `None` for text that nothing can run.
pub fn family(action: &str) -> Option<Family> {
    let action = action.trim();
    let matches = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|it| it.is_match(action));
    let auto = matches(&AUTO);
    if auto && action.starts_with('<') {
        Some(Family::Auto)
    } else if matches(&ECHO) {
        Some(Family::Echo)
    } else if matches(&FILE) {
        Some(Family::FileProse)
    } else {
        auto.then_some(Family::Auto)
    }
}
