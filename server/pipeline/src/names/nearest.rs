/// The candidate nearest to `word` by edit distance, when near enough to be a slip: at most a third of the word's
/// length (at least one edit), two neighbours swapped counting as one edit. Of equally near ones the first wins.
/// Case, `-` and `_` do not count.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(word);
    if wanted.is_empty() || wanted.len() > 64 {
        return None;
    }
    let limit = (wanted.len() / 3).clamp(1, 4);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let found = folded(candidate);
        if candidate == word || found.len().abs_diff(wanted.len()) > limit {
            continue;
        }
        let distance = distance(&wanted, &found);
        // A word of two letters is one edit away from too much.
        let near = distance <= limit && distance * 2 < wanted.len().max(found.len());
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> Vec<char> {
    word.chars().map(|it| if it == '-' { '_' } else { it }).flat_map(char::to_lowercase).collect()
}

/// Optimal string alignment: insertions, deletions, replacements, and swaps of neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut row = last.clone();
    for (at, letter) in left.iter().enumerate() {
        row[0] = at + 1;
        for (to, other) in right.iter().enumerate() {
            let replaced = last[to] + usize::from(letter != other);
            let mut least = replaced.min(last[to + 1] + 1).min(row[to] + 1);
            if at > 0 && to > 0 && *letter == right[to - 1] && left[at - 1] == *other {
                least = least.min(before[to - 1] + 1);
            }
            row[to + 1] = least;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found() {
        let keys = ["dependencies", "parameters", "condition", "action"];
        assert_eq!(nearest("dependecies", keys), Some("dependencies"));
        assert_eq!(nearest("parmaeters", keys), Some("parameters"));
        assert_eq!(nearest("Condition", keys), Some("condition"));
        assert_eq!(nearest("acton", keys), Some("action"));
        assert_eq!(nearest("ation", ["action"]), Some("action"));
        assert_eq!(nearest("fetch_data", ["fetch-data"]), Some("fetch-data"));
    }

    #[test]
    fn swapped_neighbours_count_once() {
        assert_eq!(nearest("raed", ["read"]), Some("read"));
        assert_eq!(nearest("wirte", ["white", "write"]), Some("write"));
    }

    #[test]
    fn strangers_are_not() {
        assert_eq!(nearest("a", ["b", "c"]), None);
        assert_eq!(nearest("ab", ["cd", "xb"]), None);
        assert_eq!(nearest("topic", ["summary", "read"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("read", ["read"]), None);
    }
}
