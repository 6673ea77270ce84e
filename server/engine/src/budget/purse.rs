//! The budget of a run in flight, from which all its calls are paid.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    Budget, Ceiling,
    ledger::{Broken, Charge, Leave, Ledger},
};
use crate::{document::Usage, tool::Failure};

/// See the module. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub(crate) struct Purse {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    ledger: Mutex<Ledger>,
    /// A call was settled.
    settled: Notify,
}

/// What calls used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spent {
    /// As they say.
    pub(crate) usage: Usage,
    /// As it counts.
    pub(crate) charge: Charge,
}

impl Spent {
    /// Both together.
    pub(crate) fn sum(before: Option<Self>, spent: &Self) -> Self {
        let Some(Self { usage, charge }) = before else { return spent.clone() };
        Self { usage: usage.and(&spent.usage), charge: charge.and(spent.charge) }
    }
}

/// Why a call is not made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unpaid {
    /// It could break the budget.
    Broken(Broken),
    /// It was stopped first.
    Stopped,
}

/// Paid for. Dropped without being settled, the call counts with its ceiling.
#[derive(Debug)]
pub(crate) struct Receipt {
    purse: Purse,
    aside: Option<Charge>,
}

impl Purse {
    /// From which `used` was paid before.
    pub(crate) fn new(budget: Budget, used: Charge) -> Self {
        let ledger = Mutex::new(Ledger::new(budget, used));
        Self { inner: Arc::new(Inner { ledger, settled: Notify::new() }) }
    }

    /// Puts aside what a call may use; waits for others where they may use less than was put aside for them.
    pub(crate) async fn pay(
        &self,
        ceiling: &Ceiling,
        cancel: &CancellationToken,
    ) -> Result<Receipt, Unpaid> {
        loop {
            let settled = self.inner.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            match self.ledger().ask(ceiling) {
                Leave::Go(aside) => return Ok(Receipt { purse: self.clone(), aside: Some(aside) }),
                Leave::Broken(broken) => return Err(Unpaid::Broken(broken)),
                Leave::Wait => {}
            }
            tokio::select! {
                () = settled => {}
                () = cancel.cancelled() => return Err(Unpaid::Stopped),
            }
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.inner.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Receipt {
    /// The call has ended, and says that it used this.
    pub(crate) fn settle(mut self, usage: Option<Usage>) -> Spent {
        let charge = self.close(usage.as_ref()).unwrap_or_default();
        Spent { usage: usage.unwrap_or_else(Usage::untold), charge }
    }

    fn close(&mut self, usage: Option<&Usage>) -> Option<Charge> {
        let aside = self.aside.take()?;
        let charge = self.purse.ledger().settle(aside, usage);
        self.purse.inner.settled.notify_waiters();
        Some(charge)
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.close(None);
    }
}

impl Broken {
    /// For people, and for programs by its type.
    pub(crate) fn failure(self, path: &str) -> Failure {
        let unknown = |what: &str, flag: &str| {
            format!(
                "`{path}` was not called: nobody knows {what}, and the run has `{flag}`; `--allow-unknown` lets such calls be made"
            )
        };
        match self {
            Self::Cost { budget, used, call } => Failure::permanent(
                "CostBudgetError",
                format!(
                    "`{path}` was not called: it can cost up to ${call:.4}, ${used:.4} of the budget of ${budget} is used (`--max-cost`)"
                ),
            ),
            Self::Tokens { budget, used, call } => Failure::permanent(
                "TokenBudgetError",
                format!(
                    "`{path}` was not called: it can take up to {call} tokens, {used} of the budget of {budget} are used (`--max-tokens`)"
                ),
            ),
            Self::UnknownCost => {
                Failure::permanent("CostBudgetError", unknown("what it costs", "--max-cost"))
            }
            Self::UnknownTokens => Failure::permanent(
                "TokenBudgetError",
                unknown("how many tokens it takes", "--max-tokens"),
            ),
        }
    }
}
