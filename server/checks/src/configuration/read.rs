//! From the text of a `downbeat.toml` to what it says.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use pipeline::names::nearest;
use syntax::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Configuration, Level, Settings};
use crate::{
    Diagnostic, Fix, Severity, Tags, rule, rules,
    words::{any_of, did_you_mean},
};

/// The rule that speaks of a `downbeat.toml`.
const CODE: &str = "bad-configuration";

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

pub(super) fn read(text: &str) -> (Configuration, Vec<Diagnostic>) {
    let mut reader = Reader { found: Vec::new() };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or_default();
        reader.report(span, format!("this is no TOML: {}", error.message()), Severity::Error);
    }
    let mut configuration = Configuration::default();
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "rules" => configuration.rules = reader.rules(value),
            "files" => configuration.files = reader.files(value),
            "limits" => configuration.limits = reader.limits(value),
            // Other parts of the program have tables of their own here.
            _ if matches!(value.get_ref(), DeValue::Table(_)) => {}
            other => reader.unknown(key.span(), other, &["rules", "files", "limits"]),
        }
    }
    reader.found.sort_by_key(|it| it.span);
    (configuration, reader.found)
}

pub(super) struct Reader {
    found: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn report(
        &mut self,
        span: std::ops::Range<usize>,
        message: String,
        severity: Severity,
    ) -> &mut Diagnostic {
        let span = Span::new(offset(span.start), offset(span.end));
        let (related, fixes) = (Vec::new(), Vec::new());
        self.found.push(Diagnostic {
            code: CODE,
            severity,
            message,
            span,
            related,
            fixes,
            tags: Tags::None,
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    pub(super) fn unknown(&mut self, span: std::ops::Range<usize>, key: &str, known: &[&str]) {
        let near = nearest(key, known.iter().copied());
        let words = format!("`{key}` is no key here and has no effect{}", did_you_mean(near));
        let found = self.report(span, words, Severity::Warning);
        found.fixes.extend(near.map(|near| fix(found.span, near)));
    }

    pub(super) fn wrong_type(&mut self, value: &Value<'_>, wanted: &str) {
        self.report(value.span(), format!("here belongs {wanted}"), Severity::Error);
    }

    /// A table from rule to level.
    fn rules(&mut self, value: &Value<'_>) -> Settings {
        let mut settings = Settings::default();
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(value, "a table of rules");
            return settings;
        };
        for (key, level) in table {
            let name = key.get_ref().as_ref();
            let Some(known) = rule(name) else {
                let near = nearest(name, rules().iter().map(|rule| rule.code));
                let found = self.report(key.span(), no_rule(name, near), Severity::Warning);
                found.fixes.extend(near.map(|near| fix(found.span, near)));
                continue;
            };
            let word = level.get_ref().as_str().unwrap_or_default();
            match Level::of(word) {
                None => {
                    self.report(level.span(), level_words(word), Severity::Error);
                }
                Some(level_wanted)
                    if known.is_firm() && level_wanted != Level::At(Severity::Error) =>
                {
                    self.report(level.span(), firm_words(name), Severity::Warning);
                }
                Some(level) => settings.set(known.code, level),
            }
        }
        settings
    }

    /// `[[files]]`: paths and the rules that count there.
    fn files(&mut self, value: &Value<'_>) -> Vec<(GlobSet, Settings)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value, "a list of tables, written `[[files]]`");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.file(item)).collect()
    }

    fn file(&mut self, item: &Value<'_>) -> Option<(GlobSet, Settings)> {
        let DeValue::Table(table) = item.get_ref() else {
            self.wrong_type(item, "a table with `paths` and `rules`");
            return None;
        };
        let (mut paths, mut settings) = (None, Settings::default());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "paths" => paths = Some(self.paths(value)),
                "rules" => settings = self.rules(value),
                other => self.unknown(key.span(), other, &["paths", "rules"]),
            }
        }
        if paths.is_none() {
            self.report(
                item.span(),
                "`paths` is missing: which files these rules are for".to_owned(),
                Severity::Error,
            );
        }
        paths.map(|paths| (paths, settings))
    }

    fn paths(&mut self, value: &Value<'_>) -> GlobSet {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value, "a list of paths such as `drafts/**`");
            return GlobSet::empty();
        };
        let mut set = GlobSetBuilder::new();
        for item in items {
            let Some(pattern) = item.get_ref().as_str() else {
                self.wrong_type(item, "a path such as `drafts/**`");
                continue;
            };
            match GlobBuilder::new(pattern).literal_separator(true).build() {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) => {
                    self.report(
                        item.span(),
                        format!("this is no path pattern: {}", error.kind()),
                        Severity::Error,
                    );
                }
            }
        }
        set.build().unwrap_or_else(|_| GlobSet::empty())
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(crate) fn no_rule(name: &str, near: Option<&str>) -> String {
    format!("no rule is called `{name}`{}", did_you_mean(near))
}

fn level_words(word: &str) -> String {
    let words = any_of(Level::WORDS);
    if word.is_empty() {
        format!("a rule is {words}")
    } else {
        format!("a rule is {words}, not `{word}`")
    }
}

pub(crate) fn firm_words(name: &str) -> String {
    format!("`{name}` stays an error: a pipeline that has it cannot run")
}

pub(super) fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
