use std::sync::Arc;

/// What may have been declared where the author was not understood: in lines that are no YAML, below keys that nobody
/// knows, in steps without an id.
#[derive(Clone, Debug, Default)]
pub struct Misread {
    /// Something is no YAML: what stands around it may belong elsewhere.
    pub damaged: bool,
    /// Whether a top-level key is unknown.
    pub(crate) unknown_entry: bool,
    /// Names in each of those places, sorted.
    pub(crate) names: Vec<Arc<[Box<str>]>>,
}

impl Misread {
    /// Whether anything was not understood.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.damaged || !self.names.is_empty()
    }

    /// Whether a top-level key is one that nobody knows.
    #[must_use]
    pub const fn has_unknown_entry(&self) -> bool {
        self.unknown_entry
    }

    /// Whether `name` stands there where a declaration would.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        self.names.iter().any(|names| names.binary_search_by(|it| (**it).cmp(name)).is_ok())
    }
}
