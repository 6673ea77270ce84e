//! Texts that are made to be too much: every command answers within bounds of time and memory, and none crashes.

#![cfg(target_os = "linux")]

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Seconds of computing time; a debug build needs less than a tenth of it.
const SECONDS: u32 = 60;
/// KiB of address space.
const MEMORY: u32 = 3 << 20;

const HEAD: &str = "name: x\nsteps:\n";

/// A pipeline of one command.
fn command(template: &str) -> String {
    format!("{HEAD}  - id: s\n    tool: terminal\n    parameters:\n      command: \"{template}\"\n")
}

/// A pipeline of one step with that value in its parameters.
fn value(value: &str) -> String {
    format!("{HEAD}  - id: s\n    action: echo a\n    parameters: {{x: {value}}}\n")
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, index| {
        writeln!(all, "{}", line(index)).unwrap();
        all
    })
}

/// Runs the program in `folder` with its time and memory limited; it must end by itself.
fn limited(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let script = format!("ulimit -t {SECONDS}; ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .arg(tests::binary())
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        use std::io::Write as _;
        // A program that has seen enough reads no further.
        let _ = stdin.write_all(&input);
    });
    let out = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    let code = out.status.code();
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(
        matches!(code, Some(0..=2)) && !err.contains("panicked"),
        "{arguments:?} ends with {code:?} ({:?}): {}",
        out.status,
        err.chars().take(2000).collect::<String>()
    );
    out
}

fn hostile() -> Vec<(&'static str, String)> {
    let laughs = lines(30, |index| match index {
        0 => "  a0: &a0 [x, x, x, x, x, x, x, x, x]".to_owned(),
        _ => format!("  a{index}: &a{index} [{}]", vec![format!("*a{}", index - 1); 9].join(", ")),
    });
    let anchors = lines(20_000, |index| format!("  a{index}: &a{index} 1"));
    let uses: Vec<String> = (0..20_000).map(|index| format!("*a{index}")).collect();
    let rounds = "{% for a in range(99999) %}".repeat(4);
    vec![
        (
            "laughs",
            format!(
                "name: x\nvariables:\n{laughs}steps:\n  - id: s\n    action: echo a\n    parameters: {{x: *a29}}\n"
            ),
        ),
        (
            "anchors",
            format!(
                "name: x\nvariables:\n{anchors}steps:\n  - id: s\n    action: echo a\n    parameters: {{x: [{}]}}\n",
                uses.join(", ")
            ),
        ),
        ("brackets", value(&format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)))),
        ("open brackets", value(&"[".repeat(20_000))),
        ("braces", value(&format!("{}{}", "{a: ".repeat(20_000), "}".repeat(20_000)))),
        (
            "dashes",
            format!(
                "{HEAD}  - id: s\n    action: echo a\n    parameters:\n      x:\n        {}a\n",
                "- ".repeat(20_000)
            ),
        ),
        (
            "parentheses",
            command(&format!("{{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000))),
        ),
        ("signs", command(&format!("{{{{ {}1 }}}}", "-".repeat(20_000)))),
        ("filters", command(&format!("{{{{ 1{} }}}}", " | string".repeat(20_000)))),
        (
            "ifs",
            command(&format!("{}{}", "{% if 1 %}".repeat(20_000), "{% endif %}".repeat(20_000))),
        ),
        ("templates", command(&"{{ 1 }}".repeat(100_000))),
        (
            "templates in templates",
            command(&format!("{}{}", "{{ ".repeat(100_000), "}}".repeat(100_000))),
        ),
        ("tags", format!("{HEAD}  - id: s\n    action: {}\n", "<AUTO>".repeat(20_000))),
        ("rounds", command(&format!("{rounds}x{}", "{% endfor %}".repeat(4)))),
        ("range", command("{{ range(10**9) | list | length }}")),
        ("text", command("{{ 'a' * 10**9 }}")),
        ("list", command("{{ [1] * 10**9 }}")),
        ("number", command("{{ 9**9**9**9 }}")),
        ("digits", command(&format!("{{{{ {} }}}}", "9".repeat(100_000)))),
        (
            "doubling",
            command(
                "{% set ns = namespace(s='a') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s | length }}",
            ),
        ),
        ("macro", command("{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}")),
        ("width", command("{{ 'a' | center(10**9) }}")),
        ("pattern", command("{{ 'a' | regex_search('((a{1000}){1000}){1000}') }}")),
        (
            "same keys",
            format!(
                "{HEAD}  - id: s\n    action: echo a\n    parameters:\n{}",
                lines(20_000, |_| "      k: 1".to_owned())
            ),
        ),
        (
            "strange keys",
            format!(
                "{HEAD}  - id: s\n    action: echo a\n{}",
                lines(20_000, |index| format!("    zz{index}: 1"))
            ),
        ),
        (
            "strange names",
            format!(
                "{HEAD}  - id: s\n    action: 'echo {}'\n",
                (0..20_000).map(|index| format!("{{{{ u{index} }}}} ")).collect::<String>()
            ),
        ),
        (
            "broken texts",
            format!(
                "{HEAD}  - id: s\n    action: echo a\n    parameters:\n{}",
                lines(20_000, |index| format!("      k{index}: '{{{{ x'"))
            ),
        ),
        (
            "circle",
            format!(
                "{HEAD}{}",
                lines(10_000, |index| format!(
                    "  - id: s{index}\n    action: echo a\n    dependencies: [s{}]",
                    (index + 1) % 10_000
                ))
            ),
        ),
        (
            "itself",
            format!(
                "{HEAD}  - id: s\n    tool: pipeline-executor\n    parameters: {{pipeline: itself.yaml}}\n"
            ),
        ),
        ("include", command("{{ file: include.txt }}")),
    ]
}

