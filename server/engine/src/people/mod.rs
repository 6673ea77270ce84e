//! People in the loop: the contract between what asks a person and what can reach one.
//!
//! A tool asks through the [`People`] of its call. What a person said is kept in the journal before the tool hears of it,
//! and a run that goes on asks only what was not answered. A secret answer is kept by name only, and asked for again.

mod question;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::driver::Book;
use crate::tool::Failure;
pub use question::{Body, BodyFormat, Choice, Kind, Need, Part, Question};

/// The kind of error that there is nobody to ask.
pub(crate) const NOBODY: &str = "NobodyAskedError";

/// Something that can reach a person, or speaks for one.
#[async_trait]
pub trait Asker: Send + Sync {
    /// Asks. It is not called again before it has answered. The future is dropped when the time is up or the run stops:
    /// then the question is taken back.
    ///
    /// # Errors
    /// There is nobody to ask.
    async fn ask(&self, question: &Question) -> Result<Reply, NotAsked>;
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// An answer, as it was said.
    Said {
        /// What was said.
        answer: Json,
        /// Where.
        at: Context,
    },
    /// Asked, and not answered.
    Nothing,
    /// Not answered in time.
    Expired,
}

/// Where a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// On a terminal.
    Cli,
    /// In an editor.
    Gui,
    /// Beforehand, or through a program.
    Api,
}

impl Context {
    /// As pipelines see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Gui => "gui",
            Self::Api => "api",
        }
    }
}

/// Nobody was asked, and why; what would help is a part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAsked(pub String);

/// A reply and how long it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// What came.
    pub reply: Reply,
    /// Seconds.
    pub seconds: f64,
}

/// Who a run asks. Clones ask the same person, one question after another.
#[derive(Clone)]
pub struct People {
    asker: Arc<dyn Asker>,
    turn: Arc<Mutex<()>>,
    /// Where answers are kept.
    book: Option<Book>,
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("People").field("kept", &self.book.is_some()).finish_non_exhaustive()
    }
}

impl Default for People {
    fn default() -> Self {
        Self::nobody()
    }
}

impl People {
    /// Those that this reaches.
    pub fn reached_by(asker: Arc<dyn Asker>) -> Self {
        Self { asker, turn: Arc::default(), book: None }
    }

    /// Nobody.
    #[must_use]
    pub fn nobody() -> Self {
        struct Nobody;
        #[async_trait]
        impl Asker for Nobody {
            async fn ask(&self, question: &Question) -> Result<Reply, NotAsked> {
                Err(NotAsked(format!("`{}` asks a person, and nobody is there", question.path)))
            }
        }
        Self::reached_by(Arc::new(Nobody))
    }

    /// The same, whose answers to a call are kept.
    pub(crate) fn noted(&self, book: Book) -> Self {
        Self { book: Some(book), ..self.clone() }
    }

    /// Asks, unless it was answered before. The time to answer begins when the question is asked, which is after others that
    /// came first. Where nobody can be asked in that time, it is over at once.
    ///
    /// # Errors
    /// Nobody can be asked, or the call is to stop, or the answer cannot be kept.
    pub async fn ask(
        &self,
        question: &Question,
        cancel: &CancellationToken,
    ) -> Result<Heard, Failure> {
        let stopped = || Failure::permanent("CancelledError", "the step was stopped");
        let place = match &self.book {
            None => None,
            Some(book) => match book.look_up(question).await.ok_or_else(stopped)?? {
                Ok(heard) => return Ok(heard),
                Err(place) => Some(place),
            },
        };
        let heard = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(stopped()),
            heard = self.hear(question) => heard?,
        };
        match (&self.book, place) {
            (Some(book), Some(place)) => {
                book.write(place, question, heard).await.ok_or_else(stopped)?
            }
            _ => Ok(heard),
        }
    }

    async fn hear(&self, question: &Question) -> Result<Heard, Failure> {
        let _turn = self.turn.lock().await;
        let begun = Instant::now();
        let asked = self.asker.ask(question);
        let reply = match question.timeout {
            None => asked.await,
            Some(limit) => tokio::time::timeout(limit, asked).await.unwrap_or(Ok(Reply::Expired)),
        };
        let reply = match reply {
            Err(_) if question.timeout.is_some() && question.default.is_some() => Reply::Expired,
            Err(NotAsked(why)) => return Err(Failure::permanent(NOBODY, why)),
            Ok(reply) => reply,
        };
        Ok(Heard { reply, seconds: seconds(begun.elapsed()) })
    }
}

/// To the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
