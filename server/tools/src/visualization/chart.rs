//! A chart as plain data: what is drawn, and how it looks.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// One chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) look: Look,
    pub(super) shape: Shape,
}

/// Size in pixels, and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) theme: Theme,
}

impl Look {
    /// Pixels of a side, so that no chart takes more than some hundred megabytes to draw.
    pub(super) const SIDES: RangeInclusive<u32> = 50..=4000;

    /// Whether it can be drawn: a file of somebody else may say anything.
    pub(super) fn is_drawable(self) -> bool {
        [self.width, self.height].iter().all(|side| Self::SIDES.contains(side))
    }
}

/// The colours of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Theme {
    Default,
    Dark,
    Seaborn,
}

impl Theme {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::Default),
            "dark" => Some(Self::Dark),
            "seaborn" => Some(Self::Seaborn),
            _ => None,
        }
    }
}

/// The types of charts that an author can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Bar,
    Scatter,
    Histogram,
    Pie,
    Heatmap,
}

impl Kind {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Line, Self::Bar, Self::Scatter, Self::Histogram, Self::Pie, Self::Heatmap]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Bar => "bar",
            Self::Scatter => "scatter",
            Self::Histogram => "histogram",
            Self::Pie => "pie",
            Self::Heatmap => "heatmap",
        }
    }
}

/// What is drawn. Names are those of columns, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// A bar for each name.
    Bars {
        x: String,
        y: String,
        bars: Vec<(String, f64)>,
    },
    /// Lines over a common axis, which is of moments when `moments` says so: seconds since 1970.
    Lines {
        x: Axis,
        lines: Vec<Line>,
    },
    Points {
        x: String,
        y: String,
        points: Vec<(f64, f64)>,
    },
    /// How often values lie from one edge to the next; `edges` has one more than `counts`.
    Histogram {
        x: String,
        edges: Vec<f64>,
        counts: Vec<u64>,
    },
    /// Parts of a whole, none below 0.
    Slices {
        slices: Vec<(String, f64)>,
    },
    /// A number from -1 to 1 for each pair of names; none where it cannot be told.
    Heat {
        names: Vec<String>,
        cells: Vec<Vec<Option<f64>>>,
    },
}

/// What a line runs along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Axis {
    /// The number of the row, from 1.
    Rows,
    /// Seconds since 1970.
    Moments,
}

/// A named line; a gap where a row has no number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(f64, Option<f64>)>,
}

impl Chart {
    /// Eight digits that tell this chart from others.
    pub(super) fn fingerprint(&self) -> String {
        fingerprint(&serde_json::to_vec(self).unwrap_or_default())
    }
}

/// Eight digits that tell these bytes from others.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().chars().take(8).collect()
}
