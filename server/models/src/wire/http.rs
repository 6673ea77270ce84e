//! One provider over HTTP: its address, its key, how long it may take.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

use super::{
    answer::{Answer, Flow},
    events::{Events, Framing},
    failure::{self, cause},
    refusal,
};
use crate::{Code, ModelError, Reply};

const NAME: &str = concat!("Downbeat/", env!("CARGO_PKG_VERSION"));
/// Bytes of an answer that is no stream.
const BODY: usize = 64 * 1024 * 1024;
/// Bytes of a refusal that are read.
const REFUSAL: usize = 64 * 1024;
/// How long a connection is kept for the next question; servers close theirs after a minute.
const IDLE: Duration = Duration::from_secs(30);
/// For what stands in a stream behind its end; a connection that was read to the end is used again.
const DRAIN: Duration = Duration::from_millis(50);
/// Bytes of the shortest key that is kept out of messages, as everywhere: a shorter one (`none`, `x`) is none, and stands in
/// many words.
const SHORTEST: usize = 8;
/// What to do about an address at which nobody answers.
const REACH: &str = "start it, mend its address, or look what stands in between";

/// How long a provider may take. The timeout of a step holds beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For a connection.
    pub(crate) connect: Duration,
    /// Until an answer begins; servers on the author's own machine read the whole prompt before.
    pub(crate) begin: Duration,
    /// Between two pieces of an answer.
    pub(crate) pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            begin: Duration::from_secs(600),
            pause: Duration::from_secs(120),
        }
    }
}

/// A server that speaks a protocol. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Peer {
    name: String,
    client: Client,
    base: String,
    headers: HeaderMap,
    key: Option<SecretString>,
    /// By what it is set up, for people.
    by: String,
    patience: Patience,
}

impl Peer {
    /// The server at `base`, to which paths are appended. A server on this machine is not asked through a proxy, others are
    /// where `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say so. Redirects are not followed: they could lead the key away.
    ///
    /// # Errors
    /// `base` is no address of the web, or the machine's certificates cannot be read.
    pub(crate) fn new(name: &str, base: &str, patience: Patience) -> Result<Self, ModelError> {
        let invalid = |why: &str| {
            ModelError::new(Code::Invalid, format!("the address of `{name}` {why}")).with_help(
                "it begins with `http://` or `https://`, as in `https://api.example.org/v1`",
            )
        };
        let url = Url::parse(base.trim()).map_err(|_| invalid("cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(invalid("is no address of the web"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return Err(invalid("holds a user, a password or a query: keys belong into variables"));
        }
        choose_cryptography();
        let builder = Client::builder()
            .user_agent(NAME)
            .connect_timeout(patience.connect)
            .redirect(Policy::none())
            // A compressed stream arrives in lumps.
            .no_gzip();
        let builder = if is_loopback(&url) {
            // A connection costs nothing here, and servers for one person close them as they like.
            builder.no_proxy().pool_max_idle_per_host(0)
        } else {
            builder.pool_idle_timeout(IDLE)
        };
        let client = builder.build().map_err(|error| {
            ModelError::new(
                Code::Transport,
                format!("no connection can be made: {}", cause(&error)),
            )
        })?;
        Ok(Self {
            name: name.to_owned(),
            client,
            base: url.as_str().trim_end_matches('/').to_owned(),
            headers: HeaderMap::new(),
            key: None,
            by: String::new(),
            patience,
        })
    }

    /// With by what it is set up, for people: a variable, a file, a port.
    pub(crate) fn set_up_by(self, by: String) -> Self {
        Self { by, ..self }
    }

    /// With a key in a header, behind `prefix`.
    ///
    /// # Errors
    /// The key has characters that no header may have.
    pub(crate) fn with_key(
        mut self,
        header: &'static str,
        prefix: &str,
        key: SecretString,
    ) -> Result<Self, ModelError> {
        let value = HeaderValue::from_str(&format!("{prefix}{}", key.expose_secret()));
        let mut value = value.map_err(|_| {
            ModelError::new(
                Code::Auth,
                format!("the key of `{}` has characters that no key has", self.name),
            )
            .with_help("copy it again, without quotes and line ends")
        })?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(header), value);
        self.key = Some(key);
        Ok(self)
    }

