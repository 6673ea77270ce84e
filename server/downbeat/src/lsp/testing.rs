//! Tests in the editor: which ones there are, running them, and what comes of each as it ends.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::str::FromStr as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::value::RawValue;
use syntax::{Document, Span};
use tokio_util::sync::CancellationToken;
use tower_lsp_server::ls_types::{ExecuteCommandParams, Uri};

use super::client::Trust;
use super::commands::{argument, refused, untrusted};
use super::encoding::Encoding;
use super::message::{Code, Refusal};
use super::outbox::Outbox;
use super::protocol::{
    About, Finding, TEST_EVENT, TestArguments, TestEvent, TestFailure, TestHappened, TestInfo,
    TestList, TestSession,
};
use super::reply::Reply;
use super::runs::priority::step_aside;
use super::session::{Session, require};
use crate::testing::{self, Case, Order, Pick, Tests, Told, Verdict};
use crate::workspace::{self, Source};

/// How many runs of one call go on at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// How long the end of the server waits for tests to end their processes.
const FAREWELL: Duration = Duration::from_secs(5);

/// All tests that this server runs.
pub(crate) struct Testing {
    outbox: Outbox,
    inner: Mutex<Inner>,
    /// Signalled when a session ends.
    ended: Condvar,
}

#[derive(Default)]
struct Inner {
    sessions: BTreeMap<String, CancellationToken>,
    /// How many have begun.
    begun: u64,
}

/// Where the text of a file of tests comes from: what the editor shows, else the file.
enum Origin {
    Text(Source),
    File(std::path::PathBuf),
}