#[test]
fn too_much_is_answered_in_bounded_time_and_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("include.txt"),
        "x {{ file: include.txt }} {{ file: include.txt }}",
    )
    .expect("written");
    for (name, text) in hostile() {
        let file = format!("{}.yaml", name.replace(' ', "-"));
        fs::write(folder.path().join(&file), text).expect("written");
        for command in ["check", "plan", "explain"] {
            limited(folder.path(), &[command, &file, "--quiet"], b"");
        }
        limited(folder.path(), &["run", &file, "--quiet", "--json"], b"");
    }
}

#[test]
fn long_lines_and_many_keys_are_answered_in_bounded_time_and_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = format!("{HEAD}  - id: s\n    action: echo {}\n", "a".repeat(100_000_000));
    let many = format!(
        "name: x\n{}steps:\n  - id: s\n    action: echo a\n",
        lines(200_000, |index| format!("k{index}: 1"))
    );
    for (file, text) in [("long.yaml", long), ("many.yaml", many)] {
        fs::write(folder.path().join(file), text).expect("written");
        limited(folder.path(), &["check", file, "--quiet"], b"");
    }
}

#[test]
fn lines_of_eval_are_answered_in_bounded_time_and_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = [
        "{{ 'a' * 10**9 }}",
        "{{ range(10**9) | list }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{{ 9**9**9 }}",
        "{{ [1] | batch(10**9, 'x') | list }}",
        "{{ lipsum(10**9) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
    ];
    let input: String = asked
        .iter()
        .map(|template| serde_json::json!({ "template": template }).to_string() + "\n")
        .collect();
    let out = limited(folder.path(), &["eval"], input.as_bytes());
    let said = String::from_utf8(out.stdout).expect("text");
    assert_eq!(said.lines().count(), asked.len(), "{said}");
    assert!(said.len() < 10_000_000);
}

#[test]
fn the_language_server_answers_too_much_in_bounded_time_and_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let frame = |message: serde_json::Value| {
        let text = message.to_string();
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    };
    let mut session = frame(serde_json::json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": {}}
    }));
    for (number, (name, text)) in hostile().iter().enumerate() {
        let uri = format!("file:///hostile/{}.pipeline.yaml", name.replace(' ', "-"));
        session += &frame(
            serde_json::json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": uri, "languageId": "downbeat", "version": 1, "text": text}}}),
        );
        session += &frame(serde_json::json!({"jsonrpc": "2.0", "id": number + 1,
            "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": uri}}}));
    }
    session += &frame(serde_json::json!({"jsonrpc": "2.0", "id": 9999, "method": "shutdown"}));
    session += &frame(serde_json::json!({"jsonrpc": "2.0", "method": "exit"}));
    let out = limited(folder.path(), &["lsp"], session.as_bytes());
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("\"id\":9999"), "the last request has an answer");
}
