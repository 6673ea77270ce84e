//! What a model answers, piece by piece and in all.

use serde::{Deserialize, Serialize};

use crate::ToolCall;

/// A piece of an answer, as it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delta<'a> {
    /// Words of the answer.
    Text(&'a str),
    /// A tool is being called.
    ToolCall {
        /// Which call of the answer; from 0.
        index: usize,
        /// The tool's name.
        name: &'a str,
    },
    /// A piece of the JSON text of a call's arguments.
    Arguments {
        /// Which call of the answer; from 0.
        index: usize,
        /// The piece.
        json: &'a str,
    },
    /// Tokens so far, as far as they are known; replaces what was told before.
    Usage(Usage),
    /// The answer is complete.
    Finish(Finish),
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Words.
    pub text: String,
    /// The calls that the model wants made, in its order.
    pub tool_calls: Vec<ToolCall>,
    /// Tokens.
    pub usage: Usage,
    /// Why the answer ends.
    pub finish: Finish,
    /// The model that answered, as its provider names it.
    pub model: String,
}

/// Tokens of a call. `None` is unknown, never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Read, those of the cache included.
    pub input: Option<u64>,
    /// Written, those of thinking included.
    pub output: Option<u64>,
    /// Read from the provider's cache; a part of `input`.
    pub cached: Option<u64>,
}

/// Why an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model was done, or came to a text of `stop`.
    Stop,
    /// `max_tokens` were written, or the window was full: the answer is not complete.
    Length,
    /// Tools are to be called.
    ToolCalls,
}
