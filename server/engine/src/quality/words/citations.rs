//! Sources that a text names, and was not given.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{Issue, IssueCode, pattern};

static URL: LazyLock<Regex> = LazyLock::new(|| pattern(r#"https?://[^\s<>()\[\]"'`{}|\\^]+"#));

/// `[3]`, `[1, 2]`, `[2-4]`, `[Source 3]`.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\[(?:(?:source|document|reference|ref|doc)s?\.?\s\#?)?(\d{1,3}(?:\s?[,–-]\s?\d{1,3})*)\]",
    )
});

/// A line that says what a number stands for: `[3] Title`, `[3]: https://...`, `Source 3: ...`.
static DEFINES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?im)^\s*(?:[-*]\s)?(?:\[(\d{1,3})\]|(?:source|document|reference|ref|doc)\s#?(\d{1,3})\b)",
    )
});

/// `3. Title`, which counts below a heading of sources only.
static LISTED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^\s*(\d{1,3})[.)]\s"));

/// A source of several on a line: `[1] Marlow 2016. [2] Ruiz 2018.`
static INLINE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[(\d{1,3})\]:?\s\p{Lu}"));

static SOURCES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?im)^\W*(?:sources?|references?|bibliography|works cited|citations?|literature)\W*$|^\W*(?:sources?|references?)\s?:",
    )
});

/// `(Smith, 2020)`, `(Smith & Lee 2019)`, `(Smith et al., 2021)`, `Smith et al. (2020)`.
static AUTHOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\((?:see\s)?(\p{Lu}[\p{L}'’-]+)(?:\s(?:and|&|et\sal\.?)[^()\n]{0,40})?,?\s(?:19|20)\d\d[a-z]?\)|\b(\p{Lu}[\p{L}'’-]+)(?:\s(?:and|&)\s\p{Lu}[\p{L}'’-]+|\set\sal\.?)?\s\((?:19|20)\d\d[a-z]?\)",
    )
});

/// `(Smith 2020; Lee & Park, 2021)`.
static SEVERAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\(([^()\n]{3,200};[^()\n]{3,200})\)"));

static ONE_OF_SEVERAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:see\s)?(\p{Lu}[\p{L}'’-]+)(?:\s(?:and|&|et\sal\.?)[^;]{0,40})?,?\s(?:19|20)\d\d[a-z]?$",
    )
});

/// `[Smith20]`, `[lee-2019b]`.
static KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[(\p{L}[\p{L}-]{1,30}\d{2,4}[a-z]?)\]"));

static KEY_LINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^\s*(?:[-*]\s)?\[(\p{L}[\p{L}-]{1,30}\d{2,4}[a-z]?)\]"));

/// Begins a sentence about a place: `In Bergen (2021) ...`.
static PLACE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[.!?]\s|\n)(?:In|At|Near|From)\s$"));

/// Stand before a year, and are nobody.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "spring",
    "summer",
    "autumn",
    "fall",
    "winter",
];

/// A line that is a source, with the mark that it is numbered by: `(1) Marlow, J. 2016. Soil.`, `- Ruiz, L. 2018. Worms.`.
static SOURCE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^\s*(?:\((\d{1,3})\)|\[(\d{1,3})\]|(\d{1,3})[.)]|[-*•])\s\p{Lu}[^\n]{3,200}?\b(?:19|20)\d\d\b",
    )
});

/// Speaks of sources.
static OF_SOURCES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:sources?|references?|cit(?:e|es|ed|ing|ations?)|stud(?:y|ies)|papers?|literature|bibliography)\b",
    )
});

/// Somebody with a year, as sources are named in passing: `Marlow 2016`, `Ruiz & Osei, 2018`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(\p{Lu}[\p{L}'’-]+)(?:\s(?:and|&)\s\p{Lu}[\p{L}'’-]+|\set\sal\.?)?,?\s(?:19|20)\d\d\b",
    )
});

