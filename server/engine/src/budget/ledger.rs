//! The books of a budget: what was used, and what calls in flight may use. No clock, no I/O.

use serde::{Deserialize, Serialize};

use super::{Budget, Ceiling, Unknown};
use crate::document::Usage;

/// Dollars below this are rounding.
const DUST: f64 = 1e-9;

/// What counts against a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) tokens: u64,
    pub(crate) cost: f64,
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Leave {
    /// It may; this is put aside for it.
    Go(Charge),
    /// Not before a call in flight has ended: it may use less than it could.
    Wait,
    /// It could break the budget.
    Broken(Broken),
}

/// Why a call cannot be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Broken {
    /// US dollars: the budget, what was used, what the call can use.
    Cost { budget: f64, used: f64, call: f64 },
    /// Tokens, likewise.
    Tokens { budget: u64, used: u64, call: u64 },
    /// Nobody knows what it costs.
    UnknownCost,
    /// Nobody knows how many tokens it takes.
    UnknownTokens,
}

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    budget: Budget,
    used: Charge,
    /// For calls in flight.
    aside: Charge,
}

impl Ledger {
    /// With what earlier drives of the run used.
    pub(super) const fn new(budget: Budget, used: Charge) -> Self {
        Self { budget, used, aside: Charge { tokens: 0, cost: 0.0 } }
    }

    /// Whether a call may be made that uses so much at most.
    pub(super) fn ask(&mut self, ceiling: &Ceiling) -> Leave {
        let Budget { cost, tokens, unknown, .. } = self.budget;
        let refuses = unknown == Unknown::Refuse;
        if cost.is_some() && ceiling.cost.is_none() && refuses {
            return Leave::Broken(Broken::UnknownCost);
        }
        if tokens.is_some() && ceiling.tokens.is_none() && refuses {
            return Leave::Broken(Broken::UnknownTokens);
        }
        let call = Charge {
            tokens: ceiling.tokens.unwrap_or_default(),
            cost: dollars(ceiling.cost.unwrap_or_default()),
        };
        let used = self.used;
        // An unknown call may have used up more than all: then nothing further goes.
        if let Some(budget) = cost.filter(|most| used.cost + call.cost > most + DUST) {
            return Leave::Broken(Broken::Cost { budget, used: used.cost, call: call.cost });
        }
        if let Some(budget) = tokens.filter(|most| used.tokens.saturating_add(call.tokens) > *most)
        {
            return Leave::Broken(Broken::Tokens { budget, used: used.tokens, call: call.tokens });
        }
        let all = used.and(self.aside).and(call);
        let breaks = cost.is_some_and(|most| all.cost > most + DUST)
            || tokens.is_some_and(|most| all.tokens > most);
        if breaks {
            return Leave::Wait;
        }
        self.aside = self.aside.and(call);
        Leave::Go(call)
    }

    /// A call for which `aside` was put aside has ended, and said that it used this. What it does not say counts as much
    /// as was put aside. Gives what counts.
    pub(super) fn settle(&mut self, aside: Charge, said: Option<&Usage>) -> Charge {
        self.aside = Charge {
            tokens: self.aside.tokens.saturating_sub(aside.tokens),
            cost: (self.aside.cost - aside.cost).max(0.0),
        };
        let tokens = said.and_then(Usage::tokens);
        let cost = said.filter(|it| it.untold_calls == 0).and_then(|usage| usage.cost);
        let charge = Charge {
            tokens: tokens.unwrap_or(aside.tokens),
            cost: cost.map_or(aside.cost, dollars),
        };
        self.used = self.used.and(charge);
        charge
    }
}

impl Charge {
    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { tokens: self.tokens.saturating_add(other.tokens), cost: self.cost + other.cost }
    }
}

