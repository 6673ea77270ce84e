//! Signatures of every tool and action of LANGUAGE §7, whether provided or not. Contract.
//!
//! A signature is data: checks, completion, hover, the schema and the engine read the same one.

/// What kind of value a parameter or field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Any,
    Text,
    Integer,
    Number,
    Bool,
    List,
    Map,
    Path,
    Model,
}
/// Declared effects (DESIGN: pay once).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Pure,
    Reads,
    Writes,
    RunsCode,
    Network,
    Model,
    AsksPerson,
}
/// A parameter.
#[derive(Debug, PartialEq)]
pub struct Parameter {
    pub name: &'static str,
    pub ty: Type,
    pub required: bool,
    /// JSON text
    pub default: Option<&'static str>,
    pub choices: &'static [&'static str],
    pub doc: &'static str,
    /// other accepted spellings
    pub aliases: &'static [&'static str],
}
/// A field of a result.
#[derive(Debug, PartialEq)]
pub struct Field {
    pub name: &'static str,
    pub ty: Type,
    pub doc: &'static str,
}
/// A word of `action:` beside a `tool:`.
#[derive(Debug, PartialEq)]
pub struct Operation {
    pub name: &'static str,
    pub doc: &'static str,
    /// required beyond the signature's own
    pub required: &'static [&'static str],
    pub result: &'static [Field],
    pub effects: &'static [Effect],
}
/// How the result reaches templates (§7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `{result, success, error}`
    Wrapped,
    /// fields beside `success`
    Flat,
}
/// A tool or an action.
#[derive(Debug, PartialEq)]
pub struct Signature {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub doc: &'static str,
    pub operations: &'static [Operation],
    /// the operation when none is named
    pub default_operation: Option<&'static str>,
    pub parameters: &'static [Parameter],
    /// fields of every operation's result
    pub result: &'static [Field],
    pub envelope: Envelope,
    pub effects: &'static [Effect],
    /// the field that the step alone prints in text
    pub primary: Option<&'static str>,
}
/// All signatures, and which of them this build can run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalogue {
    provided: std::sync::Arc<[&'static str]>,
}
impl Catalogue {
    /// Nothing provided: enough for checks.
    pub fn declared() -> Self {
        Self { provided: [].into() }
    }
    /// Marks names (tools and actions) as provided.
    pub fn providing(_names: &[&'static str]) -> Self {
        todo!()
    }
    /// `_` and case are normalised; aliases count.
    pub fn tool(&self, _name: &str) -> Option<&'static Signature> {
        todo!()
    }
    pub fn action(&self, _name: &str) -> Option<&'static Signature> {
        todo!()
    }
    pub fn tools(&self) -> &'static [&'static Signature] {
        todo!()
    }
    pub fn actions(&self) -> &'static [&'static Signature] {
        todo!()
    }
    pub fn provides(&self, name: &str) -> bool {
        self.provided.iter().any(|it| *it == name)
    }
    /// tools that documents speak of and nobody ever implemented: known, not provided
    pub fn documented_only(&self) -> &'static [&'static str] {
        todo!()
    }
}
