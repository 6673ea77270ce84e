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

/// An instruction to say something.
const SAYS: &str = r"^(?:echo|print|display|show|output)\s+\S";
/// Instructions to write a file.
const WRITES: [&str; 4] = [
    r"(?:write|save).*to\s+(?:a\s+)?(?:file|path)",
    r"(?:write|save).*following.*content.*to",
    r"create.*file\s+at|export.*to\s+file|store.*in\s+file",
    // Templates in the path may have spaces in them.
    r"(?:write|save).*to\s+(?:\{\{.*?\}\}|\S)+\.(?:txt|md|json|ya?ml|csv|html)",
];

/// What an `action` looks like that is an instruction to say or to write something: regular expressions for its trimmed
/// text, which ignore case and let `.` match line breaks.
pub const INSTRUCTIONS: [&str; 5] = [SAYS, WRITES[0], WRITES[1], WRITES[2], WRITES[3]];

static ECHO: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i){SAYS}")).ok());

static FILE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("(?is){}", WRITES.join("|"))).ok());

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
