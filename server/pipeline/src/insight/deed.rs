//! What a step does, as the verb of a sentence. Only what its kind, tool and operation say for sure.

use std::borrow::Cow;

use super::say::{code, does};
use super::sheet::{Bound, FileFact, FileUse};
use crate::catalogue::Catalogue;
use crate::facts::{operation, signature};
use crate::{Step, StepKind};

type Words = Cow<'static, str>;

/// What a step does, in the words that stand behind "may".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    /// Of one step: "read `notes.md`".
    one: Words,
    /// Of several: "read files".
    many: Words,
}

impl Deed {
    /// What `step` does; `acting` is its body where it is its own, else itself, and `files` are those that it names.
    pub(super) fn of(
        step: &Step,
        acting: &Step,
        files: &[FileFact],
        catalogue: &Catalogue,
    ) -> Self {
        let deed = Self::of_call(acting, files, catalogue);
        if !step.kind.is_shorthand() {
            return deed;
        }
        let round = match super::own::bound(step) {
            None => return deed,
            Some(Bound::Items(0)) => return Self::same("go through an empty list"),
            Some(Bound::AtMost(0)) => return Self::same("never go round"),
            Some(Bound::Items(1)) => "for 1 item".to_owned(),
            Some(Bound::Items(items)) => format!("for each of {items} items"),
            Some(Bound::List) => "for each item of a list".to_owned(),
            Some(Bound::AtMost(1)) => "at most once".to_owned(),
            Some(Bound::AtMost(times)) => format!("at most {times} times"),
            Some(Bound::Written(_)) => "in rounds".to_owned(),
        };
        let of_round = |words: Words| Cow::Owned(format!("{words} {round}"));
        Self { one: of_round(deed.one), many: of_round(deed.many) }
    }

    fn of_call(step: &Step, files: &[FileFact], catalogue: &Catalogue) -> Self {
        match &step.kind {
            StepKind::Echo(_) | StepKind::Debug(_) => Self::new("print a text", "print texts"),
            StepKind::FileProse(_) => Self::with_file("write", files, FileUse::Writes),
            StepKind::Auto(_) => Self::same("do what a model makes of its instruction"),
            StepKind::Action(_) | StepKind::Tool { .. } => {
                Self::of_signature(step, files, catalogue)
            }
            StepKind::ForEach(_) | StepKind::Queue(_) => match super::own::bound(step) {
                Some(Bound::Items(0)) => Self::same("go through an empty list"),
                Some(Bound::Items(1)) => Self::same("go through a list of 1 item"),
                Some(Bound::Items(items)) => {
                    Self::same(format!("go through a list of {items} items"))
                }
                _ => Self::new("go through a list", "go through lists"),
            },
            StepKind::While(_) | StepKind::ActionLoop(_) => match super::own::bound(step) {
                Some(Bound::AtMost(0)) => Self::same("never go round"),
                Some(Bound::AtMost(1)) => Self::same("go round at most once"),
                Some(Bound::AtMost(times)) => Self::same(format!("go round at most {times} times")),
                _ => Self::same("go round"),
            },
            StepKind::Parallel => Self::same("hold steps that stand side by side"),
            StepKind::Unknown(Some(_)) => Self::same("name no known action"),
            StepKind::Unknown(None) => Self::same("name no action"),
        }
    }

