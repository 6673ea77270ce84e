//! The project's own rank of models, and what follows from it: no public source says how good all of them are.
//!
//! `rank.tsv` holds starts of names, a quality from 0 to 100 and a speed; the longest start counts. `docs/model-choice.md` says
//! how the numbers were found.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::{Capability, Kind, Model, Speed};

struct Rank {
    name: &'static str,
    quality: u8,
    speed: Speed,
}

static RANKS: LazyLock<Vec<Rank>> = LazyLock::new(|| {
    let mut ranks: Vec<Rank> = include_str!("rank.tsv").lines().skip(1).filter_map(rank).collect();
    ranks.sort_by_key(|it| std::cmp::Reverse(it.name.len()));
    ranks
});

/// Words in names of models that are made for one thing.
const SPECIAL: [&str; 20] = [
    "audio",
    "codex",
    "computer-use",
    "customtools",
    "cyber",
    "daybreak",
    "deep-research",
    "exp-",
    "experimental",
    "image",
    "-law",
    "-live",
    "lyria",
    "omni",
    "realtime",
    "robotics",
    "rosalind",
    "search",
    "transcribe",
    "tts",
];

fn rank(line: &'static str) -> Option<Rank> {
    let mut columns = line.split('\t');
    Some(Rank {
        name: columns.next()?,
        quality: columns.next()?.parse().ok()?,
        speed: Speed::of_word(columns.next()?)?,
    })
}

/// Adds what follows from a model's name: rank, speed, tags, and whether it is made for one thing.
pub(super) fn apply(model: &mut Model) {
    let lower = model.name.to_lowercase();
    // HuggingFace puts the maker before the name.
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    model.is_special = SPECIAL.iter().any(|word| name.contains(word)) || name.starts_with("ft:");
    if model.kind == Kind::Embedding {
        return;
    }
    if let Some(rank) = RANKS.iter().find(|it| name.starts_with(it.name)) {
        model.quality = model.quality.or(Some(rank.quality));
        model.speed = model.speed.or(Some(rank.speed));
    }
    let hears = name.starts_with("gemini") && !name.contains("gemma") || name.contains("audio");
    if let Some(capabilities) = &mut model.capabilities
        && hears
        && !capabilities.contains(&Capability::Audio)
    {
        capabilities.push(Capability::Audio);
        capabilities.sort_unstable();
    }
    if model.tags.is_empty() {
        model.tags = tags(model).into_iter().map(Cow::Borrowed).collect();
    }
}

/// What a model is good at, as its rank, window, speed and capabilities tell.
fn tags(model: &Model) -> Vec<&'static str> {
    let mut tags = Vec::new();
    let Some(quality) = model.quality else { return tags };
    if quality >= 40 {
        tags.extend(["general", "instruction-following", "classification", "multilingual"]);
    }
    if quality >= 55 || model.name.contains("code") {
        tags.extend(["code", "programming", "python"]);
    }
    if quality >= 65 {
        tags.extend(["math", "science", "stem"]);
    }
    if quality >= 75 {
        tags.extend(["analysis", "research", "complex-tasks"]);
    }
    if model.speed == Some(Speed::Fast) {
        tags.extend(["fast", "efficient"]);
    }
    if model.size.is_some_and(|size| size <= 10.0) {
        tags.push("compact");
    }
    if model.context.is_some_and(|window| window >= 500_000) {
        tags.push("long-context");
    }
    for (capability, words) in [
        (Capability::Reasoning, &["reasoning", "thinking"][..]),
        (Capability::Vision, &["vision", "multimodal"]),
        (Capability::Tools, &["native-tools"]),
    ] {
        if model.can(capability) == Some(true) {
            tags.extend(words);
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::RANKS;
    use crate::models::{Kind, models};

    #[test]
    fn every_line_is_a_rank_and_every_model_that_may_be_chosen_has_one() {
        assert_eq!(RANKS.len(), include_str!("rank.tsv").lines().count() - 1);
        assert!(RANKS.iter().all(|it| it.quality <= 100));
        let without: Vec<_> = models()
            .iter()
            .filter(|it| it.kind == Kind::Chat && !it.is_special && it.quality.is_none())
            .map(|it| &*it.name)
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }
}
