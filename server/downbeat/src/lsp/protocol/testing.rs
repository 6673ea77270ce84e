//! Tests of pipelines.

use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::Range;

use super::Finding;

/// The notification that carries [`TestEvent`].
pub(crate) const TEST_EVENT: &str = "downbeat/test";

/// The answer to `downbeat/tests`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TestList {
    /// The file of the pipeline that is tested; null where it is not there.
    pub(crate) pipeline: Option<String>,
    /// In the order of the file, without those that have errors.
    pub(crate) tests: Vec<TestInfo>,
    /// What is wrong with the file.
    pub(crate) findings: Vec<Finding>,
}

/// A test of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestInfo {
    /// Unique in the file.
    pub(crate) name: String,
    /// Its name in the text.
    pub(crate) range: Range,
}

/// The argument of `downbeat.test`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestArguments {
    /// The file of tests, open or not.
    pub(crate) uri: String,
    /// The tests; all where it is left out.
    #[serde(default)]
    pub(crate) names: Option<Vec<String>>,
}

/// The answer to `downbeat.test`, and the argument of `downbeat.cancelTest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TestSession {
    pub(crate) session: String,
}

/// Something happened to tests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TestEvent {
    /// Of the answer to `downbeat.test`.
    pub(crate) session: String,
    /// From 1, without gaps.
    pub(crate) seq: u64,
    /// What happened.
    #[serde(flatten)]
    pub(crate) happened: TestHappened,
}

/// See [`TestEvent`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum TestHappened {
    /// The first run of a test begins.
    Begun { name: String },
    /// All runs of a test are over.
    Over {
        name: String,
        /// `passed`, `failed` or `error`.
        verdict: String,
        /// Seconds, all runs together.
        duration: f64,
        /// How often it ran.
        runs: usize,
        /// How often it passed.
        passed: usize,
        failures: Vec<TestFailure>,
    },
    /// Nothing follows.
    Ended {
        /// Whether all tests passed.
        passed: bool,
        /// Why it ended before it began.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

/// Something that did not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TestFailure {
    /// The key of the expectation, or `run_failed`, `refused`, `not_judged`.
    pub(crate) what: String,
    /// For people.
    pub(crate) message: String,
    /// Where it is written.
    pub(crate) range: Range,
}
