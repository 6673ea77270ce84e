//! Commands end with everything they started: tried with real processes, looked for by their command lines.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stderr, clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    fs,
    path::PathBuf,
    process::Command as StdCommand,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use engine::tool::Output;
use tokio_util::sync::CancellationToken;
use tools::process::{Command, Ending, KEPT, MARKER, Ran, end_leftovers, run};

/// A number of seconds that no other test sleeps for, so that its processes can be told from all others.
fn nap() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("8.{:03}{:06}", NEXT.fetch_add(1, Ordering::Relaxed), std::process::id())
}

fn shell(script: &str) -> Command {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Command {
        program: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        environment: Vec::new(),
        folder: std::env::temp_dir(),
        marker: format!("test-{}-{number}/step/1", std::process::id()),
        kept: KEPT,
    }
}

/// Pids of living processes whose command line holds `text`.
fn living(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let zombie = stat.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" Z"));
        if !zombie && String::from_utf8_lossy(&command).contains(text) {
            found.push(pid);
        }
    }
    found
}

/// Held by tests whose processes leave all traces behind: an orphan without marker belongs to nobody for sure while other
/// commands run in the same program.
async fn alone() -> tokio::sync::MutexGuard<'static, ()> {
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    ALONE.lock().await
}

fn zombies_of_ours() -> Vec<u32> {
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        if fields.first() == Some(&"Z") && fields.get(1) == Some(&own.as_str()) {
            found.push(pid);
        }
    }
    found
}

fn is_there(program: &str) -> bool {
    let there =
        StdCommand::new(program).arg("--version").output().is_ok_and(|it| it.status.success());
    if !there {
        eprintln!("SKIPPED a part of the process tests: no {program}");
    }
    there
}

async fn ran(command: Command, limit: Option<Duration>) -> Ran {
    run(command, limit, &CancellationToken::new(), &Output::none()).await.unwrap()
}

