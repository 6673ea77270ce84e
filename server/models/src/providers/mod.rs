//! One provider, one file; two of them also speak what others made.

mod anthropic;
mod chat;
mod google;
mod huggingface;
#[cfg(feature = "local")]
mod local;
mod ollama;
mod openai;
mod responses;
#[cfg(test)]
mod testing;

pub(crate) use anthropic::Anthropic;
pub(crate) use chat::{Chat, Listing};
pub(crate) use google::Google;
pub(crate) use huggingface::HuggingFace;
#[cfg(feature = "local")]
pub(crate) use local::Local;
pub(crate) use ollama::Ollama;
pub(crate) use openai::OpenAi;
pub(crate) use responses::Responses;
