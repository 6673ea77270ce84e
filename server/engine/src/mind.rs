//! The contract of models: whom a step asks, and as whom. Which model answers is chosen where models are known, before the
//! call is made; so the choice is a part of what is asked, and two calls of different models are never the same call.

use std::{path::Path, sync::Arc};

use pipeline::models::{Ask, Choice, NoChoice, Wanted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::Secret;

/// Knows models, and which of them can be had.
pub trait Chooser: Send + Sync {
    /// The model that answers, for a pipeline of that workspace. May look for servers on this machine the first time.
    ///
    /// # Errors
    /// None can be had that is what is wanted: who failed on what.
    fn choose(&self, workspace: &Path, wanted: &Wanted) -> Result<Choice, NoChoice>;

    /// Why nobody at all can be asked; nothing where somebody can.
    fn unreachable(&self) -> Option<Unreachable>;

    /// Keys that were read to find out who can be asked: they reach no journal, event or document.
    fn secrets(&self) -> Vec<Secret>;
}

/// That nobody can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// What was looked for.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Why nobody answers a wish, for people. Whoever names a model or a provider hears of that one, whoever leaves it open, of
/// all.
#[must_use]
pub fn nobody(chooser: &dyn Chooser, wanted: &Wanted, none: &NoChoice) -> Unreachable {
    let is_open = wanted.ask == Ask::Any && wanted.requirement.provider.is_none();
    let all = if is_open { chooser.unreachable() } else { None };
    all.unwrap_or_else(|| Unreachable {
        message: none.to_string(),
        help: none.help().map(str::to_owned),
    })
}

/// Everything about the model of a call that its parameters do not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Mind {
    /// Who serves it, as model strings name them.
    pub provider: String,
    /// Its name there.
    pub model: String,
    /// What it is told before everything else.
    pub system: String,
    /// The JSON Schema of the object that the step's variables make, where it declares some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<Json>,
    /// The tools that it may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<&'static str>,
    /// Whether it calls tools by itself; `None`: nobody says.
    #[serde(skip)]
    pub calls_tools: Option<bool>,
    /// What it costs.
    #[serde(skip)]
    pub prices: Prices,
    /// How it was chosen.
    #[serde(skip)]
    pub chosen: Option<Arc<Chosen>>,
    /// Why it is not the one that was asked for, where something else had to be taken.
    #[serde(skip)]
    pub instead: Option<String>,
}

/// US dollars per million tokens. `None` is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prices {
    /// That it reads.
    pub input: Option<f64>,
    /// That it writes.
    pub output: Option<f64>,
    /// That it reads and has read before; as `input` where that is unknown.
    pub cached: Option<f64>,
}

impl Prices {
    /// What tokens cost; unknown where a price or a number is.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "tokens of a call are far below 2^53")]
    pub fn cost(
        &self,
        input: Option<u64>,
        output: Option<u64>,
        cached: Option<u64>,
    ) -> Option<f64> {
        let (input, output) = (input?, output?);
        let cached = cached.unwrap_or_default().min(input);
        let fresh = (input - cached) as f64 * self.input?;
        let known = cached as f64 * self.cached.or(self.input)?;
        Some((fresh + known + output as f64 * self.output?) / 1e6)
    }
}

/// Which model answered a step, and why that one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen {
    /// `provider:name`.
    pub model: String,
    /// The points that it got; null where it was named.
    pub score: Option<f64>,
    /// What led to it, in order.
    pub because: Vec<String>,
}

impl Mind {
    /// `provider:name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.provider, self.model)
    }
}

#[cfg(test)]
mod tests {
    use super::Prices;

    #[test]
    fn unknown_is_not_zero() {
        let prices = Prices { input: Some(1.0), output: Some(2.0), cached: Some(0.1) };
        assert_eq!(prices.cost(Some(1_000_000), Some(500_000), None), Some(2.0));
        assert_eq!(prices.cost(Some(1_000_000), Some(0), Some(1_000_000)), Some(0.1));
        assert_eq!(prices.cost(None, Some(1), None), None);
        assert_eq!(Prices { output: None, ..prices }.cost(Some(1), Some(1), None), None);
        let free = Prices { input: Some(0.0), output: Some(0.0), cached: None };
        assert_eq!(free.cost(Some(9), Some(9), None), Some(0.0));
    }
}