/// Scripts that try to outlive their command; `NAP` is replaced.
fn fugitives() -> Vec<&'static str> {
    let mut scripts = vec![
        "sleep NAP; echo",
        "(sleep NAP &); sleep NAP",
        "nohup sleep NAP >/dev/null 2>&1 & sleep NAP",
        "trap '' TERM INT HUP; sleep NAP; sleep NAP",
        "(trap '' TERM; (trap '' TERM; sleep NAP) & sleep NAP) & wait",
        "sleep NAP | sleep NAP | sleep NAP",
        "while :; do (sleep NAP &); sleep 0.05; done",
        "sh -c 'sh -c \"sleep NAP\" & sh -c \"sleep NAP\"' & sleep NAP",
    ];
    if is_there("setsid") {
        scripts.extend([
            "setsid sleep NAP; echo",
            "setsid sh -c 'sleep NAP; echo' & sleep NAP",
            "(setsid nohup sleep NAP >/dev/null 2>&1 &) ; sleep NAP",
            "(env -i setsid setsid sleep NAP >/dev/null 2>&1 &) ; sleep NAP",
            "(setsid sh -c '(setsid sh -c \"sleep NAP\" &) ; sleep NAP' &); sleep NAP",
        ]);
    }
    if is_there("python3") {
        scripts.extend([
            "python3 -c 'import subprocess; subprocess.run([\"sleep\", \"NAP\"])'",
            "python3 -c 'import subprocess; subprocess.Popen([\"sleep\", \"NAP\"], start_new_session=True, env={}).wait()'",
            "python3 -c 'import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: os.execvp(\"sleep\", [\"sleep\", \"NAP\"])\n  os._exit(0)\ntime.sleep(NAP)'",
            "python3 -c 'import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (15, 2, 1)]; time.sleep(NAP)'",
        ]);
    }
    scripts
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outlives_a_timeout() {
    let _alone = alone().await;
    for script in fugitives() {
        let nap = nap();
        let ran = ran(shell(&script.replace("NAP", &nap)), Some(Duration::from_millis(400))).await;
        assert_eq!(ran.ending, Ending::TimedOut, "{script}");
        assert_eq!(living(&nap), [0; 0], "{script}");
        assert!(ran.survivors.is_empty(), "{script}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outlives_a_cancel() {
    let _alone = alone().await;
    for script in fugitives() {
        let nap = nap();
        let cancel = CancellationToken::new();
        let output = Output::none();
        let command = shell(&script.replace("NAP", &nap));
        let (ran, ()) = tokio::join!(run(command, None, &cancel, &output), async {
            while living(&nap).is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            cancel.cancel();
        });
        assert_eq!(ran.unwrap().ending, Ending::Cancelled, "{script}");
        assert_eq!(living(&nap), [0; 0], "{script}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outlives_a_call_that_is_dropped() {
    let _alone = alone().await;
    for script in fugitives() {
        let nap = nap();
        let cancel = CancellationToken::new();
        let output = Output::none();
        let command = shell(&script.replace("NAP", &nap));
        tokio::select! {
            ran = run(command, None, &cancel, &output) => panic!("{script}: {ran:?}"),
            () = async {
                while living(&nap).is_empty() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            } => {}
        }
        // A call that is dropped before it knows its processes leaves their end to the thread that started them.
        for _ in 0..200 {
            if living(&nap).is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(living(&nap), [0; 0], "{script}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_at_one_time_are_told_apart() {
    let _alone = alone().await;
    let (mine, other) = (nap(), nap());
    let mut second = shell(&format!("setsid sleep {other} & sleep {other}"));
    second.marker = "test/other/1".to_owned();
    let cancel = CancellationToken::new();
    let output = Output::none();
    let (first, _) = tokio::join!(
        async {
            let ran = ran(
                shell(&format!("(setsid sleep {mine} &); sleep {mine}")),
                Some(Duration::from_millis(500)),
            )
            .await;
            let left = (living(&mine), living(&other).len());
            cancel.cancel();
            assert_eq!(left, (vec![], 3), "the other command goes on");
            ran
        },
        run(second, None, &cancel, &output),
    );
    assert_eq!(first.ending, Ending::TimedOut);
    assert_eq!(living(&other), [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_that_others_hold_does_not_keep_us() {
    let _alone = alone().await;
    let nap = nap();
    let command = shell(&format!("echo first; sleep {nap} & echo last"));
    let test = command.marker.split('/').next().unwrap().to_owned();
    let ran = ran(command, None).await;
    assert_eq!((ran.ending, ran.stdout.as_str()), (Ending::Exited(0), "first\nlast\n"));
    assert_eq!(living(&nap).len(), 1, "what a command left behind goes on");
    assert_eq!(end_leftovers(&test).len(), 1);
    assert_eq!(living(&nap), [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn leftovers_are_found_by_their_run() {
    let _alone = alone().await;
    let nap = nap();
    // As after a crash: started by somebody else, no family of ours.
    let start = |marker: &str| {
        let script = format!("setsid sh -c 'env -u {MARKER} sleep {nap}' & setsid sleep {nap} &");
        let status = StdCommand::new("sh").args(["-c", &script]).env(MARKER, marker).status();
        assert!(status.unwrap().success());
    };
    start("crashed-run/a/1");
    start("crashed-run-2/a/1");
    while living(&nap).len() < 6 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(end_leftovers("crashed-run").len() >= 2);
    assert_eq!(living(&nap).len(), 3, "a run whose id only begins the same is another run");
    end_leftovers("crashed-run-2");
    assert_eq!(living(&nap), [0; 0]);
    assert_eq!(end_leftovers("crashed-run"), [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn adopted_orphans_are_waited_for() {
    let _alone = alone().await;
    for _ in 0..5 {
        ran(shell("(setsid sh -c 'exit 3' &); (setsid true &); sleep 0.1"), None).await;
    }
    // Those of commands of other tests may be between their end and our look.
    for _ in 0..200 {
        if zombies_of_ours().is_empty() {
            return;
        }
        ran(shell("true"), None).await;
    }
    panic!("{:?}", zombies_of_ours());
}

#[tokio::test]
async fn output_and_exit_codes_come_back() {
    let _alone = alone().await;
    let answer = ran(shell("printf out; printf err >&2; exit 3"), None).await;
    assert_eq!(
        (answer.ending, answer.stdout.as_str(), answer.stderr.as_str()),
        (Ending::Exited(3), "out", "err")
    );
    let answer = ran(shell("kill -9 $$"), None).await;
    assert_eq!(answer.ending, Ending::Exited(-9));
    let mut missing = shell("true");
    missing.program = "no-such-program-anywhere".into();
    let error = run(missing, None, &CancellationToken::new(), &Output::none()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    let mut nowhere = shell("true");
    nowhere.folder = PathBuf::from("/no/such/folder");
    assert!(run(nowhere, None, &CancellationToken::new(), &Output::none()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn much_output_is_bounded() {
    let _alone = alone().await;
    let mut command = shell("yes 0123456789 | head -c 3000000; printf END");
    command.kept = 1000;
    let ran = ran(command, None).await;
    assert!(ran.stdout.len() < 1100 && ran.stdout.ends_with("END"), "{}", ran.stdout.len());
    assert!(ran.stdout.contains("[2999003 bytes of output are left out here]"), "{}", ran.stdout);
}

#[tokio::test]
async fn commands_get_the_environment_but_not_ours() {
    let _alone = alone().await;
    let command = shell("echo \"$DOWNBEAT_STEP ${DOWNBEAT_KEY-none} ${PATH:+path}\"");
    let marker = command.marker.clone();
    assert_eq!(ran(command, None).await.stdout, format!("{marker} none path\n"));
}

/// The tests above run where control groups can be made, too; this runs them without.
#[test]
fn the_walk_alone_suffices() {
    if std::env::var_os("DOWNBEAT_CGROUPS").is_some() {
        return;
    }
    let filters = ["nothing_outlives", "commands_at_one_time", "adopted_orphans"];
    let tests = StdCommand::new(std::env::current_exe().unwrap())
        .args(filters)
        .env("DOWNBEAT_CGROUPS", "off")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&tests.stdout);
    assert!(tests.status.success() && text.contains("5 passed"), "{text}");
}

/// In a container the session of a program may have been begun outside, and then shows as number 0.
#[test]
fn a_session_begun_outside_of_the_container_is_no_obstacle() {
    let container = || {
        let mut command = StdCommand::new("unshare");
        command.args(["--pid", "--fork", "--mount-proc"]);
        command
    };
    if !container().arg("true").output().is_ok_and(|it| it.status.success()) {
        eprintln!("SKIPPED a part of the process tests: no right to make a pid namespace");
        return;
    }
    let inner = ["nothing_outlives_a_call_that_is_dropped", "output_and_exit_codes_come_back"];
    let this = std::env::current_exe().unwrap();
    let out = container().arg(this).arg("--exact").args(inner).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && said.contains("2 passed"), "{said}");
}
