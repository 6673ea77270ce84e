//! Models: who provides them, and how they are asked.
//!
//! A [`Request`] is what any model can be asked. A [`Provider`] asks one, over one protocol, and tells every [`Delta`] of
//! the answer as it arrives; [`Providers`] knows which of them can be reached from here. Whatever goes wrong is a
//! [`ModelError`], which says whether asking again may help.

mod error;
mod provider;
mod reply;
mod request;

pub use error::{Code, ModelError};
pub use provider::{Embeddings, Offer, Provider, Sink};
pub use reply::{Delta, Finish, Reply, Usage};
pub use request::{Format, Image, Message, Part, Request, Structure, ToolCall, ToolOffer};
