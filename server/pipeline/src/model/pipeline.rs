use std::ops::Deref;
use std::time::Duration;

use syntax::Finding;

use super::{
    Allow, Constant, Data, Definition, Handler, Input, Located, Misread, Output, Placed, Problem,
    Steps,
};
use crate::{language::Key, models::TermsNumber};

/// A whole document, lowered.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    /// Every top-level entry in order, also those inside a `pipeline:` wrapper (behind it).
    pub entries: Vec<Placed<TopEntry>>,
    /// `id`
    pub id: Option<Placed<Located<String>>>,
    /// `name`
    pub name: Option<Placed<Located<String>>>,
    /// `description`
    pub description: Option<Placed<Located<String>>>,
    /// `inputs` first, then `parameters`, declaration order (both; the first of a name wins).
    pub inputs: Vec<Placed<Input>>,
    /// `outputs`
    pub outputs: Vec<Placed<Output>>,
    /// `steps`, in order; every step is there, also one that is nothing but problems.
    pub steps: Steps,
    /// `variables` and `config`: constants.
    pub constants: Vec<Placed<Constant>>,
    /// What `experts` defines.
    pub experts: Vec<Placed<Definition>>,
    /// What `personalities` defines.
    pub personalities: Vec<Placed<Definition>>,
    /// `global_error_handlers`
    pub global_error_handlers: Vec<Placed<Handler>>,
    /// `metadata.default_timeout`
    pub default_timeout: Option<Duration>,
    /// `context.timeout`, which `metadata.default_timeout` comes before.
    pub context_timeout: Option<Duration>,
    /// `context.max_retries`: attempts in all of steps that do not say, at least 1.
    pub default_attempts: Option<u32>,
    /// Syntax findings, absolute, that belong to no entry and no step.
    pub syntax: Vec<Finding>,
    /// Problems, absolute, that belong to no entry and no item.
    pub problems: Vec<Problem>,
    /// Comments that allow findings, by position.
    pub allows: Vec<Allow>,
    /// What may have been declared where the author was not understood.
    pub misread: Misread,
    /// Whether the document looks like a pipeline at all: has `steps` or `pipeline`, or a name or id beside inputs or outputs.
    pub is_pipeline: bool,
    /// Stays from version to version while the document says the same of models beside its steps: see [`crate::models::Terms`].
    pub(crate) terms: TermsNumber,
}

impl Pipeline {
    /// The first top-level entry of that canonical name.
    #[must_use]
    pub fn entry(&self, canonical: &str) -> Option<&Placed<TopEntry>> {
        self.entries.iter().find(|entry| entry.known.is_some_and(|key| key.name == canonical))
    }
}

/// One top-level entry.
#[derive(Clone, Debug)]
pub struct TopEntry {
    /// The entry itself.
    pub entry: Entry,
    /// Syntax findings of the whole segment (only on the entry that owns the segment).
    pub syntax: Vec<Finding>,
    /// What could not be accepted.
    pub problems: Vec<Problem>,
}

impl Deref for TopEntry {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

/// One top-level entry, or one key of a step: as written and as understood.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As written.
    pub key: Located<String>,
    /// The table's entry; `None`: unknown key.
    pub known: Option<&'static Key>,
    /// The value. For a block sequence at the top level it is an empty list: its items are placed on their own.
    pub value: Located<Data>,
}
