//! A plan as a drawing of other programs.

use std::fmt::Write;

use crate::shape::{Plan, PlanOrigin, PlanStep};

/// A Mermaid flowchart: a node a step, an arrow an edge.
pub(super) fn mermaid(plan: &Plan) -> String {
    let mut out = String::from("flowchart TD\n");
    for (at, step) in plan.steps.iter().enumerate() {
        // Writing to a `String` cannot fail; the same holds below.
        let _ = writeln!(out, "  s{at}[\"{}\"]", mermaid_text(&label(step, "<br/>")));
    }
    for edge in &plan.edges {
        let (Some(from), Some(to)) = (number(plan, &edge.from), number(plan, &edge.to)) else {
            continue;
        };
        let arrow = match edge.origin {
            PlanOrigin::Declared | PlanOrigin::Template => "-->",
            PlanOrigin::ControlFlow => "-.->",
            PlanOrigin::Routing => "==>",
        };
        let _ = writeln!(out, "  s{from} {arrow} s{to}");
    }
    out
}

/// A Graphviz graph: stages side by side, the why of an edge as its tooltip.
pub(super) fn dot(plan: &Plan) -> String {
    let name = dot_text(plan.pipeline.as_deref().unwrap_or("pipeline"));
    let mut out = format!("digraph \"{name}\" {{\n  node [shape=box, style=rounded];\n");
    for (at, step) in plan.steps.iter().enumerate() {
        let _ = writeln!(out, "  s{at} [label=\"{}\"];", dot_text(&label(step, "\n")));
    }
    for stage in &plan.stages {
        let nodes: Vec<String> =
            stage.iter().filter_map(|id| number(plan, id)).map(|at| format!("s{at}")).collect();
        let _ = writeln!(out, "  {{ rank=same; {}; }}", nodes.join("; "));
    }
    for edge in &plan.edges {
        let (Some(from), Some(to)) = (number(plan, &edge.from), number(plan, &edge.to)) else {
            continue;
        };
        let style = match edge.origin {
            PlanOrigin::Declared | PlanOrigin::Template => "solid",
            PlanOrigin::ControlFlow => "dashed",
            PlanOrigin::Routing => "bold",
        };
        let because = dot_text(&edge.because);
        let _ = writeln!(out, "  s{from} -> s{to} [style={style}, edgetooltip=\"{because}\"];");
    }
    out.push_str("}\n");
    out
}

fn label(step: &PlanStep, line_break: &str) -> String {
    match &step.operation {
        Some(operation) => format!("{}{line_break}{} {operation}", step.id, step.does),
        None => format!("{}{line_break}{}", step.id, step.does),
    }
}

fn number(plan: &Plan, id: &str) -> Option<usize> {
    plan.steps.iter().position(|step| step.id == id)
}

/// Text between quotes of Mermaid; `<br/>` is its line break.
fn mermaid_text(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('\n', " ")
}

/// Text between quotes of Graphviz.
fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::{dot_text, mermaid_text};

    #[test]
    fn marks_of_the_formats_are_escaped() {
        assert_eq!(mermaid_text("a \"b\" #1"), "a #quot;b#quot; #35;1");
        assert_eq!(dot_text("a \"b\"\\\nc"), "a \\\"b\\\"\\\\\\nc");
    }
}
