//! Which charts fit a table, and which of its columns each of them shows.

use indexmap::IndexMap;

use super::{
    chart::{Axis, Chart, Kind, Line, Look, Shape},
    table::{Cells, Column, Table},
};

/// The most bars, lines and slices that can still be told apart.
const MOST_BARS: usize = 20;
const MOST_LINES: usize = 6;
const MOST_SLICES: usize = 10;
/// The most columns whose correlations are shown.
const MOST_NAMES: usize = 20;
/// Slices below this part of the whole become one.
const LEAST_SLICE: f64 = 0.02;
/// Lines share an axis when the largest is at most so many times the first.
const SCALE: f64 = 100.0;

/// The kinds that say something about a table, in the order in which they are drawn.
pub(super) fn fitting(table: &Table) -> Vec<Kind> {
    let measures = measures(table);
    let groups = groups(table);
    let mut kinds = Vec::new();
    if moments(table).is_some() && !measures.is_empty() {
        kinds.push(Kind::Line);
    }
    if !groups.is_empty() && !measures.is_empty() {
        kinds.push(Kind::Bar);
    }
    if measures.len() >= 2 {
        kinds.push(Kind::Scatter);
    }
    if !measures.is_empty() {
        kinds.push(Kind::Histogram);
    }
    if groups.first().is_some_and(|(_, words)| distinct(words) <= MOST_SLICES) {
        kinds.push(Kind::Pie);
    }
    if measures.len() >= 3 {
        kinds.push(Kind::Heatmap);
    }
    if kinds.is_empty() { vec![Kind::Bar] } else { kinds }
}

/// The chart of that kind; an error that says what the table lacks for it.
pub(super) fn chart(
    kind: Kind,
    table: &Table,
    look: Look,
    heading: Option<&str>,
) -> Result<Chart, String> {
    let (own, shape) = match kind {
        Kind::Line => lines(table),
        Kind::Bar => bars(table),
        Kind::Scatter => points(table),
        Kind::Histogram => histogram(table),
        Kind::Pie => slices(table),
        Kind::Heatmap => heat(table),
    }
    .ok_or_else(|| format!("a {} chart needs {}", kind.name(), needs(kind)))?;
    if let Shape::Slices { slices } = &shape
        && slices.iter().any(|(_, value)| *value < 0.0)
    {
        return Err("a pie chart needs amounts that are not below 0".to_owned());
    }
    let title = heading.map_or_else(|| own.clone(), |heading| format!("{}: {own}", heading.trim()));
    Ok(Chart { title, look, shape })
}

fn needs(kind: Kind) -> &'static str {
    match kind {
        Kind::Line | Kind::Histogram => "a column of numbers",
        Kind::Scatter => "two columns of numbers",
        Kind::Heatmap => "two columns of numbers that vary",
        Kind::Bar | Kind::Pie => "a column of names or numbers",
    }
}

fn lines(table: &Table) -> Option<(String, Shape)> {
    let moments = moments(table);
    let mut order: Vec<(f64, usize)> = match moments {
        Some(moments) => {
            moments.iter().enumerate().filter_map(|(row, at)| Some(((*at)?, row))).collect()
        }
        None => (0..table.rows).map(|row| ((row + 1) as f64, row)).collect(),
    };
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    let measures = measures(table);
    let largest = |numbers: &[Option<f64>]| {
        numbers.iter().flatten().fold(0.0_f64, |most, number| most.max(number.abs()))
    };
    let scale = measures.first().map(|(_, numbers)| largest(numbers))?;
    let alike = |numbers: &[Option<f64>]| {
        let own = largest(numbers);
        own == 0.0 || scale == 0.0 || (own <= scale * SCALE && scale <= own * SCALE)
    };
    let lines: Vec<Line> = measures
        .iter()
        .filter(|(_, numbers)| alike(numbers))
        .take(MOST_LINES)
        .map(|(name, numbers)| Line {
            name: wording(name),
            points: order
                .iter()
                .map(|&(at, row)| (at, numbers.get(row).copied().flatten()))
                .collect(),
        })
        .collect();
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let over = if moments.is_some() { "over time" } else { "by row" };
    let title = format!("{} {over}", names.join(", "));
    let x = if moments.is_some() { Axis::Moments } else { Axis::Rows };
    Some((title, Shape::Lines { x, lines }))
}

