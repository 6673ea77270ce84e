//! Inputs and outputs.

use pipeline::names::{Meaning, Names};
use pipeline::{Pipeline, facts};

use super::Port;
use super::nodes::Seats;

/// Every input with the outermost steps that read it.
pub(super) fn inputs(pipeline: &Pipeline, names: &Names, seats: &Seats<'_>) -> Vec<Port> {
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); pipeline.inputs.len()];
    for seat in &seats.all {
        let outermost = seats.outermost[seat.outer];
        for reference in &seat.step().references {
            if let Meaning::Input(input) = names.meaning(pipeline, &seat.path, reference)
                && let Some(readers) = readers.get_mut(input)
                && readers.last() != Some(&outermost)
            {
                readers.push(outermost);
            }
        }
    }
    facts::inputs(pipeline)
        .map(|input| Port {
            name: input.name.value.clone(),
            nodes: names
                .input(&input.name.value)
                .and_then(|at| readers.get_mut(at))
                .map(std::mem::take)
                .unwrap_or_default(),
            span: input.absolute(input.name.span),
        })
        .collect()
}

/// Every output with the outermost steps that it reads.
pub(super) fn outputs(pipeline: &Pipeline, names: &Names, seats: &Seats<'_>) -> Vec<Port> {
    let outputs = pipeline.outputs.iter().map(|output| {
        let mut nodes: Vec<usize> = output
            .references
            .iter()
            .filter_map(|reference| match names.meaning(pipeline, &[], reference) {
                Meaning::Step(step)
                | Meaning::Variable(step)
                | Meaning::NamedLoop(step)
                | Meaning::OutsideBody(step) => seats.outermost.get(step).copied(),
                _ => None,
            })
            .collect();
        nodes.sort_unstable();
        nodes.dedup();
        Port { name: output.name.value.clone(), nodes, span: output.absolute(output.name.span) }
    });
    outputs.collect()
}
