//! `downbeat test`: runs the tests beside pipelines.

pub(crate) mod find;
mod junit;
mod text;

use std::{collections::BTreeSet, num::NonZeroUsize, sync::Arc};

use super::{
    args::{Test, TestFormat},
    check,
    draw::Pen,
    exit::Exit,
    run::interrupt,
    terminal::{Stream, Terminal},
};
use crate::{
    testing::{self, Order, Pick, Pipeline, TestReport, Tests, Told, Verdict},
    workspace,
};

pub(super) fn run(terminal: Terminal, call: &Test) -> Exit {
    let found = find::all(&call.paths, &workspace::catalogue());
    for unreadable in &found.unreadable {
        terminal.error(&unreadable.to_string());
    }
    let (sound, broken): (Vec<_>, Vec<_>) = found.files.into_iter().partition(|it| it.is_sound());
    let pen = Pen::new(terminal, Stream::Err);
    for tests in sound.iter().chain(&broken) {
        terminal.write(Stream::Err, &check::draw(&pen, &tests.source, &tests.findings));
    }
    for pipeline in broken_pipelines(&sound) {
        let errors: Vec<_> = pipeline.errors().into_iter().cloned().collect();
        terminal.write(Stream::Err, &check::draw(&pen, &pipeline.source, &errors));
    }
    for tests in &broken {
        terminal.error(&format!("`{}` has errors, so none of its tests ran", tests.source.name));
    }
    let order = order(call);
    let names = sound.iter().flat_map(|it| it.suite.cases.iter().map(|case| &case.name.value));
    let wants_any = order.pick == Pick::All || names.into_iter().any(|it| order.pick.wants(it));
    // What stands in a broken file is not known.
    if !wants_any && broken.is_empty() {
        terminal.error("no test has that in its name");
        return Exit::Wrong;
    }
    let sound: Vec<_> = sound.into_iter().map(Arc::new).collect();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&format!("cannot start: {}", workspace::reason(&error)));
            return Exit::Wrong;
        }
    };
    let tell = |told: Told<'_>| {
        if call.format == TestFormat::Text {
            text::tell(terminal, &told);
        }
    };
    let ended = runtime.block_on(interrupt::until_twice(terminal, |cancel| {
        let (sound, order, tell) = (&sound, &order, &tell);
        async move {
            let report = testing::drive(sound, order, tell, &cancel).await;
            (report, cancel.is_cancelled())
        }
    }));
    runtime.shutdown_background();
    let Some((mut report, interrupted)) = ended else { return Exit::Interrupted };
    report.passed &= broken.is_empty() && found.unreadable.is_empty();
    match call.format {
        TestFormat::Text => text::summary(terminal, &report),
        TestFormat::Json => drop(terminal.json(&report)),
        TestFormat::Junit => {
            terminal.write(Stream::Out, &junit::document(&report, &broken));
        }
    }
    match exit(&report) {
        _ if interrupted => Exit::Interrupted,
        _ if !broken.is_empty() => Exit::Wrong,
        Exit::Success if !found.unreadable.is_empty() => Exit::Failure,
        exit => exit,
    }
}

/// The pipelines that have errors, each once.
fn broken_pipelines(files: &[Tests]) -> Vec<&Pipeline> {
    let mut seen = BTreeSet::new();
    let pipelines = files.iter().filter_map(|it| it.pipeline.as_deref());
    pipelines.filter(|it| !it.errors().is_empty() && seen.insert(it.source.path.clone())).collect()
}

fn order(call: &Test) -> Order {
    // Runs wait for models and processes most of their time.
    let usual = NonZeroUsize::MIN.saturating_add(3);
    Order {
        pick: match call.filter.as_slice() {
            [] => Pick::All,
            parts => Pick::Like(parts.to_vec()),
        },
        times: call.times,
        models: call.model.clone(),
        jobs: call.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into())).unwrap_or(usual),
    }
}

/// A test that could not run is a call that is wrong; one that failed is a failure.
fn exit(report: &TestReport) -> Exit {
    let cases = report.files.iter().flat_map(|file| &file.tests);
    match cases.map(|case| case.verdict).max() {
        None | Some(Verdict::Passed) => Exit::Success,
        Some(Verdict::Failed) => Exit::Failure,
        Some(Verdict::Error) => Exit::Wrong,
    }
}