    /// With one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A request whose body is JSON.
    pub(crate) fn post(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<RequestBuilder, ModelError> {
        let body = serde_json::to_vec(body).map_err(|error| {
            ModelError::new(Code::Invalid, format!("the question is no JSON: {error}"))
        })?;
        let json = HeaderValue::from_static("application/json");
        Ok(self.request(Method::POST, path).header(CONTENT_TYPE, json).body(body))
    }

    /// A request whose body is a form with a file (RFC 7578). Names and texts are ours or plain: they hold no quotes and no
    /// line breaks.
    pub(crate) fn post_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> RequestBuilder {
        // What ends a part must not stand in one.
        let mut boundary = "downbeat-form".to_owned();
        while file.1.windows(boundary.len()).any(|it| it == boundary.as_bytes()) {
            boundary.push('-');
        }
        let mut body = Vec::with_capacity(file.1.len() + 1024);
        for (name, value) in fields {
            body.extend_from_slice(
                format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
                file.0
            )
            .as_bytes(),
        );
        body.extend_from_slice(file.1);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.request(Method::POST, path).header(CONTENT_TYPE, kind).body(body)
    }

    /// As [`Self::post`], below the server's root and not below its base.
    pub(crate) fn post_at_root(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<RequestBuilder, ModelError> {
        let root = Url::parse(&self.base).and_then(|it| it.join("/"));
        let base = root
            .map_or_else(|_| self.base.clone(), |it| it.as_str().trim_end_matches('/').to_owned());
        Self { base, ..self.clone() }.post(path, body)
    }

    /// A request without a body.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/{path}", self.base);
        self.client.request(method, url).headers(self.headers.clone())
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn whole<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        cancel: &CancellationToken,
    ) -> Result<T, ModelError> {
        self.until(cancel, async {
            let mut response = self.ask(request).await?;
            let mut body = Vec::new();
            while let Some(piece) = self.piece(&mut response).await? {
                if body.len() + piece.len() > BODY {
                    let message = format!("the answer is longer than {} MiB", BODY >> 20);
                    return Err(ModelError::new(Code::Malformed, message));
                }
                body.extend_from_slice(&piece);
            }
            serde_json::from_slice(&body).map_err(|error| unreadable(&error))
        })
        .await
    }

    /// Posts JSON, and reads the whole answer.
    pub(crate) async fn made<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        cancel: &CancellationToken,
    ) -> Result<T, ModelError> {
        self.whole(self.post(path, body)?, cancel).await
    }

    /// Posts JSON, and gives every event of the answer to `read` as it arrives.
    pub(crate) async fn converse(
        &self,
        path: &str,
        body: &impl Serialize,
        framing: Framing,
        mut answer: Answer<'_, '_>,
        cancel: &CancellationToken,
        mut read: impl FnMut(&[u8], &mut Answer<'_, '_>) -> Result<Flow, ModelError> + Send,
    ) -> Result<Reply, ModelError> {
        let request = self.post(path, body)?;
        self.until(cancel, async {
            let mut response = self.ask(request).await?;
            if framing == Framing::ServerSent && media_type(&response) == "application/json" {
                return Err(self.unstreamed(&mut response).await);
            }
            let mut events = Events::new(framing);
            let (mut flow, mut handfuls) = (Flow::More, Handfuls::default());
            // Signs of life that say nothing are no answer.
            let mut patience = Instant::now() + self.patience.begin;
            'answer: while flow == Flow::More {
                handfuls.wait().await;
                // A piece that is there already would come before any time that is up.
                if Instant::now() >= patience {
                    return Err(slow("the answer said nothing", self.patience.begin));
                }
                let waited = timeout(self.patience.pause, response.chunk()).await;
                let mut piece = waited
                    .map_err(|_| slow("the answer stood still", self.patience.pause))?
                    .map_err(|error| self.failed(&error))?;
                handfuls.read();
                loop {
                    let Some(bytes) = piece else { break 'answer };
                    let fed = events.feed(&bytes, |event| {
                        if flow == Flow::More {
                            patience = Instant::now() + self.patience.begin;
                            flow = read(event, &mut answer)?;
                        }
                        Ok(())
                    });
                    fed.map_err(|_| {
                        ModelError::new(Code::Malformed, "the answer has a line without end")
                    })??;
                    if flow == Flow::Done {
                        break;
                    }
                    match at_hand(response.chunk()).await {
                        Some(more) => piece = more.map_err(|error| self.failed(&error))?,
                        None => break,
                    }
                }
                answer.tell();
            }
            if flow == Flow::More && !events.rest().is_empty() {
                read(events.rest(), &mut answer)?;
            }
            let reply = answer.complete()?;
            let rest = async { while let Ok(Some(_)) = response.chunk().await {} };
            let _ = timeout(DRAIN, rest).await;
            Ok(reply)
        })
        .await
    }

