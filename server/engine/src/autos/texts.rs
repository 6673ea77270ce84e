//! Where a step has AUTO tags, and what each place takes.

use pipeline::{
    Condition, Count, Data, Step, StepKind, Text,
    auto::Place,
    catalogue::{Signature, Type},
};

use super::put::is_whole;

/// When tags are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Before it is known what the step waits for.
    Dependencies,
    /// Before its condition is evaluated.
    Condition,
    /// Before it starts.
    Start,
    /// Before a test of a loop; the number of the round, and whether it stands behind the body.
    Test(usize, bool),
    /// After it ended, to find out where it leads.
    Goto,
    /// The same for its other routes.
    Fork(Fork),
    /// Before it is known whether a handler takes part.
    Enabled(Handling),
    /// Before the call of a handler.
    Handler(Handling),
    /// Before the value that a handler falls back to is taken.
    Fallback(Handling),
    /// When everything is over, for the outputs of the pipeline that it ran in that attempt; of a run's own, 0.
    Outputs(u32),
}

/// A route beside `goto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fork {
    /// Where its condition is not true.
    False,
    /// Where it succeeded.
    Success,
    /// Where it failed for good.
    Failure,
}

impl Fork {
    /// The key that says where to.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::False => "on_false",
            Self::Success => "on_success",
            Self::Failure => "on_failure",
        }
    }
}

/// A handler at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Handling {
    /// Which attempt of the step failed.
    pub(crate) attempt: u32,
    /// Which handler.
    pub(crate) index: usize,
}

impl Stage {
    /// Number of the round, for a test of a loop.
    pub(crate) const fn round(self) -> Option<usize> {
        match self {
            Self::Test(round, _) => Some(round),
            _ => None,
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dependencies => f.write_str("depends_on"),
            Self::Condition => f.write_str("condition"),
            Self::Start => f.write_str("start"),
            Self::Test(round, false) => write!(f, "while/{round}"),
            Self::Test(round, true) => write!(f, "until/{round}"),
            Self::Goto => f.write_str("goto"),
            Self::Fork(fork) => f.write_str(fork.key()),
            Self::Enabled(Handling { attempt, index }) => {
                write!(f, "{attempt}/handler/{index}/enabled")
            }
            Self::Handler(Handling { attempt, index }) => {
                write!(f, "{attempt}/handler/{index}/call")
            }
            Self::Fallback(Handling { attempt, index }) => {
                write!(f, "{attempt}/handler/{index}/fallback")
            }
            Self::Outputs(attempt) => write!(f, "{attempt}/outputs"),
        }
    }
}

/// A text that holds tags.
#[derive(Clone, Debug)]
pub(crate) struct Where<'s> {
    /// `parameters.path`, `for_each`, `goto`.
    pub(crate) path: String,
    pub(crate) text: &'s Text,
    pub(crate) place: Place,
}

/// The texts with tags that are asked at that stage, in order. `signature` is that of the tool that the step calls,
/// `words` what its action says in words, `steps` the names that a route may take.
pub(crate) fn at_stage<'s>(
    step: &'s Step,
    stage: Stage,
    signature: Option<&Signature>,
    words: Option<&'s Text>,
    steps: &[String],
) -> Vec<Where<'s>> {
    let mut all = Vec::new();
    match stage {
        Stage::Dependencies => {
            let text = step.dynamic_dependencies.as_ref().map(|it| &it.value);
            add(&mut all, "depends_on", text, Type::List);
        }
        Stage::Condition => {
            let text = step.condition.as_ref().map(|it| &it.text);
            add(&mut all, "condition", text, Type::Bool);
        }
        Stage::Goto => {
            let goto = step.routing.goto.as_ref().map(|it| &it.value);
            to_step(&mut all, "goto", goto, steps);
        }
        Stage::Fork(fork) => {
            let to = step.routing.chosen(fork.key()).map(|it| &it.value);
            to_step(&mut all, fork.key(), to, steps);
        }
        Stage::Test(_, is_after) => {
            for (key, condition) in tests(&step.kind, is_after) {
                add(&mut all, key, condition.as_ref().map(|it| &it.text), Type::Bool);
            }
        }
        Stage::Start => {
            if let Some(text) = words.filter(|text| !text.autos.is_empty()) {
                all.push(Where { path: "action".into(), text, place: Place::default() });
            }
            of_parameters(step, signature, &mut all);
            of_loop(&step.kind, &mut all);
        }
        // They stand in no step.
        Stage::Enabled(_) | Stage::Handler(_) | Stage::Fallback(_) | Stage::Outputs(_) => {}
    }
    all
}

