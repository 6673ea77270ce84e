//! A proxy for a browser: whatever a page asks for, it reaches only what a step may reach.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

use super::address::Allowed;

/// Bytes of the head of a request.
const HEAD: usize = 64 * 1024;

/// A running proxy on the loopback; dropped, it ends.
pub(super) struct Guard {
    pub(super) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Guard {
    /// # Errors
    /// No port is free.
    pub(super) async fn start(allowed: Arc<Allowed>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let allowed = Arc::clone(&allowed);
                // A connection that breaks is the browser's business.
                open.spawn(async move { drop(serve(client, &allowed).await) });
                while open.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task })
    }
}

/// One request: a tunnel (`CONNECT host:port`), or a page of plain HTTP (`GET http://host/path`), after which the
/// connection ends.
async fn serve(mut client: TcpStream, allowed: &Allowed) -> io::Result<()> {
    let (head, rest) = head(&mut client).await?;
    let mut lines = head.lines();
    let request = lines.next().unwrap_or_default();
    let [method, target, version] = request.split(' ').collect::<Vec<_>>()[..] else {
        return refuse(&mut client).await;
    };
    let is_tunnel = method == "CONNECT";
    let url = if is_tunnel { format!("https://{target}/") } else { target.to_owned() };
    let Some(mut server) = connect(&url, allowed).await else {
        return refuse(&mut client).await;
    };
    if is_tunnel {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    } else {
        let url = Url::parse(target).map_err(io::Error::other)?;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = url.path();
        let mut forwarded = format!("{method} {path}{query} {version}\r\nConnection: close\r\n");
        let is_hop = |line: &str| {
            let name = line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(
                name.as_str(),
                "connection" | "proxy-connection" | "keep-alive" | "proxy-authorization"
            )
        };
        for line in lines.filter(|line| !line.is_empty() && !is_hop(line)) {
            forwarded += line;
            forwarded += "\r\n";
        }
        server.write_all(forwarded.as_bytes()).await?;
        server.write_all(b"\r\n").await?;
    }
    server.write_all(&rest).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

async fn refuse(client: &mut TcpStream) -> io::Result<()> {
    client
        .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .await
}

/// The head of a request, and what came behind it.
async fn head(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        let end = read.windows(4).position(|it| it == b"\r\n\r\n");
        if let Some(end) = end {
            let rest = read.split_off(end + 4);
            let head = String::from_utf8(read).map_err(io::Error::other)?;
            return Ok((head, rest));
        }
        if read.len() > HEAD || client.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

/// A connection to the host of an address, if a step may have it.
async fn connect(url: &str, allowed: &Allowed) -> Option<TcpStream> {
    let url = Url::parse(url).ok()?;
    allowed.check(&url).ok()?;
    let (host, port) = (url.host_str()?, url.port_or_known_default()?);
    let host = host.trim_matches(['[', ']']);
    let found = tokio::net::lookup_host((host, port)).await.ok()?.map(|it| it.ip()).collect();
    let addresses = allowed.among(host, found).ok()?;
    let addresses: Vec<_> = addresses.into_iter().map(|it| SocketAddr::new(it, port)).collect();
    TcpStream::connect(&*addresses).await.ok()
}
