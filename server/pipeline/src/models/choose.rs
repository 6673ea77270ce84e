//! Which model answers: the same for the same wish, catalogue and reach.

use std::borrow::Cow;

use super::candidates::{Field, all, closed, named};
use super::fit::{barred, failings, shortcomings, unasked};
use super::{
    Access, Ask, Candidate, LOCAL, Model, PROVIDERS, Reach, Score, Server, Settings, Source,
    Strategy, Wanted, WhenNone,
};

/// The model that answers, and why it is that one.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// It, with what its server says of it.
    pub model: Model,
    /// What decided.
    pub source: Source,
    /// Why it is not what was asked for, where something else had to be taken: to be said aloud.
    pub instead: Option<String>,
    /// How it is to be asked.
    pub settings: Settings,
    /// How well it suits.
    pub score: Score,
    /// The reasons in words, in the order in which they were looked at.
    pub because: Vec<String>,
}

/// Nothing could be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct NoChoice {
    /// What was asked for.
    pub source: Source,
    /// Why nothing was found.
    pub why: Nothing,
    /// Every model that was looked at, by its full name, and on what it failed.
    pub failed: Vec<(String, Vec<String>)>,
}

/// Why nothing was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// A template names the model when the step starts.
    Later(String),
    /// Nobody is known to serve a model of that name; the nearest that is known.
    Unknown(String, Option<String>),
    /// The models that were named cannot be had.
    Unreachable(Vec<String>),
    /// None fits.
    NoneFits,
    /// No model of that provider is known; the nearest provider of which some are.
    NoneOf(String, Option<String>),
}

/// Chooses the model for a wish among `models`, in the order in which equals are taken.
///
/// # Errors
/// None can be had that fits, or it is not known yet which is meant.
pub fn choose(wanted: &Wanted, models: &[Model], reach: &Reach) -> Result<Choice, NoChoice> {
    choose_in(wanted, Field { models, servers: &[], reach })
}

/// The same, also among servers that an author's files name.
pub(super) fn choose_in(wanted: &Wanted, field: Field<'_>) -> Result<Choice, NoChoice> {
    let first = match &wanted.ask {
        Ask::Later(template) => {
            return Err(NoChoice {
                source: wanted.source.clone(),
                why: Nothing::Later(template.clone()),
                failed: Vec::new(),
            });
        }
        Ask::Named(names) => match names.as_slice() {
            [name] => by_name(name, wanted, field),
            names => among(names, wanted, field),
        },
        Ask::Any => any(wanted, field),
    };
    first.or_else(|none| instead(none, wanted, field))
}

/// Whether one of `models` fits a wish that leaves open which: then [`choose`] finds one, if all can be had. Costs less
/// than the choice.
#[must_use]
pub fn any_fits(wanted: &Wanted, models: &[Model]) -> bool {
    let fits = |model| {
        let candidate = Candidate { model: Cow::Borrowed(model), closed: None };
        failings(&candidate, wanted).is_empty()
    };
    wanted.ask == Ask::Any && models.iter().any(fits)
}

/// The model that a wish for one name means, whether it can be had or not; nothing where nobody is known to serve it, or
/// where it is excluded.
pub(super) fn meant(name: &str, wanted: &Wanted, field: Field<'_>) -> Option<Model> {
    let candidate = Candidate { closed: None, ..named(name, field)? };
    barred(&candidate, &wanted.requirement).is_empty().then(|| candidate.model.into_owned())
}

/// The one that is named: it is taken whatever it lacks, if it can be had.
fn by_name(name: &str, wanted: &Wanted, field: Field<'_>) -> Result<Choice, NoChoice> {
    let none = |why, failed| NoChoice { source: wanted.source.clone(), why, failed };
    let Some(candidate) = named(name, field) else {
        return Err(none(Nothing::Unknown(name.to_owned(), near(name, field)), Vec::new()));
    };
    let mut barred = barred(&candidate, &wanted.requirement);
    if !barred.is_empty() {
        barred.extend(has_others(&candidate.model, field.reach));
        let failed = vec![(candidate.model.full_name(), barred)];
        return Err(none(Nothing::Unreachable(vec![name.to_owned()]), failed));
    }
    let mut because = vec![format!("{} names `{name}`", wanted.source)];
    let model = &*candidate.model;
    let lacks = shortcomings(model, wanted).into_iter().chain(unasked(model));
    because.extend(lacks.map(|it| format!("but {it}")));
    Ok(choice(&candidate, wanted, because))
}

