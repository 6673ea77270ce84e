//! The scheduler on tokio: commands become calls, calls become events. Thin.

use tokio_util::sync::CancellationToken;

use crate::{Document, Journal, Prepared, Toolbox, event::Event};

/// Runs to the end and gives the document, whatever happens. Must be polled on a tokio runtime with time enabled.
/// `events` is called in order, from this future, and must not block.
pub async fn run(
    _prepared: Prepared,
    _toolbox: &Toolbox,
    _journal: &Journal,
    _events: impl Fn(&Event) + Send + Sync,
    _cancel: CancellationToken,
) -> Document {
    todo!()
}