impl Session {
    /// Answers `downbeat/tests`.
    pub(super) fn list_tests(&mut self, params: Option<&RawValue>, reply: Reply) {
        let asked = require::<About>(params).and_then(|About { uri }| self.origin(&uri));
        let origin = match asked {
            Ok(origin) => origin,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let (encoding, catalogue) = (self.client.encoding, self.catalogue().clone());
        self.pool.run(move || {
            reply.give(origin.read().map(|source| {
                let tests = Tests::new(source, &catalogue);
                let info = |case: &checks::suite::Case| TestInfo {
                    name: case.name.value.clone(),
                    range: encoding.range(&tests.document, case.name.span),
                };
                let path = tests.pipeline.as_ref().and_then(|it| it.source.path.as_deref());
                TestList {
                    pipeline: path.and_then(Uri::from_file_path).map(|uri| uri.as_str().to_owned()),
                    tests: tests.suite.cases.iter().map(info).collect(),
                    findings: findings(&tests, encoding),
                }
            }));
        });
    }

    /// Runs tests of a file. Nothing here waits for a run.
    pub(super) fn test(&mut self, params: ExecuteCommandParams, reply: Reply) {
        if self.client.trust == Trust::Untrusted {
            return reply.give(Err::<(), _>(untrusted()));
        }
        let prepared = argument::<TestArguments>(params).and_then(|call| {
            let uri = Uri::from_str(&call.uri).map_err(|_| {
                Refusal::new(Code::InvalidParams, format!("`{}` is no address", call.uri))
            })?;
            let origin = self.origin(&uri)?;
            Ok((call, origin))
        });
        let (call, origin) = match prepared {
            Ok(prepared) => prepared,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let (encoding, catalogue) = (self.client.encoding, self.catalogue().clone());
        let testing = Arc::clone(&self.testing);
        self.pool.run(move || {
            let tests = match origin.read() {
                Ok(source) => Tests::new(source, &catalogue),
                Err(refusal) => return reply.give(Err::<(), _>(refusal)),
            };
            if !tests.is_sound() {
                let message = "the file has errors, so none of its tests ran".to_owned();
                return reply.give(Err::<(), _>(refused(
                    "findings",
                    message,
                    findings(&tests, encoding),
                )));
            }
            let order = Order {
                pick: call.names.map_or(Pick::All, Pick::Named),
                times: None,
                models: Vec::new(),
                jobs: AT_ONCE,
            };
            testing.begin(tests, order, encoding, reply);
        });
    }

    /// Stops tests that go on.
    pub(super) fn cancel_test(&mut self, params: ExecuteCommandParams, reply: Reply) {
        reply.give(argument::<TestSession>(params).map(|TestSession { session }| {
            if let Some(cancel) = self.testing.lock().sessions.get(&session) {
                cancel.cancel();
            }
        }));
    }

    fn origin(&self, uri: &Uri) -> Result<Origin, Refusal> {
        let path = uri.to_file_path().map(std::borrow::Cow::into_owned);
        match (self.desk(uri.as_str()), path) {
            (Some(desk), path) => {
                let name =
                    path.as_deref().map_or_else(|| uri.as_str().to_owned(), workspace::display);
                let text = desk.latest().document.rope().to_string();
                Ok(Origin::Text(Source { name: name.into(), path, text: text.into() }))
            }
            (None, Some(path)) => Ok(Origin::File(path)),
            (None, None) => Err(Refusal::new(
                Code::InvalidParams,
                format!("`{}` is neither open nor a file", uri.as_str()),
            )),
        }
    }
}

impl Origin {
    fn read(self) -> Result<Source, Refusal> {
        match self {
            Self::Text(source) => Ok(source),
            Self::File(path) => Source::read(&path)
                .map_err(|error| Refusal::new(Code::RequestFailed, error.to_string())),
        }
    }
}

fn findings(tests: &Tests, encoding: Encoding) -> Vec<Finding> {
    let finding = |it: &checks::Diagnostic| Finding {
        code: it.code.to_owned(),
        message: it.message.clone(),
        range: Some(encoding.range(&tests.document, it.span)),
        help: None,
    };
    tests.findings.iter().map(finding).collect()
}

impl Testing {
    pub(crate) fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, inner: Mutex::default(), ended: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session on a thread of its own; the answer goes out before its first event.
    fn begin(self: &Arc<Self>, tests: Tests, order: Order, encoding: Encoding, reply: Reply) {
        let cancel = CancellationToken::new();
        let mut inner = self.lock();
        inner.begun += 1;
        let session = format!("test-{}", inner.begun);
        inner.sessions.insert(session.clone(), cancel.clone());
        drop(inner);
        reply.give(Ok(TestSession { session: session.clone() }));
        let testing = Arc::clone(self);
        let work = {
            let session = session.clone();
            move || {
                testing.drive(&session, tests, &order, encoding, &cancel);
                testing.lock().sessions.remove(&session);
                testing.ended.notify_all();
            }
        };
        if let Err(error) = thread::Builder::new().name("tests".to_owned()).spawn(work) {
            self.lock().sessions.remove(&session);
            let message = format!("the tests cannot be started: {error}");
            self.send(&session, 1, TestHappened::Ended { passed: false, message: Some(message) });
        }
    }

    fn drive(
        &self,
        session: &str,
        tests: Tests,
        order: &Order,
        encoding: Encoding,
        cancel: &CancellationToken,
    ) {
        let seq = Mutex::new(0);
        let send = |happened| {
            let mut seq = seq.lock().unwrap_or_else(PoisonError::into_inner);
            *seq += 1;
            self.send(session, *seq, happened);
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .on_thread_start(step_aside)
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let message = Some(format!("the tests cannot be started: {error}"));
                return send(TestHappened::Ended { passed: false, message });
            }
        };
        let tell = |told: Told<'_>| match told {
            Told::Begun { name, .. } => send(TestHappened::Begun { name: name.to_owned() }),
            Told::Over { file, case } => send(over(&file.document, encoding, case)),
        };
        let report = runtime.block_on(testing::drive(&[Arc::new(tests)], order, &tell, cancel));
        runtime.shutdown_background();
        send(TestHappened::Ended { passed: report.passed, message: None });
    }

    fn send(&self, session: &str, seq: u64, happened: TestHappened) {
        let event = TestEvent { session: session.to_owned(), seq, happened };
        self.outbox.notify(TEST_EVENT, &event);
    }

    /// Stops everything and waits, for a while, until it has ended.
    pub(crate) fn end(&self) {
        let inner = self.lock();
        inner.sessions.values().for_each(CancellationToken::cancel);
        // What is not over then is left to the end of the process.
        let _ = self.ended.wait_timeout_while(inner, FAREWELL, |inner| !inner.sessions.is_empty());
    }
}

/// What came of a test, as the editor hears it. Equal failures of several runs are told once.
fn over(document: &Document, encoding: Encoding, case: &Case) -> TestHappened {
    let mut failures: Vec<TestFailure> = Vec::new();
    for failure in case.runs.iter().flat_map(|run| &run.failures) {
        let range = |span: Span| encoding.range(document, span);
        let told = TestFailure {
            what: failure.what.word().to_owned(),
            message: failure.message.clone(),
            range: range(failure.span),
        };
        if !failures.contains(&told) {
            failures.push(told);
        }
    }
    let verdict = match case.verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Error => "error",
    };
    TestHappened::Over {
        name: case.name.clone(),
        verdict: verdict.to_owned(),
        duration: case.runs.iter().map(|run| run.duration).sum(),
        runs: case.runs.len(),
        passed: case.rates.iter().map(|rate| rate.passed).sum(),
        failures,
    }
}
