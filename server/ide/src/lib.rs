//! Editor features as plain data in byte offsets: Snapshot in, data out. No LSP, no I/O.

mod completion;
mod definition;
mod enclosing;
mod expression;
mod facts;
mod fixes;
mod folds;
pub mod graph;
mod hints;
mod hover;
mod inputs;
mod lenses;
mod lines;
mod links;
mod nodes;
mod references;
mod rename;
mod selection;
mod snapshot;
mod symbol;
mod symbols;
#[cfg(test)]
mod tests;
mod tokens;

pub use completion::{Insert, Item, ItemKind, completion};
pub use definition::{Definition, Target, definition};
pub use fixes::{Action, fix_all, fixes};
pub use folds::folds;
pub use hints::{Hint, Shown, hints};
pub use hover::{Hover, hover};
pub use inputs::{Question, inputs};
pub use lenses::{Lens, Start, lenses};
pub use links::{Link, links};
pub use references::{Access, Occurrence, references};
pub use rename::{NoRename, Renamable, linked, prepare_rename, rename};
pub use selection::selection;
pub use snapshot::{Analyst, Snapshot};
pub use symbols::{Outline, OutlineKind, symbols};
pub use tokens::{Modifier, Modifiers, Token, TokenKind, TokenMemo, Tokens, tokens_in};
