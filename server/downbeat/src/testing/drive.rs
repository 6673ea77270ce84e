//! All runs of all tests, some at once.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    attempt::Trial,
    order::Order,
    report::{Attempt, Case, TestFile, TestReport, Verdict},
    suite::Tests,
};
use crate::{shape::Range, workspace};

/// Something happened.
pub(crate) enum Told<'t> {
    /// A test begins.
    Begun { file: &'t Tests, name: &'t str },
    /// All runs of a test are over.
    Over { file: &'t Tests, case: &'t Case },
}

/// Runs what `order` wants of files without errors, and tells what happens. A test that is not begun when `cancel` fires is left
/// out.
pub(crate) async fn drive(
    files: &[Arc<Tests>],
    order: &Order,
    tell: &(dyn Fn(Told<'_>) + Sync),
    cancel: &CancellationToken,
) -> TestReport {
    let begun = Instant::now();
    let mut wanted = Vec::new();
    for (file, tests) in files.iter().enumerate() {
        let folder = tests.pipeline.as_ref().map(|it| it.workspace.clone());
        let host = workspace::host(&folder.unwrap_or_else(|| tests.source.folder()));
        for (case, written) in tests.suite.cases.iter().enumerate() {
            if order.pick.wants(&written.name.value) {
                let trial = |(model, number)| Trial {
                    tests: Arc::clone(tests),
                    host: Arc::clone(&host),
                    case,
                    model,
                    number,
                };
                wanted.push(((file, case), runs(written, order).into_iter().map(trial).collect()));
            }
        }
    }
    let cases = run_all(files, wanted, order, tell, cancel).await;
    let mut report = TestReport { passed: true, duration: 0.0, files: Vec::new() };
    let mut cases = cases.into_iter().peekable();
    for (file, tests) in files.iter().enumerate() {
        let mut own = Vec::new();
        while let Some((_, case)) = cases.next_if(|((of, _), _)| *of == file) {
            report.passed &= case.verdict == Verdict::Passed;
            own.push(case);
        }
        let pipeline = tests.pipeline.as_ref().map(|it| it.source.path.as_deref());
        report.files.push(TestFile {
            file: tests.source.name.to_string(),
            pipeline: pipeline.flatten().map(workspace::display),
            tests: own,
        });
    }
    report.duration = begun.elapsed().as_secs_f64();
    report
}

/// A test: which file, which test of it.
type Place = (usize, usize);

async fn run_all(
    files: &[Arc<Tests>],
    wanted: Vec<(Place, Vec<Trial>)>,
    order: &Order,
    tell: &(dyn Fn(Told<'_>) + Sync),
    cancel: &CancellationToken,
) -> BTreeMap<Place, Case> {
    let seats = Arc::new(Semaphore::new(order.jobs.get()));
    let mut running: JoinSet<(Place, Option<Attempt>)> = JoinSet::new();
    let mut open: BTreeMap<Place, (usize, Vec<Attempt>)> = BTreeMap::new();
    let mut over = BTreeMap::new();
    let mut waiting = wanted.into_iter().flat_map(|(place, trials)| {
        let count = trials.len();
        trials.into_iter().map(move |trial| (place, count, trial))
    });
    let mut next = waiting.next();
    loop {
        // No more is begun than can go on, so that tests begin in their order.
        while let Some((place, count, trial)) =
            next.take_if(|_| seats.available_permits() > 0 && !cancel.is_cancelled())
        {
            let Ok(seat) = Arc::clone(&seats).try_acquire_owned() else { break };
            open.entry(place).or_insert_with(|| {
                let tests = &files[place.0];
                let name = &tests.suite.cases[place.1].name.value;
                tell(Told::Begun { file: tests, name });
                (count, Vec::new())
            });
            let cancel = cancel.clone();
            running.spawn(async move {
                let attempt = trial.run(cancel).await;
                drop(seat);
                (place, Some(attempt))
            });
            next = waiting.next();
        }
        let Some(ended) = running.join_next().await else { break };
        // A run that panicked has said so on standard error; its test stays open and counts as an error below.
        let Ok((place, attempt)) = ended else { continue };
        let Some((count, runs)) = open.get_mut(&place) else { continue };
        runs.extend(attempt);
        if runs.len() == *count {
            let runs = open.remove(&place).map(|(_, runs)| runs).unwrap_or_default();
            let case = finish(&files[place.0], place.1, runs);
            tell(Told::Over { file: &files[place.0], case: &case });
            over.insert(place, case);
        }
    }
    for (place, (_, runs)) in open {
        let mut case = finish(&files[place.0], place.1, runs);
        case.verdict = Verdict::Error;
        tell(Told::Over { file: &files[place.0], case: &case });
        over.insert(place, case);
    }
    over
}

fn finish(tests: &Tests, case: usize, mut runs: Vec<Attempt>) -> Case {
    let written = &tests.suite.cases[case];
    let models =
        |run: &Attempt| written.models.iter().position(|it| Some(&it.value) == run.model.as_ref());
    runs.sort_by_key(|run| (models(run), run.number));
    let range = Range::new(&tests.document, written.name.span);
    Case::of(&written.name.value, range, written.passes, runs)
}

/// Each run of a test: its model, and its number.
fn runs(case: &checks::suite::Case, order: &Order) -> Vec<(Option<String>, u32)> {
    let recorded = case.recorded.is_some();
    let times = if recorded { 1 } else { order.times.unwrap_or(case.times) };
    let written = || case.models.iter().map(|it| it.value.clone()).collect();
    let models: Vec<String> = match order.models.as_slice() {
        _ if recorded => Vec::new(),
        [] => written(),
        models => models.to_vec(),
    };
    let models: Vec<Option<String>> =
        if models.is_empty() { vec![None] } else { models.into_iter().map(Some).collect() };
    models.iter().flat_map(|model| (1..=times).map(|number| (model.clone(), number))).collect()
}
