//! `[limits]`: how much at once, and how often, in all and by tool, host and tag.

use std::{
    collections::BTreeMap,
    num::{NonZeroU32, NonZeroUsize},
};

use pipeline::{
    catalogue::{Catalogue, Signature},
    names::nearest,
};
use toml::de::{DeTable, DeValue};

use super::read::{Reader, Value, fix};
use crate::{Severity, words::did_you_mean};

/// A limit; without either number it limits nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// How many at once.
    pub at_once: Option<NonZeroUsize>,
    /// How many begin within any 60 seconds.
    pub per_minute: Option<NonZeroU32>,
}

/// The limits of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How many steps of a run go at once, whatever they are.
    pub jobs: Option<NonZeroUsize>,
    /// By the name of a tool or action, as the catalogue spells it.
    pub tools: BTreeMap<String, Limit>,
    /// By the `tags` of steps.
    pub tags: BTreeMap<String, Limit>,
    /// By host: `name`, or `name:port`.
    pub hosts: BTreeMap<String, Limit>,
}

impl Reader {
    /// The tables of `[limits]`.
    pub(super) fn limits(&mut self, value: &Value<'_>) -> Limits {
        let mut limits = Limits::default();
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(value, "a table of limits");
            return limits;
        };
        for (key, value) in table {
            let (kind, into) = match key.get_ref().as_ref() {
                "jobs" => {
                    limits.jobs = self.count(value);
                    continue;
                }
                "tool" => (Kind::Tool, &mut limits.tools),
                "tag" => (Kind::Tag, &mut limits.tags),
                "host" => (Kind::Host, &mut limits.hosts),
                other => {
                    self.unknown(key.span(), other, &["jobs", "tool", "tag", "host"]);
                    continue;
                }
            };
            let DeValue::Table(named) = value.get_ref() else {
                self.wrong_type(value, "a table from names to limits");
                continue;
            };
            into.extend(self.named(kind, named));
        }
        limits
    }

    fn named(&mut self, kind: Kind, table: &DeTable<'_>) -> Vec<(String, Limit)> {
        let mut found = Vec::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let known = match kind {
                Kind::Tool => self.tool(name, key.span()),
                Kind::Tag => Some(name.to_owned()),
                Kind::Host => Some(name.to_ascii_lowercase()),
            };
            let limit = self.limit(value);
            found.extend(known.zip(limit));
        }
        found
    }

    /// The name of a tool as the catalogue spells it.
    fn tool(&mut self, name: &str, span: std::ops::Range<usize>) -> Option<String> {
        let catalogue = Catalogue::declared();
        if let Some(signature) = catalogue.tool(name).or_else(|| catalogue.action(name)) {
            return Some(signature.name.to_owned());
        }
        let all = catalogue.tools().iter().chain(catalogue.actions());
        let near = nearest(name, all.map(|signature: &&Signature| signature.name));
        let words = format!("no tool is called `{name}`{}", did_you_mean(near));
        let finding = self.report(span, words, Severity::Warning);
        finding.fixes.extend(near.map(|near| fix(finding.span, near)));
        None
    }

    fn limit(&mut self, value: &Value<'_>) -> Option<Limit> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(value, "a table with `at_once` and `per_minute`");
            return None;
        };
        let mut limit = Limit::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "at_once" => limit.at_once = self.count(value),
                "per_minute" => {
                    let count = self.count(value);
                    limit.per_minute =
                        count.map(|it| NonZeroU32::try_from(it).unwrap_or(NonZeroU32::MAX));
                }
                other => self.unknown(key.span(), other, &["at_once", "per_minute"]),
            }
        }
        Some(limit)
    }

    fn count(&mut self, value: &Value<'_>) -> Option<NonZeroUsize> {
        let written = value.get_ref().as_integer().map(ToString::to_string);
        let count = written.and_then(|it| it.parse().ok());
        if count.is_none() {
            self.wrong_type(value, "a whole number, 1 or more");
        }
        count
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Tool,
    Tag,
    Host,
}
