//! Draws a chart on any of plotters' surfaces.

use std::sync::LazyLock;

use jiff::Timestamp;
use plotters::{
    chart::{ChartBuilder, ChartContext},
    coord::{Shift, cartesian::Cartesian2d, types::RangedCoordf64},
    drawing::{DrawingArea, DrawingAreaErrorKind},
    element::{Circle, Pie, Rectangle, Text},
    prelude::DrawingBackend,
    series::LineSeries,
    style::{
        Color, FontStyle, FontTransform, IntoFont, RGBColor, ShapeStyle, TextStyle, register_font,
        text_anchor::{HPos, Pos, VPos},
    },
};

use super::chart::{Axis, Chart, Line, Shape, Theme};

type Area<'a, B> = DrawingArea<B, Shift>;
type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;
type Plane<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Eight colours that people with any kind of colour vision can tell apart (M. Okabe, K. Ito, 2008).
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(240, 228, 66),
    RGBColor(120, 120, 120),
];

/// Names of bars are cut to so many characters.
const LONGEST_NAME: usize = 18;

/// Makes letters for surfaces that need them: the family `sans-serif`.
static LETTERS: LazyLock<bool> = LazyLock::new(|| {
    register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT).is_ok()
});

/// The colours of a theme, and the unit of sizes.
struct Style {
    paper: RGBColor,
    plane: RGBColor,
    ink: RGBColor,
    grid: RGBColor,
    /// The height of small letters in pixels.
    letter: f64,
}

impl Style {
    fn of(chart: &Chart) -> Self {
        let (paper, plane, ink, grid) = match chart.look.theme {
            Theme::Default => (rgb(255), rgb(255), rgb(30), rgb(225)),
            Theme::Dark => (rgb(24), rgb(32), rgb(230), rgb(70)),
            Theme::Seaborn => (rgb(255), RGBColor(234, 234, 242), rgb(38), rgb(255)),
        };
        let least = f64::from(chart.look.width.min(chart.look.height));
        Self { paper, plane, ink, grid, letter: (least / 38.0).clamp(6.0, 40.0) }
    }

    fn text(&self, size: f64) -> TextStyle<'static> {
        ("sans-serif", self.letter * size).into_font().color(&self.ink)
    }

    fn pixels(&self, letters: f64) -> u32 {
        (self.letter * letters) as u32
    }
}

const fn rgb(grey: u8) -> RGBColor {
    RGBColor(grey, grey, grey)
}

fn colour(index: usize) -> RGBColor {
    COLOURS.get(index % COLOURS.len()).copied().unwrap_or(rgb(0))
}

/// Draws the whole chart.
///
/// # Errors
/// The surface refused something.
pub(super) fn draw<B: DrawingBackend>(root: &Area<'_, B>, chart: &Chart) -> Drawn<B> {
    LazyLock::force(&LETTERS);
    let style = Style::of(chart);
    root.fill(&style.paper)?;
    let title = style.text(1.4).pos(Pos::new(HPos::Center, VPos::Top));
    let middle = i32::try_from(chart.look.width / 2).unwrap_or(0);
    root.draw(&Text::new(
        fitted(&chart.title, chart, &style),
        (middle, style.letter as i32),
        title,
    ))?;
    let (_, below) = root.split_vertically(style.pixels(3.0));
    match &chart.shape {
        Shape::Bars { x, y, bars } => draw_bars(&below, &style, (x, y), bars),
        Shape::Lines { x, lines } => draw_lines(&below, &style, *x, lines),
        Shape::Points { x, y, points } => draw_points(&below, &style, (x, y), points),
        Shape::Histogram { x, edges, counts } => draw_histogram(&below, &style, x, edges, counts),
        Shape::Slices { slices } => draw_slices(&below, &style, slices),
        Shape::Heat { names, cells } => draw_heat(&below, &style, names, cells),
    }?;
    root.present()
}

/// The title, cut where it is wider than the chart.
fn fitted(title: &str, chart: &Chart, style: &Style) -> String {
    cut(title, (f64::from(chart.look.width) / (style.letter * 0.75)) as usize)
}

/// The text with its middle left out where it is longer than `most` letters: names often differ at their ends.
fn cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let tail = kept / 3;
    text.chars().take(kept - tail).chain(['…']).chain(text.chars().skip(count - tail)).collect()
}