    /// Sends, and takes a status for what it says.
    async fn ask(&self, request: RequestBuilder) -> Result<Response, ModelError> {
        let sent = timeout(self.patience.begin, request.send()).await;
        let mut response = sent
            .map_err(|_| slow("no answer began", self.patience.begin))?
            .map_err(|error| self.failed(&error))?;
        let status = response.status();
        if status.is_success() && media_type(&response) == "text/html" {
            let message = "it answered with a page for people";
            return Err(ModelError::new(Code::NotFound, message).with_help(
                "its address leads to something else, or somebody stands in between who wants a login",
            ));
        }
        if status.is_success() {
            return uncompressed(response);
        }
        if status.is_redirection() {
            let message = format!("it answered {status}, which leads to another address");
            return Err(ModelError {
                status: Some(status.as_u16()),
                ..ModelError::new(Code::NotFound, message)
            }
            .with_help("give the address that it leads to as the provider's own"));
        }
        let pause = refusal::pause(response.headers());
        let mut body = Vec::new();
        while let Ok(Some(piece)) = self.piece(&mut response).await {
            body.extend_from_slice(&piece);
            if body.len() > REFUSAL {
                break;
            }
        }
        Err(refusal::said(&body).refusal(Some(status.as_u16()), pause))
    }

    /// What an answer in one piece means where a stream was asked for: some refuse so, whatever the status.
    async fn unstreamed(&self, response: &mut Response) -> ModelError {
        let mut body = Vec::new();
        while let Ok(Some(piece)) = self.piece(response).await {
            body.extend_from_slice(&piece);
            if body.len() > REFUSAL {
                break;
            }
        }
        let Ok(whole) = serde_json::from_slice(&body) else {
            return ModelError::new(Code::Malformed, "it answered with JSON that cannot be read");
        };
        refusal::refusal_in(&whole).unwrap_or_else(|| {
            let message = "it answered in one piece where a stream was asked for";
            ModelError::new(Code::Invalid, message)
                .with_help("a server that cannot stream cannot be used; a proxy before it may keep streams back")
        })
    }

    async fn piece(
        &self,
        response: &mut Response,
    ) -> Result<Option<impl AsRef<[u8]> + std::ops::Deref<Target = [u8]> + use<>>, ModelError> {
        timeout(self.patience.pause, response.chunk())
            .await
            .map_err(|_| slow("the answer stood still", self.patience.pause))?
            .map_err(|error| self.failed(&error))
    }

