//! Links that lead nowhere, as far as the text alone shows.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{Issue, IssueCode, pattern};

/// `[words](target)`.
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[[^\[\]\n]*\]\(([^()\n]*)\)"));
/// `[^1]`, where it is used and where it says what it is.
static FOOTNOTE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[\^([\w-]{1,40})\](:)?"));
static HEADING: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^#{1,6}\s+(.+?)\s*#*$"));

/// Words that stand for a target, and are none.
const NO_TARGET: [&str; 6] = ["url", "link", "link-here", "insert-link", "tbd", "todo"];

/// The first link that leads nowhere.
pub(super) fn find(prose: &str) -> Option<Issue> {
    let message = link(prose)
        .or_else(|| by_name(prose))
        .or_else(|| footnote(prose))
        .or_else(|| reference(prose))?;
    Some(Issue::new(IssueCode::BrokenLink, message))
}

fn link(prose: &str) -> Option<String> {
    LINK.captures_iter(prose).find_map(|found| {
        let target = found[1].trim();
        let target = target.split_once([' ', '\t']).map_or(target, |(target, _)| target);
        let is_wrong = match target.split_once("://") {
            _ if target.is_empty()
                || target == "#"
                || NO_TARGET.contains(&&*target.to_lowercase()) =>
            {
                true
            }
            Some(("http" | "https", rest)) => !is_host(rest.split(['/', '?', '#']).next()?),
            Some((scheme, _)) => is_misspelt(scheme),
            None if target.split_once(":/").is_some_and(|(scheme, _)| is_misspelt(scheme)) => true,
            None => target.strip_prefix('#').is_some_and(|anchor| !has_heading(prose, anchor)),
        };
        is_wrong.then(|| format!("the link `{}` leads nowhere", &found[0]))
    })
}

/// Whether a scheme is what becomes of that of the web when it is written wrongly, or without its second slash.
fn is_misspelt(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    let mut letters: Vec<char> = scheme.chars().collect();
    letters.dedup();
    let letters: String = letters.into_iter().collect();
    scheme.len() <= 7
        && matches!(&*letters, "htp" | "htps" | "tp" | "tps" | "hp" | "hps" | "thp" | "hpt")
}

/// Whether this can be the host of an address.
fn is_host(host: &str) -> bool {
    let name = host.rsplit_once('@').map_or(host, |(_, name)| name);
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    name == "localhost" || name.starts_with('[') || (name.contains('.') && !name.ends_with('.'))
}

/// Whether a heading has this anchor, as the usual renderers of Markdown make it.
fn has_heading(prose: &str, anchor: &str) -> bool {
    let slug = |heading: &str| -> String {
        let kept = heading.to_lowercase();
        let kept = kept.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
        kept.map(|it| if it == ' ' { '-' } else { it }).collect()
    };
    let anchor = anchor.to_lowercase();
    HEADING.captures_iter(prose).any(|found| slug(&found[1]) == anchor)
        || prose.contains(&format!("id=\"{anchor}\""))
        || prose.contains(&format!("name=\"{anchor}\""))
}

/// `[words][name]`, where `[name]: target` has to stand somewhere.
static BY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[\s(])(\[[^\[\]\n]*\p{L}{2}[^\[\]\n]*\]\[([^\[\]\n]*\p{L}{2}[^\[\]\n]*)\])")
});

static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^\s*\[([^\[\]\n]+)\]:\s*\S"));

fn by_name(prose: &str) -> Option<String> {
    let known: BTreeSet<String> =
        NAME.captures_iter(prose).map(|it| it[1].to_lowercase()).collect();
    let missing = BY_NAME.captures_iter(prose).find(|it| !known.contains(&it[2].to_lowercase()))?;
    Some(format!("the link `{}` leads nowhere", &missing[1]))
}

/// What typesetters leave where a reference leads nowhere.
static UNRESOLVED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"Error!\s(?:Reference\ssource|Bookmark)\snot\s(?:found|defined)|\b(?:Section|Figure|Fig\.|Table|Chapter|Equation|Eq\.|Appendix|Page)\s\?\?|\[\?\]",
    )
});

fn reference(prose: &str) -> Option<String> {
    UNRESOLVED.find(prose).map(|it| format!("the reference `{}` leads nowhere", it.as_str()))
}

fn footnote(prose: &str) -> Option<String> {
    let (mut used, mut said) = (Vec::new(), BTreeSet::new());
    for found in FOOTNOTE.captures_iter(prose) {
        let name = found[1].to_owned();
        if found.get(2).is_some() {
            said.insert(name);
        } else {
            used.push(name);
        }
    }
    let missing = used.into_iter().find(|name| !said.contains(name))?;
    Some(format!("the footnote `[^{missing}]` is nowhere"))
}
