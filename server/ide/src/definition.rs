//! Where the thing under the cursor is declared.

use std::{path::PathBuf, sync::Arc};

use syntax::Span;

use crate::{Snapshot, called, links, references};

/// Where something comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The words that were asked about, absolute.
    pub origin: Span,
    /// Where they lead.
    pub target: Target,
}

/// Where a definition leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a declaration in the same document, absolute.
    Here {
        /// The whole declaration.
        whole: Span,
        /// Its name.
        name: Span,
    },
    /// To a file.
    File(PathBuf),
    /// To a declaration in a file.
    Inside {
        /// The file.
        file: PathBuf,
        /// What it holds.
        text: Arc<str>,
        /// The name that is declared, absolute there.
        name: Span,
    },
}

/// The declaration of what stands at `offset`, or the file that it names.
#[must_use]
pub fn definition(snapshot: &Snapshot, offset: u32) -> Option<Definition> {
    if let Some(here) = references::at(snapshot, offset)
        && let Some(declared) = here.thing.declaration(snapshot)
    {
        let target = Target::Here { whole: declared.whole, name: declared.name };
        return Some(Definition { origin: here.span, target });
    }
    if let Some(declared) = called::declared(snapshot, offset)
        && let Some(file) = declared.callee.file
    {
        let text = declared.callee.document.rope().to_string().into();
        let target = Target::Inside { file, text, name: declared.name };
        return Some(Definition { origin: declared.origin, target });
    }
    let link = links::at(snapshot, offset)?;
    Some(Definition { origin: link.span, target: Target::File(link.file) })
}
