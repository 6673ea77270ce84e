//! A client of the language server: what an editor does, over standard input and output.

use std::{
    io::{BufReader, Write as _},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value as Json, json};

/// Longer than any answer takes: a server that hangs fails the test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A session with a server of its own.
pub struct Client {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Json>,
    /// Messages that came while another one was waited for, in order.
    kept: Vec<Json>,
    id: i64,
    /// Requests of this method are answered by the test.
    own: Option<&'static str>,
}

impl Client {
    /// Starts a server and says nothing yet.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn spawn() -> Self {
        Self::spawn_with(&[])
    }

    /// The same, with these variables over those of the process.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn spawn_with(variables: &[(&str, String)]) -> Self {
        let mut server = Command::new(super::binary())
            .arg("lsp")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = server.stdin.take();
        Self { server, input, messages, kept: Vec::new(), id: 0, own: None }
    }

    /// Starts a server and initializes it with these capabilities and options.
    #[must_use]
    pub fn start(capabilities: &Json, options: &Json) -> Self {
        Self::start_with(capabilities, options, &[])
    }

    /// The same, with these variables over those of the process.
    #[must_use]
    pub fn start_with(capabilities: &Json, options: &Json, variables: &[(&str, String)]) -> Self {
        let mut client = Self::spawn_with(variables);
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "initializationOptions": options });
        client.request("initialize", &params).expect("initialize succeeds");
        client.notify("initialized", &json!({}));
        client
    }

    /// Writes bytes as they are.
    ///
    /// # Panics
    /// When the server no longer reads.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("input is open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    fn send(&mut self, message: &Json) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: &Json) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and gives its id.
    pub fn ask(&mut self, method: &str, params: &Json) -> i64 {
        self.id += 1;
        let id = self.id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a request and waits for its answer: the result, or the error.
    ///
    /// # Errors
    /// The error of the answer.
    pub fn request(&mut self, method: &str, params: &Json) -> Result<Json, Json> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Waits for the answer to a request.
    ///
    /// # Errors
    /// The error of the answer.
    pub fn answer(&mut self, id: i64) -> Result<Json, Json> {
        let message = self.wait(|message| message["id"] == id && message.get("method").is_none());
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    /// Waits for a notification or request of the server, and gives its parameters.
    pub fn heard(&mut self, method: &str) -> Json {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    /// The first message that is the one; requests of the server are answered meanwhile.
    ///
    /// # Panics
    /// When none comes.
    pub fn wait(&mut self, is_it: impl Fn(&Json) -> bool) -> Json {
        if let Some(at) = self.kept.iter().position(&is_it) {
            return self.kept.remove(at);
        }
        loop {
            let message = match self.messages.recv_timeout(PATIENCE) {
                Ok(message) => message,
                Err(_) => panic!("no such message came; others were {:#?}", self.kept),
            };
            self.oblige(&message);
            if is_it(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// Answers a request of the server.
    fn oblige(&mut self, message: &Json) {
        let is_own = self.own.is_some_and(|method| message["method"] == method);
        if message.get("method").is_some() && message.get("id").is_some() && !is_own {
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
        }
    }

    /// From now on requests of this method wait for [`Client::respond`].
    pub fn hold(&mut self, method: &'static str) {
        self.own = Some(method);
    }

    /// Answers a request of the server.
    pub fn respond(&mut self, request: &Json, result: &Json) {
        self.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }));
    }

    /// Whether a message has come already; nothing is waited for.
    pub fn peek(&mut self, is_it: impl Fn(&Json) -> bool) -> bool {
        while let Ok(message) = self.messages.try_recv() {
            self.oblige(&message);
            self.kept.push(message);
        }
        self.kept.iter().any(is_it)
    }

    /// Opens a document.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Replaces what is in a range, which becomes that version.
    pub fn edit(&mut self, uri: &str, version: i32, range: &Json, text: &str) {
        let changes = json!([{ "range": range, "text": text }]);
        let document = json!({ "uri": uri, "version": version });
        self.notify(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": changes }),
        );
    }

    /// The diagnostics that are pushed for a version.
    pub fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Json> {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits for the end of the process.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.server.try_wait().expect("a child process") {
                return status;
            }
            assert!(std::time::Instant::now() < deadline, "the server does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the session as an editor does.
    pub fn stop(mut self) -> ExitStatus {
        self.request("shutdown", &Json::Null).expect("shutdown succeeds");
        self.notify("exit", &Json::Null);
        self.ended()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(output: &mut impl std::io::BufRead) -> Option<Json> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// A text with `$0` in it: the text without, and the place where it was as LSP counts.
///
/// # Panics
/// When there is no `$0`.
#[must_use]
pub fn cursor(text: &str) -> (String, Json) {
    let (before, after) = text.split_once("$0").expect("a `$0`");
    (format!("{before}{after}"), position(before))
}

/// The range of the first `word` in a text.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn range_of(text: &str, word: &str) -> Json {
    let (before, _) = text.split_once(word).expect("the word is there");
    json!({ "start": position(before), "end": position(&format!("{before}{word}")) })
}

fn position(before: &str) -> Json {
    let line = before.matches('\n').count();
    let last = before.rsplit('\n').next().unwrap_or_default();
    json!({ "line": line, "character": last.encode_utf16().count() })
}