/// A plane with grid and axes; `names` are written at the middle of each unit of x instead of numbers.
fn plane<'a, B: DrawingBackend>(
    area: &'a Area<'_, B>,
    style: &Style,
    (x, y): ((f64, f64), (f64, f64)),
    (of_x, of_y): (&str, &str),
    label_x: &dyn Fn(&f64) -> String,
    below: f64,
) -> Result<Plane<'a, B>, DrawingAreaErrorKind<B::ErrorType>> {
    let mut plane = ChartBuilder::on(area)
        .margin(style.pixels(1.0))
        .x_label_area_size(style.pixels(below))
        .y_label_area_size(style.pixels(5.0))
        .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
    plane.plotting_area().fill(&style.plane)?;
    let mut mesh = plane.configure_mesh();
    mesh.x_label_formatter(label_x)
        .y_label_formatter(&|value| short(*value))
        .label_style(style.text(0.9))
        .axis_desc_style(style.text(1.0))
        .axis_style(style.ink.mix(0.5))
        .bold_line_style(style.grid)
        .light_line_style(style.plane)
        .x_labels(8)
        .y_labels(8)
        .y_desc(of_y);
    if below > 2.0 {
        mesh.x_desc(of_x);
    } else {
        mesh.disable_x_mesh().x_labels(0);
    }
    mesh.draw()?;
    Ok(plane)
}

fn draw_bars<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    (of_x, of_y): (&str, &str),
    bars: &[(String, f64)],
) -> Drawn<B> {
    let names: Vec<String> = bars.iter().map(|(name, _)| cut(name, LONGEST_NAME)).collect();
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let (width, height) = area.dim_in_pixel();
    let slot = f64::from(width) / bars.len().max(1) as f64;
    let upright = longest as f64 * style.letter * 0.6 > slot;
    let room = if upright { longest as f64 * 0.55 + 1.0 } else { 1.6 };
    let (plot, foot) = area.split_vertically(height.saturating_sub(style.pixels(room + 1.8)));
    let values: Vec<f64> = bars.iter().map(|(_, value)| *value).collect();
    let plane = &mut plane(
        &plot,
        style,
        ((0.0, bars.len() as f64), span(&values, Zero::Included)),
        ("", of_y),
        &|_| String::new(),
        0.5,
    )?;
    let paint: ShapeStyle = colour(0).filled();
    let shapes = values.iter().enumerate().map(|(at, value)| {
        let at = at as f64;
        Rectangle::new([(at + 0.12, 0.0), (at + 0.88, *value)], paint)
    });
    plane.draw_series(shapes)?;
    let place = |at: usize| plane.backend_coord(&(at as f64 + 0.5, 0.0)).0;
    for (at, name) in names.iter().enumerate() {
        let letters = style.text(0.9);
        let letters = if upright {
            letters.transform(FontTransform::Rotate270).pos(Pos::new(HPos::Right, VPos::Center))
        } else {
            letters.pos(Pos::new(HPos::Center, VPos::Top))
        };
        foot.draw(&Text::new(name.clone(), (place(at), (style.letter * 0.2) as i32), letters))?;
    }
    let middle = i32::try_from(width / 2).unwrap_or(0);
    let at = (middle, (style.letter * (room + 0.2)) as i32);
    foot.draw(&Text::new(
        of_x.to_owned(),
        at,
        style.text(1.0).pos(Pos::new(HPos::Center, VPos::Top)),
    ))
}

