//! What stands beside the id of a step without being written: its stage, what it waits for by what it reads, and the model
//! that is chosen for it.

use pipeline::{
    Edge, Origin, Step, Why,
    models::{Ask, Reach, Source, Wanted},
};
use syntax::Span;

use crate::Snapshot;

/// A text beside a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where it stands, absolute.
    pub offset: u32,
    /// The text.
    pub label: String,
    /// All that there is to say, Markdown.
    pub tooltip: String,
}

/// Which hints are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The stage of each step.
    pub stage: bool,
    /// The edges that no `dependencies` name, with their reason.
    pub edges: bool,
    /// The model of each step that does not name one.
    pub model: bool,
}

/// How many edges a tooltip lists.
const LISTED: usize = 20;

/// The hints whose places are in `span`, by position. Takes time linear in what is shown.
#[must_use]
pub fn hints(snapshot: &Snapshot, span: Span, shown: Shown) -> Vec<Hint> {
    let steps = &snapshot.pipeline.steps;
    let behind = steps.partition_point(|step| step.base <= span.start);
    // The last step that begins before the span may reach into it, and with it those of its line.
    let base = behind.checked_sub(1).and_then(|last| steps.get(last)).map_or(0, |step| step.base);
    let first = steps.partition_point(|step| step.base < base);
    let within = steps.iter().enumerate().skip(first).take_while(|(_, step)| step.base <= span.end);
    let mut hints = Vec::new();
    for (index, step) in within {
        let Some(id) = &step.id else { continue };
        let written = step.key("id").map_or(id.span, |entry| id.span.join(entry.value.span));
        let offset = step.absolute(written).end;
        if !span.touches(offset) {
            continue;
        }
        hints.extend(stage(snapshot, index, offset).filter(|_| shown.stage));
        hints.extend(edges(snapshot, index, offset).filter(|_| shown.edges));
        if shown.model {
            hints.extend(model(snapshot, step, offset));
        }
    }
    hints
}

fn stage(snapshot: &Snapshot, step: usize, offset: u32) -> Option<Hint> {
    let plan = &snapshot.plan;
    if plan.on_call.contains(&step) {
        let tooltip = "Runs only when an error handler calls it.".to_owned();
        return Some(Hint { offset, label: "on failure".to_owned(), tooltip });
    }
    let stage = plan.stage_of(step)?;
    let (number, of) = (stage + 1, plan.stages.len());
    let beside = plan.stages.get(stage)?.len() - 1;
    let words = match beside {
        0 => "alone".to_owned(),
        1 => "beside 1 other step".to_owned(),
        _ => format!("beside {beside} other steps"),
    };
    let tooltip = format!("Runs in stage {number} of {of}, {words}.");
    Some(Hint { offset, label: format!("stage {number}"), tooltip })
}

/// The model that is chosen for a step which names none.
fn model(snapshot: &Snapshot, step: &Step, offset: u32) -> Option<Hint> {
    let wanted = Wanted::of_step(&snapshot.pipeline, &snapshot.catalogue, &[], step)?;
    if matches!(wanted.source, Source::Step) || matches!(wanted.ask, Ask::Later(_)) {
        return None;
    }
    let reach = snapshot.around.reach();
    let choice = snapshot.roster.choose_from(&wanted, &reach).ok()?;
    let name = choice.model.full_name();
    let guess = match reach {
        Reach::NotKnown => ", if every provider can be asked",
        Reach::Known(_) => "",
    };
    let because = choice.because.iter().map(|it| format!("\n- {it}"));
    let tooltip = format!("Answered by `{name}`{guess}:\n{}", because.collect::<String>());
    Some(Hint { offset, label: format!("by {name}"), tooltip })
}

/// What the step waits for although its `dependencies` do not say so.
fn edges(snapshot: &Snapshot, step: usize, offset: u32) -> Option<Hint> {
    let all = snapshot.plan.edges_to(step);
    let mut known: Vec<usize> =
        all.iter().filter(|it| it.origin == Origin::Declared).map(|it| it.from).collect();
    let mut inferred: Vec<&Edge> = Vec::new();
    for edge in all {
        if !known.contains(&edge.from) {
            known.push(edge.from);
            inferred.push(edge);
        }
    }
    let (first, others) = inferred.split_first()?;
    let mut label = format!("after {}: {}", id(snapshot, first.from), reason(snapshot, first));
    if !others.is_empty() {
        label.push_str(&format!(" +{}", others.len()));
    }
    let mut lines = vec!["Waits for what it does not name in `dependencies`:\n".to_owned()];
    lines.extend(inferred.iter().take(LISTED).map(|edge| {
        let because = snapshot.plan.because(&snapshot.pipeline, edge);
        format!("- `{}`: {because}", id(snapshot, edge.from))
    }));
    if inferred.len() > LISTED {
        lines.push(format!("- and {} more", inferred.len() - LISTED));
    }
    Some(Hint { offset, label, tooltip: lines.join("\n") })
}

fn reason(snapshot: &Snapshot, edge: &Edge) -> String {
    match edge.why {
        Why::Routes(key) => format!("its {key} may lead here"),
        _ => snapshot
            .plan
            .read_by(&snapshot.pipeline, edge)
            .map_or_else(String::new, |it| format!("{} in {}", it.path(), it.place)),
    }
}

fn id(snapshot: &Snapshot, step: usize) -> &str {
    snapshot.pipeline.steps.get(step).map_or("", |step| step.id_text())
}
