//! Steps that ask a person: on a terminal, by a file of answers, by consent, and later.

use std::{
    fs,
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::{Value as Json, json};
use tests::{process::Said, workspace::Workspace};

const FILE: &str = "publish.pipeline.yaml";

const PIPELINE: &str = "\
id: publish
steps:
  - id: made
    tool: terminal
    parameters: {command: echo made >> effects}
  - id: format
    tool: user-prompt
    dependencies: [made]
    parameters: {prompt: Which format?, input_type: choice, choices: [pdf, html], default: html}
  - id: note
    tool: user-prompt
    dependencies: [format]
    parameters: {prompt: Any note?}
  - id: gate
    tool: approval-gate
    dependencies: [note]
    parameters: {title: Publish it?, content: \"{{ format.value }}: {{ note.value }}\"}
  - id: out
    tool: terminal
    condition: \"{{ gate.approved }}\"
    parameters: {command: \"echo '{{ gate.modified_content }}' >> effects\"}
outputs:
  said: \"{{ gate.modified_content }}\"
";

fn workspace() -> Workspace {
    Workspace::with(FILE, PIPELINE)
}

fn step<'d>(document: &'d Json, id: &str) -> &'d Json {
    &document["steps"][id]
}

fn effects(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.path().join("effects")).unwrap_or_default()
}

