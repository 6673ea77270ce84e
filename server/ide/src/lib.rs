//! Editor features as plain data in byte offsets: Snapshot in, data out. No LSP, no I/O.

mod snapshot;

pub use snapshot::{Analyst, Snapshot};
