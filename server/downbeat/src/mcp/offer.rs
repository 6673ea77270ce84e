//! What an agent may call.

use std::{future::Future, pin::Pin, sync::Arc};

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{
    bench::{Bench, Refusal},
    progress::Progress,
};

/// Bytes of an answer.
const MOST: usize = 1 << 20;

/// Something that looks and changes nothing.
pub(super) trait Look: 'static {
    const NAME: &'static str;
    const TITLE: &'static str;
    /// For the agent: what it is good for.
    const ABOUT: &'static str;
    type Given: DeserializeOwned + JsonSchema;
    type Answer: Serialize + JsonSchema;

    /// Looks.
    ///
    /// # Errors
    /// Why there is no answer.
    fn look(bench: &Bench, given: Self::Given) -> Result<Said<Self::Answer>, Refusal>;
}

/// Something that runs pipelines.
pub(super) trait Work: 'static {
    const NAME: &'static str;
    const TITLE: &'static str;
    const ABOUT: &'static str;
    type Given: DeserializeOwned + JsonSchema + Send;
    type Answer: Serialize + JsonSchema;

    /// Works until it is done, or whoever waits for it goes away.
    fn work(
        bench: Arc<Bench>,
        given: Self::Given,
        progress: Progress,
    ) -> impl Future<Output = Result<Said<Self::Answer>, Refusal>> + Send;
}

/// An answer: for programs, and in words where those are more than its JSON.
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) words: Option<String>,
}

impl<T> Said<T> {
    /// Its JSON says it all.
    pub(super) fn plainly(value: T) -> Self {
        Self { value, words: None }
    }

    pub(super) fn in_words(value: T, words: String) -> Self {
        Self { value, words: Some(words) }
    }
}

type Working = Pin<Box<dyn Future<Output = CallToolResult> + Send>>;

/// How an offer is taken.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Looks(fn(&Bench, Json) -> CallToolResult),
    Works(fn(Arc<Bench>, Json, Progress) -> Working),
}

/// See the module.
pub(super) struct Offer {
    pub(super) name: &'static str,
    pub(super) act: Act,
    tool: fn() -> Tool,
}

impl Offer {
    pub(super) const fn of_look<L: Look>() -> Self {
        Self {
            name: L::NAME,
            act: Act::Looks(|bench, given| match read(given) {
                Ok(given) => answered(L::look(bench, given)),
                Err(refusal) => refused(refusal),
            }),
            tool: || {
                let hints = ToolAnnotations::with_title(L::TITLE).read_only(true).open_world(false);
                tool::<L::Given, L::Answer>(L::NAME, L::TITLE, L::ABOUT, hints)
            },
        }
    }

    pub(super) const fn of_work<W: Work>() -> Self {
        Self {
            name: W::NAME,
            act: Act::Works(|bench, given, progress| {
                Box::pin(async move {
                    match read(given) {
                        Ok(given) => answered(W::work(bench, given, progress).await),
                        Err(refusal) => refused(refusal),
                    }
                })
            }),
            tool: || {
                let hints = ToolAnnotations::with_title(W::TITLE)
                    .read_only(false)
                    .destructive(true)
                    .idempotent(false)
                    .open_world(true);
                tool::<W::Given, W::Answer>(W::NAME, W::TITLE, W::ABOUT, hints)
            },
        }
    }

    /// How it is told to agents.
    pub(super) fn tool(&self) -> Tool {
        (self.tool)()
    }
}

fn tool<Given: JsonSchema, Answer: JsonSchema>(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    hints: ToolAnnotations,
) -> Tool {
    Tool::new(name, about, schema::<Given>(Words::Kept))
        .with_title(title)
        .with_raw_output_schema(Arc::new(schema::<Answer>(Words::LeftOut)))
        .with_annotations(hints)
}

/// Whether a schema says what is meant. An agent reads all schemas before it does anything, and what an answer means is in
/// its names; the whole schemas are resources.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Kept,
    LeftOut,
}

fn schema<T: JsonSchema>(words: Words) -> JsonObject {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    trim(&mut schema, words);
    match schema {
        Json::Object(schema) => schema,
        // A schema of a struct is a map.
        _ => JsonObject::new(),
    }
}

/// Formats of numbers go: they are Rust's, and other validators complain of each.
fn trim(schema: &mut Json, words: Words) {
    match schema {
        Json::Object(keys) => {
            // A property of such a name is a schema, not a text.
            keys.retain(|key, value| {
                let goes = key == "format" || key == "description" && words == Words::LeftOut;
                !(goes && value.is_string())
            });
            keys.values_mut().for_each(|value| trim(value, words));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| trim(item, words)),
        _ => {}
    }
}

fn read<T: DeserializeOwned>(given: Json) -> Result<T, Refusal> {
    serde_json::from_value(given)
        .map_err(|error| format!("that is not what this takes: {error}").into())
}

fn answered<T: Serialize>(answer: Result<Said<T>, Refusal>) -> CallToolResult {
    let said = match answer {
        Ok(said) => said,
        Err(refusal) => return refused(refusal),
    };
    let value = match serde_json::to_value(&said.value) {
        Ok(value) => value,
        Err(error) => return refused(format!("the answer cannot be written: {error}").into()),
    };
    let json = value.to_string();
    if json.len() > MOST {
        let why = format!("the answer would be {} KiB; ask for a part of it", json.len() >> 10);
        return refused(why.into());
    }
    let mut result = CallToolResult::structured(value);
    if let Some(words) = said.words {
        result.content = vec![ContentBlock::text(words)];
    }
    result
}

fn refused(Refusal(why): Refusal) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(why)])
}
