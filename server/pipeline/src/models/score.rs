//! How well a model suits what is asked: the points of the pipeline language's scorer (LANGUAGE §8.3), without those that
//! all models that fit have in common.

use super::{Model, Requirement, Speed, Wanted};

/// What matters most when a model is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// The most points.
    #[default]
    Balanced,
    /// The cheapest of the better half.
    Cost,
    /// The fastest of the better half.
    Performance,
    /// The most accurate.
    Accuracy,
}

impl Strategy {
    /// As both vocabularies spell it: `cost` and `cost_optimized`.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace(['-', ' '], "_");
        Some(match word.trim_end_matches("_optimized") {
            "balanced" => Self::Balanced,
            "cost" => Self::Cost,
            "performance" => Self::Performance,
            "accuracy" => Self::Accuracy,
            _ => return None,
        })
    }

    /// The shorter of its spellings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Cost => "cost",
            Self::Performance => "performance",
            Self::Accuracy => "accuracy",
        }
    }
}

/// Points, and what they are for. What is not known of a model brings it none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// What brought points, and how many; nothing twice.
    pub parts: Vec<(&'static str, f64)>,
}

impl Score {
    /// The points of a model that fits.
    #[must_use]
    pub fn of(model: &Model, wanted: &Wanted, is_preferred: bool) -> Self {
        let mut score = Self::default();
        let Wanted { requirement, leaning, .. } = wanted;
        let has_tag = |tag: &str| model.tags.iter().any(|it| it.eq_ignore_ascii_case(tag));
        score.add("accuracy", model.judged_accuracy().unwrap_or_default() * 10.0);
        score.add("speed", model.speed.map_or(0.0, speed_points));
        score.add("cost", cost_points(model, requirement));
        let capabilities = requirement.capabilities.iter().chain(&leaning.capabilities);
        let able = capabilities.filter(|it| model.can(**it) == Some(true)).count();
        score.add("capabilities", 2.0 * count(able));
        let domains = leaning.tags.iter().filter(|tag| has_tag(tag)).count();
        score.add("domains", 3.0 * count(domains));
        score.add("size", size_points(model, requirement));
        score.add("expertise", expertise_points(model, wanted));
        score.add("preferred", if is_preferred { 5.0 } else { 0.0 });
        score
    }

    /// All points.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|(_, points)| points).sum()
    }

    fn add(&mut self, what: &'static str, points: f64) {
        if points != 0.0 {
            self.parts.push((what, points));
        }
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

const fn speed_points(speed: Speed) -> f64 {
    match speed {
        Speed::Fast => 3.0,
        Speed::Medium => 2.0,
        Speed::Slow => 1.0,
    }
}

/// With a limit, points for what is left of it; else by the mean price of a thousand tokens.
fn cost_points(model: &Model, requirement: &Requirement) -> f64 {
    let Some(price) = model.mean_price() else { return 0.0 };
    if price == 0.0 {
        return 5.0;
    }
    if let Some(limit) = requirement.cost_limit {
        return match limit.cost_of(model) {
            Some(cost) if cost <= limit.dollars => 3.0 * (1.0 - cost / limit.dollars),
            Some(_) => -2.0,
            None => 0.0,
        };
    }
    match price / 1_000.0 {
        it if it < 0.001 => 4.0,
        it if it < 0.01 => 3.0,
        it if it < 0.1 => 2.0,
        it if it < 1.0 => 1.0,
        _ => 0.0,
    }
}

fn size_points(model: &Model, requirement: &Requirement) -> f64 {
    match (model.size, requirement.min_size) {
        (Some(size), Some(least)) if size < 2.0 * least => 2.0,
        (Some(size), Some(least)) if size > 10.0 * least => -1.0,
        _ => 0.0,
    }
}

fn expertise_points(model: &Model, wanted: &Wanted) -> f64 {
    let has = |tag: &String| model.tags.iter().any(|it| it.eq_ignore_ascii_case(tag));
    let least = wanted.requirement.level.max(wanted.leaning.level);
    if !wanted.requirement.tags.is_empty() && wanted.requirement.tags.iter().all(has) {
        5.0
    } else if least.is_some_and(|least| model.level().is_some_and(|level| level >= least)) {
        2.0
    } else {
        0.0
    }
}
