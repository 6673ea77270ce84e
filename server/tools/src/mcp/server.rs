//! `mcp-server`: connects to a server, and calls its tools.

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use jsonschema::{PatternOptions, Validator};
use pipeline::{
    catalogue::{MCP_SERVER, Signature},
    names::nearest,
};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest, ServerResult,
    Tool as Offered,
};
use serde_json::{Map, Value as Json, json};

use super::{
    config::Config, failure::Repeat, name, session, session::Session, sessions::Sessions, unknown,
};
use crate::answer::{done, failed, given, operation, text};

/// See the module.
#[derive(Debug)]
pub(crate) struct McpServer;

/// Characters of a server's words that an error repeats.
const TOLD: usize = 2_000;

/// Things that do not fit that are told.
const FINDINGS: usize = 5;

#[async_trait]
impl Tool for McpServer {
    fn signature(&self) -> &'static Signature {
        &MCP_SERVER
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        match operation(&call, None).as_str() {
            "connect" => connect(&call).await,
            "list_tools" => list(&call).await,
            "execute_tool" => execute(&call).await,
            "disconnect" => {
                let known = call.holdings.of::<Sessions>().disconnect(&name(&call)).await;
                Ok(done(json!({ "disconnected": known.is_some(), "server_name": name(&call) })))
            }
            other => Err(unknown("mcp-server", other)),
        }
    }

    fn leaves_something(&self) -> bool {
        true
    }

    fn remember(&self, call: &Call, _answer: &Json) {
        let sessions = call.holdings.of::<Sessions>();
        if operation(call, None) == "disconnect" {
            sessions.forget_unasked(&name(call));
        } else if let Some(config) = given(&call.parameters, "server_config")
            && let Ok(config) = Config::read(config)
        {
            // What makes no sense made none when the call was made.
            let _ = sessions.know(&name(call), config);
        }
    }
}

async fn connect(call: &Call) -> Result<Json, Failure> {
    let session = session(call).await?;
    let about = session.about();
    let about = about.as_deref();
    Ok(done(json!({
        "connected": true,
        "server_name": name(call),
        "capabilities": about.map(|it| &it.capabilities),
        "protocol_version": about.map(|it| it.protocol_version.to_string()),
        "server": about.and_then(|it| it.server_info.as_ref()).map(|it| json!({ "name": it.name, "version": it.version })),
        "instructions": about.and_then(|it| it.instructions.as_deref()),
    })))
}

async fn list(call: &Call) -> Result<Json, Failure> {
    let tools = session(call).await?.tools(call).await?;
    let tools: Vec<Json> = tools.iter().map(told).collect();
    Ok(done(json!({ "count": tools.len(), "tools": tools, "server_name": name(call) })))
}

fn told(tool: &Offered) -> Json {
    let mut told = Map::new();
    told.insert("name".to_owned(), Json::from(&*tool.name));
    told.insert("description".to_owned(), tool.description.as_deref().into());
    told.insert("input_schema".to_owned(), Json::Object((*tool.input_schema).clone()));
    if let Some(schema) = &tool.output_schema {
        told.insert("output_schema".to_owned(), Json::Object((**schema).clone()));
    }
    if let Some(title) = &tool.title {
        told.insert("title".to_owned(), title.as_str().into());
    }
    Json::Object(told)
}

async fn execute(call: &Call) -> Result<Json, Failure> {
    let session = session(call).await?;
    let wanted = text(&call.parameters, "tool_name").unwrap_or_default();
    let given = match given(&call.parameters, "tool_params") {
        None => Map::new(),
        Some(Json::Object(given)) => given.clone(),
        Some(_) => {
            let message =
                format!("`tool_params` is no map: `{wanted}` takes its parameters by name");
            return Err(Failure::permanent("ParameterError", message));
        }
    };
    let tools = session.tools(call).await?;
    let tool = find(&tools, &wanted, &name(call))?;
    let given = Json::Object(given);
    let wrong = misfits(&Json::Object((*tool.input_schema).clone()), &given);
    if !wrong.is_empty() {
        let message = format!("`tool_params` is not what `{wanted}` takes: {}", wrong.join("; "));
        return Err(Failure::permanent("ParameterError", message));
    }
    answer(tool, ask(&session, call, tool, given).await?)
}

fn find<'t>(tools: &'t [Offered], wanted: &str, server: &str) -> Result<&'t Offered, Failure> {
    let found = tools.iter().find(|tool| tool.name == wanted);
    found.ok_or_else(|| {
        let names = || tools.iter().map(|tool| &*tool.name);
        let known = match nearest(wanted, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if tools.is_empty() => "it has none".to_owned(),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("the server `{server}` has no tool `{wanted}`: {known}");
        Failure::permanent("ValueError", message)
    })
}

