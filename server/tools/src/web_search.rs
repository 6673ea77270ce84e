//! `web-search`: asks a search engine.

use std::time::Instant;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use jiff::Timestamp;
use pipeline::catalogue::{Signature, WEB_SEARCH};
use serde_json::{Map, Value as Json, json};

use crate::{
    answer::{done, given, text},
    web::{Backend, Client, search},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct WebSearch;

#[async_trait]
impl Tool for WebSearch {
    fn signature(&self) -> &'static Signature {
        &WEB_SEARCH
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        hits(&call).await.map(done)
    }
}

/// What a search gives, as every tool that searches tells it.
pub(crate) async fn hits(call: &Call) -> Result<Json, Failure> {
    let parameters = &call.parameters;
    let query = text(parameters, "query").unwrap_or_default();
    let backend = Backend::of(
        text(parameters, "backend").as_deref(),
        text(parameters, "endpoint").as_deref(),
    )?;
    let begin = Instant::now();
    let found = search(&Client::new(call)?, &backend, &query, most(parameters)).await?;
    let results: Vec<Json> = found.iter().map(|hit| hit.to_json()).collect();
    Ok(json!({
        "query": query,
        "total_results": results.len(),
        "results": results,
        "search_time": begin.elapsed().as_secs_f64(),
        "backend": backend.word(),
        "timestamp": Timestamp::now().to_string(),
    }))
}

fn most(parameters: &Map<String, Json>) -> usize {
    let most = given(parameters, "max_results").and_then(Json::as_i64).unwrap_or(10);
    usize::try_from(most).unwrap_or(0)
}
