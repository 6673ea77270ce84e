//! What a pipeline is for and how it works: a sheet of facts, and the sentences that follow from it. No model takes part.
//!
//! It stands this low because everyone above tells it: rules compare it with what the author promises, the editor shows
//! it, the engine puts it into the run document.

mod calls;
mod chances;
mod cost;
mod flows;
mod gather;
mod kept;
mod model_call;
mod own;
mod prose;
pub mod say;
mod sheet;
pub mod verify;

pub(crate) use kept::{Kept, KeptFor};
pub(crate) use model_call::Wish;
pub use model_call::leaves_models_open;
pub use own::{Own, forget};
pub use prose::intention;
pub use sheet::{
    Bound, Chance, CostFact, Failure, FileFact, FileUse, Flow, InputFact, ModelCall, OutputFact,
    Policy, ProductFact, Repeats, Route, Sheet, StepFact,
};
