//! What is wrong with a pipeline, where, why and how to mend it. One file a rule; its page is its test. Contract.
use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};
use std::sync::Arc;
use syntax::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}
/// Absolute spans once it leaves [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    pub span: Span,
    pub related: Vec<Related>,
    pub fixes: Vec<Fix>,
    pub tags: Tags,
}
/// Greyed out or struck through by editors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tags {
    #[default]
    None,
    Unnecessary,
    Deprecated,
}
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    pub span: Span,
    pub message: String,
}
/// A mending. `Safe` ones are applied by `check --fix`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    pub title: String,
    pub safety: Safety,
    pub edits: Vec<Edit>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    Safe,
    Suggestion,
}
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}
/// Everything a rule may read.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub pipeline: &'a Pipeline,
    pub plan: &'a Plan,
    pub names: &'a Names,
    pub catalogue: &'a Catalogue,
    /// files named by the pipeline, filled by the caller
    pub files: &'a dyn Files,
}
/// The file system as an input. `None`: not known (then no rule speaks of it).
pub trait Files {
    fn exists(&self, path: &str) -> Option<bool>;
}
/// Nothing is known of files.
pub struct NoFiles;
impl Files for NoFiles {
    fn exists(&self, _path: &str) -> Option<bool> {
        None
    }
}
/// A rule as documentation knows it.
#[derive(Debug)]
pub struct RuleInfo {
    pub code: &'static str,
    pub severity: Severity,
    pub page: &'static str,
}
/// All rules in the order of documentation.
pub fn rules() -> &'static [RuleInfo] {
    todo!()
}
/// All findings, by position.
pub fn check(_input: &Input<'_>) -> Vec<Diagnostic> {
    todo!()
}
/// Findings remembered per step: a step that did not change, and whose surroundings that it reads did not, is not
/// checked again. One per open document.
#[derive(Debug, Default)]
pub struct Memo {
    _private: (),
}
/// Findings in parts, each with its base: what an editor publishes without copying.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub parts: Vec<(u32, Arc<[Diagnostic]>)>,
}
impl Memo {
    pub fn check(&mut self, _input: &Input<'_>) -> Report {
        todo!()
    }
}
