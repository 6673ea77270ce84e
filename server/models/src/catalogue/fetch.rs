use std::{fmt, fs, io, path::Path, time::Duration};

use url::{Host, Url};

/// Most bytes of a list.
const LONGEST: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a list could not be had, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfetched(String);

impl fmt::Display for Unfetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfetched {}

/// The text of a price list, from a file or from the web (`https`, or `http` on this machine).
///
/// # Errors
/// It cannot be read, or is longer than anybody's list.
pub async fn price_list(from: &str) -> Result<String, Unfetched> {
    match Url::parse(from) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => fetch(url).await,
        _ => file(Path::new(from)),
    }
}

fn file(path: &Path) -> Result<String, Unfetched> {
    let length = fs::metadata(path).map_err(|it| unread(&it))?.len();
    if length > LONGEST as u64 {
        return Err(too_long());
    }
    fs::read_to_string(path).map_err(|it| unread(&it))
}

fn unread(error: &io::Error) -> Unfetched {
    match error.kind() {
        io::ErrorKind::NotFound => Unfetched("there is no such file".to_owned()),
        _ => Unfetched(error.to_string()),
    }
}

async fn fetch(url: Url) -> Result<String, Unfetched> {
    if url.scheme() == "http" && !is_here(&url) {
        return Err(Unfetched("a list of prices is fetched over `https` only".to_owned()));
    }
    // It fails where another part of this process has installed one: that one serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let say = |error: &reqwest::Error| Unfetched(cause(error));
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        // Nor does a redirect lead away from it.
        .https_only(url.scheme() == "https")
        .user_agent(concat!("downbeat/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|it| say(&it))?;
    let mut answer = client.get(url).send().await.map_err(|it| say(&it))?;
    if !answer.status().is_success() {
        return Err(Unfetched(format!("the server answered {}", answer.status())));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|it| say(&it))? {
        if bytes.len() + chunk.len() > LONGEST {
            return Err(too_long());
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Unfetched("it is no text".to_owned()))
}

fn too_long() -> Unfetched {
    Unfetched(format!("it is longer than {} MiB", LONGEST >> 20))
}

pub(crate) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The last cause of an error: the ones before it only say that something failed.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::price_list;

    #[tokio::test]
    async fn what_cannot_be_had_is_said() {
        let error = price_list("http://example.org/list.json").await.unwrap_err();
        assert!(error.to_string().contains("https"), "{error}");
        let error = price_list("/nowhere/at/all.json").await.unwrap_err();
        assert!(error.to_string().contains("there is no such file"), "{error}");
    }
}
