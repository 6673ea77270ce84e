//! What might be done better.

use rustc_hash::FxHashMap;

use super::super::say::{code, listed};
use super::super::sheet::{Chance, Id, Sheet};
use super::room::{Extent, count};

pub(super) fn worth(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let told = sheet.chances.get(..extent.most()).unwrap_or(&sheet.chances);
    let waits: Vec<Wait<'_>> = told.iter().filter_map(wait).collect();
    let windows = windows(told);
    let others = told.iter().filter_map(|it| other(it, extent));
    serial(&waits, extent)
        .into_iter()
        .chain(others)
        .chain(windows.iter().map(|it| window(it, extent)))
        .collect()
}

/// Steps that wait for one, by declaration alone.
struct Wait<'s> {
    to: &'s [Id],
    from: &'s Id,
}

fn wait(chance: &Chance) -> Option<Wait<'_>> {
    match chance {
        Chance::Serial { from, to } => Some(Wait { to, from }),
        _ => None,
    }
}

fn serial(waits: &[Wait<'_>], extent: Extent) -> Option<String> {
    match waits {
        [] => None,
        [Wait { to, from }] => {
            let (verb, reads) =
                if to.len() == 1 { ("waits", "it reads") } else { ("wait", "they read") };
            Some(format!(
                "{} {verb} for {} only because `dependencies` says so: {reads} nothing of it and would start earlier without.",
                extent.ids(to),
                code(from)
            ))
        }
        several => {
            let pairs =
                several.iter().map(|it| format!("{} for {}", extent.ids(it.to), code(it.from)));
            Some(format!(
                "These wait only because `dependencies` says so, read nothing of what they wait for and would start earlier without: {}.",
                pairs.collect::<Vec<_>>().join("; ")
            ))
        }
    }
}

fn other(chance: &Chance, extent: Extent) -> Option<String> {
    Some(match chance {
        Chance::Serial { .. } | Chance::Window { .. } => return None,
        Chance::Repeated { steps } => {
            let verb = if steps.len() == 2 { "both make" } else { "all make" };
            format!("{} {verb} the same call.", extent.ids(steps))
        }
        Chance::Uncached { steps } => {
            let verb = if steps.len() == 1 { "asks" } else { "ask" };
            format!(
                "{} {verb} the network anew in every run: no `cache` says how old an answer may be.",
                extent.ids(steps)
            )
        }
        Chance::Large { step, model, tokens, price } => format!(
            "{} wants at most {} of {}, which costs {price} US dollars a million: a smaller model may do.",
            code(step),
            count(*tokens, "token"),
            code(model)
        ),
    })
}

/// Prompts of unknown length for one model: whose each is, and what it holds.
struct Windows<'s> {
    model: &'s str,
    tokens: u32,
    prompts: Vec<(&'s Id, Vec<&'s Id>)>,
}

fn windows(chances: &[Chance]) -> Vec<Windows<'_>> {
    let mut all: Vec<Windows<'_>> = Vec::new();
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    for chance in chances {
        let Chance::Window { step, from, model, tokens } = chance else { continue };
        let at = *known.entry(model.as_str()).or_insert(all.len());
        if at == all.len() {
            all.push(Windows { model, tokens: *tokens, prompts: Vec::new() });
        }
        let Some(of_model) = all.get_mut(at) else { continue };
        match of_model.prompts.last_mut() {
            Some((last, given)) if *last == step => given.push(from),
            _ => of_model.prompts.push((step, vec![from])),
        }
    }
    all
}

fn window(of: &Windows<'_>, extent: Extent) -> String {
    let of_prompts = of.prompts.iter().map(|(step, from)| {
        let give = if from.len() == 1 { "gives" } else { "give" };
        format!("that of {} holds what {} {give}", code(step), extent.ids(from))
    });
    let prompts: Vec<String> = of_prompts.collect();
    format!(
        "Prompts for {} may be longer than the {} tokens that it reads at once: {}, however long that is.",
        code(of.model),
        of.tokens,
        listed(&prompts)
    )
}
