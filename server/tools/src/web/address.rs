//! Which hosts a step may reach. A page, a search hit or a redirect must not lead into the network that the run stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Hosts whose addresses may be private: `name` or `name:port`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed(Vec<String>);

/// Why a host may not be reached; for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(pub(crate) String);

impl Allowed {
    pub(crate) fn new(hosts: &[String]) -> Self {
        Self(hosts.iter().map(|host| host.trim().to_ascii_lowercase()).collect())
    }

    /// Whether an address may be asked, as far as it tells: its scheme, and its host where that is an address itself. What
    /// a name leads to is checked when it is looked up.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused(format!(
                "`{url}` is no address of the web: it must begin with `http://` or `https://`"
            )));
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let (host, literal) = match url.host() {
            None => return Err(Refused(format!("`{url}` names no host"))),
            Some(Host::Domain(name)) => (name.to_ascii_lowercase(), None),
            Some(Host::Ipv4(address)) => (address.to_string(), Some(IpAddr::V4(address))),
            Some(Host::Ipv6(address)) => (address.to_string(), Some(IpAddr::V6(address))),
        };
        let is_listed = self.names(&host);
        if is_listed && !self.lists(&host, port) {
            return Err(Refused(format!("`{host}` may not be reached at port {port}")));
        }
        match literal {
            Some(address) if !is_listed && !is_public(address) => Err(private(&host)),
            _ => Ok(()),
        }
    }

    /// The addresses of a name that may be reached.
    pub(crate) fn among(&self, name: &str, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, Refused> {
        let open = self.names(&name.to_ascii_lowercase());
        let permitted: Vec<_> = found.into_iter().filter(|it| open || is_public(*it)).collect();
        if permitted.is_empty() { Err(private(name)) } else { Ok(permitted) }
    }

    fn names(&self, host: &str) -> bool {
        self.0
            .iter()
            .any(|it| it == host || it.rsplit_once(':').is_some_and(|(name, _)| name == host))
    }

    fn lists(&self, host: &str, port: u16) -> bool {
        self.0.iter().any(|it| it == host || *it == format!("{host}:{port}"))
    }
}

fn private(host: &str) -> Refused {
    Refused(format!("`{host}` has a private address; `--allow-host {host}` permits it"))
}

/// Whether an address belongs to the public internet. The other ranges are those of the IANA special-purpose registries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, ..)
            | (169, 254, _)
            | (192, 168, _)
            | (100, 64..=127, _)
            | (172, 16..=31, _)
            | (198, 18 | 19, _)
            | (192, 0, 0 | 2)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224.., ..)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] => embedded(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, documentation.
        [0x2001, 0, ..] | [0x2001, 0xdb8, ..] => false,
        // Global unicast is 2000::/3 and nothing else.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, is_public};

    fn check(allowed: &[&str], url: &str) -> Result<(), String> {
        let allowed: Vec<String> = allowed.iter().map(|it| (*it).to_owned()).collect();
        Allowed::new(&allowed).check(&url.parse().unwrap()).map_err(|it| it.0)
    }

    #[test]
    fn special_addresses_are_not_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
            "2001::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "2002:808:808::",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn addresses_in_any_spelling_are_seen() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::ffff:7f00:1]/",
            "http://0/",
        ] {
            assert!(check(&[], url).is_err(), "{url}");
        }
        assert_eq!(check(&[], "https://1.1.1.1/"), Ok(()));
        assert!(check(&[], "file:///etc/passwd").is_err());
        assert!(check(&[], "ftp://example.org/").is_err());
    }

    #[test]
    fn a_caller_allows_a_host_or_one_port_of_it() {
        assert_eq!(check(&["127.0.0.1"], "http://127.0.0.1:8080/"), Ok(()));
        assert_eq!(check(&["127.0.0.1:8080"], "http://127.0.0.1:8080/"), Ok(()));
        assert!(check(&["127.0.0.1:8080"], "http://127.0.0.1:22/").is_err());
        assert!(check(&["127.0.0.1:8080"], "http://127.0.0.2:8080/").is_err());
        let allowed = Allowed::new(&["Intra.example:80".to_owned()]);
        assert!(allowed.among("intra.example", vec!["10.0.0.1".parse().unwrap()]).is_ok());
        assert!(allowed.among("other.example", vec!["10.0.0.1".parse().unwrap()]).is_err());
    }
}
