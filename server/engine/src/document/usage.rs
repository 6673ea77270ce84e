//! What runs and steps use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reuse::Saved;

/// What processes used, all attempts together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// Seconds of processor time, in user and kernel mode, of each process and of those that it waited for.
    pub cpu: f64,
    /// Most bytes of memory that one process had at once.
    pub peak_memory: u64,
}

impl Resources {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { cpu: self.cpu + other.cpu, peak_memory: self.peak_memory.max(other.peak_memory) }
    }
}

/// What a run, or a step with all its calls, used. `None` is unknown, never zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Tokens sent to models.
    pub input_tokens: Option<u64>,
    /// Tokens that models gave.
    pub output_tokens: Option<u64>,
    /// Of the tokens that were sent, those that the provider knew already; absent where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// US dollars.
    pub cost: Option<f64>,
    /// Calls that broke off before it was told what they used: that is in none of the sums. Absent where there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub untold_calls: u64,
    /// What was not done again; absent where everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<Saved>,
}

impl Usage {
    /// Of a call that used nothing, such as one that was turned away.
    #[must_use]
    pub fn nothing() -> Self {
        Self { input_tokens: Some(0), output_tokens: Some(0), cost: Some(0.0), ..Self::default() }
    }

    /// Of a call that broke off before it was told what it used: adds nothing to sums but that it is missing there.
    #[must_use]
    pub fn untold() -> Self {
        Self { untold_calls: 1, ..Self::nothing() }
    }

    /// As it is told: where calls are missing, a sum of nothing is unknown.
    #[must_use]
    pub(crate) fn told(self) -> Self {
        if self.untold_calls == 0 {
            return self;
        }
        Self {
            input_tokens: self.input_tokens.filter(|it| *it > 0),
            output_tokens: self.output_tokens.filter(|it| *it > 0),
            cost: self.cost.filter(|it| *it > 0.0),
            ..self
        }
    }

    /// Tokens sent and given; unknown where one of them is, or a call is missing.
    #[must_use]
    pub fn tokens(&self) -> Option<u64> {
        let is_whole = self.untold_calls == 0;
        Some(self.input_tokens?.saturating_add(self.output_tokens?)).filter(|_| is_whole)
    }

    /// Both together. What one of them does not know is unknown of both; what providers knew is added as far as they say.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| Some(one?.saturating_add(other?));
        let said = [self.cached_tokens, other.cached_tokens];
        let said = said.into_iter().flatten().reduce(u64::saturating_add);
        Self {
            input_tokens: sum(self.input_tokens, other.input_tokens),
            output_tokens: sum(self.output_tokens, other.output_tokens),
            cached_tokens: said,
            cost: self.cost.zip(other.cost).map(|(one, other)| one + other),
            untold_calls: self.untold_calls + other.untold_calls,
            saved: self.saved,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}
