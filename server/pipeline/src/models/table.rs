//! Facts of models as lines of text: what this build knows, and what `downbeat models refresh` keeps.
//!
//! A line is a model, its columns are separated by tabs, `-` is unknown. Windows are tokens, prices US dollars per million
//! tokens. The first line names the columns, the second says where the facts come from and when they were read.

use std::fmt::Write;
use std::sync::LazyLock;

use super::{Capability, Kind, Model, rank};

/// Facts, and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Where they come from, for people.
    pub source: String,
    /// The day on which they were read (`2026-11-25`).
    pub date: String,
    /// The models, in the order in which equals are taken: by provider, versions with a date last.
    pub models: Vec<Model>,
}

const COLUMNS: &str =
    "provider\tname\tkind\twindow\toutput\tread\twritten\tread_again\tcapabilities\tretires";
const ORIGIN: &str = "# ";

static BUILT_IN: LazyLock<Facts> = LazyLock::new(|| {
    Facts::read(include_str!("models.tsv")).unwrap_or_else(|_| Facts {
        source: String::new(),
        date: String::new(),
        models: Vec::new(),
    })
});

/// What this build knows.
#[must_use]
pub fn built_in() -> &'static Facts {
    &BUILT_IN
}

/// The models that this build knows.
#[must_use]
pub fn models() -> &'static [Model] {
    &BUILT_IN.models
}

impl Facts {
    /// Reads a table.
    ///
    /// # Errors
    /// Names the first line that is none of a table, counted from 1.
    pub fn read(text: &str) -> Result<Self, usize> {
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, line)| line) != Some(COLUMNS) {
            return Err(1);
        }
        let origin = lines.next().and_then(|(_, line)| line.strip_prefix(ORIGIN)).ok_or(2_usize)?;
        let (source, date) = origin.rsplit_once(", ").ok_or(2_usize)?;
        let models: Result<Vec<_>, _> =
            lines.map(|(number, line)| row(line).ok_or(number + 1)).collect();
        Ok(Self { source: source.to_owned(), date: date.to_owned(), models: models? })
    }

    /// The table that [`Self::read`] reads. What follows from the names is not in it.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = format!("{COLUMNS}\n{ORIGIN}{}, {}\n", self.source, self.date);
        for model in &self.models {
            let kind = match model.kind {
                Kind::Chat => "chat",
                Kind::Responses => "responses",
                Kind::Embedding => "embedding",
            };
            let number = |it: Option<u32>| it.map_or_else(unknown, |it| it.to_string());
            let price = |it: Option<f64>| it.map_or_else(unknown, |it| it.to_string());
            let can = model.capabilities.as_ref().map_or_else(unknown, |all| {
                all.iter().map(|it| it.word()).collect::<Vec<_>>().join(" ")
            });
            // Writing to a `String` cannot fail.
            let _ = writeln!(
                out,
                "{}\t{}\t{kind}\t{}\t{}\t{}\t{}\t{}\t{can}\t{}",
                model.provider,
                model.name,
                number(model.context),
                number(model.max_output),
                price(model.input_price),
                price(model.output_price),
                price(model.cached_price),
                model.retires.as_deref().unwrap_or("-"),
            );
        }
        out
    }
}

fn unknown() -> String {
    "-".to_owned()
}

fn row(line: &str) -> Option<Model> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [provider, name, kind, context, output, read, written, again, can, retires] =
        columns.try_into().ok()?;
    let is_named = !provider.is_empty() && !name.is_empty();
    let known = |it: &'_ str| it != "-";
    let capabilities = known(can).then(|| can.split(' ').filter_map(Capability::of_word).collect());
    let mut model = Model {
        kind: match kind {
            "chat" => Kind::Chat,
            "responses" => Kind::Responses,
            "embedding" => Kind::Embedding,
            _ => return None,
        },
        context: tokens(context)?,
        max_output: tokens(output)?,
        input_price: price(read)?,
        output_price: price(written)?,
        cached_price: price(again)?,
        capabilities,
        retires: known(retires).then(|| retires.to_owned().into()),
        ..Model::unknown(provider, name)
    };
    rank::apply(&mut model);
    is_named.then_some(model)
}

fn tokens(column: &str) -> Option<Option<u32>> {
    if column == "-" { Some(None) } else { column.parse().ok().map(Some) }
}

fn price(column: &str) -> Option<Option<f64>> {
    if column == "-" {
        return Some(None);
    }
    column.parse().ok().filter(|it: &f64| it.is_finite() && *it >= 0.0).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{Facts, built_in};
    use crate::models::{Kind, find, models};

    #[test]
    fn every_row_is_a_model_and_none_is_there_twice() {
        let facts = Facts::read(include_str!("models.tsv")).unwrap();
        assert_eq!(facts.write(), include_str!("models.tsv"));
        assert_eq!(&facts, built_in());
        let mut names: Vec<_> = models().iter().map(crate::models::Model::full_name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), models().len());
        for model in models() {
            for price in [model.input_price, model.output_price].into_iter().flatten() {
                assert!(price.is_finite() && price >= 0.0, "{}", model.name);
                assert!(
                    price > 0.0 || model.provider == "ollama" || model.kind == Kind::Embedding,
                    "{}: unknown is not zero",
                    model.name
                );
            }
        }
    }

    #[test]
    fn a_broken_table_says_in_which_line() {
        let text = include_str!("models.tsv");
        assert_eq!(Facts::read(""), Err(1));
        assert_eq!(Facts::read(&text.replace("# ", "")), Err(2));
        let line = text.lines().nth(4).unwrap();
        assert_eq!(Facts::read(&text.replacen(line, "openai\tx\tchat", 1)), Err(5));
        assert_eq!(Facts::read(&text.replacen(line, &line.replacen('\t', "\tX\t", 1), 1)), Err(5));
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
