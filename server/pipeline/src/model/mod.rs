//! What a pipeline is after lowering: the data that checks, the editor, the plan and the engine all read.
//!
//! Spans inside a placed item ([`Step`], [`Input`], ...) are relative to its segment; [`Placed::base`] makes them
//! absolute. Lowering never fails: what could not be understood is a [`Problem`] on the item, and the rest is there.

mod allow;
mod body;
mod data;
mod declaration;
mod flow;
mod kind;
mod misread;
mod pipeline;
mod placed;
mod problem;
mod reference;
mod step;
mod steps;

pub use allow::Allow;
pub use body::Body;
pub use data::{Data, Text};
pub use declaration::{Constant, Definition, Input, InputSection, Output};
pub use flow::{
    Attempts, Cache, ChosenRoute, Condition, FailurePolicy, Handler, Parameter, PoorQuality,
    Product, QualityGate, Routing, Variable,
};
pub use kind::{ActionLoop, Count, ForEach, Queue, StepKind, While};
pub use misread::Misread;
pub use pipeline::{Entry, Pipeline, TopEntry};
pub use placed::{Located, Placed};
pub use problem::{Merged, Problem, ProblemKind};
pub use reference::{Reference, ReferenceOrigin, Space};
pub use step::Step;
pub(crate) use steps::Change;
pub use steps::Steps;
