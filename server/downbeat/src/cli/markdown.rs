//! Markdown of our own pages on a terminal: headings, lists, code and tables of one paragraph a cell. No parser of all of
//! Markdown is needed for what is written here.

mod inline;
mod table;

use self::{
    inline::{code_behind, inline},
    table::Table,
};
use super::paint::Paint;

/// The text as lines no wider than `width` columns, code excepted, which is not broken.
pub(super) fn render(markdown: &str, width: usize, paint: Paint) -> String {
    let mut out = String::new();
    let mut paragraph = Paragraph::default();
    let mut table = Table::default();
    let mut fence = None;
    for line in markdown.lines() {
        if fence.is_some() || !line.starts_with('|') {
            table.flush(&mut out, paint);
        }
        let ticks = ticks(line);
        if let Some(open) = fence {
            if ticks >= open && line.trim().len() == ticks {
                fence = None;
            } else {
                out.push_str(&format!("    {}\n", paint.dim(line)));
            }
        } else if ticks >= 3 {
            paragraph.flush(&mut out, width, paint);
            fence = Some(ticks);
        } else if line.trim().is_empty() {
            paragraph.flush(&mut out, width, paint);
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        } else if let Some(title) = heading(line) {
            paragraph.flush(&mut out, width, paint);
            out.push_str(&format!("{}\n", paint.bold(title)));
        } else if line.starts_with('|') {
            paragraph.flush(&mut out, width, paint);
            table.add(line);
        } else {
            if item(line).is_some() {
                paragraph.flush(&mut out, width, paint);
            }
            paragraph.add(line);
        }
    }
    paragraph.flush(&mut out, width, paint);
    table.flush(&mut out, paint);
    format!("{}\n", out.trim_end())
}

/// The backticks that a line begins with.
fn ticks(line: &str) -> usize {
    let line = line.trim_start();
    line.len() - line.trim_start_matches('`').len()
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    (title.len() < line.len()).then(|| title.strip_prefix(' ')).flatten()
}

/// The mark of a list item (`-`, `*`, `12.`) and its text.
fn item(line: &str) -> Option<(&str, &str)> {
    let (mark, text) = line.trim_start().split_once(' ')?;
    let number = mark.strip_suffix('.').unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    (matches!(mark, "-" | "*") || is_number).then_some((mark, text))
}

#[derive(Default)]
struct Paragraph {
    text: String,
    first: String,
    indent: usize,
}

impl Paragraph {
    fn add(&mut self, line: &str) {
        let mut text = line.trim();
        if let Some((mark, behind)) = item(line) {
            let mark = if matches!(mark, "-" | "*") { "•" } else { mark };
            let before = line.len() - line.trim_start().len();
            self.first = format!("{}{mark} ", " ".repeat(before));
            self.indent = before + mark.chars().count() + 1;
            text = behind.trim_start();
        }
        self.text.push(' ');
        self.text.push_str(text);
    }

    fn flush(&mut self, out: &mut String, width: usize, paint: Paint) {
        let text = std::mem::take(&mut self.text);
        let words = words(&text);
        if words.is_empty() {
            return;
        }
        let mut lines = Vec::new();
        let mut line = String::new();
        let room = width.saturating_sub(self.indent).max(10);
        for word in words {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for (at, line) in lines.iter().enumerate() {
            let lead = if at == 0 { self.first.clone() } else { " ".repeat(self.indent) };
            out.push_str(&format!("{lead}{}\n", inline(line, paint)));
        }
        self.first.clear();
        self.indent = 0;
    }
}

/// The words of a text; code is one word, whatever stands in it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, behind) = rest.split_at(end_of_word(rest));
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

/// Where the first word ends: at white space outside of code. A backtick without its like is one as any other.
fn end_of_word(text: &str) -> usize {
    let mut code_until = 0;
    for (at, char) in text.char_indices().filter(|(_, it)| it.is_whitespace() || *it == '`') {
        if at < code_until {
            continue;
        }
        if char.is_whitespace() {
            return at;
        }
        let behind = text.get(at..).unwrap_or_default();
        let ticks = behind.len() - behind.trim_start_matches('`').len();
        code_until = at + ticks + code_behind(behind, ticks).unwrap_or_default();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Paint, render};

    #[test]
    fn paragraphs_are_wrapped_and_code_is_not() {
        let page = "# Title\n\nSome words that are\nwrapped again here.\n- one item with `code`\n  goes on\n\n```yaml\na:   b\n```\n";
        expect_test::expect![[r#"
            Title

            Some words that are
            wrapped again here.
            • one item with
              `code` goes on

                a:   b
        "#]]
        .assert_eq(&render(page, 20, Paint::Plain));
    }

    #[test]
    fn code_stays_in_one_line() {
        let page =
            "It reads `{{ folder }}/{{ name }}`\n(`load`), then `` a `b` c ``, a `lone tick.";
        expect_test::expect![[r#"
            It reads
            `{{ folder }}/{{ name }}`
            (`load`), then
            `` a `b` c ``, a
            `lone tick.
        "#]]
        .assert_eq(&render(page, 20, Paint::Plain));
    }

    #[test]
    fn escapes_are_for_markdown_only() {
        let page = "the step \\`a\\_b\\` failed: `C:\\_x` is **\\*gone\\***\n\n| a | `b` |\n| - | - |\n| x\\_y \\| z | `c \\| d` |\n| 1 | 2 |\n";
        expect_test::expect![[r#"
            the step `a_b` failed: `C:\_x` is *gone*

            | a       | `b`     |
            | ------- | ------- |
            | x_y | z | `c | d` |
            | 1       | 2       |
        "#]]
        .assert_eq(&render(page, 80, Paint::Plain));
        assert!(render("`a` \\`b\\`", 80, Paint::Colored).ends_with(" `b`\n"));
    }

    #[test]
    fn numbered_items_and_strong_words() {
        let page = "**Stages** (2)\n\n1. one, two, three, four\n12. five\n- six";
        assert_eq!(
            render(page, 16, Paint::Plain),
            "Stages (2)\n\n1. one, two,\n   three, four\n12. five\n• six\n"
        );
        assert!(render(page, 16, Paint::Colored).starts_with("\u{1b}[1mStages\u{1b}[0m (2)"));
    }
}
