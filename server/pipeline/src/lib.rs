//! Tree to [`Pipeline`] to [`Plan`]: names, scopes, types, references, expressions. Never fails and does no I/O.
//!
//! What the editor accepts is what the engine runs: both read the same [`Pipeline`].

pub mod auto;
pub mod catalogue;
pub mod eval;
pub mod facts;
pub mod files;
pub mod insight;
pub mod language;
pub mod limits;
mod lower;
mod model;
pub mod models;
pub mod names;
pub mod personality;
mod plan;
mod spread;
pub mod types;
pub mod value;
pub mod variables;
pub mod yaml;

pub use lower::{Lowering, action_of, duration, ids, lower, references};
pub use model::*;
pub use plan::{
    Beside, BodyOrder, Edge, Origin, Plan, Planning, Selected, Selection, Why, handler_step,
};
pub use spread::spread;
pub use value::{Json, Layout, PRIMARY_NAMES, StepValue, Value};