fn bars(table: &Table) -> Option<(String, Shape)> {
    let measures = measures(table);
    let groups = groups(table);
    let (title, x, y, mut bars) = match (groups.first(), measures.first()) {
        (Some((group, words)), Some((measure, numbers))) => {
            let title = format!("{} by {}", wording(measure), wording(group));
            (title, wording(group), wording(measure), sums(words, numbers))
        }
        (Some((group, words)), None) => {
            let title = format!("Rows by {}", wording(group));
            (title, wording(group), "Rows".to_owned(), counts(words))
        }
        (None, Some((measure, numbers))) => {
            let rows = numbers.iter().enumerate();
            let bars = rows.filter_map(|(row, it)| Some(((row + 1).to_string(), (*it)?)));
            let title = format!("{} by row", wording(measure));
            return Some((
                title,
                Shape::Bars {
                    x: "Row".to_owned(),
                    y: wording(measure),
                    bars: bars.take(MOST_BARS).collect(),
                },
            ));
        }
        (None, None) => return None,
    };
    bars.sort_by(|one, other| other.1.total_cmp(&one.1));
    bars.truncate(MOST_BARS);
    Some((title, Shape::Bars { x, y, bars }))
}

fn points(table: &Table) -> Option<(String, Shape)> {
    let measures = measures(table);
    let [(x, of_x), (y, of_y), ..] = measures.as_slice() else { return None };
    let pairs = of_x.iter().zip(*of_y);
    let points: Vec<(f64, f64)> = pairs.filter_map(|(x, y)| Some(((*x)?, (*y)?))).collect();
    let (x, y) = (wording(x), wording(y));
    (!points.is_empty()).then(|| (format!("{y} over {x}"), Shape::Points { x, y, points }))
}

fn histogram(table: &Table) -> Option<(String, Shape)> {
    let measures = measures(table);
    let (name, numbers) = measures.first()?;
    let values: Vec<f64> = numbers.iter().flatten().copied().collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Sturges' rule (H. A. Sturges, 1926): 1 + log2 n bins.
    let bins = if most > least { 1 + values.len().ilog2() as usize } else { 1 };
    let (from, width) =
        if most > least { (least, (most - least) / bins as f64) } else { (least - 0.5, 1.0) };
    let mut counts = vec![0; bins];
    for value in &values {
        let bin = (((value - from) / width) as usize).min(bins - 1);
        if let Some(count) = counts.get_mut(bin) {
            *count += 1;
        }
    }
    let edges = (0..=bins).map(|at| from + width * at as f64).collect();
    let x = wording(name);
    Some((format!("Distribution of {x}"), Shape::Histogram { x, edges, counts }))
}

fn slices(table: &Table) -> Option<(String, Shape)> {
    let measures = measures(table);
    let groups = groups(table);
    let (title, mut slices) = match (groups.first(), measures.first()) {
        (Some((group, words)), Some((measure, numbers))) => {
            (format!("{} by {}", wording(measure), wording(group)), sums(words, numbers))
        }
        (Some((group, words)), None) => (format!("Rows by {}", wording(group)), counts(words)),
        (None, Some((measure, numbers))) => {
            let words: Vec<Option<String>> =
                numbers.iter().map(|it| it.map(|it| it.to_string())).collect();
            (format!("Rows by {}", wording(measure)), counts(&words))
        }
        (None, None) => return None,
    };
    slices.retain(|(_, value)| *value != 0.0);
    slices.sort_by(|one, other| other.1.total_cmp(&one.1));
    let whole: f64 = slices.iter().map(|(_, value)| value).sum();
    let kept = slices
        .iter()
        .take(MOST_SLICES - 1)
        .filter(|(_, value)| *value >= whole * LEAST_SLICE)
        .count();
    let kept =
        if slices.len() <= MOST_SLICES && slices.len() == kept + 1 { slices.len() } else { kept };
    let rest: f64 = slices.drain(kept..).map(|(_, value)| value).sum();
    if rest != 0.0 {
        slices.push(("Other".to_owned(), rest));
    }
    (!slices.is_empty()).then_some((title, Shape::Slices { slices }))
}

