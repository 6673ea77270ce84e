//! The protocol's side: requests to offers, pages and prompts.

use std::{borrow::Cow, sync::Arc};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams,
        CompleteResult, ContentBlock, GetPromptRequestParams, GetPromptResponse, Implementation,
        ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
        PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse,
        ReadResourceResult, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};
use serde_json::Value as Json;

use super::{
    Runs,
    bench::Bench,
    completion,
    offer::{Act, Offer},
    offers::{LOOKS, WORKS},
    progress::Progress,
    prompts, resources,
};

/// What an agent is told when it comes.
const WELCOME: &str = "Downbeat checks, explains and runs AI pipelines written in YAML (`*.pipeline.yaml`). \
    Read `help` before you write one, and look up tools with `tools`. After every change call `check`, with the unsaved text if \
    you like: its findings have fixes. `plan` says in which order steps run, why, and what it can cost at most; `explain` what \
    the pipeline does. Past runs are in `runs`, `report` and `show`. Paths are relative to the workspace.";

const FAILED: &str = "Downbeat failed inside; its standard error says more";

/// See the module.
pub(super) struct Handler {
    bench: Arc<Bench>,
}

impl Handler {
    pub(super) fn new(bench: Arc<Bench>) -> Self {
        Self { bench }
    }

    /// What may be called here.
    fn offers(&self) -> impl Iterator<Item = &'static Offer> {
        let works = if self.bench.options.runs == Runs::Allowed { WORKS } else { &[] };
        LOOKS.iter().chain(works)
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .enable_completions()
            .build();
        let own = Implementation::new("downbeat", env!("CARGO_PKG_VERSION")).with_title("Downbeat");
        ServerConfig::new(capabilities).with_server_info(own).with_instructions(WELCOME)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.offers().map(Offer::tool).collect()))
    }

    async fn call_tool(
        &self,
        asked: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        // Of those that are not to be had here, too: they say why.
        let offer = LOOKS.iter().chain(WORKS).find(|offer| offer.name == asked.name);
        let Some(offer) = offer else {
            let why = format!("there is no tool `{}`", asked.name);
            return Err(ErrorData::invalid_params(why, None));
        };
        let given = Json::Object(asked.arguments.unwrap_or_default());
        let bench = Arc::clone(&self.bench);
        let result = match offer.act {
            Act::Looks(look) => {
                let looked = tokio::task::spawn_blocking(move || look(&bench, given));
                looked.await.unwrap_or_else(|_| failed_inside())
            }
            Act::Works(work) => {
                let token = context.meta.get_progress_token();
                let progress = Progress::new(token, context.peer.clone(), context.ct.clone());
                work(bench, given, progress).await
            }
        };
        Ok(CallToolResponse::Complete(result))
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources::list()))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resources::templates()))
    }

    async fn read_resource(
        &self,
        asked: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let found = resources::read(&asked.uri).ok_or_else(|| {
            let why: Cow<'static, str> = format!("nothing stands at `{}`", asked.uri).into();
            ErrorData::resource_not_found(why, None)
        })?;
        Ok(ReadResourceResponse::Complete(ReadResourceResult::new(vec![found])))
    }

    async fn complete(
        &self,
        asked: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let found = move || completion::complete(&asked.r#ref, &asked.argument);
        let found = tokio::task::spawn_blocking(found).await;
        let failed = |_| ErrorData::internal_error(FAILED, None);
        Ok(CompleteResult::new(found.map_err(failed)?))
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::list()))
    }

    async fn get_prompt(
        &self,
        asked: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let given = asked.arguments.unwrap_or_default();
        let found = prompts::get(&asked.name, &given).ok_or_else(|| {
            let why = format!("there is no prompt `{}`, or it lacks its argument", asked.name);
            ErrorData::invalid_params(why, None)
        })?;
        Ok(GetPromptResponse::Complete(found))
    }
}

/// A call that panicked costs its own answer and no other.
fn failed_inside() -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(FAILED)])
}
