//! Tests as JUnit XML, in the elements that Jenkins and GitLab read: a suite a file, a case a test.

use std::fmt::Write;

use crate::{
    cli::xml::escaped,
    testing::{Case, TestFile, TestReport, Tests, Verdict},
};

/// The document; files that could not be read as tests are suites with an error.
pub(super) fn document(report: &TestReport, broken: &[Tests]) -> String {
    let mut suites = String::new();
    let mut sums = Sums::default();
    for file in &report.files {
        let own = Sums::of(file);
        sums.add(&own);
        suite(&mut suites, file, &own);
    }
    for tests in broken {
        sums.add(&Sums { tests: 1, failures: 0, errors: 1, time: 0.0 });
        let name = escaped(&tests.source.name);
        let said: Vec<&str> = tests.findings.iter().map(|it| it.message.as_str()).collect();
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.000\">\n    \
             <testcase name=\"read\" classname=\"{name}\" time=\"0.000\"><error type=\"bad-test\" message=\"{}\"/></testcase>\n  \
             </testsuite>",
            escaped(&said.join("; "))
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"downbeat\" tests=\"{}\" failures=\"{}\" errors=\"{}\" \
         time=\"{:.3}\">\n{suites}</testsuites>\n",
        sums.tests, sums.failures, sums.errors, sums.time
    )
}

#[derive(Default)]
struct Sums {
    tests: usize,
    failures: usize,
    errors: usize,
    /// Seconds.
    time: f64,
}

impl Sums {
    fn of(file: &TestFile) -> Self {
        let count = |verdict| file.tests.iter().filter(|case| case.verdict == verdict).count();
        Self {
            tests: file.tests.len(),
            failures: count(Verdict::Failed),
            errors: count(Verdict::Error),
            time: file.tests.iter().map(time).sum(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.time += other.time;
    }
}

fn time(case: &Case) -> f64 {
    case.runs.iter().map(|run| run.duration).sum()
}

fn suite(out: &mut String, file: &TestFile, sums: &Sums) {
    let name = escaped(&file.file);
    // Writing to a `String` cannot fail; the same holds below.
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" time=\"{:.3}\">",
        sums.tests, sums.failures, sums.errors, sums.time
    );
    for case in &file.tests {
        let _ = write!(
            out,
            "    <testcase name=\"{}\" classname=\"{name}\" file=\"{name}\" line=\"{}\" time=\"{:.3}\"",
            escaped(&case.name),
            case.range.start.line + 1,
            time(case)
        );
        let element = match case.verdict {
            Verdict::Passed => {
                out.push_str("/>\n");
                continue;
            }
            Verdict::Failed => "failure",
            Verdict::Error => "error",
        };
        let failures = || case.runs.iter().flat_map(|run| &run.failures);
        let kind = failures().next().map_or("interrupted", |first| first.what.word());
        let message = failures().next().map_or("it did not end", |first| &first.message);
        let _ = write!(out, "><{element} type=\"{kind}\" message=\"{}\">", escaped(message));
        for failure in failures() {
            let line = failure.range.start.line + 1;
            let _ = write!(out, "{name}:{line}: {}&#10;", escaped(&failure.message));
        }
        let _ = writeln!(out, "</{element}></testcase>");
    }
    out.push_str("  </testsuite>\n");
}
