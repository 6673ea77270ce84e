//! Colours, where the stream takes them.

/// Dresses text in SGR sequences (ECMA-48), or leaves it plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Colored,
    Plain,
}

impl Paint {
    fn dress(self, code: &str, text: &str) -> String {
        match self {
            Self::Colored if !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.dress("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.dress("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.dress("1;31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.dress("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.dress("33", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.dress("36", text)
    }
}
