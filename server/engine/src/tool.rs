//! The contract of tools: what the engine promises to a call, and what it expects back.

use std::{
    borrow::Cow,
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use pipeline::{
    Value,
    catalogue::{Effect, Envelope, Signature},
    eval::Scope,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tokio_util::sync::CancellationToken;

use crate::{
    budget::Ceiling,
    document::{Resources, Usage},
    hands::Hands,
    holdings::Holdings,
    limits::Hosts,
    mind::Mind,
    people::People,
};

/// Something a step can do.
#[async_trait]
pub trait Tool: Send + Sync {
    /// Its declaration in [`pipeline::catalogue`].
    fn signature(&self) -> &'static Signature;

    /// Does it. Must stop, with every process it started, soon after `call.cancel` fires: the engine fires it at a
    /// timeout, at a cancel, and when another step's failure ends the run, and drops the future shortly after.
    ///
    /// A value that is a map with `success: false` is a *reported* failure: the step completes without success. An
    /// [`Err`] is a *raised* one: the step fails, and may be tried again if it is transient.
    async fn call(&self, call: Call) -> Result<Json, Failure>;

    /// Tells what the call told that got this answer, where the answer is that of an earlier run. By default nothing.
    fn retell(&self, _answer: &Json, _output: &Output) {}

    /// Hears of a call that is not made, because its answer is known: the run goes on after a break, or the answer is that
    /// of an earlier run. For what later calls of the run need from this one in its holdings; nothing is to be done or
    /// started. Only tools that [`Self::leaves_something`] are told, and not of calls with AUTO tags in them. By default
    /// nothing.
    fn remember(&self, _call: &Call, _answer: &Json) {}

    /// Whether its calls leave something in the holdings of the run. By default not.
    fn leaves_something(&self) -> bool {
        false
    }

    /// The most that a call can use, asked just before it is made. `None`: it costs nothing and takes no tokens. By default
    /// that holds for every operation that asks no model, and nothing is known of one that does.
    ///
    /// Such a call tells what it used by [`Output::spent`], also when it fails; one that says nothing counts with its
    /// ceiling.
    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        let effects = self.signature().effects_of(call.operation.as_deref());
        effects.contains(&Effect::Model).then(Ceiling::default)
    }

    /// What the answer of a call follows from. By default nothing beside the call where its operation only computes or
    /// asks a model, else more than can be told.
    fn relies_on(&self, call: &Call) -> Reliance {
        let effects = self.signature().effects_of(call.operation.as_deref());
        let is_told = effects.iter().all(|it| matches!(it, Effect::Pure | Effect::Model));
        if is_told { Reliance::Nothing } else { Reliance::World }
    }
}

/// What an answer follows from, beside the tool and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reliance {
    /// Nothing.
    Nothing,
    /// The content of these files; absolute paths.
    Files(Vec<PathBuf>),
    /// More than can be told.
    World,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Word of `action:` beside a tool that has operations, or the tool's default; `None` for tools without.
    pub operation: Option<String>,
    /// Rendered, typed, and checked against the signature: required ones are there, types are converted, choices are
    /// spelled as declared, defaults are filled in, aliases are replaced. They may be large: clones of a call share them.
    pub parameters: Arc<Map<String, Json>>,
    /// The rendered text of a prose action (`echo hello`); `None` for everything else.
    pub text: Option<String>,
    /// What the step may read, for tools that evaluate an expression themselves: `condition` of `evaluate_condition`
    /// is passed on as it is written.
    pub names: Names,
    /// Whom it asks; none where it asks no model.
    pub mind: Option<Arc<Mind>>,
    /// What its model may call.
    pub hands: Hands,
    /// Where it happens.
    pub place: Place,
    /// Fires when the call must stop.
    pub cancel: CancellationToken,
    /// Where live output goes.
    pub output: Output,
    /// The way out: whoever asks a host enters it here first.
    pub hosts: Hosts,
    /// What calls of the run leave for later ones.
    pub holdings: Holdings,
    /// The step's own timeout, for tools that pass it on.
    pub timeout: Option<Duration>,
    /// Whom to ask.
    pub people: People,
}

/// Names that the expressions of a call may read.
#[derive(Clone)]
pub struct Names(Arc<dyn Scope + Send + Sync>);

impl Names {
    /// The names of a scope.
    pub fn of(scope: Arc<dyn Scope + Send + Sync>) -> Self {
        Self(scope)
    }

    /// No names at all.
    #[must_use]
    pub fn none() -> Self {
        struct Nothing;
        impl Scope for Nothing {
            fn lookup(&self, _name: &str) -> Option<Value> {
                None
            }
        }
        Self(Arc::new(Nothing))
    }

    /// To evaluate with.
    #[must_use]
    pub fn scope(&self) -> &dyn Scope {
        &*self.0
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.names()).finish()
    }
}

