//! Error handlers, read once before the run.

use std::{collections::HashMap, sync::Arc, time::Duration};

use pipeline::{
    Beside, Data, Handler, Located, Step, eval,
    language::{self, Level},
};

use super::{Block, Calling, Work};

/// What is done about the failures of all steps.
#[derive(Debug, Default)]
pub(crate) struct Remedies {
    /// By the positions that lead to a step, from the outermost in; its own before the pipeline's.
    pub(super) by_step: HashMap<Box<[usize]>, Arc<[Remedy]>>,
}

impl Remedies {
    /// Those of a step, in the order in which they are tried.
    pub(crate) fn of(&self, path: &[usize]) -> Arc<[Remedy]> {
        self.by_step.get(path).map_or_else(|| Arc::from([]), Arc::clone)
    }

    /// What the steps do that handlers name.
    pub(super) fn works(&self) -> impl Iterator<Item = &Work> {
        self.by_step.values().flat_map(|remedies| remedies.iter()).filter_map(
            |remedy| match &remedy.deed {
                Deed::Step(called) => Some(&called.work),
                Deed::Action(..) | Deed::Nothing => None,
            },
        )
    }
}

/// An error handler.
#[derive(Clone, Debug)]
pub(crate) struct Remedy {
    /// Its action as written, or the id of its step; `fallback` where it has neither.
    pub(crate) name: String,
    pub(crate) deed: Deed,
    pub(crate) filter: Filter,
    pub(crate) enabled: Option<Data>,
    /// How often it is tried again when it fails.
    pub(crate) retries: u32,
    /// Of one try.
    pub(crate) timeout: Option<Duration>,
    pub(crate) fallback: Option<Fallback>,
    pub(crate) on_success: OnSuccess,
    pub(crate) on_failure: OnFailure,
    pub(crate) context: Context,
    pub(crate) level: String,
    priority: i128,
}

/// What it does.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A call of its own.
    Action(Arc<Step>, Calling),
    /// A step beside the one that failed, or further out.
    Step(Arc<CalledStep>),
    /// It only has a fallback.
    Nothing,
}

/// A step that a handler runs.
#[derive(Debug)]
pub(crate) struct CalledStep {
    /// Where it is.
    pub(crate) beside: Beside,
    pub(crate) work: Work,
    /// It alone, for what is made of steps itself; none for a call.
    pub(crate) alone: Option<Arc<Block>>,
}

/// The result where nothing else leads to one.
#[derive(Clone, Debug)]
pub(crate) enum Fallback {
    /// What `.result` is.
    Result(Data),
    /// The whole value.
    Whole(Data),
}

/// What follows when it succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnSuccess {
    /// The step is tried once more.
    Retry,
    /// What it gave is the step's value.
    Answer,
    /// The failure goes on to the next handler.
    PassOn,
}

/// What follows when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// The next handler is tried, and without one the run goes on.
    GoOn,
    /// The step fails.
    Stop,
}

/// Whether it may read the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Readable,
    Hidden,
}

/// Which failures it is for: each list that is not empty must hold something that fits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    types: Vec<String>,
    patterns: Vec<Pattern>,
    codes: Vec<String>,
}

#[derive(Clone, Debug)]
enum Pattern {
    Expression(eval::Pattern),
    /// What is no regular expression is looked for as it stands, in lower case.
    Text(String),
}

impl Remedy {
    /// What a handler says, beside what it does.
    pub(super) fn new(handler: &Handler, name: String, deed: Deed) -> Self {
        let field = |name: &str| field(handler, name).map(|data| &data.value);
        let says = |name: &str, default: bool| field(name).map_or(default, is_true);
        let is_text = handler.fields.is_empty();
        let is_legacy = handler.fields.iter().any(|(key, _)| key.value == "action");
        let fallback = field("fallback_result")
            .map(|data| Fallback::Whole(data.clone()))
            .or_else(|| field("fallback_value").map(|data| Fallback::Result(data.clone())));
        let on_success = match deed {
            _ if says("propagate_error", false) => OnSuccess::PassOn,
            Deed::Nothing => OnSuccess::Answer,
            _ if says("retry_with_handler", !is_text) => OnSuccess::Retry,
            _ => OnSuccess::Answer,
        };
        Self {
            name,
            deed,
            filter: Filter::new(field),
            enabled: field("enabled").cloned(),
            retries: field("max_handler_retries")
                .and_then(whole)
                .map_or(0, |it| it.clamp(0, 100) as u32),
            timeout: field("timeout").and_then(pipeline::duration).filter(|it| !it.is_zero()),
            fallback,
            on_success,
            on_failure: if says("continue_on_handler_failure", is_text) {
                OnFailure::GoOn
            } else {
                OnFailure::Stop
            },
            context: if says("capture_error_context", true) {
                Context::Readable
            } else {
                Context::Hidden
            },
            level: field("log_level").and_then(word).unwrap_or_else(|| "error".to_owned()),
            priority: field("priority").and_then(whole).unwrap_or(if is_legacy {
                1000
            } else {
                100
            }),
        }
    }
}

impl Remedy {
    /// Whether it is one call, and not made of steps.
    pub(crate) fn is_a_call(&self) -> bool {
        match &self.deed {
            Deed::Action(..) => true,
            Deed::Step(called) => matches!(called.work, Work::Call(_)),
            Deed::Nothing => false,
        }
    }
}

/// In the order in which they are tried: low priorities first, else as written.
pub(super) fn sorted(mut remedies: Vec<Remedy>) -> Vec<Remedy> {
    remedies.sort_by_key(|remedy| remedy.priority);
    remedies
}

