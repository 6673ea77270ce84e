//! Models that are known by name: who serves them, how much they take, what they cost.
//!
//! The table beside this file holds chat models of Anthropic, OpenAI, Google and Ollama with windows in tokens and prices in
//! US dollars per million tokens. Source: the price list of PyPI `litellm` 1.109.1 (MIT), read on 2026-11-25. A `-` is
//! unknown. Ollama's models run on the author's own machine and cost nothing there; those it serves itself have no known price.

use std::borrow::Cow;
use std::sync::LazyLock;

/// A model that a pipeline can name.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Who serves it: `anthropic`, `openai`, `google`, `ollama`, ...
    pub provider: Cow<'static, str>,
    /// Its name there.
    pub name: Cow<'static, str>,
    /// Most tokens that it reads at once; `None`: unknown.
    pub context: Option<u32>,
    /// US dollars per million tokens that it reads; `None`: unknown.
    pub input_price: Option<f64>,
    /// US dollars per million tokens that it writes; `None`: unknown.
    pub output_price: Option<f64>,
}

impl Model {
    /// The name that leaves no doubt: `provider:name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.provider, self.name)
    }
}

/// Spellings of providers that mean another one.
const PROVIDERS: &[(&str, &str)] = &[("gemini", "google")];

static MODELS: LazyLock<Vec<Model>> =
    LazyLock::new(|| include_str!("models.tsv").lines().skip(1).filter_map(row).collect());

/// The models that this build knows, those of one provider together, versions with a date last.
#[must_use]
pub fn models() -> &'static [Model] {
    &MODELS
}

/// The model of `models` that an author means by `name`, `provider:name` or `provider/name`; case makes no difference.
#[must_use]
pub fn find<'m>(models: &'m [Model], written: &str) -> Option<&'m Model> {
    let written = written.trim();
    let bare = |name: &str| models.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    bare(written).or_else(|| {
        let (provider, name) = written.split_once([':', '/'])?;
        let provider = PROVIDERS
            .iter()
            .find(|(spelling, _)| provider.eq_ignore_ascii_case(spelling))
            .map_or(provider, |(_, canonical)| canonical);
        models.iter().find(|it| {
            it.provider.eq_ignore_ascii_case(provider) && it.name.eq_ignore_ascii_case(name)
        })
    })
}

fn row(line: &'static str) -> Option<Model> {
    let mut columns = line.split('\t');
    let (provider, name) = (columns.next()?.into(), columns.next()?.into());
    let context = columns.next()?.parse().ok();
    let [input_price, output_price] = [columns.next()?, columns.next()?].map(|it| it.parse().ok());
    Some(Model { provider, name, context, input_price, output_price })
}

#[cfg(test)]
mod tests {
    use super::{find, models};

    #[test]
    fn every_row_is_a_model_and_none_is_there_twice() {
        let rows = include_str!("models.tsv").lines().count() - 1;
        assert_eq!(models().len(), rows);
        let mut names: Vec<_> = models().iter().map(super::Model::full_name).collect();
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
