//! What 64 answers at once cost: the share of one core that the client takes, and how long a token is on its way from the
//! server's hand to the sink. `cargo bench -p models --bench streams`; Linux.
//!
//! The server is this program again, in a process of its own, and sends 100 tokens a second in each stream. It has no TLS.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use models::{Delta, Message, Providers, Request, Surroundings};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const STREAMS: usize = 64;
const TOKENS: usize = 1000;
const PAUSE: Duration = Duration::from_millis(10);
const SERVER: &str = "DOWNBEAT_BENCH_SERVER";

fn main() {
    if env::var_os(SERVER).is_some() {
        return serve();
    }
    // A run without measuring, as `cargo test` makes it.
    if !env::args().any(|it| it == "--bench") {
        return;
    }
    let mut server = Command::new(env::current_exe().unwrap())
        .env(SERVER, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(&format!("http://127.0.0.1:{}", port.trim())));
    server.kill().unwrap();
    server.wait().unwrap();
}

async fn measure(url: &str) {
    let providers = Arc::new(Providers::new(Surroundings::of_variables([("VLLM_BASE_URL", url)])));
    let (begin, used) = (Instant::now(), processor_time());
    let mut streams = JoinSet::new();
    for _ in 0..STREAMS {
        let providers = Arc::clone(&providers);
        streams.spawn(async move {
            let request = Request {
                model: "m".to_owned(),
                messages: vec![Message::user("go")],
                ..Request::default()
            };
            let mut delays = Vec::with_capacity(TOKENS);
            let mut sink = |delta: Delta<'_>| {
                if let Delta::Text(sent) = delta {
                    let now = now();
                    let sent = sent.split_whitespace().map(|it| it.parse::<u64>().unwrap());
                    delays.extend(sent.map(|sent| now.saturating_sub(sent)));
                }
            };
            let provider = providers.get("vllm").await.unwrap();
            provider.chat(&request, &mut sink, &CancellationToken::new()).await.unwrap();
            delays
        });
    }
    let streams = streams.join_all().await;
    let (wall, used) = (begin.elapsed(), processor_time() - used);
    let mut first: Vec<u64> = streams.iter().map(|delays| delays[0]).collect();
    let mut delays: Vec<_> = streams.into_iter().flatten().collect();
    first.sort_unstable();
    delays.sort_unstable();
    let of = |delays: &[u64], share: f64| {
        Duration::from_nanos(delays[((delays.len() - 1) as f64 * share) as usize])
    };
    let at = |share: f64| of(&delays, share);
    println!("{STREAMS} streams, {} tokens in {:.1} s", delays.len(), wall.as_secs_f64());
    println!("client: {:.1} % of one core", 100.0 * used.as_secs_f64() / wall.as_secs_f64());
    println!(
        "from the server's hand to the sink: p50 {:?}, p99 {:?}, longest {:?}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    println!("the first of each stream: p50 {:?}, longest {:?}", of(&first, 0.5), of(&first, 1.0));
}

fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        thread::spawn(move || answer(stream));
    }
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = [0; 4096];
    let _ = stream.read(&mut head)?;
    stream.set_nodelay(true)?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    )?;
    for _ in 0..TOKENS {
        thread::sleep(PAUSE);
        event(&mut stream, &format!("{{\"content\":\"{} \"}}", now()), "null")?;
    }
    event(&mut stream, "{}", "\"stop\"")?;
    write!(stream, "data: [DONE]\n\n")
}

fn event(stream: &mut TcpStream, delta: &str, finish: &str) -> std::io::Result<()> {
    let event = format!(
        "data: {{\"id\":\"chatcmpl-0123456789\",\"object\":\"chat.completion.chunk\",\"created\":1795645615,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{finish}}}]}}\n\n"
    );
    stream.write_all(event.as_bytes())
}

/// Nanoseconds; both processes have the same clock.
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64
}

/// What this process took so far, of all its threads (proc(5)): in hundredths of a second.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let behind = stat.rsplit_once(')').unwrap().1;
    let ticks: u64 =
        behind.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
