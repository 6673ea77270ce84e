//! The language table: every key of LANGUAGE §1-2 with its type, its words and prose for hover. Contract.

/// Where a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Top,
    Step,
    Input,
    Output,
    Queue,
    ActionLoopItem,
    Handler,
    ForEach,
}
/// The forms a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Template,
    Id,
    Ids,
    Condition,
    Integer { min: i64 },
    Number,
    Bool,
    Duration,
    Map,
    List,
    Steps,
    Inputs,
    Outputs,
    Parameters,
    Word(&'static [&'static str]),
    Any,
}
/// One key.
#[derive(Debug, PartialEq)]
pub struct Key {
    /// canonical spelling
    pub name: &'static str,
    pub level: Level,
    /// accepted forms
    pub forms: &'static [Form],
    /// other accepted spellings
    pub aliases: &'static [&'static str],
    /// markdown for hover: what it does, default, an example
    pub doc: &'static str,
    /// value when absent, for hover
    pub default: Option<&'static str>,
    /// templates are rendered in it
    pub rendered: bool,
    /// accepted and kept, no effect
    pub ignored: bool,
}
/// All keys of a level, in the order of documentation.
pub fn keys(_level: Level) -> &'static [Key] {
    todo!()
}
/// The key of that spelling (canonical or alias); `on` written as YAML boolean included.
pub fn key(_level: Level, _spelling: &str) -> Option<&'static Key> {
    todo!()
}