/// One of those that are named.
fn among(names: &[String], wanted: &Wanted, field: Field<'_>) -> Result<Choice, NoChoice> {
    let mut found: Vec<Candidate<'_>> = Vec::new();
    let mut unknown = Vec::new();
    for name in names {
        match named(name, field) {
            Some(it) if found.iter().any(|known| known.model == it.model) => {}
            Some(it) => found.push(it),
            None => unknown.push((name.clone(), vec!["nobody is known to serve it".to_owned()])),
        }
    }
    selected(found, wanted, "models that are named").map_err(|mut none| {
        none.failed.extend(unknown);
        none
    })
}

/// One of all models, or of all that a provider has.
fn any(wanted: &Wanted, field: Field<'_>) -> Result<Choice, NoChoice> {
    let mut pool = all(field);
    let Some(provider) = &wanted.requirement.provider else {
        return selected(pool, wanted, "models");
    };
    pool.retain(|it| it.model.provider.eq_ignore_ascii_case(provider));
    if pool.is_empty() {
        let why = Nothing::NoneOf(provider.clone(), near_provider(provider, field));
        let closed = closed(provider, field).map(|it| (provider.clone(), vec![it]));
        let failed = closed.into_iter().collect();
        return Err(NoChoice { source: wanted.source.clone(), why, failed });
    }
    selected(pool, wanted, &format!("models of `{provider}`"))
}

/// The best of those that fit; of the models inside this process only if no other fits.
fn selected(pool: Vec<Candidate<'_>>, wanted: &Wanted, what: &str) -> Result<Choice, NoChoice> {
    let looked_at = pool.len();
    let mut failed = Vec::new();
    let mut fitting = Vec::new();
    for candidate in pool {
        let lacks = failings(&candidate, wanted);
        if lacks.is_empty() {
            fitting.push(candidate);
        } else {
            failed.push((candidate.model.full_name(), lacks));
        }
    }
    let mut because = vec![asked_by(wanted)];
    because.push(format!("{} of {looked_at} {what} fit", fitting.len()));
    let Some(best) = best(fitting, wanted, &mut because) else {
        return Err(NoChoice { source: wanted.source.clone(), why: Nothing::NoneFits, failed });
    };
    let aloud = best.is_local().then(|| last_resort(&best.model));
    Ok(Choice { instead: aloud, ..choice(&best, wanted, because) })
}

/// What is said aloud of a model inside this process that nobody named.
fn last_resort(model: &Model) -> String {
    format!(
        "no other model can be had, so `{}` answers, a model inside this process, the last resort",
        model.full_name()
    )
}

fn asked_by(wanted: &Wanted) -> String {
    match &wanted.source {
        Source::Nothing => "nothing names a model".to_owned(),
        source if wanted.requirement.provider.is_some() && wanted.ask == Ask::Any => {
            format!("{source} leaves the choice open among the models of a provider")
        }
        source => format!("{source} leaves the choice open"),
    }
}

/// The best by the strategy; ties go to the one that comes first.
fn best<'m>(
    mut fitting: Vec<Candidate<'m>>,
    wanted: &Wanted,
    because: &mut Vec<String>,
) -> Option<Candidate<'m>> {
    if fitting.iter().any(|it| !it.is_local()) {
        fitting.retain(|it| !it.is_local());
    } else if !fitting.is_empty() {
        because.push("only a model inside this process is left, the last resort".to_owned());
    }
    let points = |it: &Candidate<'_>| points(it, wanted).total();
    // Sorting is stable: equals keep their order.
    fitting.sort_by(|a, b| points(b).total_cmp(&points(a)));
    let half = fitting.len().div_ceil(2);
    let accuracy = |it: &Candidate<'_>| it.model.judged_accuracy().unwrap_or(-1.0);
    match wanted.strategy {
        Strategy::Balanced => {
            because.push("`balanced` takes the one with the most points".to_owned())
        }
        Strategy::Accuracy => {
            because.push("`accuracy` takes the most accurate one".to_owned());
            fitting.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
        }
        Strategy::Cost => {
            because.push(format!("`cost` takes the cheapest of the better {half}"));
            fitting.truncate(half);
            let price = |it: &Candidate<'_>| it.model.mean_price().unwrap_or(f64::INFINITY);
            fitting.sort_by(|a, b| price(a).total_cmp(&price(b)));
        }
        Strategy::Performance => {
            because.push(format!("`performance` takes the fastest of the better {half}"));
            fitting.truncate(half);
            fitting.sort_by_key(|it| std::cmp::Reverse(it.model.speed));
        }
    }
    if fitting.is_empty() { None } else { Some(fitting.swap_remove(0)) }
}