/// Where a call happens.
#[derive(Clone, Debug)]
pub struct Place {
    /// Id of the run.
    pub run: String,
    /// Id of the step.
    pub step: String,
    /// Its id, behind that of its round where it is inside a loop (`loop[3].body`), and behind that of the step that runs
    /// its pipeline (`call.body`).
    pub path: String,
    /// From 1.
    pub attempt: u32,
    /// `run/path/attempt`: the same call made again after a crash has the same key, and no other call has it. Behind a
    /// step in the path that is tried again stands the number of its attempt: `loop@2[3].body`.
    pub idempotency_key: String,
    /// Relative paths start here.
    pub cwd: PathBuf,
    /// Root that may be written to.
    pub workspace: PathBuf,
    /// The folder of the pipeline that the step is of: second place for reads.
    pub pipeline_folder: PathBuf,
    /// Further roots that may be written to.
    pub writable: Vec<PathBuf>,
    /// Hosts that may be reached though their addresses are private: `name` or `name:port`.
    pub reachable: Vec<String>,
    /// How many pipelines call one another around the step: 0 in the run's own.
    pub depth: usize,
}

/// Live output of a call; becomes `step_output` and `step_progress` events.
#[derive(Clone)]
pub struct Output {
    send: Option<Arc<dyn Fn(Live) + Send + Sync>>,
    /// Bytes of text so far.
    told: Arc<AtomicUsize>,
    /// What was used so far.
    spent: Arc<Mutex<Option<Usage>>>,
}

/// Bytes of live text that one call may tell; a step's value is not bounded by it.
const LIVE_TEXT: usize = 8 * 1024 * 1024;

impl Output {
    /// An output that nobody watches.
    #[must_use]
    pub fn none() -> Self {
        Self { send: None, told: Arc::default(), spent: Arc::default() }
    }

    pub(crate) fn to(send: impl Fn(Live) + Send + Sync + 'static) -> Self {
        Self { send: Some(Arc::new(send)), told: Arc::default(), spent: Arc::default() }
    }

    /// Reports a piece of output. Beyond 8 MiB a call's output is no longer told.
    pub fn text(&self, text: &str) {
        let Some(send) = &self.send else { return };
        let before = self.told.fetch_add(text.len(), Ordering::Relaxed);
        if before + text.len() <= LIVE_TEXT {
            send(Live::Text(text.to_owned()));
        } else if before <= LIVE_TEXT {
            send(Live::Text("\n[further output is not shown]\n".to_owned()));
        }
    }

    /// Reports how far the call is, from 0 to 1, in words.
    pub fn progress(&self, fraction: f64, message: &str) {
        if let Some(send) = &self.send {
            send(Live::Progress(fraction.clamp(0.0, 1.0), message.to_owned()));
        }
    }

    /// Reports what a request of the call used. What several used is added up. What failed and is known to be free reports
    /// zeros.
    pub fn spent(&self, usage: Usage) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        *spent = Some(match spent.take() {
            Some(before) => before.and(&usage),
            None => usage,
        });
    }

    /// What [`Self::spent`] was told; the call's end is told apart from what comes later.
    pub(crate) fn take_spent(&self) -> Option<Usage> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Reports what a process of the call used. What several used is added up.
    pub fn used(&self, resources: Resources) {
        if let Some(send) = &self.send {
            send(Live::Used(resources));
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("watched", &self.send.is_some()).finish()
    }
}

/// What a call reports while it goes on.
#[derive(Clone, Debug)]
pub(crate) enum Live {
    Text(String),
    Progress(f64, String),
    Used(Resources),
}

/// A raised failure.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Failure {
    /// Name of the kind of error, as pipelines see it in `error_type` (`TimeoutError`).
    pub error_type: Cow<'static, str>,
    /// For people: what happened, and what to do.
    pub message: String,
    /// Whether trying again may help.
    pub transience: Transience,
    /// The tool's value beside the error, if any.
    pub value: Option<Json>,
    /// Status or exit code, if any.
    pub code: Option<i64>,
}

impl Failure {
    /// A failure that trying again will not mend.
    #[must_use]
    pub fn permanent(error_type: &'static str, message: impl Into<String>) -> Self {
        Self {
            error_type: Cow::Borrowed(error_type),
            message: message.into(),
            transience: Transience::Permanent,
            value: None,
            code: None,
        }
    }

    /// A failure that trying again may mend.
    #[must_use]
    pub fn transient(error_type: &'static str, message: impl Into<String>) -> Self {
        Self {
            transience: Transience::Transient { retry_after: None },
            ..Self::permanent(error_type, message)
        }
    }
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transience {
    /// It will not.
    Permanent,
    /// It may, not before `retry_after` if the other side said so.
    Transient {
        /// What the other side asked for.
        retry_after: Option<Duration>,
    },
}

/// The tool that answers AUTO tags. It is no part of the language: only the engine calls it, with `question` (text) and
/// `expected` ([`pipeline::auto::Expected`] as JSON); it answers with `value` and `model_used`.
pub static ANSWER_AUTO: Signature = Signature {
    name: "answer-auto",
    aliases: &[],
    doc: "Decides the value of an AUTO tag.",
    operations: &[],
    default_operation: None,
    parameters: &[],
    result: &[],
    envelope: Envelope::Flat,
    effects: &[Effect::Model],
    primary: Some("value"),
};
