//! Tests of pipelines: reading their files, running the cases, holding what came out against what must hold. The command line
//! and the language server show it.

mod attempt;
mod drive;
mod expectation;
mod order;
mod report;
mod scope;
mod suite;

pub(crate) use self::{
    drive::{Told, drive},
    order::{Order, Pick},
    report::{Case, TestFile, TestReport, Verdict},
    suite::{Pipeline, Tests},
};
