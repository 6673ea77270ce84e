//! What stands inside of a line: code, strong words, and characters that a backslash keeps as they are.

use crate::cli::paint::Paint;

/// Code between backticks gets a colour; the backticks stay where there is none. What is strong is bold.
pub(super) fn inline(line: &str, paint: Paint) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (piece, behind) = code(rest, paint)
            .or_else(|| escaped(rest))
            .or_else(|| strong(rest, paint))
            .unwrap_or_else(|| plain(rest, first));
        out.push_str(&piece);
        rest = behind;
    }
    out
}

/// A piece as it is shown, and what is behind it.
type Piece<'t> = (String, &'t str);

/// A span of code: it ends where as many backticks stand together as at its beginning.
fn code(text: &str, paint: Paint) -> Option<Piece<'_>> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let long = code_behind(text, ticks).filter(|_| ticks > 0)?;
    let (fence, inside) = text.split_at_checked(ticks)?;
    let (shown, _) = inside.split_at_checked(long - ticks)?;
    let (_, behind) = inside.split_at_checked(long)?;
    let piece = match paint {
        Paint::Plain => format!("{fence}{shown}{fence}"),
        Paint::Colored if ticks == 1 => paint.cyan(shown),
        Paint::Colored => paint.cyan(shown.trim()),
    };
    Some((piece, behind))
}

/// How long the code is that `ticks` backticks begin, with those that end it.
pub(super) fn code_behind(text: &str, ticks: usize) -> Option<usize> {
    let code = text.get(ticks..)?;
    let mut at = 0;
    loop {
        let begin = at + code.get(at..)?.find('`')?;
        let run = code.get(begin..)?;
        let end = begin + run.len() - run.trim_start_matches('`').len();
        if end - begin == ticks {
            return Some(end);
        }
        at = end;
    }
}

fn escaped(text: &str) -> Option<Piece<'_>> {
    let behind = text.strip_prefix('\\')?;
    let character = behind.chars().next().filter(char::is_ascii_punctuation)?;
    Some((character.to_string(), behind.strip_prefix(character)?))
}

fn strong(text: &str, paint: Paint) -> Option<Piece<'_>> {
    let (shown, behind) = text.strip_prefix("**")?.split_once("**")?;
    // A star that is kept as it is ends nothing.
    let (shown, behind) = match (shown.strip_suffix('\\'), behind.strip_prefix('*')) {
        (Some(before), Some(behind)) => (format!("{before}\\*"), behind),
        _ => (shown.to_owned(), behind),
    };
    Some((paint.bold(&inline(&shown, paint)), behind))
}

fn plain(text: &str, first: char) -> Piece<'_> {
    (first.to_string(), text.strip_prefix(first).unwrap_or_default())
}
