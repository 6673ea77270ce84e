//! `headless-browser`: looks at pages.

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use jiff::Timestamp;
use pipeline::catalogue::{HEADLESS_BROWSER, Signature};
use serde_json::{Value as Json, json};

use crate::{
    answer::{done, given, operation, text},
    web::{Client, Document, WebError, address, hosts, rendered},
    web_search::hits,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct HeadlessBrowser;

#[async_trait]
impl Tool for HeadlessBrowser {
    fn signature(&self) -> &'static Signature {
        &HEADLESS_BROWSER
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let written = text(&call.parameters, "url").unwrap_or_default();
        let answer = match operation(&call, None).as_str() {
            "search" => {
                only_the_web(&call)?;
                hits(&call).await?
            }
            "verify" => verify(&call, &written).await?,
            "scrape" => scrape(&call, &written).await?,
            "scrape_js" => {
                let url = address(&written)?;
                let html = rendered(&call, &url, &hosts(&call)).await?;
                read(url.to_string(), html).await?
            }
            other => {
                let message = format!("Unknown headless-browser action: {other}");
                return Err(Failure::permanent("ValueError", message));
            }
        };
        Ok(done(answer))
    }
}

/// An engine for the web is all there is.
fn only_the_web(call: &Call) -> Result<(), Failure> {
    let sources = given(&call.parameters, "sources").and_then(Json::as_array);
    let other = sources.into_iter().flatten().find(|source| source.as_str() != Some("web"));
    match other {
        None => Ok(()),
        Some(other) => {
            let message = format!("`sources` can be `web` alone, and not {other}");
            Err(Failure::permanent("ValueError", message))
        }
    }
}

/// That an address does not answer is an answer. That it may not be asked is a failure.
async fn verify(call: &Call, written: &str) -> Result<Json, Failure> {
    let url = address(written)?;
    let error = match Client::new(call)?.reach(&url).await {
        Ok(()) => None,
        Err(
            error
            @ (WebError::Status { .. } | WebError::Slow { .. } | WebError::Unreachable { .. }),
        ) => Some(error.to_string()),
        Err(error) => return Err(error.into()),
    };
    let mut answer = json!({
        "url": written,
        "accessible": error.is_none(),
        "timestamp": Timestamp::now().to_string(),
    });
    if let Some(error) = error {
        answer["reason"] = error.into();
    }
    Ok(answer)
}

async fn scrape(call: &Call, written: &str) -> Result<Json, Failure> {
    let page = Client::new(call)?.page(&address(written)?).await?;
    let url = page.url.to_string();
    match page.kind.as_str() {
        "" | "text/html" | "application/xhtml+xml" => read(url, page.text).await,
        kind if is_text(kind) => Ok(scraped(url, String::new(), page.text)),
        kind => {
            Err(WebError::Unreadable(format!("`{url}` is `{kind}`, which has no text to take"))
                .into())
        }
    }
}

fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || ["json", "xml", "yaml", "javascript"].iter().any(|word| kind.ends_with(word))
}

async fn read(url: String, html: String) -> Result<Json, Failure> {
    let reading = tokio::task::spawn_blocking(move || {
        Document::read(&html).map(|page| (page.title(), page.markdown()))
    });
    match reading.await {
        Ok(Some((title, content))) => Ok(scraped(url, title, content)),
        Ok(None) => Err(WebError::Unreadable(format!("`{url}` nests too deep to be read")).into()),
        Err(error) => Err(Failure::permanent("RuntimeError", error.to_string())),
    }
}

fn scraped(url: String, title: String, content: String) -> Json {
    let timestamp = Timestamp::now().to_string();
    json!({ "url": url, "title": title, "content": content, "timestamp": timestamp })
}
