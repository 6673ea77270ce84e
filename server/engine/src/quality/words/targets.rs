//! Files that a text refers to.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{pattern, plain, searched};

/// `[words](target)`, `![words](target "title")`, `src="target"`, `href="target"`.
static TARGET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\]\(<?([^()<>\s]+)>?(?:\s+"[^"\n]*")?\)|<(?:img|script|a|link|source|video|audio)\b[^<>]*?\s(?:src|href)\s*=\s*["']([^"'<>\s]+)["']"#,
    )
});

/// See [`crate::quality::targets`].
pub(in crate::quality) fn find(text: &str) -> Vec<String> {
    let prose = plain::without_code(searched(text));
    let all = TARGET.captures_iter(&prose).filter_map(|it| it.get(1).or_else(|| it.get(2)));
    let files = all.filter_map(|it| file(it.as_str()));
    files.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The path in a target that is one: no address, no anchor, nothing from the root of a site, no template.
fn file(target: &str) -> Option<String> {
    let path = target.split(['#', '?']).next()?;
    let is_path = !path.is_empty()
        && !path.starts_with(['/', '\\', '~', '@'])
        && !path.contains([':', '{', '}', '$', '*'])
        && path.contains('.')
        && !path.starts_with("www.");
    is_path.then(|| path.replace("%20", " "))
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn paths_are_told_from_addresses() {
        for (text, expected) in [
            ("[a](a.md) and ![b](img/b.png \"B\")", vec!["a.md", "img/b.png"]),
            ("[a](../a.md#top) <a href=\"b.html?x=1\">b</a>", vec!["../a.md", "b.html"]),
            ("<img alt='x' src='c%20d.png'/>", vec!["c d.png"]),
            (
                "[a](https://a.example/b.md) [m](mailto:a@b.example) [h](#here) [r](/root.md)",
                vec![],
            ),
            ("`[a](a.md)` and [t]({{ path }}.md), f(x.y), [x] (z.md)", vec![]),
        ] {
            assert_eq!(find(text), expected, "{text}");
        }
    }
}
