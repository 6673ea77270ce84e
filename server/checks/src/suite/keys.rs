//! The keys of a file of tests: what reading knows and completion proposes.

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it says, for people.
    pub about: &'static str,
    /// What stands behind the colon of a new one, as a snippet.
    pub snippet: &'static str,
}

/// Where keys stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the top.
    Top,
    /// In a test.
    Case,
    /// In an expectation.
    Expectation,
    /// In `not`.
    Not,
    /// In the map form of `judge`.
    Judge,
}

const fn key(name: &'static str, about: &'static str, snippet: &'static str) -> Key {
    Key { name, about, snippet }
}

const TOP: &[Key] = &[
    key(
        "pipeline",
        "The pipeline that is tested, where it is not the file of the same name beside this one.",
        " $0",
    ),
    key("tests", "The tests, in order.", "\n  - name: $1\n    expect:\n      - $0"),
];

const CASE: &[Key] = &[
    key("name", "What the test is called; unique in this file.", " $0"),
    key("description", "For people.", " $0"),
    key("inputs", "Values for the pipeline's inputs.", "\n  $0"),
    key(
        "recorded",
        "A file with a run document, or a past run of the workspace: all answers are taken from it, nothing outside is asked.",
        " $0",
    ),
    key(
        "answers",
        "What is said to steps that ask a person, by the path or the id of the step.",
        "\n  $0",
    ),
    key(
        "models",
        "Run with each of these models in the place of those that the pipeline asks for.",
        " [$0]",
    ),
    key("times", "How often it runs with each model.", " $0"),
    key("passes", "The least share of the runs that must pass, up to 1.", " $0"),
    key(
        "files",
        "Files and folders of the workspace that are copied to where the run works.",
        " [$0]",
    ),
    key("expect", "What must hold after the run, beside its success.", "\n  - $0"),
];

const EQUALS: Key = key("equals", "The value is this one.", " $0");

const CONTAINS: Key =
    key("contains", "A text has this in it, a list has this item, a map has this key.", " $0");

const MATCHES: Key =
    key("matches", "The text of the value has a match of this regular expression.", " '$0'");

const SCHEMA: Key = key("schema", "The value fits this JSON Schema.", " {$0}");

const JUDGE: Key =
    key("judge", "A question about the value that a model answers with pass or fail.", " $0");

const EXPECTATION: &[Key] = &[
    key(
        "value",
        "What `equals`, `contains`, `matches`, `schema`, `judge` and `not` speak of: an expression over `outputs`, `inputs`, the steps and `run`.",
        " $0",
    ),
    EQUALS,
    CONTAINS,
    MATCHES,
    SCHEMA,
    JUDGE,
    key("not", "None of these holds: `equals`, `contains`, `matches`, `schema`, `judge`.", " {$0}"),
    key("condition", "A condition that holds.", " $0"),
    key("cost_below", "The run cost less than so many US dollars.", " $0"),
    key("steps_run", "Steps that ran.", " [$0]"),
    key("steps_skipped", "Steps that did not run.", " [$0]"),
    key(
        "fails",
        "The kind of error with which the run fails, or the code with which it is refused.",
        " $0",
    ),
];

const NOT: &[Key] = &[EQUALS, CONTAINS, MATCHES, SCHEMA, JUDGE];

const JUDGE_MAP: &[Key] = &[
    key("question", "What is asked about the value.", " $0"),
    key("model", "Who is asked, where it is not the model that looks after the pipeline.", " $0"),
];

/// The keys of a place.
#[must_use]
pub const fn keys(place: Place) -> &'static [Key] {
    match place {
        Place::Top => TOP,
        Place::Case => CASE,
        Place::Expectation => EXPECTATION,
        Place::Not => NOT,
        Place::Judge => JUDGE_MAP,
    }
}

impl Place {
    /// The place below these keys, outermost first; nothing where keys are the author's.
    #[must_use]
    pub fn below(path: &[&str]) -> Option<Self> {
        match path {
            [] => Some(Self::Top),
            ["tests"] => Some(Self::Case),
            ["tests", "expect"] => Some(Self::Expectation),
            ["tests", "expect", "not"] => Some(Self::Not),
            ["tests", "expect", "judge"] | ["tests", "expect", "not", "judge"] => Some(Self::Judge),
            _ => None,
        }
    }
}
