//! What goes in and what comes out.

use super::super::say::code;
use super::super::sheet::{InputFact, OutputFact, Sheet};
use super::room::Extent;

pub(super) fn in_and_out(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let inputs = extent.row(sheet.inputs.iter().map(|it| || input(it)));
    let outputs = extent.row(sheet.outputs.iter().map(|it| || output(it, extent)));
    let said = |words: Option<String>, verb: &str, none: &str| {
        words.map_or_else(|| none.to_owned(), |it| format!("It {verb} {it}."))
    };
    vec![
        said(inputs, "takes", "It takes no inputs."),
        said(outputs, "gives", "It declares no outputs."),
    ]
}

fn input(input: &InputFact) -> String {
    let ty = input.ty.as_deref().unwrap_or("any type");
    let need = match &input.default {
        _ if input.secret && input.has_default => ", secret, has a default".to_owned(),
        _ if input.secret => ", secret".to_owned(),
        Some(empty) if empty.is_empty() => ", default an empty text".to_owned(),
        Some(default) => format!(", default {}", code(default)),
        None if input.has_default => ", has a default".to_owned(),
        None if input.required => ", required".to_owned(),
        None => ", optional".to_owned(),
    };
    format!("{} ({ty}{need})", code(&input.name))
}

fn output(output: &OutputFact, extent: Extent) -> String {
    let from = match (output.from.as_slice(), output.from_inputs.as_slice()) {
        ([], [input]) => format!("the input {}", code(input)),
        ([], []) if output.is_fixed => "a fixed text".to_owned(),
        ([], []) => "no step".to_owned(),
        ([], inputs) => format!("the inputs {}", extent.ids(inputs)),
        (steps, _) => extent.ids(steps),
    };
    format!("{} from {from}", code(&output.name))
}
