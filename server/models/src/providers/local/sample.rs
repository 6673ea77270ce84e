//! Which of the likely tokens comes next.

use llguidance::toktrie::SimpleVob;

use super::unfit;
use crate::{ModelError, Request};

/// What the authors of SmolLM2 advise; larger models take it well.
const TEMPERATURE: f64 = 0.2;
/// Only the likeliest tokens that together are at least so likely are drawn from. As above.
const TOP_P: f64 = 0.9;
/// What is less likely than the likeliest by more than this factor of e is never drawn: less than one in a thousand million.
const FAR: f64 = 20.0;

/// Draws tokens; the same ones for the same seed and the same logits. Without a seed it is always the same one, so that a
/// question gets one answer.
pub(super) struct Sampler {
    temperature: f64,
    state: u64,
}

impl Sampler {
    pub(super) fn new(request: &Request) -> Self {
        let temperature = request.temperature.unwrap_or(TEMPERATURE).max(0.0);
        Self { temperature, state: request.seed.unwrap_or_default() }
    }

    /// One of the tokens that are allowed.
    ///
    /// # Errors
    /// None is allowed.
    pub(super) fn pick(
        &mut self,
        logits: &[f32],
        allowed: Option<&SimpleVob>,
    ) -> Result<u32, ModelError> {
        let is_allowed = |token: u32| {
            allowed.is_none_or(|it| (token as usize) < it.len() && it.is_allowed(token))
        };
        let open = || (0_u32..).zip(logits).filter(|(token, _)| is_allowed(*token));
        let best = open().max_by(|a, b| a.1.total_cmp(b.1));
        let (best, top) = best.ok_or_else(|| unfit("no token is left that may come next"))?;
        if self.temperature == 0.0 {
            return Ok(best);
        }
        let weight = |logit: f32| (f64::from(logit) - f64::from(*top)) / self.temperature;
        let mut likely: Vec<(u32, f64)> = open()
            .map(|(token, logit)| (token, weight(*logit)))
            .filter(|(_, weight)| *weight > -FAR)
            .map(|(token, weight)| (token, weight.exp()))
            .collect();
        // Stable: equals stay in their order.
        likely.sort_by(|a, b| b.1.total_cmp(&a.1));
        let all: f64 = likely.iter().map(|(_, weight)| weight).sum();
        let mut reached = 0.0;
        let enough = likely.iter().position(|(_, weight)| {
            reached += weight;
            reached >= all * TOP_P
        });
        likely.truncate(enough.map_or(likely.len(), |it| it + 1));
        let mut left = self.random() * likely.iter().map(|(_, weight)| weight).sum::<f64>();
        let drawn = likely.iter().find(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        Ok(drawn.map_or(best, |(token, _)| *token))
    }

    /// From 0 to below 1. SplitMix64, of Steele, Lea and Flood: "Fast splittable pseudorandom number generators" (2014).
    fn random(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let bits = (mixed ^ (mixed >> 31)) >> 11;
        // 53 bits: exactly what an `f64` holds.
        bits as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use llguidance::toktrie::SimpleVob;

    use super::Sampler;
    use crate::Request;

    fn sampler(temperature: f64, seed: u64) -> Sampler {
        let request =
            Request { temperature: Some(temperature), seed: Some(seed), ..Request::default() };
        Sampler::new(&request)
    }

    #[test]
    fn without_warmth_the_likeliest_that_is_allowed_is_taken() {
        let logits = [0.0, 3.0, 2.0, f32::NEG_INFINITY];
        assert_eq!(sampler(0.0, 0).pick(&logits, None).unwrap(), 1);
        let mut allowed = SimpleVob::alloc(4);
        allowed.allow_token(0);
        allowed.allow_token(2);
        assert_eq!(sampler(0.0, 0).pick(&logits, Some(&allowed)).unwrap(), 2);
        assert!(sampler(0.0, 0).pick(&logits, Some(&SimpleVob::alloc(4))).is_err());
    }

    #[test]
    fn draws_follow_the_likelihood_and_the_seed() {
        let logits = [2.0_f32.ln(), 0.0, -30.0];
        let draw = |seed| {
            let mut sampler = sampler(1.0, seed);
            (0..3000).map(|_| sampler.pick(&logits, None).unwrap()).collect::<Vec<_>>()
        };
        let drawn = draw(7);
        assert_eq!(drawn, draw(7));
        assert_ne!(drawn, draw(8));
        let first = drawn.iter().filter(|it| **it == 0).count();
        assert!((1900..2100).contains(&first), "{first}");
        assert!(!drawn.contains(&2));
    }
}
