//! Questions of steps on their way to the person at the editor, and the answers back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use engine::people::{Asker, Context, NotAsked, People, Question, Reply};
use serde_json::Value as Json;
use tokio::sync::oneshot;

use crate::lsp::client::Asks;
use crate::lsp::message::{self, Id};
use crate::lsp::outbox::Outbox;
use crate::lsp::protocol::{ASK, Answer, AskParams};

/// How the ids of our questions begin.
const REQUEST: &str = "downbeat-ask-";

/// What the client answered.
enum Came {
    Answer(Json),
    /// An error.
    Failed,
}

/// See the module.
pub(super) struct Editor {
    outbox: Outbox,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    client: Asks,
    asked: u64,
    waiting: BTreeMap<String, oneshot::Sender<Came>>,
}

impl Editor {
    pub(super) fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, inner: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns whether the client asks.
    pub(super) fn meet(&self, client: Asks) {
        self.lock().client = client;
    }

    /// All runs of the server ask the same person.
    pub(super) fn people(self: &Arc<Self>) -> People {
        let asker: Arc<dyn Asker> = Arc::clone(self) as _;
        People::reached_by(asker)
    }

    /// The client answered one of our requests; whether it was one of these.
    pub(super) fn answered(&self, id: &str, failed: bool, result: Option<Json>) -> bool {
        if !id.starts_with(REQUEST) {
            return false;
        }
        let came = if failed { Came::Failed } else { Came::Answer(result.unwrap_or_default()) };
        if let Some(waiting) = self.lock().waiting.remove(id) {
            // The run may have stopped waiting just now.
            drop(waiting.send(came));
        }
        true
    }
}

/// A question that is asked; it is taken back when this is dropped before the answer came.
struct Open<'e> {
    editor: &'e Editor,
    id: String,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.editor.lock().waiting.remove(&self.id).is_some() {
            let id = Id::Text(self.id.clone());
            self.editor.outbox.notify("$/cancelRequest", &serde_json::json!({ "id": id }));
        }
    }
}

#[async_trait]
impl Asker for Editor {
    async fn ask(&self, question: &Question) -> Result<Reply, NotAsked> {
        let (sender, receiver) = oneshot::channel();
        let open = {
            let mut inner = self.lock();
            if inner.client == Asks::No {
                return Err(NotAsked(cannot(question)));
            }
            inner.asked += 1;
            let id = format!("{REQUEST}{}", inner.asked);
            inner.waiting.insert(id.clone(), sender);
            Open { editor: self, id }
        };
        let id = Id::Text(open.id.clone());
        self.outbox.send(message::request(&id, ASK, &AskParams::of(question)));
        let failed = || NotAsked(format!("the editor could not ask `{}`", question.path));
        match receiver.await.map_err(|_| failed())? {
            Came::Failed => Err(failed()),
            Came::Answer(Json::Null) => Ok(Reply::Nothing),
            Came::Answer(said) => match serde_json::from_value(said) {
                Ok(Answer { answer: None | Some(Json::Null) }) => Ok(Reply::Nothing),
                Ok(Answer { answer: Some(answer) }) => Ok(Reply::Said { answer, at: Context::Gui }),
                Err(_) => Err(failed()),
            },
        }
    }
}

fn cannot(question: &Question) -> String {
    format!(
        "the step `{}` asks \"{}\", and this editor does not ask people: run it in a terminal with `downbeat run`, which \
         asks, or takes answers from `--answers FILE` and `--yes`",
        question.path, question.text
    )
}
