//! Which model a step uses, what it costs and why it is that one.

use pipeline::Step;
use pipeline::models::{Most, Reach, Wanted, bill_of, dollars};

use crate::Snapshot;

/// Lines for the hover of a step, the steps around it first; nothing where it asks no model.
pub(super) fn lines(snapshot: &Snapshot, around: &[&Step], step: &Step) -> Option<String> {
    let wanted = Wanted::of_step(&snapshot.pipeline, &snapshot.catalogue, around, step)?;
    let reach = snapshot.around.reach();
    let mut text = match snapshot.roster.choose_from(&wanted, &reach) {
        Ok(choice) => {
            let price = super::catalogue::cost(&choice.model);
            let because: Vec<_> = choice.because.iter().map(|it| format!("\n  - {it}")).collect();
            let guess = match reach {
                Reach::NotKnown => ", if every provider can be asked",
                Reach::Known(_) => "",
            };
            format!("\n- model: `{}`{guess}; {price}{}", choice.model.full_name(), because.concat())
        }
        Err(none) => format!("\n- model: none; {none}"),
    };
    let item =
        bill_of(&snapshot.pipeline, &snapshot.catalogue, &snapshot.roster, &reach, around, step)?;
    let most = match item.most {
        Most::Dollars(0.0) => "nothing".to_owned(),
        Most::Dollars(most) => format!("at most ${}", dollars(most)),
        Most::Unknown(why) => format!("unknown: {why}"),
        Most::Unbounded(why) => format!("unbounded: {why}"),
    };
    text.push_str(&format!("\n- costs: {most}"));
    Some(text)
}
