//! Models that are known by name: who serves them, how much they take, what they cost.
//!
//! The table beside this file holds chat models of Anthropic, OpenAI, Google and Ollama with windows in tokens and prices in
//! US dollars per million tokens. Source: the price list of PyPI `litellm` 1.109.1 (MIT), read on 2026-11-25. A `-` is
//! unknown. Ollama's models run on the author's own machine and cost nothing there; those it serves itself have no known price.

use std::sync::LazyLock;

use super::Model;

/// Where the built-in facts come from.
pub const SOURCE: &str = "PyPI litellm 1.109.1 (MIT)";
/// The day on which they were read.
pub const SOURCE_DATE: &str = "2026-11-25";

static MODELS: LazyLock<Vec<Model>> =
    LazyLock::new(|| include_str!("models.tsv").lines().skip(1).filter_map(row).collect());

/// The models that this build knows, those of one provider together, versions with a date last.
#[must_use]
pub fn models() -> &'static [Model] {
    &MODELS
}

fn row(line: &'static str) -> Option<Model> {
    let mut columns = line.split('\t');
    let (provider, name) = (columns.next()?, columns.next()?);
    let context = columns.next()?.parse().ok();
    let [input_price, output_price] = [columns.next()?, columns.next()?].map(|it| it.parse().ok());
    Some(Model { context, input_price, output_price, ..Model::unknown(provider, name) })
}

#[cfg(test)]
mod tests {
    use crate::models::{find, models};

    #[test]
    fn every_row_is_a_model_and_none_is_there_twice() {
        let rows = include_str!("models.tsv").lines().count() - 1;
        assert_eq!(models().len(), rows);
        let mut names: Vec<_> = models().iter().map(crate::models::Model::full_name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rows);
        for model in models() {
            assert!(model.context.is_some(), "{}", model.name);
            for price in [model.input_price, model.output_price].into_iter().flatten() {
                assert!(price.is_finite() && price >= 0.0, "{}", model.name);
                assert!(
                    price > 0.0 || model.provider == "ollama",
                    "{}: unknown is not zero",
                    model.name
                );
            }
        }
    }

    #[test]
    fn a_model_is_found_by_every_way_of_writing_it() {
        for written in ["gpt-4o-mini", "openai:gpt-4o-mini", "openai/gpt-4o-mini", " GPT-4o-mini "]
        {
            assert_eq!(
                find(models(), written).map(|it| &*it.provider),
                Some("openai"),
                "{written}"
            );
        }
        assert!(find(models(), "gemini:gemini-2.5-pro").is_some());
        assert!(find(models(), "llama3:8b").is_some());
        assert_eq!(find(models(), "anthropic:gpt-4o-mini"), None);
        assert_eq!(find(models(), ""), None);
    }
}
