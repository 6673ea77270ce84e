//! `test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub(super) const TEST_EXAMPLES: &str = "\
Examples:
  downbeat test                             all tests below this folder
  downbeat test report.pipeline.yaml        those beside a pipeline
  downbeat test --filter tides --times 5 --model ollama:llama3.2 --model openai:gpt-5-mini
  downbeat test --format junit > tests.xml

Each run works in a folder of its own, asks everything anew and is kept nowhere.

Exit codes: 0 all passed; 1 a test failed, or something could not be read; 2 a test could not run, a file of \
tests has errors, or the call is wrong; 130 interrupted.";

/// `test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files of tests, pipelines that have one beside them, or folders
    #[arg(default_value = ".", hide_default_value = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only tests with this in their name; may be given many times
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Vec<String>,
    /// Run each test so often with each model, whatever its file says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(checks::suite::MOST_TIMES)))]
    pub(crate) times: Option<u32>,
    /// Run each test with this model, whatever its file says; may be given many times
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Vec<String>,
    /// How many runs go on at once [default: 4]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// How results are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TestFormat,
}

/// Formats of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// For people
    #[default]
    #[value(alias = "human")]
    Text,
    /// For programs
    Json,
    /// JUnit XML, a test case a test
    Junit,
}