/// Whether a call gives sources: under such a heading, as several lines that look like them, or by their names and years.
fn gives_sources(asked: &str) -> bool {
    let names_several = || {
        let names = NAMED.captures_iter(asked).map(|it| it[1].to_lowercase());
        names.filter(|it| !MONTHS.contains(&it.as_str())).count() > 1
    };
    SOURCES.is_match(asked)
        || OF_SOURCES.is_match(asked)
            && (SOURCE_LINE.find_iter(asked).count() > 1 || names_several())
}

/// The first source that is not among those that the call was given, as far as it was given any, or that a list in the
/// text itself lacks.
pub(super) fn find(prose: &str, asked: &str) -> Option<Issue> {
    if is_data(prose) {
        return None;
    }
    let wrong = address(prose, asked)
        .or_else(|| identifier(prose, asked))
        .or_else(|| number(prose, asked))
        .or_else(|| label(prose, asked))
        .or_else(|| key(prose, asked))
        .or_else(|| author(prose, asked))?;
    Some(Issue::new(IssueCode::Citation, format!("{wrong} is not among its sources")))
}

/// Whether every line is JSON, in which brackets hold no sources.
fn is_data(prose: &str) -> bool {
    let is_json = |line: &str| serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    prose.lines().filter(|line| !line.trim().is_empty()).all(is_json)
}

/// Addresses that name a vocabulary, and are no pages that anybody read.
const VOCABULARIES: [&str; 4] = ["w3.org/", "schema.org", "json-schema.org", "purl.org/"];

fn address(prose: &str, asked: &str) -> Option<String> {
    let given: BTreeSet<String> = URL.find_iter(asked).map(|it| page(it.as_str())).collect();
    if given.is_empty() {
        return None;
    }
    // Whoever was given a page knows its host.
    let is_host = |page: &str| given.iter().any(|it| it.split('/').next() == Some(page));
    let is_foreign = |address: &str| {
        let page = page(address);
        !given.contains(&page)
            && !is_host(&page)
            && !VOCABULARIES.iter().any(|it| page.starts_with(it))
    };
    let found = URL.find_iter(prose).find(|it| is_foreign(it.as_str()))?;
    Some(format!("`{}`", trimmed(found.as_str())))
}

/// `10.1234/abc.5`, `arXiv:2101.00001`.
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)\b10\.\d{4,9}/[^\s<>()\[\]"'`{}|\\^]+|\barxiv:\s?\d{4}\.\d{4,5}"#)
});

/// The name of a paper that was not given, where names of papers or a list of sources were.
fn identifier(prose: &str, asked: &str) -> Option<String> {
    if !IDENTIFIER.is_match(asked) && !gives_sources(asked) {
        return None;
    }
    let asked = asked.to_lowercase();
    let found = IDENTIFIER
        .find_iter(prose)
        .find(|it| !asked.contains(&trimmed(it.as_str()).to_lowercase()))?;
    Some(format!("`{}`", trimmed(found.as_str())))
}

/// What two addresses of one page share.
fn page(address: &str) -> String {
    let address = trimmed(address);
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = address.find(['#', '?']).unwrap_or(address.len());
    let address = address.get(..end).unwrap_or(address).trim_end_matches('/');
    address.strip_prefix("www.").unwrap_or(address).to_lowercase()
}

fn trimmed(address: &str) -> &str {
    address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_'])
}

fn number(prose: &str, asked: &str) -> Option<String> {
    let mut known = BTreeSet::new();
    for text in [prose, asked] {
        for found in DEFINES.captures_iter(text) {
            let number = found.get(1).or_else(|| found.get(2));
            known.extend(number.and_then(|it| it.as_str().parse::<u32>().ok()));
        }
        if let Some(heading) = SOURCES.find(text) {
            let list = text.get(heading.end()..).unwrap_or_default();
            known.extend(LISTED.captures_iter(list).filter_map(|it| it[1].parse::<u32>().ok()));
        }
    }
    if OF_SOURCES.is_match(asked) {
        let lines = SOURCE_LINE.captures_iter(asked);
        let numbers = lines.filter_map(|it| it.get(1).or_else(|| it.get(2)).or_else(|| it.get(3)));
        known.extend(numbers.filter_map(|it| it.as_str().parse::<u32>().ok()));
    }
    if known.is_empty() {
        return None;
    }
    known.extend(INLINE.captures_iter(asked).filter_map(|it| it[1].parse::<u32>().ok()));
    for found in NUMBERED.captures_iter(prose) {
        let numbers = found[1].split([',', '-', '–']);
        let numbers: Vec<u32> = numbers.filter_map(|it| it.trim().parse().ok()).collect();
        // No source has the number 0: that is an interval, or an index.
        if numbers.contains(&0) {
            continue;
        }
        if let Some(number) = numbers.iter().find(|it| !known.contains(it)) {
            return Some(format!("`[{number}]`"));
        }
    }
    None
}

