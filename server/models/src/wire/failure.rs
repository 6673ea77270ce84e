//! Why no connection came about, for people.

use std::{error::Error, io};

/// What a connection failed on.
pub(super) fn in_words(error: &reqwest::Error) -> String {
    let io = causes(error).find_map(|it| it.downcast_ref::<io::Error>());
    if let Some(secure) = io.and_then(of_security) {
        return secure;
    }
    if causes(error).any(|it| it.to_string().contains("dns error")) {
        return format!("its name cannot be looked up ({})", cause(error));
    }
    let words = match io.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => {
            "the connection was refused, nobody listens there"
        }
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted) => {
            "the connection was dropped"
        }
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            "no way leads there from this machine"
        }
        _ => return cause(error),
    };
    words.to_owned()
}

/// What TLS failed on; nothing where it was something else.
fn of_security(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    if let Some(wrapped) = inner.downcast_ref::<io::Error>() {
        return of_security(wrapped);
    }
    Some(match inner.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(why) => {
            format!("its certificate is not accepted ({why})")
        }
        rustls::Error::InvalidMessage(_) => {
            "it speaks no TLS there, `https://` may have to be `http://`".to_owned()
        }
        other => format!("no secure connection came about ({other})"),
    })
}

/// The innermost cause: the others name the address again.
pub(super) fn cause(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(String::new, ToString::to_string)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    std::iter::from_fn(move || {
        let now = next?;
        next = now.source();
        Some(now)
    })
}