fn draw_lines<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    axis: Axis,
    lines: &[Line],
) -> Drawn<B> {
    let all = || lines.iter().flat_map(|line| &line.points);
    let xs: Vec<f64> = all().map(|(x, _)| *x).collect();
    let ys: Vec<f64> = all().filter_map(|(_, y)| *y).collect();
    let x = span(&xs, Zero::AsItIs);
    let label = |value: &f64| match axis {
        Axis::Rows => short(*value),
        Axis::Moments => moment(*value, x.1 - x.0),
    };
    let of_x = match axis {
        Axis::Rows => "Row",
        Axis::Moments => "Time",
    };
    let of_y = if let [line] = lines { line.name.as_str() } else { "" };
    let (area, legend) = if lines.len() > 1 {
        let (legend, area) = area.split_vertically(style.pixels(2.0));
        (area, Some(legend))
    } else {
        (area.clone(), None)
    };
    let mut plane = plane(&area, style, (x, span(&ys, Zero::AsItIs)), (of_x, of_y), &label, 3.5)?;
    for (index, line) in lines.iter().enumerate() {
        let paint = colour(index).stroke_width((style.letter / 8.0).ceil() as u32);
        // A gap is no line: each run of rows that have a number is one of its own.
        for run in line.points.split(|(_, y)| y.is_none()) {
            let run: Vec<(f64, f64)> = run.iter().filter_map(|(x, y)| Some((*x, (*y)?))).collect();
            if run.len() <= 60 {
                let dot =
                    |at: &(f64, f64)| Circle::new(*at, style.letter / 5.0, colour(index).filled());
                plane.draw_series(run.iter().map(dot))?;
            }
            plane.draw_series(LineSeries::new(run, paint))?;
        }
    }
    if let Some(legend) = legend {
        let names = lines.iter().enumerate().map(|(at, line)| (colour(at), line.name.clone()));
        draw_legend(&legend, style, &names.collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Names with their colours in one row.
fn draw_legend<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    names: &[(RGBColor, String)],
) -> Drawn<B> {
    let letters = style.text(0.9);
    let (width, _) = area.dim_in_pixel();
    let slot = (f64::from(width) - style.letter * 6.0) / names.len().max(1) as f64;
    let most = (slot / (style.letter * 0.6)) as usize;
    let small = style.letter as i32;
    for (at, (paint, name)) in names.iter().enumerate() {
        let left = (style.letter * 6.0 + slot * at as f64) as i32;
        let mark = [(left, small / 2), (left + small, small + small / 4)];
        area.draw(&Rectangle::new(mark, paint.filled()))?;
        let name = cut(name, most.saturating_sub(3));
        area.draw(&Text::new(name, (left + small * 3 / 2, small / 3), letters.clone()))?;
    }
    Ok(())
}

fn draw_points<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    names: (&str, &str),
    points: &[(f64, f64)],
) -> Drawn<B> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let spans = (span(&xs, Zero::AsItIs), span(&ys, Zero::AsItIs));
    let mut plane = plane(area, style, spans, names, &|value| short(*value), 3.5)?;
    let dot = |at: &(f64, f64)| Circle::new(*at, style.letter / 4.0, colour(0).mix(0.6).filled());
    plane.draw_series(points.iter().map(dot))?;
    Ok(())
}

fn draw_histogram<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    of_x: &str,
    edges: &[f64],
    counts: &[u64],
) -> Drawn<B> {
    let heights: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let ends = (edges.first().copied().unwrap_or(0.0), edges.last().copied().unwrap_or(1.0));
    let spans = (ends, span(&heights, Zero::Included));
    let mut plane = plane(area, style, spans, (of_x, "Rows"), &|value| short(*value), 3.5)?;
    let sides = edges.windows(2).zip(&heights);
    let bars = sides.filter_map(|(side, height)| match side {
        [from, to] => {
            let gap = (to - from) * 0.03;
            Some(Rectangle::new([(from + gap, 0.0), (to - gap, *height)], colour(0).filled()))
        }
        _ => None,
    });
    plane.draw_series(bars)?;
    Ok(())
}

fn draw_slices<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    slices: &[(String, f64)],
) -> Drawn<B> {
    let (width, height) = area.dim_in_pixel();
    let middle = (i32::try_from(width / 2).unwrap_or(0), i32::try_from(height / 2).unwrap_or(0));
    let radius = f64::from(width.min(height)) * 0.36;
    let sizes: Vec<f64> = slices.iter().map(|(_, value)| *value).collect();
    let whole: f64 = sizes.iter().sum();
    let colours: Vec<RGBColor> = (0..slices.len()).map(colour).collect();
    let label = |(name, value): &(String, f64)| {
        format!("{} {:.1} %", cut(name, LONGEST_NAME), value / whole * 100.0)
    };
    let labels: Vec<String> = slices.iter().map(label).collect();
    let mut pie = Pie::new(&middle, &radius, &sizes, &colours, &labels);
    pie.start_angle(-90.0);
    pie.label_style(style.text(1.0));
    pie.label_offset(style.letter);
    area.draw(&pie)
}

