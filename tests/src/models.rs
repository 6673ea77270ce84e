//! Models to test with: llama.cpp's own server with a small real model, and two servers that speak the providers' protocols and
//! fail on demand. `cargo xtask test` installs them; `DOWNBEAT_TEST_MODELS` names another folder that has them.
//!
//! All listen on the loopback, and end when whoever started them does.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Condvar, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value as Json;

/// How long a server may take to start on a busy machine.
const START: Duration = Duration::from_secs(120);

/// What a server makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Answers.
    Chat,
    /// Embeddings.
    Embed,
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct ModelServer {
    child: Child,
    /// Where it listens.
    pub port: u16,
}

/// The name of its model.
pub const MODEL: &str = "smollm2";

impl ModelServer {
    /// llama.cpp with a window of 2,048 tokens, loaded: one for all tests of a process. `None`, said aloud, where it is not
    /// installed.
    #[must_use]
    pub fn shared(test: &str) -> Option<&'static Self> {
        static SERVER: OnceLock<Result<ModelServer, String>> = OnceLock::new();
        let server = SERVER.get_or_init(|| Self::loaded(2048, Task::Chat));
        server.as_ref().map_err(|why| crate::skipped(test, why)).ok()
    }

    /// llama.cpp with its model in memory.
    ///
    /// # Errors
    /// Why it cannot be started here.
    pub fn loaded(window: u32, task: Task) -> Result<Self, String> {
        Self::ready(Self::loading(window, task)?)
    }

    fn ready(mut server: Self) -> Result<Self, String> {
        let stdout = server.child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).map_err(|error| error.to_string())?;
        if line.trim() == "ready" { Ok(server) } else { Err("the server did not start".to_owned()) }
    }

    /// Stands before this server, and lets no answer have more than so many tokens, whatever is asked for.
    ///
    /// # Errors
    /// Why it cannot be started here.
    pub fn brief(&self, most: u32) -> Result<Self, String> {
        let port = free_port();
        let mut command = python(&installed()?);
        command.args(["-c", include_str!("models/brief.py")]);
        command.args([port, self.port].map(|it| it.to_string())).arg(most.to_string());
        Self::ready(start(command, port)?)
    }

    /// llama.cpp, started, and not waited for.
    ///
    /// # Errors
    /// Why it cannot be started here.
    pub fn loading(window: u32, task: Task) -> Result<Self, String> {
        let folder = installed()?;
        let port = free_port();
        let mut command = python(&folder);
        command.args(["-c", include_str!("models/llama.py")]);
        command.arg(folder.join("smollm2.gguf")).arg(port.to_string()).arg(window.to_string());
        command.args([MODEL, if task == Task::Embed { "embed" } else { "chat" }]);
        // Threads that wait for each other busily would take the time of everything else.
        command.env("OMP_WAIT_POLICY", "passive");
        start(command, port)
    }

    /// A server that injects faults and judges its client: PyPI `llmock`.
    ///
    /// # Errors
    /// Why it cannot be started here.
    pub fn llmock() -> Result<Self, String> {
        let port = free_port();
        let mut command = python(&installed()?);
        command.args(["-c", include_str!("models/llmock.py"), &port.to_string()]);
        let server = start(command, port)?;
        server.wait("/health")?;
        Ok(server)
    }

    /// Another reading of the protocols: npm `@copilotkit/aimock`, with these fixtures.
    ///
    /// # Errors
    /// Why it cannot be started here.
    pub fn aimock(fixtures: &Path) -> Result<Self, String> {
        let program = installed()?.join("aimock/node_modules/@copilotkit/aimock/dist/cli.js");
        if !program.is_file() {
            return Err("aimock is not installed: `cargo xtask test` does it".to_owned());
        }
        let port = free_port();
        let mut command = Command::new(crate::node());
        command.args(["--input-type=module", "--eval", include_str!("models/aimock.mjs"), "--"]);
        command.arg(program).arg(port.to_string()).arg(fixtures);
        let server = start(command, port)?;
        server.wait("/health")?;
        Ok(server)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The variables that let a program find llama.cpp here, and nothing else.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, String); 1] {
        [("LLAMACPP_BASE_URL", self.url())]
    }

    /// Asks it past any client: the JSON of the answer, or null.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, body: &Json) -> Json {
        let (_, body) = exchange(self.port, method, path, body).expect("it answers");
        serde_json::from_str(&body).unwrap_or_default()
    }

    fn wait(&self, path: &str) -> Result<(), String> {
        let begin = Instant::now();
        while begin.elapsed() < START {
            if exchange(self.port, "GET", path, &Json::Null)
                .is_ok_and(|(head, _)| head.contains(" 200 "))
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("the server does not answer at {path}"))
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(mut command: Command, port: u16) -> Result<ModelServer, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.spawn().map_err(|error| format!("a server does not start: {error}"))?;
    Ok(ModelServer { child, port })
}