    /// What a connection came to that did not hold.
    fn failed(&self, error: &reqwest::Error) -> ModelError {
        if error.is_body() || error.is_decode() {
            let message = format!("the answer broke off: {}", cause(error));
            return ModelError::new(Code::Truncated, message);
        }
        let Self { base, patience, .. } = self;
        if error.is_timeout() {
            let within = patience.connect.as_secs_f64();
            let message =
                format!("it cannot be reached at {base}: no connection was made for {within} s");
            return ModelError::new(Code::Timeout, message).with_help(REACH);
        }
        let why = failure::in_words(error);
        let message = if error.is_connect() {
            format!("it cannot be reached at {base}: {why}")
        } else {
            format!("the connection to {base} did not hold: {why}")
        };
        ModelError::new(Code::Transport, message).with_help(REACH)
    }

    /// What `work` comes to, or that it was cancelled; who was asked stands before what went wrong, and no key in it.
    async fn until<T>(
        &self,
        cancel: &CancellationToken,
        work: impl Future<Output = Result<T, ModelError>>,
    ) -> Result<T, ModelError> {
        let cancelled = || ModelError::new(Code::Cancelled, "the call was cancelled");
        let done = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(cancelled()),
            done = work => done,
        };
        done.map_err(|error| self.named(error))
    }

    fn named(&self, error: ModelError) -> ModelError {
        let blank = |text: String| match &self.key {
            Some(key) if key.expose_secret().len() >= SHORTEST => {
                text.replace(key.expose_secret(), "[secret]")
            }
            _ => text,
        };
        let message = blank(format!("`{}`: {}", self.name, error.message));
        let is_set_up = matches!(error.code, Code::Auth | Code::NotFound | Code::Transport)
            || error.help.as_deref() == Some(REACH);
        let help = error.help.map(|help| match &*self.by {
            "" => help,
            by if is_set_up => format!("{help}; `{}` is set up by {by}", self.name),
            _ => help,
        });
        ModelError { message, help: help.map(blank), ..error }
    }
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer")
            .field("name", &self.name)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// What was asked for without compression has to come so.
fn uncompressed(response: Response) -> Result<Response, ModelError> {
    let coding = response.headers().get(CONTENT_ENCODING).and_then(|it| it.to_str().ok());
    match coding.map(str::trim).filter(|it| !it.is_empty() && !it.eq_ignore_ascii_case("identity"))
    {
        None => Ok(response),
        Some(coding) => {
            let message = format!("its answer is compressed (`{coding}`), which was not asked for");
            Err(ModelError::new(Code::Malformed, message)
                .with_help("a proxy that stands in between has to leave answers as they are"))
        }
    }
}

/// An answer that is not what its protocol says.
pub(crate) fn unreadable(error: &serde_json::Error) -> ModelError {
    ModelError::new(Code::Malformed, format!("the answer is not what the protocol says: {error}"))
}

fn slow(what: &str, limit: Duration) -> ModelError {
    ModelError::new(Code::Timeout, format!("{what} for {} s", limit.as_secs_f64()))
}

/// The type of an answer, without its parameters, in lower case.
fn media_type(response: &Response) -> String {
    let written = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let bare = written.and_then(|it| it.split(';').next()).unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Chooses what computes the cryptography of connections, for the whole process; whoever chose first is kept.
fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// How a stream is read: its first pieces as they come, then what came within a while together, for each waking costs more than
/// what a fast stream brings.
struct Handfuls {
    read: u32,
    last: Instant,
}

impl Handfuls {
    /// Pieces that are read as they come.
    const PROMPT: u32 = 16;
    /// Nobody sees that words come thirty times a second.
    const WHILE: Duration = Duration::from_millis(30);

    async fn wait(&self) {
        if self.read >= Self::PROMPT {
            sleep_until(self.last + Self::WHILE).await;
        }
    }

    fn read(&mut self) {
        self.read = self.read.saturating_add(1);
        self.last = Instant::now();
    }
}

impl Default for Handfuls {
    fn default() -> Self {
        Self { read: 0, last: Instant::now() }
    }
}

/// What a future gives without waiting, when everybody else had a turn: who reads the connection above all.
async fn at_hand<F: Future>(future: F) -> Option<F::Output> {
    tokio::task::yield_now().await;
    let mut future = pin!(future);
    poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

#[cfg(test)]
mod tests;
