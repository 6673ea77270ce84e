//! Choices in words.

use std::fmt;

use super::{Choice, NoChoice, Nothing};

/// How many models with different failings are named.
const SHOWN: usize = 6;

impl fmt::Display for NoChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Nothing::Later(template) => {
                write!(f, "which model answers is known once `{template}` is")
            }
            Nothing::Unknown(name, near) => {
                write!(f, "{} names `{name}`, which nobody is known to serve", self.source)?;
                near.as_ref().map_or(Ok(()), |near| write!(f, "; did you mean `{near}`?"))
            }
            Nothing::Unreachable(names) => {
                let names: Vec<_> = names.iter().map(|it| format!("`{it}`")).collect();
                write!(f, "{} names {}, which cannot be had", self.source, names.join(", "))?;
                match self.failed.as_slice() {
                    // Who was named needs no further name.
                    [(_, failings)] => write!(f, ": {}", failings.join("; ")),
                    _ => self.reasons(f),
                }
            }
            Nothing::NoneOf(provider, near) => {
                write!(
                    f,
                    "{} asks for a model of `{provider}`, of which none is known",
                    self.source
                )?;
                self.reasons(f)?;
                near.as_ref().map_or(Ok(()), |near| write!(f, "; did you mean `{near}`?"))
            }
            Nothing::NoneFits => {
                write!(f, "no model fits what {} asks for", self.source)?;
                self.reasons(f)
            }
        }
    }
}

impl std::error::Error for NoChoice {}

impl NoChoice {
    /// What the models failed on, those that failed on the same together, in the order in which they were looked at:
    /// the reason, and the full names.
    #[must_use]
    pub fn by_reason(&self) -> Vec<(String, Vec<&str>)> {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for (model, failings) in &self.failed {
            let reason = failings.join(", ");
            match groups.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, models)) => models.push(model),
                None => groups.push((reason, vec![model])),
            }
        }
        groups
    }

    /// What to do about it, for people, as far as the reasons do not say it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self.why {
            Nothing::Unknown(..) | Nothing::NoneOf(..) => Some(
                "`downbeat models list` shows the models that are known, `downbeat doctor` who can be asked; servers of your own stand under `providers` of `models.yaml`",
            ),
            Nothing::Unreachable(_) => {
                Some("mend that, or name another model: `downbeat doctor` shows who can be asked")
            }
            Nothing::NoneFits => Some(
                "ask for less, or set up a provider that has such a model: `downbeat doctor` shows who can be asked",
            ),
            Nothing::Later(_) => None,
        }
    }

    fn reasons(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = self.by_reason();
        for (at, (reason, models)) in groups.iter().take(SHOWN).enumerate() {
            f.write_str(if at == 0 { ": " } else { "; " })?;
            match models.as_slice() {
                [model] => write!(f, "`{model}`: {reason}")?,
                [model, rest @ ..] => write!(f, "`{model}` and {} more: {reason}", rest.len())?,
                [] => {}
            }
        }
        let rest = groups.len().saturating_sub(SHOWN);
        if rest > 0 { write!(f, "; and {rest} more reasons") } else { Ok(()) }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.model.full_name(), self.because.join("; "))
    }
}

/// US dollars with as many digits as say something, rounded up: what costs at most so much may not cost more.
#[must_use]
pub fn dollars(amount: f64) -> String {
    if amount == 0.0 {
        return "0".to_owned();
    }
    let digits = if amount >= 1.0 { 2 } else { (2 - amount.log10().floor() as i32).clamp(2, 9) };
    let unit = 10_f64.powi(digits);
    // A little less, so that what is a round number stays one.
    let rounded = (amount * unit - 1e-6).ceil() / unit;
    let text = format!("{rounded:.*}", usize::try_from(digits).unwrap_or(2));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
