//! Everything the server says goes out in whole messages, in the order in which they were handed in. Handing in never waits:
//! a client that reads slowly holds up nobody but itself. What the client's side takes at once is written by whoever hands
//! it in, since waking a thread for it takes longer than the writing; the rest is left to a thread.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::message;
use super::stream::Stream;

/// How long the end of the process waits for a client that does not read.
const FAREWELL: Duration = Duration::from_secs(2);

/// Messages that wait are written together up to this size.
const TOGETHER: usize = 64 << 10;

/// The way to the client; clones share it.
#[derive(Clone)]
pub(crate) struct Outbox {
    shared: Arc<Shared<dyn Stream + Send>>,
}

/// The thread behind an [`Outbox`].
pub(crate) struct Writer {
    shared: Arc<Shared<dyn Stream + Send>>,
}

struct Shared<S: ?Sized> {
    waiting: Mutex<Waiting>,
    /// Something waits, or nothing does any more.
    changed: Condvar,
    stream: Mutex<S>,
}

/// Bytes that could not be written at once.
#[derive(Default)]
struct Waiting {
    bytes: VecDeque<Vec<u8>>,
    /// How many they are, with those that the thread is writing.
    backlog: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// Nothing more will be handed in.
    Closing,
    /// Everything was written, or the client is gone.
    Closed,
}

/// Starts to write to `stream`.
pub(crate) fn open(stream: impl Stream + Send + 'static) -> std::io::Result<(Outbox, Writer)> {
    let shared: Arc<Shared<dyn Stream + Send>> = Arc::new(Shared {
        waiting: Mutex::default(),
        changed: Condvar::new(),
        stream: Mutex::new(stream),
    });
    let outbox = Outbox { shared: Arc::clone(&shared) };
    let writer = Writer { shared: Arc::clone(&shared) };
    thread::Builder::new().name("writer".to_owned()).spawn(move || shared.write_waiting())?;
    Ok((outbox, writer))
}

impl<S: Stream + ?Sized> Shared<S> {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits until told to stop, or until the client is gone.
    fn write_waiting(&self) {
        loop {
            let idle =
                |waiting: &mut Waiting| waiting.bytes.is_empty() && waiting.state == State::Open;
            let waited = self.changed.wait_while(self.waiting(), idle);
            let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
            let mut together = waiting.bytes.pop_front().unwrap_or_default();
            while together.len() < TOGETHER
                && let Some(next) = waiting.bytes.pop_front()
            {
                together.extend_from_slice(&next);
            }
            drop(waiting);
            let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
            let gone = stream.write_all(&together).and_then(|()| stream.flush()).is_err();
            drop(stream);
            let mut waiting = self.waiting();
            waiting.backlog -= together.len();
            if gone || waiting.state != State::Open && waiting.bytes.is_empty() {
                *waiting = Waiting { state: State::Closed, ..Waiting::default() };
                self.changed.notify_all();
                return;
            }
        }
    }

    /// Hands in a message in pieces, and writes as much of it as goes at once if nothing waits before it.
    fn send(&self, pieces: &[&[u8]]) {
        let header = header(pieces);
        let whole = || std::iter::once(header.as_bytes()).chain(pieces.iter().copied());
        let waiting = self.waiting();
        let mut written = 0;
        if waiting.state == State::Open
            && waiting.backlog == 0
            && let Ok(mut stream) = self.stream.try_lock()
        {
            written = stream.write_now(&whole().map(IoSlice::new).collect::<Vec<_>>());
        }
        let mut rest = Vec::new();
        for piece in whole() {
            let (done, left) = piece.split_at(written.min(piece.len()));
            written -= done.len();
            rest.extend_from_slice(left);
        }
        self.push(waiting, rest);
    }

    fn push(&self, mut waiting: MutexGuard<'_, Waiting>, bytes: Vec<u8>) {
        if !bytes.is_empty() && waiting.state != State::Closed {
            waiting.backlog += bytes.len();
            waiting.bytes.push_back(bytes);
            drop(waiting);
            self.changed.notify_all();
        }
    }
}

fn header(pieces: &[&[u8]]) -> String {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    format!("Content-Length: {length}\r\n\r\n")
}

impl Outbox {
    /// Sends the bytes of one message. A client that is gone hears nothing: the session notices by itself.
    pub(crate) fn send(&self, message: impl AsRef<[u8]>) {
        self.shared.send(&[message.as_ref()]);
    }

    /// Sends a message that is in pieces.
    pub(crate) fn send_pieces(&self, pieces: &[&[u8]]) {
        self.shared.send(pieces);
    }

    /// Sends a notification, and leaves all the writing to the thread: many of them come from threads that step aside for
    /// others, and that must not hold these up in the middle of a message.
    pub(crate) fn notify(&self, method: &str, params: &impl Serialize) {
        let message = message::notification(method, params);
        let mut bytes = header(&[&message]).into_bytes();
        bytes.extend_from_slice(&message);
        self.shared.push(self.shared.waiting(), bytes);
    }

    /// How many bytes of messages the client's side has yet to take.
    pub(crate) fn backlog(&self) -> usize {
        self.shared.waiting().backlog
    }
}

impl Writer {
    /// Writes what is left, for a while.
    pub(crate) fn close(self) {
        let mut waiting = self.shared.waiting();
        if waiting.state == State::Open {
            waiting.state = State::Closing;
        }
        self.shared.changed.notify_all();
        let goes_on = |waiting: &mut Waiting| waiting.state != State::Closed;
        // Whatever comes of it, the process ends.
        drop(self.shared.changed.wait_timeout_while(waiting, FAREWELL, goes_on));
    }
}
