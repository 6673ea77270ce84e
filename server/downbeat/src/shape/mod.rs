//! The JSON that scripts may rely on, as types: what is printed and what the schemas say come from the same place. The schema
//! of pipelines, which are read, is made of the language table and the catalogue.

mod configuration;
mod data;
mod diff;
mod eval;
mod finding;
mod insight;
mod language;
mod models;
mod plan;
mod tools;

use crate::report::{QualityReport, Report};
use crate::testing::TestReport;
use engine::{Document, Forecast, Forgotten, RunSummary, event::Event};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value as Json;

pub(crate) use self::{
    configuration::Configuration,
    data::{input_type, json},
    diff::{Diff, DiffChange, DiffKind, DiffUse, DiffWhat},
    eval::EvalAnswer,
    finding::{Finding, Fix, Range, Severity, rule_url},
    insight::Insight,
    models::{ModelChoice, ModelInfo},
    plan::{
        Plan, PlanCost, PlanEdge, PlanEffect, PlanInput, PlanOrigin, PlanOutput, PlanPlace,
        PlanStep, PlanStepCost,
    },
    tools::{ToolField, ToolInfo, ToolKind, ToolOperation, ToolParameter},
};

/// A document with a schema.
pub(crate) struct Shape {
    /// Its name on the command line and of its file.
    pub(crate) name: &'static str,
    schema: fn() -> Json,
}

/// All documents with a schema.
pub(crate) const SHAPES: &[Shape] = &[
    Shape::of::<Configuration>("configuration"),
    Shape::of::<Diff>("diff"),
    Shape::of::<EvalAnswer>("eval-answer"),
    Shape::of::<Event>("event"),
    Shape::of::<Vec<Finding>>("findings"),
    Shape::of::<Forecast>("forecast"),
    Shape::of::<Forgotten>("forgotten"),
    Shape::of::<Insight>("insight"),
    Shape::of::<Report>("log"),
    Shape::of::<ModelChoice>("model-choice"),
    Shape::of::<Vec<ModelInfo>>("models"),
    Shape { name: "pipeline", schema: language::schema },
    Shape::of::<Plan>("plan"),
    Shape::of::<QualityReport>("quality"),
    Shape::of::<Document>("run-document"),
    Shape::of::<Vec<RunSummary>>("runs"),
    Shape::of::<TestReport>("test-report"),
    Shape::of::<Vec<ToolInfo>>("tools"),
];

impl Shape {
    const fn of<T: JsonSchema>(name: &'static str) -> Self {
        let schema = || {
            let generator = SchemaSettings::draft2020_12().into_generator();
            generator.into_root_schema_for::<T>().to_value()
        };
        Self { name, schema }
    }

    /// Its JSON Schema, draft 2020-12.
    pub(crate) fn schema(&self) -> Json {
        (self.schema)()
    }
}