fn parsed(said: &Said) -> Json {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

#[test]
fn a_file_answers_by_id_and_says_what_it_did_not_need() {
    let workspace = workspace();
    let file =
        "format: PDF\nnote: from a file\ngate: {decision: modify, content: better}\nrest: 1\n";
    fs::write(workspace.path().join("answers.yaml"), file).unwrap();
    let said = workspace.say(&["run", FILE, "--json", "--answers", "answers.yaml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = parsed(&said);
    assert_eq!(document["outputs"]["said"], "better");
    assert_eq!(step(&document, "format")["value"]["result"]["value"], "pdf");
    assert_eq!(step(&document, "format")["value"]["result"]["context"], "api");
    assert!(
        said.err.contains("`answers.yaml` answers `rest`, which was not asked"),
        "{}",
        said.err
    );
    assert_eq!(effects(&workspace), "made\nbetter\n");
    // What is rejected is no failure.
    let file =
        "{\"format\": 1, \"note\": \"n\", \"gate\": {\"approved\": false, \"reason\": \"no\"}}";
    fs::write(workspace.path().join("no.json"), file).unwrap();
    let document = parsed(&workspace.say(&["run", FILE, "--json", "--answers", "no.json"]));
    assert_eq!(
        (&document["success"], &step(&document, "out")["status"]),
        (&json!(true), &json!("skipped"))
    );
    for (file, why) in [
        (
            "format: doc\n",
            "the answer `value` to `format` does not fit: expected one of `pdf`, `html`",
        ),
        ("format: [\n", "is neither JSON nor YAML: see line"),
    ] {
        fs::write(workspace.path().join("wrong.yaml"), file).unwrap();
        let said = workspace.say(&["run", FILE, "--answers", "wrong.yaml"]);
        assert!(said.code == Some(1) || said.code == Some(2), "{said:?}");
        assert!(said.err.contains(why), "{}", said.err);
    }
}

#[test]
fn consent_takes_defaults_and_approves_and_makes_nothing_up() {
    let workspace = workspace();
    let said = workspace.say(&["run", FILE, "--json", "--yes"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let document = parsed(&said);
    assert_eq!(step(&document, "format")["value"]["result"]["value"], "html");
    let error = step(&document, "note")["error"].as_str().unwrap();
    for word in ["`note`", "Any note?", "--answers FILE", "{\"note\":\"...\"}"] {
        assert!(error.contains(word), "{error}");
    }
    assert!(!error.contains("--yes"), "{error}");
    fs::write(workspace.path().join("note.yaml"), "note: short").unwrap();
    let said = workspace.say(&["run", FILE, "--json", "--yes", "--answers", "note.yaml"]);
    assert_eq!((said.code, &parsed(&said)["outputs"]["said"]), (Some(0), &json!("html: short")));
}

#[test]
fn nobody_there_is_an_error_that_names_the_ways_unless_a_default_has_its_time() {
    let workspace = workspace();
    let document = parsed(&workspace.say(&["run", FILE, "--json"]));
    let error = step(&document, "format")["error"].as_str().unwrap();
    for word in ["`format`", "--answers FILE", "--yes", "terminal"] {
        assert!(error.contains(word), "{error}");
    }
    assert_eq!(step(&document, "format")["error_type"], "NobodyAskedError");
    let timed = PIPELINE.replace("default: html}", "default: html, timeout: 3600}");
    fs::write(workspace.path().join(FILE), timed).unwrap();
    let document = parsed(&workspace.say(&["run", FILE, "--json"]));
    let format = &step(&document, "format")["value"]["result"];
    assert_eq!((&format["value"], &format["used_default"]), (&json!("html"), &json!(true)));
}

/// The binary on a terminal of its own, by `script`.
struct Typist {
    child: Child,
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Typist {
    fn start(workspace: &Workspace, arguments: &str) -> Option<Self> {
        let line = format!("{} {arguments}", tests::binary().display());
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        command.current_dir(workspace.path()).env("TERM", "xterm").env_remove("NO_COLOR");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let mut out = child.stdout.take()?;
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut chunk) {
                if sender.send(chunk[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Some(Self { child, shown, seen: String::new() })
    }

    /// Waits until the screen has shown a text since the last one that was waited for.
    fn sees(&mut self, text: &str) {
        loop {
            if let Some(at) = self.seen.find(text) {
                self.seen.drain(..at + text.len());
                return;
            }
            match self.shown.recv_timeout(Duration::from_secs(60)) {
                Ok(more) => self.seen.push_str(&String::from_utf8_lossy(&more)),
                Err(_) => panic!("`{text}` is not shown: {}", self.seen),
            }
        }
    }

    fn types(&mut self, keys: &str) {
        self.child.stdin.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
    }

    /// The binary ends without a word.
    #[cfg(target_os = "linux")]
    fn dies(self) {
        let children = |pid: u32| {
            fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default()
        };
        let mut pid = self.child.id();
        while let Some(child) = children(pid).split_whitespace().next() {
            pid = child.parse().unwrap();
        }
        let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        assert!(killed.success());
        self.ends();
    }

    /// What else is shown, and the exit code.
    fn ends(mut self) -> (String, Option<i32>) {
        while let Ok(more) = self.shown.recv_timeout(Duration::from_secs(60)) {
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        let status = self.child.wait().unwrap();
        (self.seen, status.code())
    }
}

fn latest(workspace: &Workspace) -> Json {
    parsed(&workspace.say(&["show", "latest", "--format", "json"]))
}

#[test]
fn a_person_answers_at_the_terminal_and_may_come_back_later() {
    let workspace = workspace();
    let Some(mut typist) = Typist::start(&workspace, &format!("run {FILE}")) else {
        return tests::skipped("a_person_answers_at_the_terminal", "there is no `script`");
    };
    typist.sees("Which format?");
    typist.sees("1) pdf");
    typist.sees("answer");
    typist.types("doc\n");
    typist.sees("expected one of");
    typist.sees("answer");
    typist.types("1\n");
    typist.sees("Any note?");
    typist.sees("answer");
    typist.types("\u{3}");
    let (shown, code) = typist.ends();
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("downbeat resume"), "{shown}");

    let mut typist = Typist::start(&workspace, "resume latest").unwrap();
    typist.sees("Any note?");
    typist.sees("answer");
    typist.types("\nlate\n");
    typist.sees("an answer is needed");
    typist.sees("Publish it?");
    typist.sees("pdf: late");
    typist.sees("answer");
    typist.types("reject\n");
    typist.sees("Why not?");
    typist.sees("answer");
    typist.types("too short\n");
    let (shown, code) = typist.ends();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("Which format?"), "{shown}");
    let document = latest(&workspace);
    assert_eq!(step(&document, "format")["value"]["result"]["retries"], 1);
    assert_eq!(step(&document, "gate")["value"]["result"]["rejection_reason"], "too short");
    assert_eq!(effects(&workspace), "made\n");

    // A replay asks nobody.
    let said = workspace.say(&["replay", "latest", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let again = parsed(&said);
    assert_eq!(step(&again, "gate")["value"], step(&document, "gate")["value"]);
}

#[test]
fn only_questions_that_were_not_answered_are_asked_again() {
    let text = "\
id: poll
steps:
  - id: poll
    tool: feedback-collection
    parameters:
      title: How was it?
      required_questions: [stars, why]
      questions:
        - {id: stars, text: Your rating, type: rating}
        - {id: why, text: Why so}
";
    let workspace = Workspace::with(FILE, text);
    let Some(mut typist) = Typist::start(&workspace, &format!("run {FILE}")) else {
        return tests::skipped("only_questions_that_were_not_answered", "there is no `script`");
    };
    typist.sees("Your rating");
    typist.sees("answer");
    typist.types("4\n");
    typist.sees("Why so");
    typist.sees("answer");
    typist.types("\u{3}");
    assert_eq!(typist.ends().1, Some(130));
    let mut typist = Typist::start(&workspace, "resume latest").unwrap();
    typist.sees("Why so");
    typist.sees("answer");
    typist.types("quick\n");
    let (shown, code) = typist.ends();
    assert_eq!(code, Some(0), "{shown}");
    let document = latest(&workspace);
    let responses = &step(&document, "poll")["value"]["result"]["responses"];
    assert_eq!(responses, &json!({ "stars": 4, "why": "quick" }));
}

#[test]
fn a_secret_answer_is_neither_shown_nor_kept() {
    let text = "\
id: login
steps:
  - id: word
    tool: user-prompt
    parameters: {prompt: The password?, input_type: password}
  - id: used
    tool: terminal
    parameters: {command: \"test $(printf %s '{{ word.value }}' | wc -c) = 15 && echo ok\"}
  - id: wait
    tool: user-prompt
    dependencies: [used]
    parameters: {prompt: And now?}
";
    let workspace = Workspace::with(FILE, text);
    let Some(mut typist) = Typist::start(&workspace, &format!("run {FILE} --verbose")) else {
        return tests::skipped("a_secret_answer", "there is no `script`");
    };
    typist.sees("The password?");
    typist.sees("answer");
    typist.types("hunter2-hunter2\n");
    typist.sees("And now?");
    typist.sees("answer");
    typist.types("\u{3}");
    let (shown, code) = typist.ends();
    assert_eq!(code, Some(130), "{shown}");
    let holds = |folder: std::path::PathBuf| {
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else if fs::read(entry.path()).unwrap().windows(7).any(|it| it == b"hunter2") {
                    return Some(entry.path());
                }
            }
        }
        None
    };
    assert_eq!(holds(workspace.path().join(".downbeat")), None);
    assert!(!shown.contains("hunter2"), "{shown}");

    // It is not there any more, so it is asked for again; what it was used for is not done again.
    fs::write(workspace.path().join("answers.yaml"), "word: hunter2-hunter2\nwait: go").unwrap();
    let said = workspace.say(&["resume", "latest", "--json", "--answers", "answers.yaml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.contains("hunter2"), "{}", said.out);
    let document = parsed(&said);
    assert_eq!(step(&document, "wait")["value"]["result"]["value"], "go");
    assert_eq!(holds(workspace.path().join(".downbeat")), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_dies_at_a_question_is_answered_from_elsewhere() {
    let text = "\
id: ask
steps:
  - id: made
    tool: terminal
    parameters: {command: echo made >> effects}
  - id: format
    tool: user-prompt
    dependencies: [made]
    parameters: {prompt: Which format?, default: html, timeout: 600}
  - id: each
    dependencies: [format]
    for_each: [a, b]
    max_parallel: 1
    steps:
      - id: gate
        tool: approval-gate
        parameters: {title: 'Publish {{ item }}?', content: \"{{ item }}.{{ format.value }}\"}
      - id: out
        tool: terminal
        condition: \"{{ gate.approved }}\"
        parameters: {command: \"echo '{{ gate.modified_content }}' >> effects\"}
";
    let workspace = Workspace::with(FILE, text);
    let Some(mut typist) = Typist::start(&workspace, &format!("run {FILE}")) else {
        return tests::skipped("a_run_that_dies_at_a_question", "there is no `script`");
    };
    typist.sees("Which format?");
    typist.sees("within 600 s");
    typist.dies();
    assert_eq!(latest(&workspace)["status"], "interrupted");

    // Nobody is there: the default stands at once, and the question without one stays open.
    for _ in 0..2 {
        let said = workspace.say(&["resume", "latest", "--json"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        let document = parsed(&said);
        assert_eq!(document["error_type"], "NobodyAskedError", "{document:#}");
        assert_eq!(step(&document, "format")["value"]["result"]["used_default"], true);
        assert!(said.err.contains("downbeat resume ask_"), "{}", said.err);
    }
    fs::write(workspace.path().join("answers.yaml"), "\"each[0].gate\": approve\n").unwrap();
    let said = workspace.say(&["resume", "latest", "--json", "--answers", "answers.yaml"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(effects(&workspace), "made\na.html\n");
    let said = workspace.say(&["resume", "latest", "--json", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(effects(&workspace), "made\na.html\nb.html\n");
    let said = workspace.say(&["resume", "latest"]);
    assert!(said.err.contains("is over"), "{}", said.err);
}

#[test]
fn a_failure_that_the_author_provides_for_is_an_answer() {
    let text = "\
id: ask
steps:
  - id: gate
    tool: approval-gate
    on_failure: continue
    parameters: {title: Publish?, content: it}
  - id: out
    tool: terminal
    condition: gate.status == 'failed'
    parameters: {command: echo nobody >> effects}
";
    let workspace = Workspace::with(FILE, text);
    let said = workspace.say(&["run", FILE, "--json"]);
    assert_eq!(step(&parsed(&said), "out")["status"], "completed", "{said:?}");
    let said = workspace.say(&["resume", "latest", "--json", "--yes"]);
    assert!(said.err.contains("is over"), "{}", said.err);
    assert_eq!(effects(&workspace), "nobody\n");
}
