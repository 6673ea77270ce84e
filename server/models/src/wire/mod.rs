//! What all protocols share: requests over HTTP, streams cut into events, refusals put into words, answers gathered.

mod answer;
mod events;
mod failure;
mod http;
mod lines;
mod refusal;
mod words;

pub(crate) use answer::{Answer, Flow, cut_short, declined};
pub(crate) use events::Framing;
pub(crate) use http::{Patience, Peer, unreadable};
pub(crate) use refusal::refusal_in;
pub(crate) use words::instruction;
