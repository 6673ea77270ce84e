//! A page after its scripts ran, by the Chromium of the machine.

use std::{path::PathBuf, sync::Arc, time::Duration};

use engine::tool::{Call, Failure, Output};
use url::Url;

use super::{address::Allowed, client::host, failure::WebError, guard::Guard};
use crate::process::{Command, Ending, run};

/// Programs, the first that is there; the variable names another one.
const PROGRAMS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const PROGRAM: &str = "DOWNBEAT_CHROMIUM";
/// Seconds of the page's own clock that its scripts get.
const SCRIPTS: Duration = Duration::from_secs(10);
/// For everything, where the step sets no timeout itself.
const LIMIT: Duration = Duration::from_secs(60);
/// Bytes of a page.
const BODY: usize = 10 << 20;

/// The page at `url` as HTML. All that it asks for goes through a proxy of ours, which lets pass what `allowed` does.
pub(crate) async fn rendered(
    call: &Call,
    url: &Url,
    allowed: &Arc<Allowed>,
) -> Result<String, Failure> {
    allowed.check(url).map_err(WebError::from)?;
    let broken = |error: std::io::Error| {
        Failure::permanent("OSError", format!("Chromium could not be started: {error}"))
    };
    let pass = call.hosts.enter(&host(url), &call.cancel).await?;
    let guard = Guard::start(Arc::clone(allowed)).await.map_err(broken)?;
    let profile = tempfile::tempdir().map_err(broken)?;
    let mut arguments: Vec<String> = [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-sync",
        "--mute-audio",
        "--hide-scrollbars",
        "--proxy-bypass-list=<-loopback>",
        "--dump-dom",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(format!("--proxy-server=http://{}", guard.address));
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    arguments.push(format!("--virtual-time-budget={}", SCRIPTS.as_millis()));
    if is_root() {
        // Chromium's own sandbox refuses to run as root.
        arguments.push("--no-sandbox".to_owned());
    }
    arguments.push(url.to_string());
    let command = Command {
        program: program()?.into(),
        arguments: arguments.into_iter().map(Into::into).collect(),
        environment: Vec::new(),
        folder: profile.path().to_owned(),
        marker: call.place.idempotency_key.clone(),
        kept: BODY,
    };
    let limit = call.timeout.unwrap_or(LIMIT);
    let ran = run(command, Some(limit), &call.cancel, &Output::none()).await.map_err(broken)?;
    match ran.ending {
        Ending::Exited(0) => pass.answered(),
        Ending::TimedOut => pass.failed(),
        Ending::Exited(_) | Ending::Cancelled => drop(pass),
    }
    match ran.ending {
        Ending::Exited(0) if ran.stdout.len() >= BODY => {
            Err(WebError::Large { url: url.to_string(), limit: BODY >> 20 }.into())
        }
        Ending::Exited(0) if !ran.stdout.trim().is_empty() => Ok(ran.stdout),
        Ending::Exited(code) => {
            let last = ran.stderr.lines().last().unwrap_or_default();
            let message = format!("Chromium gave no page for `{url}` (exit {code}): {last}");
            Err(Failure::transient("ConnectionError", message))
        }
        Ending::TimedOut => {
            Err(WebError::Slow { url: url.to_string(), seconds: limit.as_secs() }.into())
        }
        Ending::Cancelled => Err(WebError::Cancelled.into()),
    }
}

fn program() -> Result<PathBuf, Failure> {
    if let Some(named) = std::env::var_os(PROGRAM) {
        return Ok(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = PROGRAMS.iter().find_map(|name| {
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|it| it.is_file())
    });
    found.ok_or_else(|| {
        let message = format!(
            "`scrape_js` needs Chromium, and none of {} is on the search path; `{PROGRAM}` names another program, and `scrape` needs none",
            PROGRAMS.join(", ")
        );
        Failure::permanent("MissingProgramError", message)
    })
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
const fn is_root() -> bool {
    false
}
