//! A command that goes on beside the calls and is spoken to through its standard input and output.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::AsyncReadExt as _,
    process::{ChildStderr, ChildStdin, ChildStdout},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

use super::{
    Command,
    child::{Exit, Input, Running, start},
    platform::Tree,
};

/// Bytes of its standard error that are kept, the last ones.
const WORDS: usize = 4 << 10;

/// How long it may take to end when its input is closed.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long its standard error is still read when it has gone: others may hold it for hours.
const GRACE: Duration = Duration::from_millis(200);

/// Such a command. It ends, with everything that it started, when this is dropped.
#[derive(Debug)]
pub(crate) struct Served {
    tree: Tree,
    exit: oneshot::Receiver<Exit>,
    words: Words,
    listener: JoinHandle<()>,
}

/// The end of what a command says to its standard error.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    kept: Arc<Mutex<VecDeque<u8>>>,
    /// Closes when it says no more.
    over: watch::Receiver<()>,
}

impl Words {
    /// What a command that has gone said last: it may still be on its way.
    pub(crate) async fn last(&mut self) -> String {
        // Nothing is ever sent: it ends with the sender, or with our patience.
        let _ = timeout(GRACE, self.over.changed()).await;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = kept.iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

/// Starts a command, and gives what it writes and what it reads.
///
/// # Errors
///
/// It could not be started: no such program, no such folder, no permission.
pub(crate) async fn serve(command: Command) -> io::Result<(Served, ChildStdout, ChildStdin)> {
    let started = start(command, Input::Piped).await;
    let Running { tree, stdin, stdout, stderr, exit } =
        started.map_err(|_| io::Error::other("no thread could be started for the command"))??;
    let stdin = stdin.ok_or_else(|| io::Error::other("the command has no input to write to"))?;
    let (open, over) = watch::channel(());
    let words = Words { kept: Arc::default(), over };
    let kept = Arc::clone(&words.kept);
    let listener = tokio::spawn(listen(ChildStderr::from_std(stderr)?, kept, open));
    let served = Served { tree, exit, words, listener };
    Ok((served, ChildStdout::from_std(stdout)?, ChildStdin::from_std(stdin)?))
}

/// Keeps the end of what it says until it says no more.
async fn listen(mut stderr: ChildStderr, words: Arc<Mutex<VecDeque<u8>>>, open: watch::Sender<()>) {
    let mut buffer = vec![0; WORDS];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(buffer.get(..count).unwrap_or_default());
        let surplus = words.len().saturating_sub(WORDS);
        words.drain(..surplus);
    }
    drop(open);
}

impl Served {
    /// What it writes to its standard error.
    pub(crate) fn words(&self) -> Words {
        self.words.clone()
    }

    /// Lets it end by itself, its input being closed, and ends what is left of it. Gives its last words.
    pub(crate) async fn end(mut self) -> String {
        // Whether it did so makes no difference to what follows.
        let _ = timeout(PATIENCE, &mut self.exit).await;
        let tree = self.tree;
        let _ = tokio::task::spawn_blocking(move || tree.end()).await;
        let words = self.words.last().await;
        self.listener.abort();
        words
    }
}