fn draw_heat<B: DrawingBackend>(
    area: &Area<'_, B>,
    style: &Style,
    names: &[String],
    cells: &[Vec<Option<f64>>],
) -> Drawn<B> {
    let (width, height) = area.dim_in_pixel();
    let longest = names.iter().map(|name| cut(name, LONGEST_NAME).chars().count()).max();
    let left = style.letter * (longest.unwrap_or(0) as f64 * 0.55 + 1.5);
    let count = names.len().max(1) as f64;
    let step = (f64::from(width) - left - style.letter) / count;
    let high = (f64::from(height) - style.letter * 3.5) / count;
    let room = (step / (style.letter * 0.55)) as usize;
    for (row, (name, cells)) in names.iter().zip(cells).enumerate() {
        let top = high * row as f64;
        let middle = (top + high / 2.0) as i32;
        let side = style.text(0.9).pos(Pos::new(HPos::Right, VPos::Center));
        let at = ((left - style.letter / 2.0) as i32, middle);
        area.draw(&Text::new(cut(name, LONGEST_NAME), at, side))?;
        for (column, cell) in cells.iter().enumerate() {
            let from = left + step * column as f64;
            let corners = [(from as i32, top as i32), ((from + step) as i32, (top + high) as i32)];
            area.draw(&Rectangle::new(corners, heat(*cell).filled()))?;
            let text = cell.map_or_else(|| "–".to_owned(), |cell| format!("{cell:.2}"));
            let dark = cell.is_some_and(|cell| cell.abs() > 0.6);
            let letters = ("sans-serif", style.letter * 0.9).into_font();
            let letters = letters.color(if dark { &WHITE } else { &BLACK });
            let letters = letters.pos(Pos::new(HPos::Center, VPos::Center));
            area.draw(&Text::new(text, ((from + step / 2.0) as i32, middle), letters))?;
        }
    }
    let foot = (high * count + style.letter / 2.0) as i32;
    for (column, name) in names.iter().enumerate() {
        let at = ((left + step * (column as f64 + 0.5)) as i32, foot);
        let letters = style.text(0.9).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw(&Text::new(cut(name, room.min(LONGEST_NAME)), at, letters))?;
    }
    Ok(())
}

const WHITE: RGBColor = rgb(255);
const BLACK: RGBColor = rgb(0);

/// Blue for -1, near white for 0, red for 1.
fn heat(cell: Option<f64>) -> RGBColor {
    let Some(cell) = cell else { return rgb(200) };
    let (r, g, b) = if cell < 0.0 { (33.0, 102.0, 172.0) } else { (178.0, 24.0, 43.0) };
    let mix = |full: f64| (247.0 + (full - 247.0) * cell.abs().min(1.0)) as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// Whether an axis must show 0.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zero {
    Included,
    AsItIs,
}

/// From where to where an axis goes so that it shows all values, with a little room.
fn span(values: &[f64], zero: Zero) -> (f64, f64) {
    let start =
        if zero == Zero::Included { (0.0, 0.0) } else { (f64::INFINITY, f64::NEG_INFINITY) };
    let (least, most) =
        values.iter().fold(start, |(least, most), &value| (least.min(value), most.max(value)));
    if !least.is_finite() || !most.is_finite() {
        return (0.0, 1.0);
    }
    let room = match most - least {
        width if width > 0.0 => width * 0.05,
        _ => (most.abs() * 0.05).max(0.5),
    };
    match zero {
        Zero::Included => (
            if least < 0.0 { least - room } else { 0.0 },
            if most > 0.0 || least == 0.0 { most + room } else { 0.0 },
        ),
        Zero::AsItIs => (least - room, most + room),
    }
}

/// A number as people write it on an axis: at most three places, thousands and more with a letter.
fn short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        size if size >= 1e12 => return format!("{value:.1e}"),
        size if size >= 1e9 => (value / 1e9, "G"),
        size if size >= 1e6 => (value / 1e6, "M"),
        size if size >= 1e4 => (value / 1e3, "k"),
        size if size > 0.0 && size < 1e-3 => return format!("{value:.1e}"),
        _ => (value, ""),
    };
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}{unit}", if text == "-0" { "0" } else { text })
}

/// A moment as its date, or as its time where the whole axis spans less than two days.
fn moment(seconds: f64, width: f64) -> String {
    let Ok(moment) = Timestamp::from_millisecond((seconds * 1000.0) as i64) else {
        return String::new();
    };
    let form = if width < 2.0 * 86_400.0 { "%H:%M" } else { "%Y-%m-%d" };
    moment.strftime(form).to_string()
}
