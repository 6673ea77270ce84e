//! Every real pipeline lowers, whole, and the plan of each is consistent.

mod dump;

use pipeline::names::Names;
use pipeline::{Plan, ProblemKind};

#[test]
fn every_pipeline_of_the_corpus_lowers() {
    for (path, text) in dump::corpus() {
        let pipeline = dump::lowered(&text);
        let written = text
            .lines()
            .filter(|line| line.starts_with("- id:") || line.starts_with("  - id:"))
            .count();
        assert!(pipeline.steps.len() >= written.min(1), "{}", path.display());
        let plan = Plan::new(&pipeline, &Names::new(&pipeline));
        let staged: usize = plan.stages.iter().map(Vec::len).sum();
        if plan.cycles.is_empty() {
            let all = staged + plan.on_call.len();
            assert_eq!(all, pipeline.steps.len(), "{}", path.display());
        }
        for edge in &plan.edges {
            assert!(text.get(edge.span.range()).is_some(), "{}", path.display());
            if let (Some(from), Some(to)) = (plan.stage_of(edge.from), plan.stage_of(edge.to)) {
                assert!(from < to, "{}", path.display());
            }
        }
    }
}

/// Real files are accepted: what lowering says of them is advice.
#[test]
fn real_pipelines_have_no_wrong_forms() {
    use ProblemKind::{
        InputsAsParameters, MovedKey, NestedDefault, OperationFromParameters, Wrapped,
    };
    for (path, text) in dump::corpus() {
        let pipeline = dump::lowered(&text);
        let steps =
            pipeline.steps.iter().flat_map(|step| step.walk()).flat_map(|step| &step.problems);
        let entries = pipeline.entries.iter().flat_map(|entry| &entry.item.problems);
        let inputs = pipeline.inputs.iter().flat_map(|input| &input.item.problems);
        for problem in steps.chain(entries).chain(inputs).chain(&pipeline.problems) {
            let is_advice = matches!(
                problem.kind,
                InputsAsParameters
                    | MovedKey { .. }
                    | NestedDefault
                    | OperationFromParameters { .. }
                    | Wrapped
            );
            assert!(is_advice, "{}: {problem:?}", path.display());
        }
    }
}
