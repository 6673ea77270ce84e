//! The pipelines that a pipeline calls: found, read, and prepared like the one that calls them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use pipeline::{Data, Step, names::Names};

use super::{
    Calling, Refusal,
    program::{Draft, Means, Program, Workshop},
};
use crate::{
    Selection, Source,
    files::{Called, Places, Texts},
};

/// How deep pipelines may call one another.
pub(crate) const DEEPEST: usize = 10;

/// Pipelines that are looked at before a run; more of them are a mistake.
const MOST: usize = 1_000;

/// A step that runs another pipeline.
#[derive(Clone, Debug)]
pub(crate) struct PipelineCall {
    pub(crate) calling: Calling,
    pub(crate) callee: Callee,
}

/// What it runs.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// Known before the run.
    Known(Arc<Program>),
    /// Known when the step starts: its name is a template, or an earlier step writes it.
    Later,
}

/// Names that a pipeline may read though it does not declare them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Given {
    /// These.
    These(BTreeSet<String>),
    /// What they are is not known before the run.
    Anything,
}

impl Given {
    /// Nothing: what a run is started with.
    pub(super) const fn nothing() -> Self {
        Self::These(BTreeSet::new())
    }

    /// Whether a name is among them, or may be.
    fn knows(&self, name: &str) -> bool {
        match self {
            Self::These(names) => names.contains(name),
            Self::Anything => true,
        }
    }
}

/// The pipelines that call one another by names that are known before the run, from the inside out.
#[derive(Debug)]
pub(super) struct Chain<'c> {
    /// Of the innermost one; none where it has no file of its own.
    file: Option<PathBuf>,
    /// Pipelines around the outermost one.
    depth: usize,
    outer: Option<&'c Self>,
}

impl<'c> Chain<'c> {
    /// One pipeline alone, so many levels deep.
    pub(super) fn new(file: Option<&Path>, depth: usize) -> Self {
        let real = |file: &Path| std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        Self { file: file.map(real), depth, outer: None }
    }

    fn with(&'c self, file: Option<PathBuf>) -> Self {
        Self { file, depth: self.depth, outer: Some(self) }
    }

    fn depth(&self) -> usize {
        self.outer.map_or(self.depth, |outer| outer.depth() + 1)
    }

    /// The way from a file to the innermost pipeline, where the file is on it.
    fn way_from(&self, file: &Path) -> Option<Vec<String>> {
        let name = |file: &Path| {
            file.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned())
        };
        let own = self.file.as_deref().map(name);
        if self.file.as_deref() == Some(file) {
            return Some(own.into_iter().collect());
        }
        let mut way = self.outer?.way_from(file)?;
        way.extend(own);
        Some(way)
    }
}

/// A call of a pipeline, as far as its text is known.
pub(crate) struct Wanted<'w> {
    /// Its file, its id, or its text.
    pub(crate) pipeline: &'w str,
    /// Of the pipeline that calls it.
    pub(crate) folder: &'w Path,
    pub(crate) given: Given,
}

/// Why a pipeline cannot be called.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// There is no such file.
    Missing(String),
    /// It cannot be read, calls itself, or lies too deep.
    Unreachable(String),
    /// It is wrong in itself; places are in that text, or in the file that the refusal names.
    Wrong(Vec<Refusal>),
}

/// Whether a text is a pipeline, and not the name of one.
pub(super) fn is_written_out(text: &str) -> bool {
    let text = text.trim();
    text.contains('\n') || ["id:", "name:", "steps:", "{\""].iter().any(|it| text.starts_with(it))
}

/// Prepares a pipeline that a step of a run calls, `depth` levels below the run's own; and the texts of all files that were
/// read for it.
///
/// # Errors
/// See [`Unusable`].
pub(crate) fn load(
    means: &Means,
    wanted: &Wanted<'_>,
    depth: usize,
) -> Result<(Arc<Program>, Texts), Unusable> {
    let workshop = Workshop::new(means);
    let around = Chain { file: None, depth: depth.saturating_sub(1), outer: None };
    let program = workshop.load(wanted, &around)?;
    Ok((program, workshop.texts.into_inner()))
}

