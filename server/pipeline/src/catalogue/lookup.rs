//! Finding a signature by the name that an author wrote.

use std::sync::Arc;

use super::{Signature, actions::ACTIONS, documented::DOCUMENTED_ONLY, tools::TOOLS};

/// All signatures, and which of them this build can run. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    provided: Arc<[&'static str]>,
}

impl Catalogue {
    /// Nothing provided: enough for checks.
    pub fn declared() -> Self {
        Self { provided: [].into() }
    }

    /// Marks names (tools and actions) as provided.
    pub fn providing(names: &[&'static str]) -> Self {
        Self { provided: names.into() }
    }

    /// The tool of that name. Surrounding space, case, and `_` for `-` make no difference; aliases count.
    pub fn tool(&self, name: &str) -> Option<&'static Signature> {
        find(TOOLS, name)
    }

    /// The action of that name, found as a tool is. A tool may stand as an action too
    /// (`action: web_search`), so tools are looked through last.
    pub fn action(&self, name: &str) -> Option<&'static Signature> {
        find(ACTIONS, name).or_else(|| find(TOOLS, name))
    }

    /// Every tool, in the order of documentation.
    pub fn tools(&self) -> &'static [&'static Signature] {
        TOOLS
    }

    /// Every action, in the order of documentation; tools that may stand as actions are not repeated.
    pub fn actions(&self) -> &'static [&'static Signature] {
        ACTIONS
    }

    /// Whether this build can run the tool or action of that canonical name.
    pub fn provides(&self, name: &str) -> bool {
        self.provided.contains(&name)
    }

    /// Whether documents speak of a tool of that name and nobody ever implemented it: known, not provided.
    pub fn is_documented_only(&self, name: &str) -> bool {
        DOCUMENTED_ONLY.contains(&normalise(name).as_str())
    }
}

/// One spelling for `Web_Search`, `web-search` and ` WEB-search `.
pub fn normalise(name: &str) -> String {
    name.trim().to_lowercase().replace('_', "-")
}

fn find(signatures: &'static [&'static Signature], name: &str) -> Option<&'static Signature> {
    let name = name.trim();
    signatures
        .iter()
        .find(|it| spells(name, it.name) || it.aliases.iter().any(|alias| spells(name, alias)))
        .copied()
}

/// Whether `normalise` makes the two the same, for a canonical name or alias, which is ASCII.
fn spells(name: &str, canonical: &str) -> bool {
    let letter = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    name.len() == canonical.len() && name.bytes().map(letter).eq(canonical.bytes().map(letter))
}