/// `[doc3]`, `[S3]`, `[page-3]`.
static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[(\p{L}{1,12}[-_ ]?)(\d{1,3})\]"));

/// A label as a call says what it stands for: `[doc3] The quay`, `S3: The quay`.
static LABELS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\[(\p{L}{1,12}[-_ ]?)(\d{1,3})\]|(?:^|\s)(\p{L}{1,12}[-_ ]?)(\d{1,3}):\s")
});

/// A label such as `[doc3]`, where the call has several that differ in their numbers only.
fn label(prose: &str, asked: &str) -> Option<String> {
    let known: BTreeSet<(String, &str)> = LABELS
        .captures_iter(asked)
        .filter_map(|it| {
            let (name, number) =
                (it.get(1).or_else(|| it.get(3))?, it.get(2).or_else(|| it.get(4))?);
            Some((name.as_str().to_lowercase(), number.as_str()))
        })
        .collect();
    let mut used =
        LABEL.captures_iter(prose).filter_map(|it| Some((it.get(0)?, it.get(1)?, it.get(2)?)));
    let wrong = used.find(|(_, name, number)| {
        let name = name.as_str().to_lowercase();
        known.iter().any(|it| it.0 == name) && !known.contains(&(name, number.as_str()))
    })?;
    Some(format!("`{}`", wrong.0.as_str()))
}

/// A key such as `[Smith20]`, where the call has a list of those.
fn key(prose: &str, asked: &str) -> Option<String> {
    let known: BTreeSet<&str> =
        KEY_LINE.captures_iter(asked).filter_map(|it| it.get(1)).map(|it| it.as_str()).collect();
    if known.is_empty() {
        return None;
    }
    let mut used = KEY.captures_iter(prose).filter_map(|it| it.get(1)).map(|it| it.as_str());
    used.find(|it| !known.contains(it)).map(|it| format!("`[{it}]`"))
}

fn author(prose: &str, asked: &str) -> Option<String> {
    if !AUTHOR.is_match(asked) && !gives_sources(asked) {
        return None;
    }
    let asked = asked.to_lowercase();
    let is_known = |name: &str, cited: &str| {
        let name = name.to_lowercase();
        MONTHS.contains(&name.as_str())
            || asked.contains(&name) && !is_misdated(&name, cited, &asked)
    };
    let alone = AUTHOR.captures_iter(prose).find_map(|found| {
        let name = found.get(1).or_else(|| found.get(2))?;
        let before = prose.get(..name.start()).unwrap_or_default();
        if found.get(2).is_some() && PLACE.is_match(before) {
            return None;
        }
        (!is_known(name.as_str(), &found[0])).then(|| format!("`{}`", &found[0]))
    });
    alone.or_else(|| {
        let parts = SEVERAL.captures_iter(prose).filter_map(|found| found.get(1));
        parts.flat_map(|it| it.as_str().split(';')).find_map(|part| {
            let found = ONE_OF_SEVERAL.captures(part.trim())?;
            (!is_known(&found[1], part)).then(|| format!("`{}`", part.trim()))
        })
    })
}

static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:19|20)\d\d"));

/// Whether every line of what was `asked` that names somebody has years, and none that is `cited`.
fn is_misdated(name: &str, cited: &str, asked: &str) -> bool {
    let years: BTreeSet<&str> = YEAR.find_iter(cited).map(|it| it.as_str()).collect();
    let mut lines = asked.lines().filter(|line| line.contains(name)).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            let mut given = YEAR.find_iter(line).map(|it| it.as_str()).peekable();
            given.peek().is_some() && given.all(|it| !years.contains(it))
        })
}
