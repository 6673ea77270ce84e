//! Findings on their way to the client. An edit has a worker read the text at once; what it finds is pushed, or given to the
//! requests that wait for it: a client that pulls asks right behind the edit, and by then the work has begun.

use super::client::Client;
use super::desk::{Desk, Reading};
use super::diagnostics::{Items, Style};
use super::message::{Code, Refusal};
use super::outbox::Outbox;
use super::reply::Reply;

pub(super) const PUBLISH: &str = "textDocument/publishDiagnostics";

/// What is wanted of the findings of one document.
#[derive(Default)]
pub(super) struct Desires {
    /// Whether a worker sees to them, and will look here again.
    attended: bool,
    /// Whether the text has changed since the last look.
    edited: bool,
    pulls: Vec<Pull>,
}

/// A request for the findings of an edition.
pub(super) struct Pull {
    reply: Reply,
    /// The number of the edition.
    edition: u64,
    /// What the client has already.
    previous: Option<String>,
}

impl Desires {
    /// The text has changed.
    pub(super) const fn edit(&mut self) {
        self.edited = true;
    }

    /// True where a worker must be called: from then on it is taken to be on its way.
    pub(super) fn call(&mut self) -> bool {
        let wants = self.edited || !self.pulls.is_empty();
        wants && !std::mem::replace(&mut self.attended, true)
    }

    /// What a worker is to do next; with nothing to do it leaves.
    fn take(&mut self) -> Option<(bool, Vec<Pull>)> {
        let next = (std::mem::take(&mut self.edited), std::mem::take(&mut self.pulls));
        self.attended = next.0 || !next.1.is_empty();
        self.attended.then_some(next)
    }
}

/// Takes a request for findings. It is answered here where they are known, else by the worker that is to be called.
pub(super) fn pull(desk: &Desk, reply: Reply, previous: Option<String>) {
    let pull = Pull { reply, edition: desk.latest().number, previous };
    let bench = desk.at_rest();
    match bench.as_ref().and_then(|bench| bench.ready(pull.edition)) {
        Some(items) => pull.answer(items),
        None => desk.desires().pulls.push(pull),
    }
}

/// Sees to what is wanted until nothing is.
pub(super) fn serve(desk: &Desk, outbox: &Outbox, client: &Client) {
    let shift = Shift { desk };
    loop {
        let next = desk.desires().take();
        let Some((edited, pulls)) = next else { break };
        report(desk, outbox, client, edited, pulls);
    }
    std::mem::forget(shift);
}

/// A worker at work. One that panics leaves what it had taken undone, and lets another one come.
struct Shift<'d> {
    desk: &'d Desk,
}

impl Drop for Shift<'_> {
    fn drop(&mut self) {
        *self.desk.desires() = Desires::default();
    }
}

fn report(desk: &Desk, outbox: &Outbox, client: &Client, edited: bool, mut pulls: Vec<Pull>) {
    let edition = desk.latest();
    let mut bench = desk.bench();
    let (document, uri) = (&edition.document, desk.uri.as_str());
    let style = Style { document, uri, encoding: client.encoding };
    let items = match desk.read_with(&mut bench, &edition) {
        Reading::Stale => return pulls.into_iter().for_each(Pull::send_away),
        Reading::Foreign => Items::NONE,
        Reading::Ours(snapshot) => {
            let remarks = desk.remarks(&mut bench, &snapshot);
            bench.items(&snapshot, &remarks, style)
        }
        Reading::Findings(found) => bench.items_of(&found, style),
    };
    if edited && !client.pulls_diagnostics && desk.is_current(&edition) {
        publish(outbox, desk.uri.as_str(), edition.version, items);
    }
    // Those too that came meanwhile; for an edition that came meanwhile, the next look is right.
    pulls.extend(desk.desires().pulls.extract_if(.., |pull| pull.edition == edition.number));
    for pull in pulls {
        if pull.edition == edition.number {
            pull.answer(items);
        } else {
            pull.send_away();
        }
    }
}

impl Pull {
    fn answer(self, items: Items<'_>) {
        if self.reply.is_cancelled() {
            return self.reply.refuse(Code::RequestCancelled, "cancelled");
        }
        let id = items.edition.to_string();
        if self.previous.is_some_and(|previous| previous == id) {
            let report = format!(r#"{{"kind":"unchanged","resultId":"{id}"}}"#);
            return self.reply.give_json(&[report.as_bytes()]);
        }
        let head = match items.edition {
            0 => r#"{"kind":"full","items":["#.to_owned(),
            _ => format!(r#"{{"kind":"full","resultId":"{id}","items":["#),
        };
        self.reply.give_json(&[head.as_bytes(), items.json, b"]}"]);
    }

    /// An edit overtook it: the client asks again.
    fn send_away(self) {
        let data = Some(serde_json::json!({ "retriggerRequest": true }));
        let words = "the text has changed since";
        self.reply
            .give(Err::<(), _>(Refusal { data, ..Refusal::new(Code::ServerCancelled, words) }));
    }
}

/// Pushes items that are JSON already.
fn publish(outbox: &Outbox, uri: &str, version: i32, items: Items<'_>) {
    let uri = serde_json::to_string(uri).unwrap_or_default();
    let head = format!(
        r#"{{"jsonrpc":"2.0","method":"{PUBLISH}","params":{{"uri":{uri},"version":{version},"diagnostics":["#
    );
    outbox.send_pieces(&[head.as_bytes(), items.json, b"]}}"]);
}
