use syntax::Span;

use super::{Data, Located, Problem, Reference};

/// A declared input or parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name.
    pub name: Located<String>,
    /// The top-level key it stands under.
    pub section: InputSection,
    /// The whole declaration, name included.
    pub span: Span,
    /// Declared type, as written.
    pub ty: Option<Located<String>>,
    /// Must be supplied: declared so, or a form without default that means it.
    pub required: bool,
    /// Used when nothing is supplied.
    pub default: Option<Located<Data>>,
    /// Prose.
    pub description: Option<String>,
    /// `choices` or `enum`.
    pub choices: Option<Vec<Located<Data>>>,
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
    /// Fewest characters of a text, or items of a list.
    pub shortest: Option<f64>,
    /// Most characters of a text, or items of a list.
    pub longest: Option<f64>,
    /// Regular expression that text must match.
    pub pattern: Option<Located<String>>,
    /// The value must reach no log, journal or message.
    pub secret: bool,
    /// Names that the default reads.
    pub references: Vec<Reference>,
    /// What could not be accepted.
    pub problems: Vec<Problem>,
}

/// The top-level key of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSection {
    /// `inputs`
    Inputs,
    /// `parameters`
    Parameters,
}

/// A declared output.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: Located<String>,
    /// `value` or `source` of the map form, else the whole.
    pub value: Located<Data>,
    /// A missing value fails the run.
    pub required: bool,
    /// Names that the value reads.
    pub references: Vec<Reference>,
    /// What could not be accepted.
    pub problems: Vec<Problem>,
}

/// An entry of `variables` or `config`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// `variables` or `config`.
    pub section: &'static str,
    /// Its name.
    pub name: Located<String>,
    /// Its value.
    pub value: Located<Data>,
}

/// A name of `experts` or `personalities`, and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name.
    pub name: Located<String>,
    /// What it stands for; null where nothing is said.
    pub value: Located<Data>,
}
