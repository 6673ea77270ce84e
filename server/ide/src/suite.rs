//! Completion in a file of tests. Such files are short and half of a line is often missing, so it goes by lines and
//! indentation; what stands in brackets gets no keys.

use checks::suite::{Place, VISIBLE, keys};
use pipeline::{Pipeline, Step};
use syntax::Span;

/// What may be written at a place of a file of tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteItem {
    /// What the user sees, and what stays of the snippet where snippets are not taken.
    pub label: String,
    /// For people.
    pub about: String,
    /// What is inserted, with places to fill in; further lines are indented from the start of the key.
    pub snippet: String,
    /// What it is.
    pub kind: SuiteItemKind,
}

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuiteItemKind {
    /// A key of tests.
    Key,
    /// An input or an output of the pipeline.
    Field,
    /// A step of the pipeline.
    Step,
    /// Another name that expressions read.
    Name,
}

/// What may be written at `offset`, and the text that it replaces.
#[must_use]
pub fn suite_completion(
    text: &str,
    offset: u32,
    pipeline: Option<&Pipeline>,
) -> (Span, Vec<SuiteItem>) {
    let at = text.floor_char_boundary(offset as usize);
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let typed = before.get(start..).unwrap_or_default();
    let word = typed.rfind(|c: char| !is_word(c)).map_or(0, |end| {
        end + typed.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let replace = Span::new(number(start + word), number(at));
    let lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    let row = before.matches('\n').count();
    let own = Line::new(typed);
    let items = match own.key {
        Some(key) => values(key, typed.get(..word).unwrap_or_default(), pipeline),
        None if own.rest.trim_start().starts_with(['{', '[', '"', '\'', '#']) => Vec::new(),
        None => {
            let (path, present) = around(&lines, row, &own);
            let path: Vec<&str> = path.iter().rev().copied().collect();
            match (path.as_slice(), pipeline) {
                (["tests", "inputs"], Some(pipeline)) => inputs(pipeline, &present),
                (["tests", "answers"], Some(pipeline)) => answers(pipeline, &present),
                (["tests", "expect", "steps_run" | "steps_skipped"], Some(pipeline)) => {
                    steps(pipeline)
                }
                (path, _) => {
                    Place::below(path).map_or_else(Vec::new, |place| proposed(place, &present))
                }
            }
        }
    };
    (replace, items)
}

/// One line, as far as its indentation and its key go.
struct Line<'t> {
    /// Where the dash of an item stands.
    dash: Option<usize>,
    /// Where the key stands, or what is there instead.
    column: usize,
    /// Only where a colon ends it.
    key: Option<&'t str>,
    /// From the column on.
    rest: &'t str,
}

impl<'t> Line<'t> {
    fn new(line: &'t str) -> Self {
        let mut dash = None;
        let mut column = line.len() - line.trim_start_matches(' ').len();
        let mut rest = line.get(column..).unwrap_or_default();
        while let Some(behind) =
            rest.strip_prefix("- ").or_else(|| rest.strip_prefix('-').filter(|it| it.is_empty()))
        {
            dash = Some(column);
            let inner = behind.trim_start_matches(' ');
            column += rest.len() - inner.len();
            rest = inner;
        }
        let end = rest.find(|c: char| !is_word(c));
        let key = end.and_then(|end| {
            rest.get(..end).filter(|_| rest.get(end..).is_some_and(|it| it.starts_with(':')))
        });
        Self { dash, column, key: key.filter(|key| !key.is_empty()), rest }
    }

    fn is_blank(&self) -> bool {
        let rest = self.rest.trim();
        (rest.is_empty() && self.dash.is_none()) || rest.starts_with('#')
    }
}

/// The keys around a line, innermost first, and those beside it.
fn around<'t>(lines: &[Line<'t>], row: usize, own: &Line<'_>) -> (Vec<&'t str>, Vec<&'t str>) {
    let (mut path, mut present) = (Vec::new(), Vec::new());
    let mut column = own.column;
    // Whether the item that `column` is in has begun: then only what stands around the item is looked for.
    let mut limit = own.dash;
    let mut beside = true;
    for line in lines.iter().take(row).rev().filter(|line| !line.is_blank()) {
        match limit {
            None if line.column == column => {
                present.extend(line.key.filter(|_| beside));
                limit = line.dash;
            }
            None if line.column < column && line.key.is_some() => {
                path.extend(line.key);
                (column, limit, beside) = (line.column, line.dash, false);
            }
            Some(dash) if line.dash.is_none() && line.column <= dash && line.key.is_some() => {
                path.extend(line.key);
                (column, limit, beside) = (line.column, None, false);
            }
            Some(dash) if line.dash.is_some() && line.column <= dash && line.key.is_some() => {
                path.extend(line.key);
                (column, limit, beside) = (line.column, line.dash, false);
            }
            _ => {}
        }
    }
    for line in lines.iter().skip(row + 1).filter(|line| !line.is_blank()) {
        let is_next = line.dash.is_some_and(|dash| dash < own.column);
        if line.column < own.column || is_next {
            break;
        }
        present.extend(line.key.filter(|_| line.column == own.column));
    }
    (path, present)
}