impl Workshop<'_> {
    /// The program of a pipeline that the innermost one of `chain` calls.
    pub(super) fn load(
        &self,
        wanted: &Wanted<'_>,
        chain: &Chain<'_>,
    ) -> Result<Arc<Program>, Unusable> {
        let depth = chain.depth() + 1;
        if depth > DEEPEST {
            return Err(too_deep());
        }
        if is_written_out(wanted.pipeline) {
            let source = Source { file: None, text: wanted.pipeline.into() };
            return self.program(&source, wanted.folder, &wanted.given, &chain.with(None));
        }
        let options = &self.means.options;
        let places = Places::new(wanted.folder, &options.workspace, &options.cwd);
        let found = places.called(&*options.files, wanted.pipeline.trim());
        let (file, text) = match found {
            Called::Found { file, text } => (file, text),
            Called::Nowhere(why) => return Err(Unusable::Missing(why)),
            Called::Forbidden(why) => return Err(Unusable::Unreachable(why)),
        };
        let real = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
        if let Some(way) = chain.way_from(&real) {
            let way: Vec<_> = way.iter().chain(way.first()).map(|it| format!("`{it}`")).collect();
            let message = format!("the pipeline calls itself: {}", way.join(" -> "));
            return Err(Unusable::Unreachable(message));
        }
        let key = (real.clone(), wanted.given.clone());
        let known = self.made.borrow().get(&key).map(Arc::clone);
        if let Some(program) = known {
            return if depth + program.height > DEEPEST { Err(too_deep()) } else { Ok(program) };
        }
        self.texts.borrow_mut().insert(file.clone(), text.clone());
        let folder = file.parent().unwrap_or(wanted.folder).to_owned();
        let source = Source { file: Some(file), text: text.into() };
        let program = self.program(&source, &folder, &wanted.given, &chain.with(Some(real)));
        let program = program.map_err(|unusable| in_file(unusable, &source))?;
        self.made.borrow_mut().insert(key, Arc::clone(&program));
        Ok(program)
    }

    fn program(
        &self,
        source: &Source,
        folder: &Path,
        given: &Given,
        chain: &Chain<'_>,
    ) -> Result<Arc<Program>, Unusable> {
        *self.looked_at.borrow_mut() += 1;
        if *self.looked_at.borrow() > MOST {
            let message = format!("it calls more than {MOST} pipelines");
            return Err(Unusable::Unreachable(message));
        }
        let front_end = &self.means.options.front_end;
        let read = front_end.read(source, folder, &|name| given.knows(name));
        let (pipeline, plan) = read.map_err(Unusable::Wrong)?;
        let names = Names::new(&pipeline);
        let draft = Draft {
            workshop: self,
            pipeline: &pipeline,
            plan: &plan,
            names: &names,
            selection: &Selection::All,
            file: source.file.as_deref(),
            folder,
            given,
            chain,
        };
        let mut refusals = Vec::new();
        let program = draft.finish(&mut refusals);
        if refusals.is_empty() { Ok(Arc::new(program)) } else { Err(Unusable::Wrong(refusals)) }
    }
}

fn too_deep() -> Unusable {
    Unusable::Unreachable(format!("pipelines may call one another {DEEPEST} levels deep"))
}

/// Says in which file the places of refusals are.
fn in_file(unusable: Unusable, source: &Source) -> Unusable {
    let Unusable::Wrong(mut refusals) = unusable else { return unusable };
    for refusal in &mut refusals {
        refusal.within.get_or_insert_with(|| source.clone());
    }
    Unusable::Wrong(refusals)
}

/// What a step hands to the pipeline that it calls, as far as it is written out; `around`: what is handed to its own.
pub(super) fn given(step: &Step, draft: &Draft<'_>) -> Given {
    let Given::These(around) = draft.given else { return Given::Anything };
    let mut names: BTreeSet<String> = match step.parameter("inputs").map(|it| &it.value.value) {
        None | Some(Data::Null) => BTreeSet::new(),
        Some(Data::Map(entries)) => entries.iter().map(|(name, _)| name.value.clone()).collect(),
        Some(_) => return Given::Anything,
    };
    let inherits = step.parameter("inherit_context").map(|it| &it.value.value);
    if inherits != Some(&Data::Bool(false)) {
        names.extend(around.iter().cloned());
        names.extend(draft.pipeline.inputs.iter().map(|input| input.name.value.clone()));
    }
    Given::These(names)
}

/// What the failure of the pipeline means for the step that calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorHandling {
    Fail,
    Continue,
    /// It is tried so often in all.
    Retry(u32),
    /// It is tried as often as a template says when the step starts.
    RetryLater,
}

/// Attempts that a step may have.
pub(crate) const MOST_ATTEMPTS: u32 = 1_000;

impl ErrorHandling {
    /// What a step says; as an error the name of the parameter that must be written out and is not.
    pub(crate) fn of(step: &Step) -> Result<Self, &'static str> {
        let value = |name: &str| step.parameter(name).map(|it| &it.value.value);
        let word = match value("error_handling") {
            None | Some(Data::Null) => return Ok(Self::Fail),
            Some(Data::Text(text)) if text.is_static() => text.value.trim().to_ascii_lowercase(),
            Some(_) => return Err("error_handling"),
        };
        match word.as_str() {
            "retry" => match value("retry_count") {
                None | Some(Data::Null) => Ok(Self::Retry(3)),
                Some(Data::Int(count)) => {
                    Ok(Self::Retry(u32::try_from(*count).unwrap_or(1).clamp(1, MOST_ATTEMPTS)))
                }
                Some(Data::Text(text)) if !text.is_static() => Ok(Self::RetryLater),
                Some(Data::Text(text)) => match text.value.trim().parse::<u32>() {
                    Ok(count) => Ok(Self::Retry(count.clamp(1, MOST_ATTEMPTS))),
                    Err(_) => Err("retry_count"),
                },
                Some(_) => Err("retry_count"),
            },
            "continue" => Ok(Self::Continue),
            "fail" => Ok(Self::Fail),
            _ => Err("error_handling"),
        }
    }
}

impl Program {
    /// What people call it: its file, else its id.
    pub(crate) fn shown(&self) -> String {
        self.file.clone().unwrap_or_else(|| self.id.to_string())
    }
}
