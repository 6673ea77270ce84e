//! What came of tests, as `downbeat test --format json` prints it.

use schemars::JsonSchema;
use serde::Serialize;
use syntax::Span;

use crate::shape::Range;

/// What came of all tests.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TestReport {
    /// Whether all passed.
    pub(crate) passed: bool,
    /// Seconds.
    pub(crate) duration: f64,
    /// In the order asked for.
    pub(crate) files: Vec<TestFile>,
}

/// What came of the tests of one file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TestFile {
    /// The file, as it was asked for.
    pub(crate) file: String,
    /// The pipeline that it tests; null where there is none.
    pub(crate) pipeline: Option<String>,
    /// In the order of the file.
    pub(crate) tests: Vec<Case>,
}

/// What came of one test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Case {
    /// Its name.
    pub(crate) name: String,
    /// Its name in the file.
    pub(crate) range: Range,
    /// What came of it: the worst over its models.
    pub(crate) verdict: Verdict,
    /// The least share of runs that must pass.
    pub(crate) passes: f64,
    /// How often it passed, model by model.
    pub(crate) rates: Vec<Rate>,
    /// Its runs.
    pub(crate) runs: Vec<Attempt>,
}

/// How often a test passed with one model.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Rate {
    /// The model; null: those that the pipeline asks for.
    pub(crate) model: Option<String>,
    /// How often it ran.
    pub(crate) runs: usize,
    /// How often it passed.
    pub(crate) passed: usize,
    /// The share.
    pub(crate) rate: f64,
}

/// One run of a test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Attempt {
    /// The model; null: those that the pipeline asks for.
    pub(crate) model: Option<String>,
    /// From 1, for each model.
    pub(crate) number: u32,
    /// What came of it.
    pub(crate) verdict: Verdict,
    /// Seconds.
    pub(crate) duration: f64,
    /// US dollars; null is unknown.
    pub(crate) cost: Option<f64>,
    /// What did not hold, in the order of the file.
    pub(crate) failures: Vec<Failure>,
}

/// What came of a test or a run of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Everything held.
    Passed,
    /// Something did not.
    Failed,
    /// It could not be run, or not be judged.
    Error,
}

/// What did not hold.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Failure {
    /// What was looked at.
    pub(crate) what: Cause,
    /// For people.
    pub(crate) message: String,
    /// Where it is written.
    pub(crate) range: Range,
    /// The same in bytes.
    #[serde(skip)]
    pub(crate) span: Span,
}

/// What a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cause {
    Equals,
    Contains,
    Matches,
    Schema,
    Judge,
    /// What must not be so is.
    Not,
    Condition,
    CostBelow,
    StepsRun,
    StepsSkipped,
    Fails,
    /// The run failed, and nobody expects it.
    RunFailed,
    /// The run was refused, or something that it needs is missing.
    Refused,
    /// An expectation cannot be judged.
    NotJudged,
}

impl Cause {
    /// The word in JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::Schema => "schema",
            Self::Judge => "judge",
            Self::Not => "not",
            Self::Condition => "condition",
            Self::CostBelow => "cost_below",
            Self::StepsRun => "steps_run",
            Self::StepsSkipped => "steps_skipped",
            Self::Fails => "fails",
            Self::RunFailed => "run_failed",
            Self::Refused => "refused",
            Self::NotJudged => "not_judged",
        }
    }

    /// What a run with such a failure comes to.
    pub(crate) const fn verdict(self) -> Verdict {
        match self {
            Self::Refused | Self::NotJudged => Verdict::Error,
            _ => Verdict::Failed,
        }
    }
}

impl Case {
    /// What came of a test whose runs are over.
    pub(crate) fn of(name: &str, range: Range, passes: f64, runs: Vec<Attempt>) -> Self {
        let mut rates: Vec<Rate> = Vec::new();
        for run in &runs {
            let at = rates.iter().position(|rate| rate.model == run.model).unwrap_or_else(|| {
                rates.push(Rate { model: run.model.clone(), runs: 0, passed: 0, rate: 0.0 });
                rates.len() - 1
            });
            rates[at].runs += 1;
            rates[at].passed += usize::from(run.verdict == Verdict::Passed);
        }
        for rate in &mut rates {
            #[expect(clippy::cast_precision_loss, reason = "at most 1,000 runs")]
            let share = rate.passed as f64 / rate.runs as f64;
            rate.rate = share;
        }
        let worst_run = runs.iter().map(|run| run.verdict).max().unwrap_or(Verdict::Passed);
        let verdict = match worst_run {
            Verdict::Failed if rates.iter().all(|rate| rate.rate >= passes) => Verdict::Passed,
            other => other,
        };
        Self { name: name.to_owned(), range, verdict, passes, rates, runs }
    }
}

#[cfg(test)]
mod tests {
    use syntax::{Document, Span};

    use super::*;

    fn run(model: &str, verdict: Verdict) -> Attempt {
        let model = Some(model.to_owned());
        Attempt { model, number: 1, verdict, duration: 0.0, cost: None, failures: Vec::new() }
    }

    #[test]
    fn the_worst_model_decides_and_what_could_not_run_is_no_rate() {
        use Verdict::{Error, Failed, Passed};
        let of = |passes: f64, runs: &[(&str, Verdict)]| {
            let runs = runs.iter().map(|(model, verdict)| run(model, *verdict)).collect();
            let range = Range::new(&Document::new(""), Span::empty(0));
            Case::of("t", range, passes, runs).verdict
        };
        let even = [("a", Passed), ("a", Failed), ("b", Passed), ("b", Passed)];
        assert_eq!(of(1.0, &even), Failed);
        assert_eq!(of(0.5, &even), Passed);
        assert_eq!(of(0.5, &[("a", Failed), ("a", Failed), ("b", Passed)]), Failed);
        assert_eq!(of(0.1, &[("a", Passed), ("a", Error)]), Error);
    }
}
