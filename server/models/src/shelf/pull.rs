//! Brings a model onto the shelf: from the hub, from any address, from a file. What was begun is gone on with, and nothing lies
//! on the shelf before it is complete and its checksum is right.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Client, Response, StatusCode, header, redirect};
use ring::digest::{Context, SHA256};
use url::Url;

use super::{ARCHITECTURES, GGUF, KNOWN, Shelf, header::Header};
use crate::catalogue::{cause, is_here};

/// Where files of the hub are, unless `HF_ENDPOINT` names a mirror.
const HUB: &str = "https://huggingface.co";
/// For a connection, and between two pieces.
const PATIENCE: Duration = Duration::from_secs(60);
/// The hub's checksum of a file that lies elsewhere.
const LINKED: &str = "x-linked-etag";
/// Bytes that are read at once.
const BUFFER: usize = 1 << 16;

/// What is to be pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name on the shelf.
    pub name: String,
    /// Under which licence it comes, and where that is written, where that is known beforehand.
    pub licence: Option<(String, String)>,
    from: From,
    sha256: Option<String>,
    length: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum From {
    Web(Url),
    File(PathBuf),
}

/// Bytes that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// So many.
    pub had: u64,
    /// Of so many, where the other side says that.
    pub all: Option<u64>,
}

/// A model that lies on the shelf now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// Its file.
    pub file: PathBuf,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Whether somebody said beforehand what that must be.
    pub is_checked: bool,
    /// Under which it may be used, as its file says.
    pub licence: Option<String>,
}

/// Why nothing was pulled, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpulled(String);

impl fmt::Display for Unpulled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unpulled {}

/// What is meant by a name of [`KNOWN`], an address or a path. `mirror` stands in for the hub.
///
/// # Errors
/// None of these.
pub fn source(what: &str, name: Option<&str>, mirror: Option<&str>) -> Result<Source, Unpulled> {
    let hub = mirror.map(str::trim).filter(|it| !it.is_empty()).unwrap_or(HUB);
    let hub = hub.trim_end_matches('/');
    if let Some(known) = KNOWN.iter().find(|it| it.name.eq_ignore_ascii_case(what)) {
        return Ok(Source {
            name: named(name.unwrap_or(known.name))?,
            licence: Some((known.licence.to_owned(), known.card.to_owned())),
            from: From::Web(address(&format!("{hub}/{}", known.path))?),
            sha256: Some(known.sha256.to_owned()),
            length: Some(known.length),
        });
    }
    let (from, last) = if what.contains("://") {
        let on_hub = what.strip_prefix(HUB).map(|path| format!("{hub}{path}"));
        // The page of a file is not the file.
        let url = address(&on_hub.as_deref().unwrap_or(what).replace("/blob/", "/resolve/"))?;
        let last = url.path_segments().and_then(Iterator::last).unwrap_or_default().to_owned();
        (From::Web(url), last)
    } else if Path::new(what).is_file() {
        let last = Path::new(what).file_name().unwrap_or_default();
        (From::File(what.into()), last.to_string_lossy().into_owned())
    } else {
        let names: Vec<_> = KNOWN.iter().map(|it| format!("`{}`", it.name)).collect();
        return Err(Unpulled(format!(
            "`{what}` is neither a file nor an address nor a model that is known by name ({})",
            names.join(", ")
        )));
    };
    let stem = last.strip_suffix(&format!(".{GGUF}")).unwrap_or(&last);
    let name = named(name.unwrap_or(stem))?;
    Ok(Source { name, licence: None, from, sha256: None, length: None })
}

/// A name that is one part of a path and of a model string.
fn named(name: &str) -> Result<String, Unpulled> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._".contains(it);
    if name.is_empty() || name.starts_with('.') || name.len() > 100 || !name.chars().all(is_plain) {
        return Err(Unpulled(format!(
            "`{name}` is no name of a model: letters, digits, `-`, `_`, `.`"
        )));
    }
    Ok(name.to_ascii_lowercase())
}

