//! Text to logical lines.
//!
//! A *logical line* is a physical line plus whatever continues the tokens on it: quoted text, flow collections, block
//! scalars, AUTO tags, plain text over several lines, and a value that stands alone below its `key:` or `-`. It is
//! lexed from its own start and knows nothing of the lines above it, so lexing can start again at any of them. What
//! lexing looked at beyond the line is recorded: an edit there makes the line stale too.

mod auto;
mod block;
mod cursor;
mod flow;
mod line;
mod node;
mod plain;
mod quoted;
mod shape;
mod token;

pub(crate) use cursor::Lexer;
pub(crate) use line::{Line, UNINDENTED};
pub use token::{Kind, Token};
