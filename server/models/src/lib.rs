//! Models: who provides them, and how they are asked.
//!
//! A [`Request`] is what any model can be asked. A [`Provider`] asks one, over one protocol, and tells every [`Delta`] of
//! the answer as it arrives; [`Providers`] knows which of them can be reached from here. Whatever goes wrong is a
//! [`ModelError`], which says whether asking again may help.

mod actions;
pub mod catalogue;
mod discover;
mod error;
mod host;
mod keys;
mod media;
mod prompt;
mod provider;
mod providers;
mod reply;
mod request;
mod setup;
#[cfg(feature = "local")]
pub mod shelf;
mod step;
mod wire;

pub use actions::{Writer, equip};
pub use error::{Code, ModelError};
pub use host::Host;
pub use media::{Drawing, Drawn, Speech, Transcript};
pub use provider::{Embeddings, Provider, Sink};
pub use reply::{Delta, Finish, Reply, Usage};
pub use request::{Format, Image, Message, Part, Request, Structure, ToolCall, ToolOffer};
pub use setup::{Declared, Health, Ports, Protocol, Providers, Surroundings, Variables};
