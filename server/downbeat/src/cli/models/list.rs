//! The models that are known, as a table.

use std::{cmp::Ordering, fmt::Write};

use pipeline::models::{Capability, LOCAL, Model, PROVIDERS, Roster, unasked};

use crate::{
    cli::{
        args::{Can, ListFormat, ModelOrder, ModelsList},
        exit::Exit,
        paint::Paint,
        printable::printable,
        terminal::{Stream, Terminal},
    },
    shape::ModelInfo,
};

pub(super) fn run(terminal: Terminal, call: &ModelsList) -> Exit {
    let catalogue = super::catalogue(terminal);
    if let Some(name) = call.provider.as_deref().map(pipeline::models::provider) {
        let known = providers(&catalogue.roster);
        if !known.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            terminal.error(&format!("no provider is called `{name}`"));
            terminal.help(&format!("providers are: {}", known.join(", ")));
            return Exit::Wrong;
        }
    }
    let mut models: Vec<&Model> =
        catalogue.roster.models.iter().filter(|it| is_wanted(it, call)).collect();
    // Sorting is stable: equals keep the order in which a choice takes them.
    models.sort_by(|a, b| order(a, b, call.sort));
    let all: Vec<ModelInfo> = models.into_iter().map(Into::into).collect();
    match call.format {
        ListFormat::Json => terminal.json(&all),
        ListFormat::Text => terminal.write(Stream::Out, &table(&all, terminal.paint(Stream::Out))),
    };
    terminal.note(&format!("{} models, from {}", all.len(), catalogue.sources.join("; ")));
    Exit::Success
}

/// Who is known, whether any model of theirs is known or not; each once.
fn providers(roster: &Roster) -> Vec<&str> {
    let mut all: Vec<&str> = PROVIDERS.into_iter().chain([LOCAL]).collect();
    all.extend(roster.models.iter().map(|it| it.provider.as_ref()));
    all.extend(roster.servers.iter().map(|it| &*it.name));
    all.sort_unstable();
    all.dedup();
    all
}

fn is_wanted(model: &Model, call: &ModelsList) -> bool {
    let provider = call.provider.as_deref().map(pipeline::models::provider);
    (call.all || unasked(model).is_none())
        && provider.is_none_or(|it| model.provider.eq_ignore_ascii_case(it))
        && call.can.iter().all(|it| model.can(capability(*it)) == Some(true))
        && call.window.is_none_or(|least| model.context.is_some_and(|window| window >= least))
        && call.max_price.is_none_or(|most| model.mean_price().is_some_and(|price| price <= most))
}

const fn capability(can: Can) -> Capability {
    match can {
        Can::Vision => Capability::Vision,
        Can::Audio => Capability::Audio,
        Can::Tools => Capability::Tools,
        Can::StructuredOutput => Capability::StructuredOutput,
        Can::Reasoning => Capability::Reasoning,
    }
}

/// What is unknown comes last.
fn order(a: &Model, b: &Model, by: ModelOrder) -> Ordering {
    let price = |it: &Model| it.mean_price().unwrap_or(f64::INFINITY);
    match by {
        ModelOrder::Provider => Ordering::Equal,
        ModelOrder::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
        ModelOrder::Price => price(a).total_cmp(&price(b)),
        ModelOrder::Window => b.context.cmp(&a.context),
        ModelOrder::Quality => b.quality.cmp(&a.quality),
    }
}

fn table(all: &[ModelInfo], paint: Paint) -> String {
    let wide = all.iter().map(|it| it.name.chars().count()).max().unwrap_or_default().max(5);
    let head = format!(
        "{:<wide$}  {:>8} {:>9} {:>9}  {:>7}  can",
        "model", "window", "$ read", "$ written", "quality"
    );
    let mut out = format!("{}\n", paint.dim(&head));
    for info in all {
        let unknown = || "?".to_owned();
        let price = |it: Option<f64>| it.map_or_else(unknown, |it| it.to_string());
        let can = info.capabilities.as_deref().map_or_else(unknown, |it| it.join(" "));
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "{:<wide$}  {:>8} {:>9} {:>9}  {:>7}  {}",
            printable(&info.name),
            info.window.map_or_else(unknown, |it| it.to_string()),
            price(info.input_price),
            price(info.output_price),
            info.quality.map_or_else(unknown, |it| it.to_string()),
            printable(&can),
        );
    }
    out
}
