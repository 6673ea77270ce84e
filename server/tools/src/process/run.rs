//! Running a command to its end, whichever end that is.

use std::{
    io,
    time::{Duration, Instant},
};

use engine::tool::Output;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{ChildStderr, ChildStdout},
    time::{sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Command, Ending, Ran,
    capture::Capture,
    child::{Exit, Input, Running, start},
};

/// How long output is still read after the command is over: others may hold its pipes for hours.
const GRACE: Duration = Duration::from_millis(200);

/// Runs a command until it is over, `limit` has passed, or `cancel` fires. In the last two cases, and when the
/// future is dropped, everything that the command started ends with it; processes that a command left behind when it
/// ended by itself go on.
///
/// # Errors
///
/// The command could not be started: no such program, no such folder, no permission.
pub async fn run(
    command: Command,
    limit: Option<Duration>,
    cancel: &CancellationToken,
    output: &Output,
) -> io::Result<Ran> {
    let kept = command.kept;
    let begin = Instant::now();
    let started = start(command, Input::Nothing).await;
    let Running { tree, stdout, stderr, mut exit, .. } =
        started.map_err(|_| io::Error::other("no thread could be started for the command"))??;
    let over = CancellationToken::new();
    // Reading stops when this future is dropped, too.
    let _stop = over.clone().drop_guard();
    let stdout =
        tokio::spawn(read(ChildStdout::from_std(stdout)?, kept, output.clone(), over.clone()));
    let stderr =
        tokio::spawn(read(ChildStderr::from_std(stderr)?, kept, output.clone(), over.clone()));

    let mut survivors = Vec::new();
    let ending = tokio::select! {
        biased;
        exit = &mut exit => {
            let exit = exit.unwrap_or(Exit { code: -1, used: None });
            if let Some(used) = exit.used {
                output.used(used);
            }
            Ending::Exited(exit.code)
        }
        () = pass(limit) => Ending::TimedOut,
        () = cancel.cancelled() => Ending::Cancelled,
    };
    if matches!(ending, Ending::Exited(_)) {
        tree.release();
    } else {
        survivors = tokio::task::spawn_blocking(move || tree.end()).await.unwrap_or_default();
        // It was ended just now, unless the kernel does not let go of it.
        if let Ok(Ok(Exit { used: Some(used), .. })) = timeout(GRACE, exit).await {
            output.used(used);
        }
    }
    let elapsed = begin.elapsed();
    over.cancel();
    Ok(Ran {
        ending,
        stdout: stdout.await.map(Capture::into_text).map_err(io::Error::other)?,
        stderr: stderr.await.map(Capture::into_text).map_err(io::Error::other)?,
        elapsed,
        survivors,
    })
}

async fn pass(limit: Option<Duration>) {
    match limit {
        Some(limit) => sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// Reads to the end, or for a while after the command is over.
async fn read(
    mut pipe: impl AsyncRead + Unpin,
    kept: usize,
    output: Output,
    over: CancellationToken,
) -> Capture {
    let mut capture = Capture::new(kept);
    let mut buffer = vec![0; 16 << 10];
    let mut deadline = None;
    loop {
        if deadline.is_some_and(|deadline| tokio::time::Instant::now() >= deadline) {
            return capture;
        }
        let end = deadline.unwrap_or_else(|| tokio::time::Instant::now() + GRACE);
        tokio::select! {
            biased;
            count = pipe.read(&mut buffer) => match count {
                // A pipe that cannot be read has nothing more to say.
                Ok(0) | Err(_) => return capture,
                Ok(count) => capture.push(buffer.get(..count).unwrap_or_default(), &output),
            },
            () = over.cancelled(), if deadline.is_none() => deadline = Some(tokio::time::Instant::now() + GRACE),
            () = sleep_until(end), if deadline.is_some() => return capture,
        }
    }
}
