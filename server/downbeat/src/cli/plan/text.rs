//! A plan for people.

use std::{borrow::Cow, fmt::Write};

use rustc_hash::FxHashMap;

use crate::{
    cli::{paint::Paint, printable::printable},
    shape::{Plan, PlanEdge, PlanEffect, PlanInput, PlanStep},
};

/// Stages, their steps, and what each waits for.
pub(super) fn render(plan: &Plan, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(&title(plan)));
    let ids = plan.steps.iter().map(|step| step.id.chars().count()).max().unwrap_or(0).min(40);
    let index = Index::new(plan);
    for (at, stage) in plan.stages.iter().enumerate() {
        // Writing to a `String` cannot fail; the same holds below.
        let _ = writeln!(out, "\n{}", paint.dim(&format!("stage {}", at + 1)));
        for step in stage.iter().filter_map(|id| index.steps.get(id.as_str())) {
            line(&mut out, &index, step, ids, paint);
        }
    }
    if !plan.on_call.is_empty() {
        let _ = writeln!(out, "\n{}", paint.dim("only when an error handler calls"));
        for step in plan.steps.iter().filter(|step| plan.on_call.contains(&step.id)) {
            line(&mut out, &index, step, ids, paint);
        }
    }
    for cycle in &plan.cycles {
        let _ = writeln!(out, "\n{} {}", paint.red("cycle"), row(cycle, " -> "));
    }
    out.push('\n');
    inputs(&mut out, &plan.inputs, paint);
    outputs(&mut out, plan, paint);
    let _ = writeln!(out, "{} {}", paint.dim("effects"), words(&plan.effects));
    if let Some(cost) = &plan.cost {
        super::cost::render(&mut out, cost, paint);
    }
    let _ = writeln!(out, "{} {}", paint.dim("works in"), printable(&plan.place.cwd));
    out
}

/// What is looked up by a step's id.
struct Index<'p> {
    /// The first step of an id.
    steps: FxHashMap<&'p str, &'p PlanStep>,
    /// The edges that end at a step.
    edges: FxHashMap<&'p str, Vec<&'p PlanEdge>>,
}

impl<'p> Index<'p> {
    fn new(plan: &'p Plan) -> Self {
        let steps = plan.steps.iter().rev().map(|step| (step.id.as_str(), step)).collect();
        let mut edges: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for edge in &plan.edges {
            edges.entry(edge.to.as_str()).or_default().push(edge);
        }
        Self { steps, edges }
    }
}

fn title(plan: &Plan) -> Cow<'_, str> {
    printable(plan.name.as_deref().or(plan.pipeline.as_deref()).unwrap_or(&plan.file))
}

/// Ids in a row.
fn row(ids: &[String], between: &str) -> String {
    printable(&ids.join(between)).into_owned()
}

fn line(out: &mut String, index: &Index<'_>, step: &PlanStep, ids: usize, paint: Paint) {
    let does = match &step.operation {
        Some(operation) => format!("{} {operation}", step.does),
        None => step.does.clone(),
    };
    let marks = if step.provided { String::new() } else { paint.yellow(" (not in this build)") };
    let _ = writeln!(
        out,
        "  {:<ids$}  {}, {}{marks}",
        printable(&step.id),
        printable(&does),
        paint.dim(&words(&step.effects)),
    );
    if let Some(condition) = &step.condition {
        let _ = writeln!(out, "  {:ids$}  only if {}", "", paint.cyan(&printable(condition)));
    }
    for edge in index.edges.get(step.id.as_str()).into_iter().flatten() {
        let _ = writeln!(
            out,
            "  {:ids$}  after {}: {}",
            "",
            printable(&edge.from),
            paint.dim(&printable(&edge.because))
        );
    }
}

fn inputs(out: &mut String, inputs: &[PlanInput], paint: Paint) {
    if inputs.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", paint.dim("inputs"));
    for input in inputs {
        let ty = printable(input.ty.as_deref().unwrap_or("any"));
        let value = if input.required {
            "required".to_owned()
        } else if input.default.is_null() {
            "optional".to_owned()
        } else {
            format!("default {}", input.default)
        };
        let description =
            input.description.as_deref().map(|it| format!(": {}", it.trim())).unwrap_or_default();
        let name = printable(&input.name);
        let _ = writeln!(out, "  {name} ({ty}, {value}){}", printable(&description));
    }
}

fn outputs(out: &mut String, plan: &Plan, paint: Paint) {
    if plan.outputs.is_empty() {
        return;
    }
    let names: Vec<&str> = plan.outputs.iter().map(|output| output.name.as_str()).collect();
    let _ = writeln!(out, "{} {}", paint.dim("outputs"), printable(&names.join(", ")));
}

fn words(effects: &[PlanEffect]) -> String {
    if effects.is_empty() {
        return "unknown".to_owned();
    }
    effects.iter().map(|effect| effect.word()).collect::<Vec<_>>().join(", ")
}
