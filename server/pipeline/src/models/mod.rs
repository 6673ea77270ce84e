//! Models: what is known of them, what is asked of them, which of them answers.
//!
//! All of it is pure: what was loaded, refreshed or found is an input. [`Wanted`] gathers what a step asks of its model,
//! [`Reach`] says which providers can be asked, and [`choose`] takes one of the catalogue's models, or says on what each of
//! them failed.

mod built_in;
mod candidates;
mod choose;
mod fit;
mod model;
mod names;
mod reach;
mod read;
mod requirement;
mod score;
mod wanted;
mod words;

pub use built_in::{SOURCE, SOURCE_DATE, models};
use candidates::Candidate;
pub use choose::{Choice, NoChoice, Nothing, choose};
pub use model::{Capability, Kind, Level, Model, Speed, size, size_in_name};
pub use names::{LOCAL, Name, PROVIDERS, find, parse, provider};
pub use reach::{Access, Listed, Place, Reach, Server};
pub use requirement::{BudgetPeriod, CostLimit, Leaning, Requirement, WhenNone};
pub use score::{Score, Strategy};
pub use wanted::{Ask, Settings, Source, Wanted, asks_a_model};
pub use words::dollars;
