use std::collections::BTreeMap;

use crate::Severity;

/// How rules weigh in one file. The default leaves every rule as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    levels: BTreeMap<&'static str, Level>,
}

/// What becomes of a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are not reported.
    Off,
    /// All of them weigh this much.
    At(Severity),
}

impl Level {
    /// The words of a `downbeat.toml`.
    pub const WORDS: &[&str] = &["off", "hint", "information", "warning", "error"];

    /// The level of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Self::Off,
            "hint" => Self::At(Severity::Hint),
            "information" => Self::At(Severity::Information),
            "warning" => Self::At(Severity::Warning),
            "error" => Self::At(Severity::Error),
            _ => return None,
        })
    }
}

impl Settings {
    /// Settles a rule; the last word counts.
    pub fn set(&mut self, code: &'static str, level: Level) {
        self.levels.insert(code, level);
    }

    /// What was settled for a rule.
    #[must_use]
    pub fn level(&self, code: &str) -> Option<Level> {
        self.levels.get(code).copied()
    }

    /// Adds what `other` says; it wins.
    pub(super) fn extend(&mut self, other: &Self) {
        self.levels.extend(&other.levels);
    }
}