/// The value of a key, whatever its spelling; a null is not there.
pub(super) fn field<'h>(handler: &'h Handler, name: &str) -> Option<&'h Located<Data>> {
    let named = |spelling: &str| {
        language::key(Level::Handler, spelling).is_some_and(|known| known.name == name)
    };
    let mut found =
        handler.fields.iter().filter(|(key, value)| named(&key.value) && value.value != Data::Null);
    let first = found.next()?;
    let canonical = std::iter::once(first).chain(found).find(|(key, _)| key.value == name);
    Some(&canonical.unwrap_or(first).1)
}

impl Filter {
    fn new<'h>(field: impl Fn(&str) -> Option<&'h Data>) -> Self {
        let words = |name: &str| field(name).map(words).unwrap_or_default();
        Self {
            types: words("error_types"),
            patterns: words("error_patterns").into_iter().map(Pattern::new).collect(),
            codes: words("error_codes"),
        }
    }

    /// Whether it is for a failure of that kind, message and codes.
    pub(crate) fn is_for(&self, error_type: &str, message: &str, codes: &[String]) -> bool {
        let kinds = || {
            std::iter::once(error_type)
                .chain(ancestors(error_type).iter().copied())
                .collect::<Vec<_>>()
        };
        let is_kind = |name: &String| {
            matches!(name.as_str(), "*" | "Exception" | "BaseException")
                || kinds().contains(&name.as_str())
        };
        (self.types.is_empty() || self.types.iter().any(is_kind))
            && (self.patterns.is_empty() || self.patterns.iter().any(|it| it.is_in(message)))
            && (self.codes.is_empty() || self.codes.iter().any(|code| codes.contains(code)))
    }
}

impl Pattern {
    fn new(pattern: String) -> Self {
        match eval::Pattern::ignoring_case(&pattern) {
            Ok(expression) => Self::Expression(expression),
            Err(_) => Self::Text(pattern.to_lowercase()),
        }
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            // a search without an end finds nothing
            Self::Expression(expression) => expression.is_match(message).unwrap_or(false),
            Self::Text(text) => message.to_lowercase().contains(text),
        }
    }
}

/// Kinds of errors that a kind is one of, as Python's own are.
fn ancestors(error_type: &str) -> &'static [&'static str] {
    match error_type {
        "ConnectionRefusedError"
        | "ConnectionResetError"
        | "ConnectionAbortedError"
        | "BrokenPipeError" => &["ConnectionError", "OSError", "IOError"],
        "TimeoutError" | "ConnectionError" | "PermissionError" | "FileNotFoundError"
        | "FileExistsError" | "IsADirectoryError" | "NotADirectoryError" | "InterruptedError"
        | "ProcessLookupError" | "ChildProcessError" | "BlockingIOError" | "HTTPError" => {
            &["OSError", "IOError"]
        }
        "OSError" => &["IOError"],
        "UnicodeDecodeError" | "UnicodeEncodeError" => &["UnicodeError", "ValueError"],
        "JSONDecodeError" | "UnicodeError" | "ParameterError" => &["ValueError"],
        "KeyError" | "IndexError" => &["LookupError"],
        "ZeroDivisionError" | "OverflowError" | "FloatingPointError" => &["ArithmeticError"],
        "NotImplementedError" | "RecursionError" => &["RuntimeError"],
        "ModuleNotFoundError" => &["ImportError"],
        _ => &[],
    }
}

fn is_true(data: &Data) -> bool {
    match data {
        Data::Bool(value) => *value,
        Data::Text(text) => {
            matches!(text.value.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1")
        }
        _ => false,
    }
}

fn whole(data: &Data) -> Option<i128> {
    match data {
        Data::Int(value) => Some(*value),
        Data::Text(text) => text.value.trim().parse().ok(),
        _ => None,
    }
}

fn word(data: &Data) -> Option<String> {
    match data {
        Data::Text(text) => Some(text.value.trim().to_owned()),
        Data::Int(value) => Some(value.to_string()),
        _ => None,
    }
}

fn words(data: &Data) -> Vec<String> {
    match data {
        Data::List(items) => items.iter().filter_map(|item| word(&item.value)).collect(),
        other => word(other).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(types: &[&str], patterns: &[&str], codes: &[&str]) -> Filter {
        let own = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        Filter {
            types: own(types),
            patterns: own(patterns).into_iter().map(Pattern::new).collect(),
            codes: own(codes),
        }
    }

    #[test]
    fn every_filter_that_is_given_must_fit() {
        let fits = |filter: Filter| {
            filter.is_for("FileNotFoundError", "No such file: a.txt (rate", &["2".to_owned()])
        };
        for (types, patterns, codes, expected) in [
            (&[][..], &[][..], &[][..], true),
            (&["*"], &[], &[], true),
            (&["Exception"], &[], &[], true),
            (&["OSError"], &[], &[], true),
            (&["FileNotFoundError"], &[], &[], true),
            (&["FileNotFound"], &[], &[], false),
            (&["ValueError", "OSError"], &[], &[], true),
            (&["*"], &["NO SUCH.*txt"], &[], true),
            (&["*"], &["^file"], &[], false),
            (&[], &["(RATE"], &[], true),
            (&[], &[], &["1", "2"], true),
            (&["OSError"], &["no such"], &["3"], false),
        ] {
            assert_eq!(
                fits(filter(types, patterns, codes)),
                expected,
                "{types:?} {patterns:?} {codes:?}"
            );
        }
    }
}
