//! Search engines that need no key.

use pipeline::catalogue::SEARCH_BACKENDS;
use serde_json::{Value as Json, json};
use url::Url;

use super::{
    client::{Client, Page, address},
    failure::WebError,
    html::{Document, attribute, has_class, text},
};

/// The variable that names a SearXNG for all steps that name no engine.
pub(crate) const ENDPOINT: &str = "DOWNBEAT_SEARCH_URL";
const DUCKDUCKGO: &str = "https://html.duckduckgo.com/html/";
/// Most hits that are returned.
const HITS: usize = 100;

/// A search engine and where it is.
#[derive(Debug)]
pub(crate) struct Backend {
    engine: Engine,
    endpoint: Url,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    DuckDuckGo,
    SearXng,
}

/// A hit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    title: String,
    url: String,
    snippet: String,
}

impl Hit {
    pub(crate) fn to_json(&self) -> Json {
        json!({ "title": self.title, "url": self.url, "snippet": self.snippet })
    }
}

impl Backend {
    /// The engine that a step names, at the endpoint that it names; else the one of the machine, else DuckDuckGo.
    pub(crate) fn of(name: Option<&str>, endpoint: Option<&str>) -> Result<Self, WebError> {
        let configured = std::env::var(ENDPOINT).ok().filter(|it| !it.trim().is_empty());
        let engine = match name {
            Some("duckduckgo") => Engine::DuckDuckGo,
            Some("searxng") => Engine::SearXng,
            None if endpoint.is_none() && configured.is_none() => Engine::DuckDuckGo,
            None => Engine::SearXng,
            Some(other) => {
                return Err(WebError::Unreadable(format!(
                    "`{other}` answers only with a paid key, which this build does not use; `backend` can be `duckduckgo` or `searxng`"
                )));
            }
        };
        debug_assert!(SEARCH_BACKENDS.contains(&engine.word()));
        let endpoint = match (engine, endpoint) {
            (_, Some(written)) => address(written)?,
            (Engine::DuckDuckGo, None) => address(DUCKDUCKGO)?,
            (Engine::SearXng, None) => address(&configured.ok_or_else(|| {
                WebError::Unreadable(format!(
                    "`searxng` needs an address: the parameter `endpoint` or the variable `{ENDPOINT}`"
                ))
            })?)?,
        };
        Ok(Self { engine, endpoint })
    }

    /// Its word.
    pub(crate) const fn word(&self) -> &'static str {
        self.engine.word()
    }
}

impl Engine {
    const fn word(self) -> &'static str {
        match self {
            Self::DuckDuckGo => "duckduckgo",
            Self::SearXng => "searxng",
        }
    }
}

/// Asks; the best `most` hits.
pub(crate) async fn search(
    client: &Client,
    backend: &Backend,
    query: &str,
    most: usize,
) -> Result<Vec<Hit>, WebError> {
    let mut url = backend.endpoint.clone();
    let mut hits = match backend.engine {
        Engine::DuckDuckGo => {
            url.query_pairs_mut().append_pair("q", query);
            let page = client.page(&url).await?;
            tokio::task::spawn_blocking(move || of_duckduckgo(&page))
                .await
                .map_err(|error| WebError::Unreadable(error.to_string()))??
        }
        Engine::SearXng => {
            if let Ok(mut path) = url.path_segments_mut() {
                path.pop_if_empty();
            }
            if !url.path().ends_with("/search") {
                url.set_path(&format!("{}/search", url.path().trim_end_matches('/')));
            }
            url.query_pairs_mut().append_pair("q", query).append_pair("format", "json");
            of_searxng(&client.page(&url).await?)?
        }
    };
    hits.truncate(most.min(HITS));
    Ok(hits)
}

/// Links of the class `result__a`, each with the `result__snippet` behind it.
fn of_duckduckgo(page: &Page) -> Result<Vec<Hit>, WebError> {
    let busy = || {
        WebError::Busy(format!(
            "`{}` sent no results but a question, as it does to those who ask too often",
            page.url
        ))
    };
    let document = Document::read(&page.text).ok_or_else(busy)?;
    let mut hits: Vec<Hit> = Vec::new();
    let mut is_answer = false;
    for element in document.elements() {
        is_answer |= has_class(&element, "no-results") || has_class(&element, "results");
        if has_class(&element, "result__a") {
            let link = attribute(&element, "href").unwrap_or_default();
            let is_advert = link.contains("duckduckgo.com/y.js");
            if let Some(url) = target(&page.url, &link).filter(|_| !is_advert) {
                hits.push(Hit { title: text(&element), url, snippet: String::new() });
            }
        } else if has_class(&element, "result__snippet")
            && let Some(hit) = hits.last_mut().filter(|hit| hit.snippet.is_empty())
        {
            hit.snippet = text(&element);
        }
    }
    if hits.is_empty() && !is_answer { Err(busy()) } else { Ok(hits) }
}

/// Where a link leads: DuckDuckGo wraps it (`/l/?uddg=...`).
fn target(page: &Url, link: &str) -> Option<String> {
    let url = page.join(link).ok()?;
    let wrapped =
        url.query_pairs().find(|(name, _)| name == "uddg").map(|(_, url)| url.into_owned());
    let url = wrapped.unwrap_or_else(|| url.to_string());
    url.starts_with("http").then_some(url)
}

fn of_searxng(page: &Page) -> Result<Vec<Hit>, WebError> {
    let unreadable = |what: &str| {
        WebError::Unreadable(format!(
            "`{}` {what}; its `settings.yml` must list `json` under `search.formats`",
            page.url
        ))
    };
    let answer: Json = serde_json::from_str(&page.text).map_err(|_| unreadable("sent no JSON"))?;
    let results = answer["results"].as_array().ok_or_else(|| unreadable("sent no `results`"))?;
    let field = |hit: &Json, name: &str| hit[name].as_str().unwrap_or_default().to_owned();
    let hit = |hit: &Json| Hit {
        title: field(hit, "title"),
        url: field(hit, "url"),
        snippet: field(hit, "content"),
    };
    Ok(results.iter().map(hit).collect())
}