/// The texts with tags in data that stands for itself, in order.
pub(crate) fn in_data<'s>(data: &'s Data, path: &str, ty: Option<Type>) -> Vec<Where<'s>> {
    let mut all = Vec::new();
    data.texts(path, &mut |found, text| {
        if !text.autos.is_empty() {
            let ty = ty.filter(|_| found == path);
            let place = Place { key: found.to_owned(), ty, choices: Vec::new() };
            all.push(Where { path: found.to_owned(), text, place });
        }
    });
    all
}

fn add<'s>(all: &mut Vec<Where<'s>>, key: &str, text: Option<&'s Text>, ty: Type) {
    if let Some(text) = text.filter(|text| !text.autos.is_empty()) {
        let place = Place { key: key.to_owned(), ty: Some(ty), choices: Vec::new() };
        all.push(Where { path: key.to_owned(), text, place });
    }
}

fn to_step<'s>(all: &mut Vec<Where<'s>>, key: &str, text: Option<&'s Text>, steps: &[String]) {
    if let Some(text) = text.filter(|text| !text.autos.is_empty()) {
        // A tag beside other text is a part of what says where to.
        let is_target = text.autos.iter().all(|tag| is_whole(text, tag));
        let choices = if is_target { steps.to_vec() } else { Vec::new() };
        let place = Place { key: key.to_owned(), ty: None, choices };
        all.push(Where { path: key.to_owned(), text, place });
    }
}

fn of_parameters<'s>(step: &'s Step, signature: Option<&Signature>, all: &mut Vec<Where<'s>>) {
    // A tag in the place of a model says which one is wanted, and asks nothing.
    for parameter in step.parameters.iter().filter(|it| it.name.value != "model") {
        let written = parameter.name.value.as_str();
        let known = signature.and_then(|it| it.parameter(written));
        let path = format!("parameters.{written}");
        parameter.value.value.texts(&path, &mut |found, text| {
            if text.autos.is_empty() {
                return;
            }
            let own = known.filter(|_| found == path);
            let place = Place {
                key: found.trim_start_matches("parameters.").to_owned(),
                ty: own.map(|it| it.ty),
                choices: own
                    .map_or(&[][..], |it| it.choices)
                    .iter()
                    .map(|it| (*it).to_owned())
                    .collect(),
            };
            all.push(Where { path: found.to_owned(), text, place });
        });
    }
}

fn of_loop<'s>(kind: &'s StepKind, all: &mut Vec<Where<'s>>) {
    let count = |all: &mut Vec<Where<'s>>, key: &str, count: Option<&'s Count>| {
        if let Some(Count::Text(text)) = count {
            add(all, key, Some(text), Type::Integer);
        }
    };
    match kind {
        StepKind::ForEach(it) => {
            items(&it.items.value, "for_each", all);
            count(all, "max_parallel", it.max_parallel.as_ref().map(|it| &it.value));
        }
        StepKind::Queue(it) => {
            if let Some(on) = &it.on {
                items(&on.value, "on", all);
            }
            count(all, "max_parallel", it.max_parallel.as_ref().map(|it| &it.value));
        }
        StepKind::While(it) => {
            count(all, "max_iterations", it.max_iterations.as_ref().map(|it| &it.value));
        }
        StepKind::ActionLoop(it) => {
            count(all, "max_iterations", it.max_iterations.as_ref().map(|it| &it.value));
        }
        _ => {}
    }
}

fn items<'s>(data: &'s Data, key: &str, all: &mut Vec<Where<'s>>) {
    if let Data::Text(text) = data {
        return add(all, key, Some(text), Type::List);
    }
    data.texts(key, &mut |path, text| {
        if !text.autos.is_empty() {
            let place = Place { key: path.to_owned(), ..Place::default() };
            all.push(Where { path: path.to_owned(), text, place });
        }
    });
}

/// The conditions that are asked before a round, or after it.
fn tests(kind: &StepKind, is_after: bool) -> Vec<(&'static str, &Option<Condition>)> {
    match (kind, is_after) {
        (StepKind::While(it), false) => vec![("while", &it.test)],
        (StepKind::Queue(it), false) => vec![("while", &it.test)],
        (StepKind::While(it), true) => vec![("until", &it.until)],
        (StepKind::Queue(it), true) => vec![("until", &it.until)],
        (StepKind::ActionLoop(it), true) => vec![("while", &it.test), ("until", &it.until)],
        _ => Vec::new(),
    }
}
