//! Addresses as people write them, brought to the form to which paths are appended.

use url::{Host, Url};

use super::known::Client;

/// The base of a provider's paths. Text that is no address stays as it is: who connects to it says so.
pub(super) fn base(written: &str, client: Client) -> String {
    let written = written.trim();
    let with_scheme = match (written.contains("://"), client) {
        (true, _) => written.to_owned(),
        (false, Client::Ollama) => format!("http://{}", with_port(written.trim_end_matches('/'))),
        (false, _) => format!("http://{written}"),
    };
    let Ok(mut url) = Url::parse(&with_scheme) else { return written.to_owned() };
    // What a server listens on is no address of a server.
    if url.host_str() == Some("0.0.0.0") && url.set_host(Some("127.0.0.1")).is_err() {
        return written.to_owned();
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let versions: &[&str] = match client {
        Client::OpenAi
        | Client::Responses
        | Client::Compatible
        | Client::Dartmouth
        | Client::HuggingFace => {
            if path.is_empty() {
                url.set_path("/v1");
            }
            return url.as_str().trim_end_matches('/').to_owned();
        }
        Client::Anthropic => &["/v1"],
        Client::Google => &["/v1beta", "/v1"],
        Client::Ollama => &["/api", "/v1"],
    };
    let end = versions.iter().find_map(|it| path.strip_suffix(it));
    url.set_path(end.unwrap_or(&path));
    url.as_str().trim_end_matches('/').to_owned()
}

/// `OLLAMA_HOST` may be a host alone.
fn with_port(host: &str) -> String {
    let port = "11434";
    match host.rsplit_once(':') {
        Some((_, digits)) if digits.parse::<u16>().is_ok() => {
            if host.starts_with(':') {
                format!("127.0.0.1{host}")
            } else {
                host.to_owned()
            }
        }
        _ => format!("{host}:{port}"),
    }
}

/// The host of an address: `name`, or `name:port` where the port is not the usual one.
pub(super) fn host(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return url.to_owned() };
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Whether an address is one of this machine.
pub(super) fn is_here(url: &str) -> bool {
    let url = Url::parse(url).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, base};

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for (client, written, expected) in [
            (Client::Compatible, "http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
            (Client::Compatible, " http://h:8000/v1/ ", "http://h:8000/v1"),
            (Client::Compatible, "h:8000", "http://h:8000/v1"),
            (Client::OpenAi, "https://h/openai/v2", "https://h/openai/v2"),
            (Client::Anthropic, "https://h/v1", "https://h"),
            (Client::Anthropic, "http://h:1/anthropic", "http://h:1/anthropic"),
            (Client::Google, "https://h/gemini/v1beta/", "https://h/gemini"),
            (Client::Ollama, "0.0.0.0", "http://127.0.0.1:11434"),
            (Client::Ollama, ":5000", "http://127.0.0.1:5000"),
            (Client::Ollama, "box:11434", "http://box:11434"),
            (Client::Ollama, "http://box/api", "http://box"),
            (Client::Ollama, "not an address", "not an address"),
        ] {
            assert_eq!(base(written, client), expected, "{written}");
        }
    }
}
