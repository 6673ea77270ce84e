//! What a run may use. A call says beforehand what it uses at most ([`crate::tool::Tool::ceiling`]); one that could break a
//! budget is not made, and the run stops there with everything that is done kept.

mod ledger;
mod purse;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use ledger::{Broken, Charge};
pub(crate) use purse::{Purse, Receipt, Spent, Unpaid};

/// What a run may use at most, everything that was used before it was gone on with included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// US dollars.
    pub cost: Option<f64>,
    /// Tokens, those that models read and those that they write.
    pub tokens: Option<u64>,
    /// Of driving the run; what passes while it is paused or lies still does not count.
    pub time: Option<Duration>,
    /// Whether calls may be made of which nobody knows beforehand what they use, though `cost` or `tokens` is set. They
    /// count with what they say afterwards.
    pub unknown: Unknown,
}

/// What is done about calls of which nobody knows beforehand what they use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// They are not made under a budget that they might break.
    #[default]
    Refuse,
    /// They are made.
    Allow,
}

/// The most that a call can use. `None` is unknown, never nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ceiling {
    /// Tokens, those that models read and those that they write.
    pub tokens: Option<u64>,
    /// US dollars.
    pub cost: Option<f64>,
}
