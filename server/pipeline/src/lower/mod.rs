//! Document to [`Pipeline`], memoised per segment. Never fails.
//!
//! A segment is lowered in two moves: its tree becomes [`Data`](crate::Data) (aliases and merge keys resolved, templates
//! parsed in place), and the data is read as what its key says. Everything behind the first move sees data only.

mod allow;
mod conditions;
mod data;
mod declarations;
mod fields;
mod handlers;
mod kinds;
mod loops;
mod memo;
mod misread;
mod nested;
mod references;
mod routing;
mod scalars;
mod slug;
mod step;
mod top;

use syntax::Document;

use crate::Pipeline;
use crate::catalogue::Catalogue;

pub(crate) use data::data_of;
pub use handlers::action_of;
pub use memo::Lowering;
pub use references::references;
pub use scalars::{duration, ids};

/// Lowers a document from scratch.
#[must_use]
pub fn lower(document: &Document, catalogue: &Catalogue) -> Pipeline {
    Lowering::default().lower(document, catalogue)
}
