//! One provider, one file.

mod chat;

pub(crate) use chat::Chat;
