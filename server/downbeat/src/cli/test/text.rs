//! Tests told to people: a line a test, what did not hold drawn with its line, a summary.

use checks::Severity;

use crate::{
    cli::{
        check::counted_noun,
        draw::{Drawing, Pen, Sheet},
        printable::printable,
        terminal::{Stream, Terminal, Verbosity},
    },
    testing::{Case, TestReport, Tests, Told, Verdict},
};

/// Failures of one test that are drawn.
const DRAWN: usize = 8;

pub(super) fn tell(terminal: Terminal, told: &Told<'_>) {
    match told {
        Told::Begun { file, name } if terminal.verbosity >= Verbosity::Verbose => {
            terminal.note(&format!("{} {}", printable(&file.source.name), printable(name)));
        }
        Told::Begun { .. } => {}
        Told::Over { file, case } => over(terminal, file, case),
    }
}

fn over(terminal: Terminal, file: &Tests, case: &Case) {
    let paint = terminal.paint(Stream::Out);
    let word = match case.verdict {
        Verdict::Passed => paint.green("passed"),
        Verdict::Failed => paint.red("failed"),
        Verdict::Error => paint.red("error "),
    };
    let place = paint.dim(&printable(&file.source.name));
    terminal.line(&format!("{word} {} {place}{}", printable(&case.name), rates(case)));
    if case.verdict == Verdict::Passed {
        return;
    }
    let pen = Pen::new(terminal, Stream::Out);
    let sheet = Sheet::new(&file.source);
    // The same fault of several runs is drawn once.
    let mut drawn: Vec<(syntax::Span, &str)> = Vec::new();
    for (run, failure) in
        case.runs.iter().flat_map(|run| run.failures.iter().map(move |it| (run, it)))
    {
        let same = (failure.span, failure.message.as_str());
        if drawn.contains(&same) {
            continue;
        }
        drawn.push(same);
        if drawn.len() > DRAWN {
            continue;
        }
        let whose = (case.runs.len() > 1).then(|| match &run.model {
            Some(model) => format!("in run {} with `{model}`", run.number),
            None => format!("in run {}", run.number),
        });
        let drawing = Drawing {
            code: failure.what.word().to_owned(),
            severity: Severity::Error,
            message: failure.message.clone(),
            span: failure.span,
            label: String::new(),
            related: Vec::new(),
            help: whose,
        };
        terminal.write(Stream::Out, &pen.draw(&sheet, &drawing));
    }
    if let Some(more) = drawn.len().checked_sub(DRAWN).filter(|more| *more > 0) {
        terminal.line(&format!("  {} more", counted_noun(more, "failure")));
    }
}

/// How often it passed, where it ran more than once.
fn rates(case: &Case) -> String {
    if case.runs.len() <= 1 {
        return String::new();
    }
    let told = case.rates.iter().map(|rate| {
        let model = rate.model.as_deref().map(|model| format!("{}: ", printable(model)));
        format!("{}{} of {}", model.unwrap_or_default(), rate.passed, rate.runs)
    });
    format!(" ({})", told.collect::<Vec<_>>().join(", "))
}

pub(super) fn summary(terminal: Terminal, report: &TestReport) {
    let cases = || report.files.iter().flat_map(|file| &file.tests);
    let of = |verdict| cases().filter(|case| case.verdict == verdict).count();
    let counts = [
        (of(Verdict::Passed), "passed"),
        (of(Verdict::Failed), "failed"),
        (of(Verdict::Error), "could not run"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, word)| format!("{count} {word}")).collect();
    let all = counted_noun(cases().count(), "test");
    let seconds = report.duration;
    if told.is_empty() {
        terminal.note(&all);
    } else {
        terminal.note(&format!("{all}: {} ({seconds:.2} s)", told.join(", ")));
    }
}
