//! The tests beside pipelines.

use std::{path::PathBuf, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    cli::test::find,
    mcp::{
        bench::{Bench, Refusal, tests_at_once},
        offer::{Said, Work},
        progress::Progress,
    },
    testing::{self, Order, Pick, TestReport, Tests, Told},
    workspace,
};

pub(super) struct Test;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline, a file of tests, or a folder with some; the workspace's folder where nothing is said.
    file: Option<String>,
    /// Only tests with this in their name.
    filter: Option<String>,
}

impl Work for Test {
    const NAME: &'static str = "test";
    const TITLE: &'static str = "Run the tests of pipelines";
    const ABOUT: &'static str = "Runs the tests beside pipelines (`NAME.pipeline.test.yaml`), with recorded answers or live models as each \
        says, and tells what did not hold.";
    type Given = Given;
    type Answer = TestReport;

    async fn work(
        bench: Arc<Bench>,
        given: Given,
        progress: Progress,
    ) -> Result<Said<TestReport>, Refusal> {
        let seat = bench.seat()?;
        let pick = given.filter.map_or(Pick::All, |part| Pick::Like(vec![part]));
        let order = Order { pick, times: None, models: Vec::new(), jobs: tests_at_once() };
        let files = tokio::task::spawn_blocking(move || sound(&bench, given.file.as_deref()));
        let files = files.await??;
        let cancel = seat.cancel.clone();
        // This future is dropped where the agent has gone.
        let _stop = cancel.clone().drop_guard();
        let given_up = progress.cancel.clone();
        let tell = |_: Told<'_>| {};
        let running = testing::drive(&files, &order, &tell, &cancel);
        tokio::pin!(running);
        let report = tokio::select! {
            report = &mut running => report,
            () = given_up.cancelled() => {
                cancel.cancel();
                running.await
            }
        };
        drop(seat);
        Ok(Said::plainly(report))
    }
}

/// The files of tests that are meant, none of which has an error.
fn sound(bench: &Bench, file: Option<&str>) -> Result<Vec<Arc<Tests>>, Refusal> {
    let path = match file {
        Some(file) => bench.within(file)?,
        None => PathBuf::from("."),
    };
    let found = find::all(&[path], &workspace::catalogue());
    let mut wrong: Vec<String> = found.unreadable.iter().map(ToString::to_string).collect();
    for tests in found.files.iter().filter(|tests| !tests.is_sound()) {
        wrong.push(format!("`{}` has errors; `check` tells them", tests.source.name));
    }
    if wrong.is_empty() {
        Ok(found.files.into_iter().map(Arc::new).collect())
    } else {
        Err(wrong.join("\n").into())
    }
}