async fn ask(
    session: &Session,
    call: &Call,
    tool: &Offered,
    given: Json,
) -> Result<CallToolResult, Failure> {
    let Json::Object(given) = given else { return Err(session.improper(call)) };
    let hints = tool.annotations.as_ref();
    let is_harmless =
        hints.is_some_and(|it| it.read_only_hint == Some(true) || it.idempotent_hint == Some(true));
    let repeat = if is_harmless { Repeat::Harmless } else { Repeat::Doubtful };
    let params = CallToolRequestParams::new(tool.name.clone()).with_arguments(given);
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    match session.ask(call, request, repeat).await? {
        ServerResult::CallToolResult(result) => Ok(result),
        ServerResult::InputRequiredResult(_) => {
            let message =
                format!("`{}` wants to ask somebody, which a step does not let it", tool.name);
            Err(Failure::permanent("MCPError", message))
        }
        _ => Err(session.improper(call)),
    }
}

/// What a tool returned: its structured content, else its text, else the blocks of its content.
fn answer(tool: &Offered, result: CallToolResult) -> Result<Json, Failure> {
    let content = serde_json::to_value(&result.content).unwrap_or_default();
    let texts: Option<Vec<&str>> =
        result.content.iter().map(|block| block.as_text().map(|it| it.text.as_str())).collect();
    let text = texts.map(|texts| texts.join("\n"));
    let value = match (&result.structured_content, &text) {
        (Some(structured), _) => structured.clone(),
        (None, Some(text)) => Json::from(text.as_str()),
        (None, None) => content.clone(),
    };
    let answer = json!({ "result": value, "content": content, "tool_name": tool.name });
    if result.is_error == Some(true) {
        let said: String = text.unwrap_or_default().chars().take(TOLD).collect();
        let said = if said.is_empty() { "it does not say why".to_owned() } else { said };
        return Err(failed("MCPToolError", format!("`{}` failed: {said}", tool.name), answer));
    }
    if let (Some(schema), Some(structured)) = (&tool.output_schema, &result.structured_content) {
        let wrong = misfits(&Json::Object((**schema).clone()), structured);
        if !wrong.is_empty() {
            let message = format!(
                "`{}` returned what it says that it never does: {}",
                tool.name,
                wrong.join("; ")
            );
            return Err(failed("MCPError", message, answer));
        }
    }
    Ok(done(answer))
}

/// In what a value does not fit a schema. One that cannot be read, or refers elsewhere, holds nobody back: the server
/// looks for itself.
fn misfits(schema: &Json, value: &Json) -> Vec<String> {
    let Ok(validator) = validator(schema) else { return Vec::new() };
    let told = |error: jsonschema::ValidationError<'_>| match error.instance_path().as_str() {
        "" => error.to_string(),
        path => format!("{path}: {error}"),
    };
    validator.iter_errors(value).take(FINDINGS).map(told).collect()
}

fn validator(schema: &Json) -> Result<Validator, String> {
    jsonschema::options()
        .offline()
        // Patterns that take linear time: they come from strangers.
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rmcp::model::{CallToolResult, Tool as Offered};
    use serde_json::{Value as Json, json};

    use super::{answer, misfits};

    fn told(result: Json, output: Option<Json>) -> Result<Json, (String, String)> {
        let result: CallToolResult = serde_json::from_value(result).unwrap();
        let mut tool = Offered::new("t", "", serde_json::Map::new());
        tool.output_schema = output.map(|it| Arc::new(it.as_object().unwrap().clone()));
        let told = answer(&tool, result).map(|it| it["result"]["result"].clone());
        told.map_err(|it| (it.error_type.into_owned(), it.message))
    }

    #[test]
    fn what_a_tool_returned_is_its_structure_else_its_text_else_its_blocks() {
        let text = json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }]);
        let image = json!([{ "type": "image", "data": "AA==", "mimeType": "image/png" }]);
        assert_eq!(
            told(json!({ "content": text, "structuredContent": { "n": 1 } }), None),
            Ok(json!({ "n": 1 }))
        );
        assert_eq!(told(json!({ "content": text }), None), Ok(json!("a\nb")));
        assert_eq!(told(json!({ "content": image }), None), Ok(image));
    }

    #[test]
    fn a_tool_that_failed_fails_the_step() {
        let text = json!([{ "type": "text", "text": "no such city" }]);
        let (kind, message) = told(json!({ "content": text, "isError": true }), None).unwrap_err();
        assert_eq!((kind.as_str(), message.as_str()), ("MCPToolError", "`t` failed: no such city"));
        let promised = json!({ "type": "object", "required": ["n"] });
        let broken =
            told(json!({ "content": [], "structuredContent": { "m": 1 } }), Some(promised));
        assert!(broken.unwrap_err().1.contains("\"n\" is a required property"));
    }

    #[test]
    fn parameters_are_held_against_the_schema_of_the_tool() {
        let schema = json!({ "type": "object", "properties": { "a": { "type": "number" } }, "required": ["a"] });
        assert_eq!(misfits(&schema, &json!({ "a": 1 })), Vec::<String>::new());
        assert_eq!(misfits(&schema, &json!({ "a": "x" })), ["/a: \"x\" is not of type \"number\""]);
        assert_eq!(
            misfits(&json!({ "$ref": "https://example.com/a.json" }), &json!({})),
            Vec::<String>::new()
        );
    }
}
