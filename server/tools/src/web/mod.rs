//! The web as tools reach it: with limits, and only to public addresses unless the caller allows others.

mod address;
mod chromium;
mod client;
mod failure;
mod guard;
mod html;
mod search;

use std::sync::Arc;

use engine::tool::Call;

use self::address::Allowed;

pub use self::client::choose_cryptography;
pub(crate) use self::{
    chromium::rendered,
    client::{Client, address, connection, host},
    failure::WebError,
    html::Document,
    search::{Backend, search},
};

/// The hosts that a call may reach beyond the public ones.
pub(crate) fn hosts(call: &Call) -> Arc<Allowed> {
    Arc::new(Allowed::new(&call.place.reachable))
}
