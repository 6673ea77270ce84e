//! `mcp-resource`: reads what a server offers, and hears that it changed.

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{MCP_RESOURCE, Signature};
use rmcp::model::{
    ClientRequest, ReadResourceRequest, ReadResourceRequestParams, Resource, ResourceContents,
    ServerResult,
};
use serde_json::{Map, Value as Json, json};

use super::{failure::Repeat, name, session, sessions::Sessions, unknown};
use crate::answer::{done, operation, text};

/// See the module.
#[derive(Debug)]
pub(crate) struct McpResource;

#[async_trait]
impl Tool for McpResource {
    fn signature(&self) -> &'static Signature {
        &MCP_RESOURCE
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        match operation(&call, None).as_str() {
            "list" => list(&call).await,
            "read" => read(&call).await,
            "subscribe" => subscribe(&call).await,
            "unsubscribe" => unsubscribe(&call).await,
            other => Err(unknown("mcp-resource", other)),
        }
    }

    fn leaves_something(&self) -> bool {
        true
    }

    fn remember(&self, call: &Call, _answer: &Json) {
        let sessions = call.holdings.of::<Sessions>();
        match operation(call, None).as_str() {
            "subscribe" => drop(sessions.subscribed(&name(call), &uri(call))),
            "unsubscribe" => drop(sessions.unsubscribed(&subscription(call))),
            _ => {}
        }
    }
}

fn uri(call: &Call) -> String {
    text(&call.parameters, "uri").unwrap_or_default()
}

fn subscription(call: &Call) -> String {
    text(&call.parameters, "subscription_id").unwrap_or_default()
}

async fn list(call: &Call) -> Result<Json, Failure> {
    let resources = session(call).await?.resources(call).await?;
    let resources: Vec<Json> = resources.iter().map(told).collect();
    Ok(done(json!({ "count": resources.len(), "resources": resources, "server_name": name(call) })))
}

fn told(resource: &Resource) -> Json {
    json!({
        "uri": resource.uri,
        "name": resource.name,
        "title": resource.title,
        "description": resource.description,
        "mime_type": resource.mime_type,
        "size": resource.size,
    })
}

async fn read(call: &Call) -> Result<Json, Failure> {
    let (session, uri) = (session(call).await?, uri(call));
    let request = ReadResourceRequest::new(ReadResourceRequestParams::new(uri.as_str()));
    let request = ClientRequest::ReadResourceRequest(request);
    let ServerResult::ReadResourceResult(result) =
        session.ask(call, request, Repeat::Harmless).await?
    else {
        return Err(session.improper(call));
    };
    let contents: Vec<Json> = result.contents.iter().map(content).collect();
    let first = contents.first().cloned().unwrap_or_default();
    Ok(done(json!({
        "resource": first, "contents": contents, "uri": uri, "changes": session.take_changes(&uri),
    })))
}

fn content(content: &ResourceContents) -> Json {
    let mut told = Map::new();
    let (uri, kind, name, value) = match content {
        ResourceContents::TextResourceContents { uri, mime_type, text, .. } => {
            (uri, mime_type, "text", text)
        }
        ResourceContents::BlobResourceContents { uri, mime_type, blob, .. } => {
            (uri, mime_type, "blob", blob)
        }
        _ => return Json::Null,
    };
    told.insert("uri".to_owned(), uri.as_str().into());
    told.insert("mime_type".to_owned(), kind.as_deref().into());
    told.insert(name.to_owned(), value.as_str().into());
    Json::Object(told)
}

async fn subscribe(call: &Call) -> Result<Json, Failure> {
    let uri = uri(call);
    session(call).await?.subscribe(call, &uri).await?;
    let id = call.holdings.of::<Sessions>().subscribed(&name(call), &uri);
    Ok(done(json!({ "subscription_id": id, "uri": uri, "server_name": name(call) })))
}

async fn unsubscribe(call: &Call) -> Result<Json, Failure> {
    let id = subscription(call);
    let sessions = call.holdings.of::<Sessions>();
    let unsubscribed = match sessions.unsubscribed(&id) {
        Some((server, uri)) => sessions.get(&server, call).await?.unsubscribe(call, &uri).await?,
        None => false,
    };
    Ok(done(json!({ "unsubscribed": unsubscribed, "subscription_id": id })))
}