fn address(written: &str) -> Result<Url, Unpulled> {
    let url = Url::parse(written).map_err(|error| Unpulled(format!("`{written}`: {error}")))?;
    if is_safe(&url) {
        Ok(url)
    } else {
        Err(Unpulled(format!("`{written}`: models are fetched over `https` only")))
    }
}

fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_here(url)
}

/// Brings it. `tell` hears of every piece.
///
/// # Errors
/// It cannot be had, or is not what it should be. What came of a file whose checksum is known stays for the next time.
pub async fn pull(
    shelf: &Shelf,
    source: &Source,
    tell: &mut dyn FnMut(Progress),
) -> Result<Pulled, Unpulled> {
    fs::create_dir_all(&shelf.folder).map_err(|error| at(&shelf.folder, &error))?;
    let file = shelf.path(&source.name);
    if let Some(expected) = &source.sha256
        && let Ok(there) = File::open(&file)
        && sum(there).map_err(|error| at(&file, &error))? == *expected
    {
        return Ok(done(file, expected.clone(), true));
    }
    let path = file.with_extension(format!("{GGUF}.part"));
    let mut part = Part::open(&path)?;
    let expected = match &source.from {
        From::File(from) => {
            part.restart()?;
            let mut from = File::open(from).map_err(|error| at(from, &error))?;
            let all = from.metadata().ok().map(|it| it.len());
            let mut buffer = vec![0; BUFFER];
            loop {
                let read = from.read(&mut buffer).map_err(|error| Unpulled(error.to_string()))?;
                if read == 0 {
                    break;
                }
                part.take(buffer.get(..read).unwrap_or_default())?;
                tell(Progress { had: part.length, all });
            }
            None
        }
        From::Web(url) => fetch(url, source, &mut part, tell).await?,
    };
    let sha256 = part.close()?;
    if let Some(expected) = &expected
        && *expected != sha256
    {
        // What is wrong once does not become right by more of it.
        let _ = fs::remove_file(&path);
        return Err(Unpulled(format!(
            "the file that came is not the one that was meant: its SHA-256 is {sha256}, not {expected}; it was thrown away"
        )));
    }
    let header = Header::read(&path).map_err(|error| {
        let _ = fs::remove_file(&path);
        Unpulled(format!("what came is no model: {error}"))
    })?;
    if !ARCHITECTURES.contains(&&*header.architecture) {
        let _ = fs::remove_file(&path);
        return Err(Unpulled(format!(
            "its architecture is `{}`; only `llama` and `qwen2` can be computed here",
            header.architecture
        )));
    }
    fs::rename(&path, &file).map_err(|error| at(&file, &error))?;
    Ok(done(file, sha256, expected.is_some()))
}

fn done(file: PathBuf, sha256: String, is_checked: bool) -> Pulled {
    let licence = Header::read(&file).ok().and_then(|it| it.licence);
    Pulled { file, sha256, is_checked, licence }
}

/// Fetches what is missing of a file; gives the checksum that it must have, where somebody says that.
async fn fetch(
    url: &Url,
    source: &Source,
    part: &mut Part,
    tell: &mut dyn FnMut(Progress),
) -> Result<Option<String>, Unpulled> {
    let expected = match &source.sha256 {
        Some(sum) => Some(sum.clone()),
        None => linked(url).await,
    };
    // Of a file that may be another one today, nothing is gone on with.
    if expected.is_none() {
        part.restart()?;
    }
    if source.length == Some(part.length) {
        return Ok(expected);
    }
    let follow = redirect::Policy::custom(|attempt| match is_safe(attempt.url()) {
        true if attempt.previous().len() < 5 => attempt.follow(),
        true => attempt.error("too many redirects"),
        false => attempt.error("a redirect away from `https`"),
    });
    let mut request = client(url, follow)?.get(url.clone());
    if part.length > 0 {
        request = request.header(header::RANGE, format!("bytes={}-", part.length));
    }
    let mut answer = request.send().await.map_err(|error| Unpulled(cause(&error)))?;
    match answer.status() {
        StatusCode::PARTIAL_CONTENT if begins_at(&answer) == Some(part.length) => {}
        StatusCode::OK => part.restart()?,
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(expected),
        status => return Err(Unpulled(format!("`{url}` answered {status}"))),
    }
    let all = source.length.or_else(|| Some(part.length + answer.content_length()?));
    tell(Progress { had: part.length, all });
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) => part.take(&piece)?,
            Ok(None) => break,
            Err(error) => return Err(broken(&cause(&error), part.length, all, expected.is_some())),
        }
        if all.is_some_and(|all| part.length > all) {
            return Err(Unpulled("more came than was said".to_owned()));
        }
        tell(Progress { had: part.length, all });
    }
    if all.is_some_and(|all| part.length < all) {
        return Err(broken("the connection ended", part.length, all, expected.is_some()));
    }
    Ok(expected)
}

