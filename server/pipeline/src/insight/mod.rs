//! What a pipeline is for and how it works: a sheet of facts, and the sentences that follow from it. No model takes part.
//!
//! It stands this low because everyone above tells it: rules compare it with what the author promises, the editor shows
//! it, the engine puts it into the run document.

mod calls;
mod chances;
mod cost;
mod deed;
mod flows;
mod gather;
mod kept;
mod model_call;
mod own;
mod part;
mod prose;
mod roll;
pub mod say;
mod seats;
mod sheet;
pub mod verify;

pub(crate) use kept::{Kept, KeptFor};
pub(crate) use model_call::Wish;
pub use model_call::leaves_models_open;
pub use own::Own;
pub(crate) use part::Told;
pub use prose::{Extent, explanation, intention};
pub(crate) use roll::Roll;
pub use sheet::{
    Bound, Chance, CostFact, Failure, FileFact, FileUse, Flow, Id, InputFact, ModelCall,
    OutputFact, Policy, ProductFact, Repeats, Route, Sheet, StepFact,
};

use crate::{Pipeline, Plan};

/// Lets go of what a pipeline and its plan have said of themselves. They say it again when they are asked.
pub fn forget(pipeline: &Pipeline, plan: &Plan) {
    plan.roll.forget();
    for outermost in &pipeline.steps {
        outermost.told.forget();
        outermost.walk().into_iter().for_each(|step| step.own.forget());
    }
}
