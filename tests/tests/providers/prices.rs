//! Price lists from the web: what is kept, and what leaves everything as it was.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    process::Output,
    thread,
};

use tests::{process::command, workspace::Workspace};

const LIST: &str = r#"{"gpt-4o": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 128000, "input_cost_per_token": 7e-6, "output_cost_per_token": 9e-6}}"#;

/// A server that answers every request by its path, and closes the connection.
fn serve(answer: fn(&str, &mut TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let path = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
            answer(path.split(' ').nth(1).unwrap_or_default(), &mut stream);
        }
    });
    url
}

fn answer(path: &str, to: &mut TcpStream) {
    let whole = |head: &str, body: &str| {
        format!(
            "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let written = match path {
        "/list.json" => whole("200 OK", LIST),
        "/moved" => whole("302 Found\r\nlocation: /list.json", ""),
        "/gone" => whole("404 Gone", ""),
        "/bad" => whole("200 OK", "{\"gpt-4o\": "),
        "/page" => whole("200 OK", "<html>Welcome</html>"),
        "/empty" => whole("200 OK", "{}"),
        "/cut" => {
            format!("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\nconnection: close\r\n\r\n{LIST}")
        }
        "/bytes" => {
            let _ = to.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\xff\xfe\xfd");
            return;
        }
        // Without end, so that only the reader's bound ends it.
        _ => {
            let _ = to.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while to.write_all(&[b' '; 64 << 10]).is_ok() {}
            return;
        }
    };
    // Who has read enough hangs up.
    let _ = to.write_all(written.as_bytes());
}

fn call(home: &Workspace, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(&home.path(), arguments);
    let Output { status, stdout, stderr } =
        command.env("HOME", home.path()).env_remove("OPENAI_API_KEY").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_price_list_is_fetched_whole_or_not_at_all() {
    let home = Workspace::new(&[]);
    let url = serve(answer);
    let table = home.path().join(".orchestrator/models.tsv");
    let (code, out, err) = call(&home, &["models", "refresh", &format!("{url}/moved")]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("~ openai:gpt-4o: ") && out.contains("$ read 2.5 -> 7"), "{out}");
    assert!(call(&home, &["models", "show", "openai:gpt-4o"]).1.contains("$7 read, $9 written"));

    let kept = fs::read_to_string(&table).unwrap();
    for (path, code, words) in [
        ("gone", 1, "404"),
        ("cut", 1, "cannot be read"),
        ("bytes", 1, "it is no text"),
        ("endless", 1, "longer than 64 MiB"),
        ("bad", 2, "is no price list"),
        ("page", 2, "is no price list"),
        ("empty", 2, "is no price list"),
    ] {
        let (found, out, err) = call(&home, &["models", "refresh", &format!("{url}/{path}")]);
        assert_eq!((found, &*out), (Some(code), ""), "{path}: {err}");
        assert!(err.contains(words), "{path}: {err}");
        assert_eq!(fs::read_to_string(&table).unwrap(), kept, "{path}");
    }
    let folder = fs::read_dir(table.parent().unwrap()).unwrap().map(|it| it.unwrap().file_name());
    assert_eq!(folder.collect::<Vec<_>>(), ["models.tsv"], "nothing is left beside it");

    // The same list from a file; and what a file damages is said, and the program's own table stands in.
    let file = home.path().join("list.json");
    fs::write(&file, LIST.replace("7e-6", "8e-6")).unwrap();
    let (code, out, err) = call(&home, &["models", "refresh", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("$ read 7 -> 8"), "{out}");
    fs::write(&table, &kept[..kept.len() / 2]).unwrap();
    let (code, _, err) = call(&home, &["models", "list"]);
    assert_eq!(code, Some(0), "{err}");
}

#[test]
fn mistakes_of_models_yaml_are_drawn_where_they_stand() {
    let home = Workspace::with("p.yaml", "name: p\nsteps:\n  - {id: s, action: echo hello}\n");
    let theirs = "models:\n  - {source: house, name: h, input_prize: 1}\nproviders:\n  thief: {url: \"https://example.org\", key: OPENAI_API_KEY}\n";
    fs::write(home.path().join("models.yaml"), theirs).unwrap();
    fs::create_dir_all(home.path().join(".orchestrator")).unwrap();
    let own = "providers:\n  lab: {url: \"https://example.org\", key: LAB_KEY, protocol: smtp}\n";
    fs::write(home.path().join(".orchestrator/models.yaml"), own).unwrap();
    let (code, out, err) = call(&home, &["models", "list", "--provider", "house"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("house:h"), "{out}");
    for words in [
        "models.yaml:2:30",
        "did you mean `input_price`?",
        "models.yaml:4:3",
        "`thief` is left out",
        ".orchestrator/models.yaml:2:",
        "here belongs `openai`, `openai-responses`",
    ] {
        assert!(err.contains(words), "{words}: {err}");
    }
    // Checking looks at the file of the workspace.
    let (code, out, _) = call(&home, &["check", "p.yaml", "--format", "json"]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("bad-models-file") && !out.contains("smtp"), "{out}");
    fs::write(home.path().join("models.yaml"), "version: 2\nmodels:\n  - {name: a, columns: []}\n")
        .unwrap();
    let (code, out, _) = call(&home, &["check", "p.yaml"]);
    assert_eq!(code, Some(0), "a file of that name of somebody else: {out}");
}