fn proposed(place: Place, present: &[&str]) -> Vec<SuiteItem> {
    let keys = keys(place).iter().filter(|key| !present.contains(&key.name));
    let item = |key: &checks::suite::Key| SuiteItem {
        label: key.name.to_owned(),
        about: key.about.to_owned(),
        snippet: format!("{}:{}", key.name, key.snippet),
        kind: SuiteItemKind::Key,
    };
    keys.map(item).collect()
}

fn inputs(pipeline: &Pipeline, present: &[&str]) -> Vec<SuiteItem> {
    let inputs = crate::inputs(pipeline).into_iter();
    let fresh = inputs.filter(|input| !present.contains(&input.name));
    let item = |input: crate::Question<'_>| SuiteItem {
        label: input.name.to_owned(),
        about: input.description.unwrap_or_default().to_owned(),
        snippet: format!("{}: $0", input.name),
        kind: SuiteItemKind::Field,
    };
    fresh.map(item).collect()
}

/// Steps, each with room for what is said to it.
fn answers(pipeline: &Pipeline, present: &[&str]) -> Vec<SuiteItem> {
    let fresh = steps(pipeline).into_iter().filter(|it| !present.contains(&&*it.label));
    fresh.map(|it| SuiteItem { snippet: format!("{}: $0", it.label), ..it }).collect()
}

/// What may stand behind a key; `typed` is the line before the word at the cursor.
fn values(key: &str, typed: &str, pipeline: Option<&Pipeline>) -> Vec<SuiteItem> {
    let Some(pipeline) = pipeline else { return Vec::new() };
    match key {
        "steps_run" | "steps_skipped" => steps(pipeline),
        "value" | "condition" => {
            if typed.ends_with("outputs.") {
                let outputs = pipeline.outputs.iter().map(|it| it.name.value.as_str());
                return outputs.map(|name| plain(name, SuiteItemKind::Field)).collect();
            }
            if typed.ends_with("inputs.") {
                let inputs = pipeline.inputs.iter().map(|it| it.name.value.as_str());
                return inputs.map(|name| plain(name, SuiteItemKind::Field)).collect();
            }
            if typed.ends_with('.') {
                return Vec::new();
            }
            let ids = pipeline.steps.iter().map(|step| step.id_text()).filter(|id| !id.is_empty());
            let names = VISIBLE.into_iter().map(|name| plain(name, SuiteItemKind::Name));
            names.chain(ids.map(|id| plain(id, SuiteItemKind::Step))).collect()
        }
        _ => Vec::new(),
    }
}

fn steps(pipeline: &Pipeline) -> Vec<SuiteItem> {
    fn add(step: &Step, all: &mut Vec<SuiteItem>) {
        if !step.id_text().is_empty() {
            all.push(plain(step.id_text(), SuiteItemKind::Step));
        }
        step.body.iter().for_each(|inner| add(inner, all));
    }
    let mut all = Vec::new();
    pipeline.steps.iter().for_each(|step| add(step, &mut all));
    all
}

fn plain(name: &str, kind: SuiteItemKind) -> SuiteItem {
    SuiteItem { label: name.to_owned(), about: String::new(), snippet: name.to_owned(), kind }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
