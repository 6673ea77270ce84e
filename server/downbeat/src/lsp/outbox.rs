//! Everything the server says goes through one thread, whole messages in the order in which they were handed in. Handing
//! in never waits: a client that reads slowly holds up nobody but itself.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::message;

/// How long the end of the process waits for a client that does not read.
const FAREWELL: Duration = Duration::from_secs(2);

/// Short messages are written together up to this size.
const TOGETHER: usize = 64 << 10;

enum Out {
    Message(Vec<u8>),
    Close,
}

/// The way to the client; clones share it.
#[derive(Clone)]
pub(crate) struct Outbox {
    sender: Sender<Out>,
    /// Bytes that were handed in and not written yet.
    backlog: Arc<AtomicUsize>,
}

/// The thread behind an [`Outbox`].
pub(crate) struct Writer {
    sender: Sender<Out>,
    done: Receiver<()>,
}

/// Starts to write to `stream`.
pub(crate) fn open(stream: impl Write + Send + 'static) -> std::io::Result<(Outbox, Writer)> {
    let (sender, messages) = mpsc::channel();
    let (finished, done) = mpsc::channel();
    let backlog = Arc::new(AtomicUsize::new(0));
    let written = Arc::clone(&backlog);
    thread::Builder::new().name("writer".to_owned()).spawn(move || {
        write_all(stream, &messages, &written);
        // Nobody may be waiting.
        let _ = finished.send(());
    })?;
    Ok((Outbox { sender: sender.clone(), backlog }, Writer { sender, done }))
}

/// Writes until told to stop, or until the client is gone. Messages that are there already are written in one go.
fn write_all(mut stream: impl Write, messages: &Receiver<Out>, backlog: &AtomicUsize) {
    let mut buffer = Vec::new();
    while let Ok(Out::Message(body)) = messages.recv() {
        buffer.clear();
        let mut taken = put(&mut buffer, &body);
        let mut is_last = false;
        while buffer.len() < TOGETHER && !is_last {
            match messages.try_recv() {
                Ok(Out::Message(body)) => taken += put(&mut buffer, &body),
                Ok(Out::Close) => is_last = true,
                Err(_) => break,
            }
        }
        if stream.write_all(&buffer).and_then(|()| stream.flush()).is_err() || is_last {
            return;
        }
        backlog.fetch_sub(taken, Ordering::Relaxed);
        if buffer.capacity() > 1 << 20 {
            buffer = Vec::new();
        }
    }
}

/// Adds a message with its header; gives the length of its body.
fn put(buffer: &mut Vec<u8>, body: &[u8]) -> usize {
    buffer.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    buffer.extend_from_slice(body);
    body.len()
}

impl Outbox {
    /// Sends the bytes of one message. A client that is gone hears nothing: the session notices by itself.
    pub(crate) fn send(&self, message: Vec<u8>) {
        self.backlog.fetch_add(message.len(), Ordering::Relaxed);
        let _ = self.sender.send(Out::Message(message));
    }

    /// How many bytes of messages the client has yet to read.
    pub(crate) fn backlog(&self) -> usize {
        self.backlog.load(Ordering::Relaxed)
    }

    /// Sends a notification.
    pub(crate) fn notify(&self, method: &str, params: &impl Serialize) {
        self.send(message::notification(method, params));
    }
}

impl Writer {
    /// Writes what is left, for a while.
    pub(crate) fn close(self) {
        let _ = self.sender.send(Out::Close);
        let _ = self.done.recv_timeout(FAREWELL);
    }
}
