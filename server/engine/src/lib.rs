//! Plan to events. The scheduler does no I/O, the driver is thin around it, and what is not in the journal did not
//! happen.
//!
//! [`prepare`] refuses what cannot run before anything ran; [`run`] always ends in a [`Document`].

mod autos;
mod budget;
mod complaint;
mod document;
mod driver;
pub mod event;
mod files;
mod front_end;
pub mod hands;
pub mod holdings;
mod journal;
pub mod limits;
pub mod mind;
pub mod people;
mod prepare;
mod products;
mod quality;
mod random;
mod recall;
mod render;
mod request;
mod reuse;
pub mod scheduler;
mod scope;
mod secrets;
pub mod tool;
mod toolbox;

pub use budget::{Budget, Ceiling, Unknown};
pub use document::{
    Called, Decided, Document, Handled, Iteration, Product, Remedied, Resources, RunStatus,
    SCHEMA_VERSION, StepRecord, StepStatus, Turn, Usage, Warning,
};
pub use driver::{Because, Fate, Forecast, Foreseen, forecast, run};

pub use files::{Disk, Files};
pub use front_end::{FrontEnd, Unchecked};
pub use journal::{
    Archive, Earnest, Forget, Forgotten, Found, Heard, Journal, JournalError, Pace, PaceError,
    Past, ResumeError, RunSummary, Wanted, reason,
};
pub use prepare::{
    Earlier, Prepared, Refusal, prepare, prepare_recorded, prepare_replay, prepare_resume,
};
pub use quality::{Check, Issue, IssueCode, Quality, assess_result, targets};
pub use request::{Options, Request, Selection, Source};
pub use reuse::{Reuse, Reused, Saved};
pub use secrets::{DEFAULT_OF, Secret, secret_defaults};

pub use toolbox::Toolbox;
