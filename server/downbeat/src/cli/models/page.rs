//! What is known of a model, for people.

use std::fmt::Write;

use pipeline::models::is_at_home;

use crate::{
    cli::{paint::Paint, printable::printable},
    shape::ModelInfo,
};

pub(super) fn render(info: &ModelInfo, sources: &[String], paint: Paint) -> String {
    let mut out = format!("{}\n\n", paint.bold(&printable(&info.name)));
    for (what, value) in rows(info) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{} {}", paint.dim(&format!("{what:<12}")), printable(&value));
    }
    let _ = writeln!(out, "\n{}", paint.dim(&printable(&format!("from {}", sources.join("; ")))));
    out
}

fn rows(info: &ModelInfo) -> Vec<(&'static str, String)> {
    let unknown = || "unknown".to_owned();
    let tokens = |it: Option<u32>| it.map_or_else(unknown, |it| format!("{it} tokens"));
    let price = |it: Option<f64>| it.map_or_else(unknown, |it| format!("${it}"));
    let words = |all: &[String]| if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    let mut rows = vec![
        ("window", tokens(info.window)),
        ("output", tokens(info.max_output)),
        ("price", cost(info)),
        ("read again", price(info.cached_price)),
        ("capabilities", info.capabilities.as_deref().map_or_else(unknown, words)),
        ("good at", if info.tags.is_empty() { unknown() } else { info.tags.join(", ") }),
        ("quality", info.quality.map_or_else(unknown, |it| format!("{it} of 100"))),
        ("expertise", info.expertise.clone().unwrap_or_else(unknown)),
        ("speed", info.speed.clone().unwrap_or_else(unknown)),
        ("size", info.size.map_or_else(unknown, |it| format!("{it} billion parameters"))),
    ];
    if let Some(day) = &info.retires {
        rows.push(("retires", day.clone()));
    }
    if info.special {
        rows.push(("chosen", "only where it is named".to_owned()));
    }
    rows
}

fn runs_here(full_name: &str) -> bool {
    full_name.split_once(':').is_some_and(|(provider, name)| is_at_home(provider, name))
}

/// Prices in words.
pub(super) fn cost(info: &ModelInfo) -> String {
    match (info.input_price, info.output_price) {
        (Some(0.0), Some(0.0)) if runs_here(&info.name) => {
            "none, it runs on your own machine".to_owned()
        }
        (Some(0.0), Some(0.0)) => "none".to_owned(),
        (Some(read), Some(written)) => {
            format!("${read} read, ${written} written, a million tokens")
        }
        _ => "unknown".to_owned(),
    }
}