/// A binary in which models run, and a model's file, which `cargo xtask test` makes and installs.
///
/// # Errors
/// Why they are not there.
pub fn inside() -> Result<(PathBuf, PathBuf), String> {
    let binary = std::env::var_os("DOWNBEAT_LOCAL_BINARY").map(PathBuf::from);
    let binary =
        binary.ok_or("`DOWNBEAT_LOCAL_BINARY` names no binary with the feature `local`")?;
    Ok((binary, installed()?.join("smollm2.gguf")))
}

/// Variables with which a model inside a program takes one thread: several that wait for each other busily would take the time of
/// everything else.
pub const ALONE: [(&str, &str); 2] = [("CANDLE_NUM_THREADS", "1"), ("RAYON_NUM_THREADS", "1")];

/// A server of the files of a folder, which knows ranges: npm `http-server`.
///
/// # Errors
/// Why it cannot be started here.
pub fn file_server(folder: &Path) -> Result<ModelServer, String> {
    let program = installed()?.join("http-server/node_modules/http-server/bin/http-server");
    if !program.is_file() {
        return Err("http-server is not installed: `cargo xtask test` does it".to_owned());
    }
    let port = free_port();
    let mut command = Command::new(crate::node());
    command.arg(program).arg(folder).args([
        "-a",
        "127.0.0.1",
        "-s",
        "-c-1",
        "-p",
        &port.to_string(),
    ]);
    let server = start(command, port)?;
    server.wait("/")?;
    Ok(server)
}

/// The folder into which `cargo xtask test` installs them.
fn installed() -> Result<PathBuf, String> {
    let target = || {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| crate::root().join("target"), PathBuf::from)
    };
    let folder = std::env::var_os("DOWNBEAT_TEST_MODELS")
        .map_or_else(|| target().join("tools/models"), PathBuf::from);
    if folder.join("smollm2.gguf").is_file() && folder.join("venv/bin/python").exists() {
        Ok(folder)
    } else {
        Err("llama.cpp's server and its model are not installed: `cargo xtask test` does it"
            .to_owned())
    }
}

fn python(folder: &Path) -> Command {
    Command::new(folder.join("venv/bin/python"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Head and body of an answer over HTTP/1.0.
fn exchange(port: u16, method: &str, path: &str, body: &Json) -> std::io::Result<(String, String)> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(START))?;
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok((head.to_owned(), body.to_owned()))
}

/// Passes on to a server, and counts what it is asked to answer.
#[derive(Debug)]
pub struct Counter {
    /// Where it listens.
    pub port: u16,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    asked: AtomicUsize,
    taken_back: AtomicUsize,
    /// Whether answers are kept back.
    held: Mutex<bool>,
    let_go: Condvar,
}

impl Counts {
    fn hold(&self, held: bool) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = held;
        self.let_go.notify_all();
    }

    fn wait(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.let_go.wait_while(held, |held| *held));
    }
}

impl Counter {
    /// Stands before a server, as long as the process goes on.
    ///
    /// # Panics
    /// When it cannot listen.
    #[must_use]
    pub fn before(server: &ModelServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let counts = Arc::new(Counts::default());
        let (counted, behind) = (Arc::clone(&counts), server.port);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", behind)) else { continue };
                let (Ok(back), Ok(answers)) = (client.try_clone(), server.try_clone()) else {
                    continue;
                };
                let open = Arc::new(AtomicBool::new(false));
                let (counted, asked) = (Arc::clone(&counted), Arc::clone(&open));
                let holding = Arc::clone(&counted);
                thread::spawn(move || pass_questions(client, server, &counted, &asked));
                thread::spawn(move || {
                    pass(answers, back, |_| {
                        if open.load(Ordering::SeqCst) {
                            holding.wait();
                            open.store(false, Ordering::SeqCst);
                        }
                    });
                });
            }
        });
        Self { port, counts }
    }

    /// How often an answer was asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.counts.asked.load(Ordering::SeqCst)
    }

    /// Keeps the answers of the server's model to itself, until [`Self::let_go`]: however fast it is, who asked waits.
    pub fn hold(&self) {
        self.counts.hold(true);
    }

    /// Passes on what was kept, and what comes.
    pub fn let_go(&self) {
        self.counts.hold(false);
    }

    /// How often who had asked was gone before the first byte of an answer.
    #[must_use]
    pub fn taken_back(&self) -> usize {
        self.counts.taken_back.load(Ordering::SeqCst)
    }

    /// The variables that let a program find the server through it.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, String); 1] {
        [("LLAMACPP_BASE_URL", format!("http://127.0.0.1:{}", self.port))]
    }
}

/// Passes on what is asked, and counts it; `open` says that an answer is waited for.
fn pass_questions(client: TcpStream, server: TcpStream, counts: &Counts, open: &AtomicBool) {
    pass(client, server, |piece| {
        let asks = piece.windows(6).filter(|it| it == b"POST /").count();
        if asks > 0 {
            open.store(true, Ordering::SeqCst);
        }
        counts.asked.fetch_add(asks, Ordering::SeqCst);
    });
    if open.load(Ordering::SeqCst) {
        counts.taken_back.fetch_add(1, Ordering::SeqCst);
    }
}

/// Passes bytes on until one side is gone.
fn pass(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&[u8])) {
    let mut bytes = [0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let piece = &bytes[..read];
        look(piece);
        if to.write_all(piece).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