fn broken(why: &str, had: u64, all: Option<u64>, goes_on: bool) -> Unpulled {
    let all = all.map_or_else(String::new, |all| format!(" of {all}"));
    let next = if goes_on { "; the same command goes on from there" } else { "" };
    Unpulled(format!("it broke off after {had}{all} bytes: {why}{next}"))
}

/// The checksum that the hub has of a file: it says it with the redirect to where the file lies.
async fn linked(url: &Url) -> Option<String> {
    let asked = client(url, redirect::Policy::none()).ok()?.head(url.clone()).send().await.ok()?;
    let sum = asked.headers().get(LINKED)?.to_str().ok()?.trim_matches('"').to_ascii_lowercase();
    (sum.len() == 64 && sum.bytes().all(|it| it.is_ascii_hexdigit())).then_some(sum)
}

fn client(url: &Url, follow: redirect::Policy) -> Result<Client, Unpulled> {
    // It fails where another part of this process has installed one: that one serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .redirect(follow)
        // Ranges count the bytes of the file, not those of a packed one.
        .gzip(false)
        .user_agent(concat!("downbeat/", env!("CARGO_PKG_VERSION")));
    let client = if is_here(url) { client.no_proxy() } else { client };
    client.build().map_err(|error| Unpulled(cause(&error)))
}

/// The first byte of a part of a file.
fn begins_at(answer: &Response) -> Option<u64> {
    let range = answer.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()
}

/// What came so far: a file beside the one that it becomes, locked while somebody writes it.
struct Part {
    path: PathBuf,
    file: File,
    length: u64,
    sum: Context,
}

impl Part {
    fn open(path: &Path) -> Result<Self, Unpulled> {
        let error = |error: std::io::Error| at(path, &error);
        let mut options = File::options();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Unpulled("another process is pulling it now".to_owned()));
            }
            Err(TryLockError::Error(why)) => return Err(at(path, &why)),
        }
        let mut part = Self { path: path.to_owned(), file, length: 0, sum: Context::new(&SHA256) };
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = part.file.read(&mut buffer).map_err(error)?;
            if read == 0 {
                return Ok(part);
            }
            part.sum.update(buffer.get(..read).unwrap_or_default());
            part.length += read as u64;
        }
    }

    fn restart(&mut self) -> Result<(), Unpulled> {
        let empty = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        empty.map_err(|error| at(&self.path, &error))?;
        self.length = 0;
        self.sum = Context::new(&SHA256);
        Ok(())
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), Unpulled> {
        self.file.write_all(piece).map_err(|error| at(&self.path, &error))?;
        self.sum.update(piece);
        self.length += piece.len() as u64;
        Ok(())
    }

    /// All of it is on the disk; its checksum.
    fn close(self) -> Result<String, Unpulled> {
        self.file.sync_all().map_err(|error| at(&self.path, &error))?;
        Ok(hexadecimal(self.sum))
    }
}

fn sum(mut file: File) -> std::io::Result<String> {
    let mut sum = Context::new(&SHA256);
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hexadecimal(sum));
        }
        sum.update(buffer.get(..read).unwrap_or_default());
    }
}

fn hexadecimal(sum: Context) -> String {
    sum.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn at(path: &Path, error: &std::io::Error) -> Unpulled {
    Unpulled(format!("{}: {error}", path.display()))
}
