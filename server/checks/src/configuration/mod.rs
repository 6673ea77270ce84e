//! What `downbeat.toml` says: how rules weigh, and for which files; how much runs may do at once.
//!
//! Reading is pure: the text comes from the caller, and what is wrong in it comes back as findings of that text.

mod limits;
mod read;
mod settings;

use globset::GlobSet;

pub use limits::{Limit, Limits};
pub(crate) use read::{firm_words, no_rule};
pub use settings::{Level, Settings};

/// What a `downbeat.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    rules: Settings,
    files: Vec<(GlobSet, Settings)>,
    limits: Limits,
}

impl Configuration {
    /// Reads the text of a `downbeat.toml`. What cannot be understood is a finding, and the rest counts.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<crate::Diagnostic>) {
        read::read(text)
    }

    /// How much runs may do at once, and how often.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What counts for a file, named relative to the folder of the `downbeat.toml`, with `/` between its parts. Later
    /// `[[files]]` win.
    #[must_use]
    pub fn settings(&self, file: &str) -> Settings {
        let mut settings = self.rules.clone();
        for (_, own) in self.files.iter().filter(|(paths, _)| paths.is_match(file)) {
            settings.extend(own);
        }
        settings
    }
}