/// No call gives money back.
fn dollars(cost: f64) -> f64 {
    if cost.is_nan() { 0.0 } else { cost.max(0.0) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usage(tokens: u64, cost: f64) -> Usage {
        Usage {
            input_tokens: Some(tokens),
            output_tokens: Some(0),
            cost: Some(cost),
            ..Usage::default()
        }
    }

    fn ceiling(tokens: u64, cost: f64) -> Ceiling {
        Ceiling { tokens: Some(tokens), cost: Some(cost) }
    }

    fn ledger(tokens: u64, cost: f64) -> Ledger {
        let budget = Budget { tokens: Some(tokens), cost: Some(cost), ..Budget::default() };
        Ledger::new(budget, Charge::default())
    }

    #[test]
    fn a_call_that_could_break_the_budget_is_not_made() {
        let mut ledger = ledger(100, 0.3);
        let Leave::Go(first) = ledger.ask(&ceiling(40, 0.1)) else { panic!() };
        assert_eq!(ledger.settle(first, Some(&usage(30, 0.1))), Charge { tokens: 30, cost: 0.1 });
        let Leave::Go(second) = ledger.ask(&ceiling(40, 0.2)) else {
            panic!("rounding is no dollar")
        };
        assert_eq!(ledger.ask(&ceiling(40, 0.1)), Leave::Wait, "the second may use less");
        ledger.settle(second, Some(&usage(40, 0.15)));
        let broken = ledger.ask(&ceiling(40, 0.0));
        assert_eq!(broken, Leave::Broken(Broken::Tokens { budget: 100, used: 70, call: 40 }));
        assert!(matches!(ledger.ask(&ceiling(10, 0.1)), Leave::Broken(Broken::Cost { .. })));
    }

    #[test]
    fn what_is_not_said_counts_as_the_most() {
        let mut ledger = ledger(100, 1.0);
        let Leave::Go(aside) = ledger.ask(&ceiling(60, 0.5)) else { panic!() };
        assert_eq!(ledger.settle(aside, None), Charge { tokens: 60, cost: 0.5 });
        let silent = Usage { cost: Some(0.1), ..Usage::default() };
        let Leave::Go(aside) = ledger.ask(&ceiling(40, 0.5)) else { panic!() };
        assert_eq!(ledger.settle(aside, Some(&silent)), Charge { tokens: 40, cost: 0.1 });
    }

    #[test]
    fn the_unknown_is_refused_unless_it_is_allowed() {
        let mut strict = ledger(100, 1.0);
        assert_eq!(strict.ask(&Ceiling::default()), Leave::Broken(Broken::UnknownCost));
        let priced = Ceiling { cost: Some(0.1), tokens: None };
        assert_eq!(strict.ask(&priced), Leave::Broken(Broken::UnknownTokens));
        let budget = Budget { unknown: Unknown::Allow, ..strict.budget };
        let mut lenient = Ledger::new(budget, Charge::default());
        let Leave::Go(aside) = lenient.ask(&Ceiling::default()) else { panic!() };
        lenient.settle(aside, Some(&usage(200, 0.1)));
        assert!(matches!(lenient.ask(&Ceiling::default()), Leave::Broken(Broken::Tokens { .. })));
        let mut free = Ledger::new(Budget::default(), Charge::default());
        assert!(matches!(free.ask(&Ceiling::default()), Leave::Go(_)), "no budget, no question");
    }

    proptest! {
        #[test]
        fn honest_calls_never_break_a_budget_and_waiting_ends(
            moves in prop::collection::vec((0..50_u64, 0..100_u64, any::<bool>()), 0..100),
        ) {
            let mut ledger = ledger(300, 0.3);
            let (mut flying, mut used) = (Vec::new(), Charge::default());
            for (most, part, ends) in moves {
                let dollars = |tokens: u64| tokens as f64 / 1000.0;
                match ledger.ask(&ceiling(most, dollars(most))) {
                    Leave::Go(aside) => flying.push((aside, most * part / 100)),
                    Leave::Wait => prop_assert!(!flying.is_empty()),
                    Leave::Broken(_) => prop_assert!(used.tokens + most > 300),
                }
                if ends && let Some((aside, actual)) = flying.pop() {
                    used = used.and(ledger.settle(aside, Some(&usage(actual, dollars(actual)))));
                }
                let flies = flying.iter().map(|(aside, _)| aside.tokens).sum::<u64>();
                prop_assert!(used.tokens + flies <= 300);
                prop_assert!(used.cost <= 0.3 + DUST);
            }
        }
    }
}
