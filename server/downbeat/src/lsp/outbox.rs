//! Everything the server says goes through one thread, whole messages in the order in which they were handed in. Handing
//! in never waits: a client that reads slowly holds up nobody but itself.

use std::io::Write;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::message;

/// How long the end of the process waits for a client that does not read.
const FAREWELL: Duration = Duration::from_secs(2);

enum Out {
    Message(Vec<u8>),
    Close,
}

/// The way to the client; clones share it.
#[derive(Clone)]
pub(crate) struct Outbox {
    sender: Sender<Out>,
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
    thread::Builder::new().name("writer".to_owned()).spawn(move || {
        write_all(stream, &messages);
        // Nobody may be waiting.
        let _ = finished.send(());
    })?;
    Ok((Outbox { sender: sender.clone() }, Writer { sender, done }))
}

/// Writes until told to stop, or until the client is gone.
fn write_all(mut stream: impl Write, messages: &Receiver<Out>) {
    let mut buffer = Vec::new();
    while let Ok(Out::Message(body)) = messages.recv() {
        buffer.clear();
        buffer.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        buffer.extend_from_slice(&body);
        if stream.write_all(&buffer).and_then(|()| stream.flush()).is_err() {
            return;
        }
        if buffer.capacity() > 1 << 20 {
            buffer = Vec::new();
        }
    }
}

impl Outbox {
    /// Sends the bytes of one message. A client that is gone hears nothing: the session notices by itself.
    pub(crate) fn send(&self, message: Vec<u8>) {
        let _ = self.sender.send(Out::Message(message));
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
