//! One request: where it may go, how long it may take, how much it may bring.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use encoding_rs::{Encoding, UTF_8};
use engine::{limits::Hosts, tool::Call};
use reqwest::{
    Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::CONTENT_TYPE,
    redirect::{Attempt, Policy},
};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    address::Allowed,
    failure::{Tells, WebError, retry_after},
};

/// Bytes of a page, unpacked.
const BODY: usize = 10 * 1024 * 1024;
const REDIRECTS: usize = 10;
const CONNECT: Duration = Duration::from_secs(10);
/// For a whole answer, where the step sets no timeout itself.
const ANSWER: Duration = Duration::from_secs(30);
const NAME: &str = concat!("Mozilla/5.0 (compatible; Downbeat/", env!("CARGO_PKG_VERSION"), ")");

/// Asks for pages on behalf of one call.
pub(crate) struct Client {
    inner: reqwest::Client,
    allowed: Arc<Allowed>,
    limit: Duration,
    hosts: Hosts,
    cancel: CancellationToken,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Page {
    /// Where it came from, behind all redirects.
    pub(crate) url: Url,
    /// Without parameters, in lower case: `text/html`.
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl Client {
    /// # Errors
    /// The certificates of the machine cannot be read.
    pub(crate) fn new(call: &Call) -> Result<Self, WebError> {
        let allowed = Arc::new(Allowed::new(&call.place.reachable));
        let limit = call.timeout.unwrap_or(ANSWER);
        let inner = builder(&allowed)
            .timeout(limit)
            .build()
            .map_err(|error| WebError::of(&error, "the web", limit))?;
        let (hosts, cancel) = (call.hosts.clone(), call.cancel.clone());
        Ok(Self { inner, allowed, limit, hosts, cancel })
    }

    /// The page at `url`.
    ///
    /// # Errors
    /// The address may not be asked, or not for now, does not answer, answers a status that says no, or sends too much.
    pub(crate) async fn page(&self, url: &Url) -> Result<Page, WebError> {
        let read = async {
            let mut response = self.ask(url).await?;
            let header = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
            let kind = header.unwrap_or_default().to_ascii_lowercase();
            let at = response.url().clone();
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|it| self.failed(&it, url))? {
                if body.len() + chunk.len() > BODY {
                    return Err(WebError::Large { url: url.to_string(), limit: BODY >> 20 });
                }
                body.extend_from_slice(&chunk);
            }
            let (kind, parameters) = kind.split_once(';').unwrap_or((&kind, ""));
            Ok(Page { url: at, kind: kind.trim().to_owned(), text: decoded(&body, parameters) })
        };
        self.through(url, read).await
    }

    /// Asks for `url` and leaves the answer's body where it is.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub(crate) async fn reach(&self, url: &Url) -> Result<(), WebError> {
        self.through(url, async { self.ask(url).await.map(drop) }).await
    }

    /// Makes a request when the host's limits have room, and says what it tells of the host.
    async fn through<T>(
        &self,
        url: &Url,
        request: impl Future<Output = Result<T, WebError>>,
    ) -> Result<T, WebError> {
        self.allowed.check(url)?;
        let pass = self.hosts.enter(&host(url), &self.cancel).await.map_err(WebError::Closed)?;
        let answer = tokio::select! {
            answer = request => answer,
            () = self.cancel.cancelled() => Err(WebError::Cancelled),
        };
        match &answer {
            Ok(_) => pass.answered(),
            Err(error) => match error.tells() {
                Tells::Answers => pass.answered(),
                Tells::Fails => pass.failed(),
                Tells::Nothing => drop(pass),
            },
        }
        answer
    }

    async fn ask(&self, url: &Url) -> Result<Response, WebError> {
        let response = self.inner.get(url.clone()).send().await;
        let response = response.map_err(|it| self.failed(&it, url))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let retry_after = retry_after(response.headers());
        Err(WebError::Status { url: url.to_string(), status, retry_after })
    }

    fn failed(&self, error: &reqwest::Error, url: &Url) -> WebError {
        WebError::of(error, url.as_str(), self.limit)
    }
}

/// A client within the same bounds that speaks with one server for as long as that takes.
///
/// # Errors
/// The address may not be asked, or the certificates of the machine cannot be read.
pub(crate) fn connection(allowed: &Arc<Allowed>, url: &Url) -> Result<reqwest::Client, WebError> {
    allowed.check(url)?;
    builder(allowed).build().map_err(|error| WebError::of(&error, url.as_str(), CONNECT))
}

fn builder(allowed: &Arc<Allowed>) -> reqwest::ClientBuilder {
    choose_cryptography();
    let follow = Arc::clone(allowed);
    reqwest::Client::builder()
        .user_agent(NAME)
        .connect_timeout(CONNECT)
        .dns_resolver(Arc::new(Resolver(Arc::clone(allowed))))
        .redirect(Policy::custom(move |attempt: Attempt<'_>| match follow.check(attempt.url()) {
            _ if attempt.previous().len() > REDIRECTS => {
                attempt.error(format!("more than {REDIRECTS} redirects"))
            }
            Ok(()) => attempt.follow(),
            Err(refused) => attempt.error(refused),
        }))
}

/// Chooses what computes the cryptography of connections, for the whole process. Every client of HTTP needs it before it is
/// made; whoever chose first is kept.
pub fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The host of an address as limits name it: with its port where that is not the usual one.
pub(crate) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// An address as an author wrote it.
pub(crate) fn address(written: &str) -> Result<Url, WebError> {
    Url::parse(written.trim()).map_err(|error| WebError::Address {
        url: written.trim().to_owned(),
        reason: error.to_string(),
    })
}

/// Text in the encoding that the answer names, else that its beginning names, else UTF-8.
fn decoded(body: &[u8], parameters: &str) -> String {
    let beginning = String::from_utf8_lossy(body.get(..1024.min(body.len())).unwrap_or_default());
    let named = charset(parameters).or_else(|| charset(&beginning));
    let encoding = named.and_then(|it| Encoding::for_label(it.as_bytes())).unwrap_or(UTF_8);
    encoding.decode(body).0.into_owned()
}

/// The word behind `charset=`.
fn charset(text: &str) -> Option<&str> {
    let (_, behind) = text.split_once("charset=")?;
    behind.trim_start_matches(['"', '\'']).split(['"', '\'', ';', '>', ' ', '/']).next()
}

/// Looks names up, and leaves out what may not be reached: the address that was checked is the one that is connected to.
struct Resolver(Arc<Allowed>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let name = name.as_str();
            let found = tokio::net::lookup_host((name, 0)).await?.map(|it| it.ip()).collect();
            let found = allowed.among(name, found)?;
            let addresses: Addrs = Box::new(found.into_iter().map(|it| SocketAddr::new(it, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn text_is_read_in_the_encoding_that_is_named() {
        assert_eq!(decoded(b"caf\xe9", " charset=iso-8859-1"), "café");
        assert_eq!(
            decoded(b"<meta charset=\"windows-1252\">caf\xe9", ""),
            "<meta charset=\"windows-1252\">café"
        );
        assert_eq!(decoded("café".as_bytes(), " charset=nonsense"), "café");
        assert_eq!(decoded(b"caf\xe9", ""), "caf\u{fffd}");
    }
}