    fn of_signature(step: &Step, files: &[FileFact], catalogue: &Catalogue) -> Self {
        let unknown = || Self::same(format!("call {}", does(step)));
        let Some(known) = signature(step, catalogue) else { return unknown() };
        let operation = operation(step).unwrap_or_default();
        match (known.name, operation) {
            ("filesystem", "read") => Self::with_file("read", files, FileUse::Reads),
            ("filesystem", "write") => Self::with_file("write", files, FileUse::Writes),
            ("filesystem", "copy") => Self::with_file("copy", files, FileUse::Reads),
            ("filesystem", "move") => Self::new("move a file", "move files"),
            ("filesystem", "delete") => Self::new("delete a file", "delete files"),
            ("filesystem", "list") => Self::new("list a folder", "list folders"),
            ("filesystem", "mkdir") => Self::new("make a folder", "make folders"),
            ("filesystem", "exists") => {
                Self::new("look whether a file exists", "look whether files exist")
            }
            ("web-search", _) | ("headless-browser", "search") => Self::same("search the web"),
            ("headless-browser", "scrape" | "scrape_js") => {
                Self::new("read a web page", "read web pages")
            }
            ("headless-browser", "verify") => Self::new("check a web page", "check web pages"),
            ("terminal", _) => Self::new("run a command", "run commands"),
            ("python-executor", _) => Self::same("run Python code"),
            ("pipeline-executor", _) => Self::new("run another pipeline", "run other pipelines"),
            (
                "data-processing" | "process",
                word @ ("filter" | "aggregate" | "transform" | "merge" | "clean" | "convert"
                | "profile" | "pivot"),
            ) => Self::same(format!("{word} data")),
            ("validation" | "validate", "validate") => Self::same("validate data"),
            ("report-generator", _) => Self::new("make a report", "make reports"),
            ("pdf-compiler", _) => Self::new("make a PDF", "make PDFs"),
            ("visualization", "create_charts") => Self::same("draw charts"),
            ("image-analysis", _) => {
                Self::new("have a model look at a picture", "have a model look at pictures")
            }
            ("image-generation", _) => Self::same("have a model make pictures"),
            ("prompt-optimization", _) => {
                Self::new("have a model rewrite a prompt", "have a model rewrite prompts")
            }
            ("user-prompt", _) => Self::same("ask a person"),
            ("approval-gate", _) => Self::same("ask a person for approval"),
            ("feedback-collection", _) => Self::same("ask a person for feedback"),
            ("generate", _) => Self::new("have a model write a text", "have a model write texts"),
            ("generate_structured", _) => Self::same("have a model write structured data"),
            ("analyze_text", _) => {
                Self::new("have a model analyze a text", "have a model analyze texts")
            }
            _ => unknown(),
        }
    }

    fn new(one: &'static str, many: &'static str) -> Self {
        Self { one: Cow::Borrowed(one), many: Cow::Borrowed(many) }
    }

    fn same(words: impl Into<Words>) -> Self {
        let words = words.into();
        Self { one: words.clone(), many: words }
    }

    /// With the file where it is the only one of that use, and its name is short.
    fn with_file(verb: &'static str, files: &[FileFact], usage: FileUse) -> Self {
        const LONGEST: usize = 60;
        let mut named = files.iter().filter(|it| it.usage == usage);
        let only = named.next().filter(|_| named.next().is_none());
        let only = only.filter(|it| it.path.chars().count() <= LONGEST);
        let one = only.map_or_else(|| "a file".to_owned(), |it| code(&it.path));
        Self { one: Cow::Owned(format!("{verb} {one}")), many: Cow::Owned(format!("{verb} files")) }
    }

    /// What makes two deeds the same in a sentence about several steps.
    pub(super) fn kind(&self) -> &str {
        &self.many
    }

    /// The predicate of one step: "reads `notes.md`".
    pub(super) fn of_one(&self) -> String {
        third_person(&self.one)
    }

    /// The predicate of one step that may run: "may read `notes.md`".
    pub(super) fn of_one_that_may(&self) -> String {
        format!("may {}", self.one)
    }
}

/// Words that begin with a verb, of one who does it.
fn third_person(words: &str) -> String {
    let (verb, behind) = words.split_once(' ').unwrap_or((words, ""));
    let verb = match verb {
        // "never" is no verb: the one behind it is.
        "never" => return format!("never {}", third_person(behind)),
        "have" => "has".to_owned(),
        "go" | "do" => format!("{verb}es"),
        _ if verb.ends_with("ch") || verb.ends_with("sh") => format!("{verb}es"),
        _ => match verb.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ => format!("{verb}s"),
        },
    };
    if behind.is_empty() { verb } else { format!("{verb} {behind}") }
}

#[cfg(test)]
mod tests {
    use super::third_person;

    #[test]
    fn verbs_take_their_ending() {
        let all = ["search it", "copy it", "go", "never go round", "have it", "read", "do it"];
        assert_eq!(
            all.map(third_person),
            ["searches it", "copies it", "goes", "never goes round", "has it", "reads", "does it"]
        );
    }
}
