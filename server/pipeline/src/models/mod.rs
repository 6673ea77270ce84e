//! Models: what is known of them, what is asked of them, which of them answers.
//!
//! All of it is pure: what was loaded, refreshed or found is an input. [`Wanted`] gathers what a step asks of its model,
//! [`Reach`] says which providers can be asked, and [`choose`] takes one of the catalogue's models, or says on what each of
//! them failed.

mod bill;
mod candidates;
mod choose;
mod cost;
mod file;
mod fit;
mod model;
mod names;
mod needs;
mod price_list;
mod rank;
mod reach;
mod read;
mod reads;
mod requirement;
mod roster;
mod score;
mod table;
mod terms;
#[cfg(test)]
mod tests;
mod wanted;
mod words;

pub use bill::{Bill, bill};
pub(crate) use bill::{Charged, sum};
use candidates::{Candidate, Field};
pub use choose::{Choice, NoChoice, Nothing, any_fits, choose};
use choose::{choose_in, meant};
pub use cost::{Item, Most, bill_of};
pub use file::{
    Described, Fact, MOST as MOST_DESCRIBED, Mistake, MistakeKind, ModelsFile, NamedServer,
    PROTOCOLS,
};
pub use fit::{shortcomings, unasked};
pub use model::{Capability, Kind, Level, Model, Speed, size, size_in_name};
pub use names::{LOCAL, Name, PROVIDERS, find, is_at_home, is_file, parse, provider};
pub use needs::{asked_tokens, needs, prompt_tokens, tokens};
pub use price_list::{BadList, changes, read_price_list};
pub use reach::{Access, Listed, OwnServer, Place, Reach, Server};
pub use reads::FRAME;
use reads::most_read;
pub use requirement::{BudgetPeriod, CostLimit, Leaning, Requirement, WhenNone};
pub use roster::Roster;
pub use score::{Score, Strategy};
pub use table::{Facts, built_in, models};
pub(crate) use terms::{Terms, TermsNumber};
pub use wanted::{Ask, Settings, Source, Wanted, asks_a_model};
pub use words::dollars;
