//! Runs that are held back and let go by other processes, by signals, and by budgets.

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use serde_json::{Value as Json, json};
use tests::{
    process::command,
    workspace::{Workspace, parse},
};

/// The first step waits until it may end.
const TWO: &str = "id: two\nname: two\nsteps:
  - id: a
    tool: terminal
    parameters: {command: 'until test -e go; do sleep 0.05; done', timeout: 60}
  - id: b
    tool: terminal
    dependencies: [a]
    parameters: {command: echo b}
";

/// A run, and what it says.
struct Going {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Going {
    fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        let mut child = command(&workspace.path(), arguments).spawn().expect("it starts");
        drop(child.stdin.take());
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    /// Events up to the first of that type.
    fn until(&mut self, kind: &str) -> Vec<Json> {
        let mut heard = Vec::new();
        for line in self.lines.by_ref() {
            heard.push(parse(&line.expect("text")));
            if heard.last().expect("one")["type"] == kind {
                return heard;
            }
        }
        panic!("no `{kind}` among {heard:#?}");
    }

    /// The document, and the exit code.
    fn end(mut self) -> (Json, Option<i32>) {
        let last = self.lines.map_while(Result::ok).last().expect("a document");
        (parse(&last), self.child.wait().expect("it ends").code())
    }

    #[cfg(unix)]
    fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status();
        assert!(kill.expect("kill starts").success());
    }
}

fn status(workspace: &Workspace) -> Json {
    workspace.json("runs", &["runs", "--format", "json"]).0[0]["status"].clone()
}

#[test]
fn another_process_pauses_a_run_and_lets_it_go_on() {
    let workspace = Workspace::with("two.pipeline.yaml", TWO);
    let mut going = Going::start(&workspace, &["run", "two.pipeline.yaml", "--events", "jsonl"]);
    going.until("step_started");
    let paused = workspace.say(&["pause", "latest"]);
    assert_eq!(paused.code, Some(0), "{}", paused.err);
    assert!(paused.err.contains("within two seconds"), "{}", paused.err);
    assert_eq!(status(&workspace), "paused");
    let heard = going.until("run_paused");
    assert_eq!(heard.last().expect("one")["data"]["in_flight"], 1);
    fs::write(workspace.path().join("go"), "").expect("written");
    going.until("step_completed");
    let shown = workspace.json("run-document", &["show", "latest", "--format", "json"]).0;
    assert_eq!(
        (&shown["status"], &shown["steps"]["b"]["status"]),
        (&json!("paused"), &json!("pending"))
    );
    assert!(workspace.say(&["pause", "latest"]).err.contains("paused already"));
    assert_eq!(workspace.say(&["unpause", "latest"]).code, Some(0));
    let heard = going.until("step_started");
    assert!(heard.iter().any(|event| event["type"] == "run_unpaused"), "{heard:#?}");
    let (document, code) = going.end();
    assert_eq!((code, &document["status"]), (Some(0), &json!("completed")));
    let over = workspace.say(&["pause", "latest"]);
    assert_eq!(over.code, Some(2));
    assert!(over.err.contains("does not go on: it is completed"), "{}", over.err);
    assert_eq!(workspace.say(&["unpause", "nothing"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn a_run_that_is_paused_can_be_interrupted_and_goes_on_later() {
    let workspace = Workspace::with("two.pipeline.yaml", TWO);
    let mut going = Going::start(&workspace, &["run", "two.pipeline.yaml", "--events", "jsonl"]);
    going.until("step_started");
    assert_eq!(workspace.say(&["pause", "latest"]).code, Some(0));
    going.until("run_paused");
    going.signal("TERM");
    let (document, code) = going.end();
    assert_eq!((code, &document["status"]), (Some(130), &json!("cancelled")));
    fs::write(workspace.path().join("go"), "").expect("written");
    let resumed = workspace.say(&["resume", "latest", "--json"]);
    assert_eq!(resumed.code, Some(0), "{}", resumed.err);
    assert_eq!(parse(&resumed.out)["steps"]["b"]["status"], "completed");
}

#[cfg(unix)]
#[test]
fn a_second_interruption_ends_at_once_and_says_how_to_go_on() {
    // It is deaf to being asked.
    let text = "id: deaf\nname: deaf\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {command: 'trap \"\" TERM INT; test -e go || sleep 300'}\n";
    let workspace = Workspace::with("deaf.pipeline.yaml", text);
    let mut going = Going::start(&workspace, &["run", "deaf.pipeline.yaml", "--events", "jsonl"]);
    going.until("step_started");
    going.signal("INT");
    going.signal("INT");
    let output = going.child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("downbeat resume deaf_"), "{said}");
    fs::write(workspace.path().join("go"), "").expect("written");
    let resumed = workspace.say(&["resume", "latest", "--json"]);
    assert_eq!(resumed.code, Some(0), "{}", resumed.err);
}

#[test]
fn a_run_whose_time_is_up_stops_and_goes_on_with_more() {
    let workspace = Workspace::with("two.pipeline.yaml", TWO);
    let stopped = workspace.say(&["run", "two.pipeline.yaml", "--json", "--max-time", "0.5"]);
    let document = parse(&stopped.out);
    assert_eq!((stopped.code, &document["error_type"]), (Some(1), &json!("TimeBudgetError")));
    assert_eq!(document["steps"]["a"]["status"], "cancelled");
    assert!(stopped.err.contains("--max-time TIME` goes on with it"), "{}", stopped.err);
    let again = workspace.say(&["resume", "latest", "--json"]);
    assert_eq!(parse(&again.out)["error_type"], "TimeBudgetError", "it was used up before");
    fs::write(workspace.path().join("go"), "").expect("written");
    let more = workspace.say(&["resume", "latest", "--json", "--max-time", "1m"]);
    assert_eq!(more.code, Some(0), "{}", more.err);
    for wrong in ["0", "soon", "-1s"] {
        let refused = workspace.say(&["run", "two.pipeline.yaml", &format!("--max-time={wrong}")]);
        assert_eq!(refused.code, Some(2), "{wrong}");
    }
}

#[test]
fn limits_of_the_workspace_hold() {
    let steps: String = (0..3)
        .map(|at| {
            format!(
                "  - id: s{at}\n    tags: [heavy]\n    tool: terminal\n    parameters: {{command: 'mkdir lock && sleep 0.2 && rmdir lock'}}\n"
            )
        })
        .collect();
    let workspace = Workspace::with("n.pipeline.yaml", &format!("id: n\nname: n\nsteps:\n{steps}"));
    for limits in ["[limits.tag.heavy]\nat_once = 1\n", "[limits]\njobs = 1\n"] {
        fs::write(workspace.path().join("downbeat.toml"), limits).expect("written");
        let ran = workspace.say(&["run", "n.pipeline.yaml"]);
        assert_eq!(ran.code, Some(0), "one at a time finds no lock: {}", ran.err);
    }
    let checked = workspace.say(&["check", "n.pipeline.yaml", "--deny", "warnings"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
}