fn points(candidate: &Candidate<'_>, wanted: &Wanted) -> Score {
    let is_preferred = wanted.requirement.preferred.iter().any(|it| candidate.is_called(it));
    Score::of(&candidate.model, wanted, is_preferred)
}

fn choice(candidate: &Candidate<'_>, wanted: &Wanted, mut because: Vec<String>) -> Choice {
    let score = points(candidate, wanted);
    let parts: Vec<_> =
        score.parts.iter().map(|(what, points)| format!("{what} {}", rounded(*points))).collect();
    if !parts.is_empty() {
        because.push(format!("{} points: {}", rounded(score.total()), parts.join(", ")));
    }
    Choice {
        model: candidate.model.clone().into_owned(),
        source: wanted.source.clone(),
        instead: None,
        settings: wanted.settings.clone(),
        score,
        because,
    }
}

/// What is taken where the wish cannot be met, and only as far as the author declares it: what `fallback_strategy` says,
/// then the fallback of `selection`.
fn instead(none: NoChoice, wanted: &Wanted, field: Field<'_>) -> Result<Choice, NoChoice> {
    let aloud = |mut choice: Choice, means: &str| {
        let why = format!("{none}; {means}");
        choice.because.insert(0, why.clone());
        choice.instead = Some(why);
        choice
    };
    let strategy = match wanted.requirement.when_none {
        WhenNone::Fail => None,
        WhenNone::BestAvailable => Some((Strategy::Balanced, "`best_available`")),
        WhenNone::Cheapest => Some((Strategy::Cost, "`cheapest`")),
    };
    if let Some((strategy, word)) = strategy {
        let mut relaxed = wanted.clone();
        relaxed.strategy = strategy;
        relaxed.leaning = super::Leaning::default();
        relaxed.requirement = super::Requirement {
            excluded: wanted.requirement.excluded.clone(),
            preferred: wanted.requirement.preferred.clone(),
            cost_limit: wanted.requirement.cost_limit,
            provider: wanted.requirement.provider.clone(),
            ..super::Requirement::default()
        };
        if let Ok(choice) = any(&relaxed, field) {
            return Ok(aloud(choice, &format!("`fallback_strategy` says {word}")));
        }
    }
    for fallback in &wanted.fallbacks {
        if let Ok(choice) = by_name(fallback, wanted, field) {
            return Ok(aloud(choice, &format!("`{fallback}` is declared as the fallback")));
        }
    }
    Err(none)
}

/// A provider that is meant perhaps, where none has such a name.
fn near_provider(written: &str, field: Field<'_>) -> Option<String> {
    let found: &[Server] = if let Reach::Known(servers) = field.reach { servers } else { &[] };
    let known = || {
        let fixed = PROVIDERS.into_iter().chain([LOCAL]);
        fixed
            .chain(found.iter().map(|it| &*it.provider))
            .chain(field.servers.iter().map(|it| &*it.name))
            .chain(field.models.iter().map(|it| &*it.provider))
    };
    if known().any(|it| it.eq_ignore_ascii_case(written)) {
        return None;
    }
    crate::names::nearest(written, known()).map(str::to_owned)
}

/// A name that is meant perhaps: that of a provider may be the one that is wrong in it.
fn near(name: &str, field: Field<'_>) -> Option<String> {
    let parts = name.split_once([':', '/']);
    let by_provider = parts.and_then(|(provider, model)| {
        let meant = near_provider(provider.trim(), field)?;
        Some(format!("{meant}:{}", model.trim()))
    });
    let names = field.models.iter().map(|it| &*it.name);
    by_provider.or_else(|| crate::names::nearest(name, names).map(str::to_owned))
}

/// What a server has, where a model that it does not have was asked of it by name.
fn has_others(model: &Model, reach: &Reach) -> Option<String> {
    /// Of many models, so many are named.
    const SHOWN: usize = 3;

    let server = reach.server(&model.provider).filter(|_| model.provider != LOCAL)?;
    let Access::Open { models: Some(listed) } = &server.access else { return None };
    let names: Vec<&str> = listed.iter().map(|it| &*it.name).collect();
    if names.iter().any(|it| it.eq_ignore_ascii_case(&model.name)) {
        return None;
    }
    if let Some(near) = crate::names::nearest(&model.name, names.iter().copied()) {
        return Some(format!("did you mean `{}:{near}`?", server.provider));
    }
    let shown: Vec<_> = names.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
    Some(match names.len().checked_sub(SHOWN) {
        _ if names.is_empty() => "it has none".to_owned(),
        None | Some(0) => format!("it has {}", shown.join(", ")),
        Some(rest) => format!("it has {} and {rest} more", shown.join(", ")),
    })
}

fn rounded(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}