fn heat(table: &Table) -> Option<(String, Shape)> {
    let measures: Vec<_> = measures(table).into_iter().take(MOST_NAMES).collect();
    if measures.len() < 2 {
        return None;
    }
    let row = |(_, one): &(&str, &[Option<f64>])| -> Vec<Option<f64>> {
        measures.iter().map(|(_, other)| correlation(one, other)).collect()
    };
    let cells: Vec<Vec<Option<f64>>> = measures.iter().map(row).collect();
    let names = measures.iter().map(|(name, _)| wording(name)).collect();
    let told = cells.iter().flatten().any(Option::is_some);
    told.then(|| ("Correlations".to_owned(), Shape::Heat { names, cells }))
}

/// Pearson's coefficient of the rows where both have a number; none where one of them does not vary.
fn correlation(one: &[Option<f64>], other: &[Option<f64>]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        one.iter().zip(other).filter_map(|(x, y)| Some(((*x)?, (*y)?))).collect();
    let count = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|it| it.0), mean(|it| it.1));
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|it| of(it.0 - x, it.1 - y)).sum::<f64>();
    let spread = (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    (spread > 0.0).then(|| (sum(&|x, y| x * y) / spread).clamp(-1.0, 1.0))
}

fn sums(words: &[Option<String>], numbers: &[Option<f64>]) -> Vec<(String, f64)> {
    let mut sums: IndexMap<&str, f64> = IndexMap::new();
    for (word, number) in words.iter().zip(numbers) {
        if let (Some(word), Some(number)) = (word, number) {
            *sums.entry(word).or_default() += number;
        }
    }
    sums.into_iter().map(|(word, sum)| (word.to_owned(), sum)).collect()
}

fn counts(words: &[Option<String>]) -> Vec<(String, f64)> {
    sums(words, &vec![Some(1.0); words.len()])
}

fn distinct(words: &[Option<String>]) -> usize {
    counts(words).len()
}

/// Columns that measure something; those that only number the rows where there is nothing else.
fn measures(table: &Table) -> Vec<(&str, &[Option<f64>])> {
    let all: Vec<(&str, &[Option<f64>])> = table.columns.iter().filter_map(numbers_of).collect();
    let measuring: Vec<_> = all.iter().copied().filter(|(name, _)| !is_key(name)).collect();
    if measuring.is_empty() { all } else { measuring }
}

fn numbers_of(column: &Column) -> Option<(&str, &[Option<f64>])> {
    match &column.cells {
        Cells::Numbers(numbers) => Some((&column.name, numbers)),
        Cells::Moments(_) | Cells::Words(_) => None,
    }
}

/// Whether a column numbers rows rather than measuring them.
fn is_key(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(name.as_str(), "id" | "index" | "row" | "no" | "nr") || name.ends_with("_id")
}

/// Columns whose words name groups, and no dates.
fn groups(table: &Table) -> Vec<(&str, &[Option<String>])> {
    table.columns.iter().filter_map(words_of).filter(|(name, _)| !is_time(name)).collect()
}

fn words_of(column: &Column) -> Option<(&str, &[Option<String>])> {
    match &column.cells {
        Cells::Words(words) => Some((&column.name, words)),
        Cells::Numbers(_) | Cells::Moments(_) => None,
    }
}

fn is_time(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("date") || name.contains("time")
}

fn moments(table: &Table) -> Option<&[Option<f64>]> {
    table.columns.iter().find_map(|column| match &column.cells {
        Cells::Moments(moments) => Some(moments.as_slice()),
        Cells::Numbers(_) | Cells::Words(_) => None,
    })
}

/// The name of a column in words: `units_sold` is `Units sold`.
fn wording(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
