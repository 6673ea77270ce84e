//! Steps that nobody can answer: what is said of it, by the real binary, before anything runs.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use tests::{
    process::{alone, command},
    workspace::Workspace,
};

const KEY: &str = "sk-very-secret-0123456789";

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9/v1";

/// What stands around a step, and what is said of it.
struct Case {
    what: &'static str,
    /// Keys of the document and of the step.
    document: &'static str,
    step: &'static str,
    /// `models.yaml` of the workspace.
    file: String,
    variables: Vec<(&'static str, String)>,
    said: Vec<String>,
}

fn case(what: &'static str, step: &'static str, said: &[&str]) -> Case {
    let said = said.iter().map(|it| (*it).to_owned()).collect();
    Case { what, document: "", step, file: String::new(), variables: Vec::new(), said }
}

/// Gives the same answer to everyone.
fn serve(status: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 65536]);
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
            let _ = write!(stream, "{head}\r\ncontent-type: application/json\r\n\r\n{body}");
        }
    });
    url
}

fn lab(url: &str) -> String {
    format!("providers:\n  lab:\n    url: {url}\n")
}

fn keyed(url: &str) -> String {
    format!("{}    key: LAB_KEY\n", lab(url))
}

fn cases() -> Vec<Case> {
    let no = |status, message: &str| serve(status, format!("{{\"error\": \"{message}\"}}"));
    let listing = serve("200 OK", r#"{"object":"list","data":[{"id":"some-model"}]}"#.to_owned());
    let key = || vec![("LAB_KEY", KEY.to_owned())];
    let refused = format!("`lab`: it cannot be reached at {NOWHERE}: the connection was refused");
    let models = "`lab` is set up by `providers` of ";
    vec![
        case("nothing is set up", "", &["no provider of models is set up", "OPENAI_API_KEY"]),
        case(
            "a model of somebody who has no key",
            "model: openai:gpt-4o-mini",
            &["`model` of the step names `openai:gpt-4o-mini`", "`OPENAI_API_KEY` is not set"],
        ),
        Case {
            variables: vec![("OPENAI_API_KEY", String::new())],
            ..case("the key is empty", "model: gpt-4o-mini", &["`OPENAI_API_KEY` is not set"])
        },
        Case {
            file: lab(NOWHERE),
            ..case("the server refuses", "model: lab:m", &["`model` of the step", &refused, models])
        },
        Case {
            document: "model: lab:m\n",
            file: lab(NOWHERE),
            ..case("the document names it", "", &["`model` of the document", &refused])
        },
        Case {
            file: lab(NOWHERE),
            ..case("nobody is named", "", &["nobody who is set up can be asked: ", &refused])
        },
        Case {
            file: lab(NOWHERE),
            ..case(
                "only a provider is named",
                "requires_model: {provider: lab}",
                &["`requires_model` asks for a model of `lab`", &refused],
            )
        },
        Case {
            variables: vec![("OLLAMA_HOST", "127.0.0.1:9".to_owned())],
            ..case(
                "a variable names where nobody listens",
                "model: ollama:m",
                &["reached at http://127.0.0.1:9: the connection was refused", "`OLLAMA_HOST` of"],
            )
        },
        Case {
            file: lab("http://models.invalid/v1"),
            ..case("no such host", "model: lab:m", &["its name cannot be looked up"])
        },
        Case {
            file: keyed(&no("401 No", &format!("no such key {KEY}"))),
            variables: key(),
            ..case("the key is wrong", "model: lab:m", &["401: no such key [secret]", "`LAB_KEY`"])
        },
        Case {
            file: keyed(&no("403 No", "not you")),
            variables: key(),
            ..case("the key may not", "model: lab:m", &["it answered 403: not you", "`LAB_KEY`"])
        },
        Case {
            file: lab(&no("404 No", "nothing here")),
            ..case(
                "the address is wrong",
                "model: lab:m",
                &["it answered 404: nothing here", models],
            )
        },
        Case {
            file: keyed(&listing),
            ..case(
                "the key is missing",
                "model: lab:m",
                &["`LAB_KEY` is not set", "`providers` of"],
            )
        },
        Case {
            file: lab(&listing),
            ..case("no such provider", "model: labb:m", &["nobody is known to serve", "`lab:m`?"])
        },
        case("no such provider", "model: opnai:gpt-4o", &["did you mean `openai:gpt-4o`?"]),
        Case {
            file: lab(&listing),
            ..case("no such model", "model: lab:m", &["does not have it; it has `some-model`"])
        },
        Case {
            file: "providers:\n  lab: [\n".to_owned(),
            ..case("its file is broken", "model: lab:m", &["nobody is known", "unclosed-bracket"])
        },
        Case {
            variables: vec![("OPENAI_API_KEY", KEY.to_owned())],
            ..case(
                "no window is so large",
                "requires_model: {context_window: 99000000}",
                &["no model fits what `requires_model` asks for", "fewer than 99000000"],
            )
        },
    ]
}

#[test]
fn whoever_nobody_can_answer_hears_why_before_anything_runs() {
    let mut wrong = String::new();
    for Case { what, document, step, file, variables, said } in cases() {
        let pipeline = format!(
            "name: Ask\n{document}steps:\n  - id: first\n    action: echo begun\n  - id: ask\n    action: generate\n    {step}\n    parameters: {{prompt: Say hello}}\n"
        );
        let workspace = Workspace::with("ask.yaml", &pipeline);
        if !file.is_empty() {
            fs::write(workspace.path().join("models.yaml"), &file).unwrap();
        }
        let call = |arguments: &[&str]| {
            let mut command = command(&workspace.path(), arguments);
            alone(&mut command, &workspace.path());
            let out = command.envs(variables.iter().map(|(k, v)| (k, v))).output().unwrap();
            let text = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
            // As wide as the terminal is, lines are broken.
            let words: Vec<_> = text.split_whitespace().filter(|it| *it != "│").collect();
            (out.status.code(), words.join(" "))
        };
        let (code, all) = call(&["run", "ask.yaml"]);
        let missing: Vec<_> = said.iter().filter(|it| !all.contains(*it)).collect();
        if code != Some(2) || !missing.is_empty() || all.contains("begun") || all.contains(KEY) {
            wrong.push_str(&format!("{what}: {code:?}, without {missing:?}: {all}\n\n"));
        }
        let (_, doctor) = call(&["doctor"]);
        let (code, why) = call(&["models", "why", "ask.yaml", "ask"]);
        if code != Some(2) || why.contains(KEY) || doctor.contains(KEY) {
            wrong.push_str(&format!("{what}: {code:?}: {why}\n{doctor}\n\n"));
        }
        // To check and to plan needs no model.
        for verb in ["check", "plan"] {
            let (_, said) = call(&[verb, "ask.yaml"]);
            // Any name may be one of a server that the author names.
            let is_known = step == "model: lab:m" && file.contains("url:");
            let is_wrong = said.contains("error[no-model]") || said.contains(KEY);
            if is_wrong || is_known && said.contains("unknown-model") {
                wrong.push_str(&format!("{what}: {verb}: {said}\n\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
