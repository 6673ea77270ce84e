//! Pay once: what an earlier run was answered to the same call stands for asking again.
//!
//! Two calls are the same when their [`Key`] is: the tool and its version, the operation, the parameters as they were
//! rendered, the round they are made in, and the content of the files that the answer follows from. What a call does to
//! the world decides whether its answer may stand for it at all: see [`Terms::of`].

mod key;

use std::time::Duration;

use pipeline::{Cache, catalogue::Effect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    journal::{EarlierCall, Journal, JournalError},
    tool::Reliance,
};
pub(crate) use key::{Key, Pepper, Print};

/// Whose answers stand for new calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// Those of any earlier run of the workspace, for calls that may be left out.
    #[default]
    Calls,
    /// The same, and of this run those of every call, whatever it did to the world.
    Run(String),
    /// Nobody's.
    Never,
}

/// The answer of a step that was given to an earlier run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reused {
    /// That run.
    pub run: String,
    /// Seconds that the call took then.
    pub duration: Option<f64>,
}

/// What was not done again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Saved {
    /// Calls whose answers were given to an earlier run.
    pub calls: u64,
    /// Seconds that they took then.
    pub seconds: f64,
    /// US dollars that they cost then; null is unknown.
    pub cost: Option<f64>,
}

/// How a call stands to earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Where an answer is looked for, one after the other.
    pub(crate) looks: Vec<Look>,
}

/// Which answers will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Of any run, where everything that the answer follows from is in the key.
    Harmless,
    /// Of any run, no older than this: the author says so.
    AskedFor(Option<Duration>),
    /// Of this run.
    In(String),
}

impl Terms {
    /// Of a call with these effects, by what its step and the caller say. `None`: the author wants no answer to stand for
    /// a call of the step, and none is kept for that.
    ///
    /// What computes, asks a model, or reads files may be left out at any age. What reaches the network or runs code may
    /// be where the step says `cache`. What writes or asks a person is always done again, unless the caller names the run
    /// whose answers count.
    pub(crate) fn of(effects: &[Effect], cache: Option<Cache>, reuse: &Reuse) -> Option<Self> {
        if cache == Some(Cache::Never) {
            return None;
        }
        let is_lasting = effects.iter().any(|it| matches!(it, Effect::Writes | Effect::AsksPerson));
        let is_outside = effects.iter().any(|it| matches!(it, Effect::Network | Effect::RunsCode));
        // What a run took from an earlier one is found there.
        let anywhere = match cache {
            _ if is_lasting || effects.is_empty() => None,
            Some(Cache::For(age)) => Some(Look::AskedFor(Some(age))),
            Some(_) => Some(Look::AskedFor(None)),
            None => (!is_outside).then_some(Look::Harmless),
        };
        let looks = match reuse {
            Reuse::Never => Vec::new(),
            Reuse::Run(run) => [Look::In(run.clone())].into_iter().chain(anywhere).collect(),
            Reuse::Calls => anywhere.into_iter().collect(),
        };
        Some(Self { looks })
    }

    /// What a run other than `asking` was answered to the call of that key.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(crate) fn find(
        &self,
        journal: &Journal,
        key: &Key,
        reliance: &Reliance,
        asking: &str,
    ) -> Result<Option<EarlierCall>, JournalError> {
        for look in &self.looks {
            if *look == Look::Harmless && *reliance == Reliance::World {
                continue;
            }
            if let Some(earlier) = journal.earlier_call(key, look, asking)? {
                return Ok(Some(earlier));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(effects: &[Effect], cache: Option<Cache>) -> Option<Look> {
        Terms::of(effects, cache, &Reuse::Calls)?.looks.pop()
    }

    #[test]
    fn effects_decide_what_may_be_left_out() {
        for harmless in [&[Effect::Pure][..], &[Effect::Reads], &[Effect::Model, Effect::Reads]] {
            assert_eq!(look(harmless, None), Some(Look::Harmless), "{harmless:?}");
            assert_eq!(look(harmless, Some(Cache::Never)), None, "{harmless:?}");
        }
        let hour = Duration::from_secs(3600);
        for outside in [&[Effect::Network][..], &[Effect::RunsCode]] {
            assert_eq!(look(outside, None), None, "{outside:?}");
            let always = look(outside, Some(Cache::Always));
            assert_eq!(always, Some(Look::AskedFor(None)), "{outside:?}");
            let limited = look(outside, Some(Cache::For(hour)));
            assert_eq!(limited, Some(Look::AskedFor(Some(hour))), "{outside:?}");
        }
        for lasting in [&[Effect::Writes][..], &[Effect::AsksPerson], &[]] {
            assert_eq!(look(lasting, Some(Cache::Always)), None, "{lasting:?}");
        }
    }

    #[test]
    fn a_caller_may_name_a_run_or_want_nothing() {
        let run = Reuse::Run("r1".into());
        let named = Terms::of(&[Effect::Writes], None, &run).unwrap();
        assert_eq!(named.looks, [Look::In("r1".into())]);
        let harmless = Terms::of(&[Effect::Pure], None, &run).unwrap();
        assert_eq!(harmless.looks, [Look::In("r1".into()), Look::Harmless]);
        assert!(Terms::of(&[Effect::Pure], None, &Reuse::Never).unwrap().looks.is_empty());
        assert_eq!(Terms::of(&[Effect::Pure], Some(Cache::Never), &run), None);
    }
}
