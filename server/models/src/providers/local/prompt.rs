//! A conversation as a model was taught to read it: by the template in its file, else as ChatML.

use minijinja::{Environment, Error, ErrorKind, Value, context, syntax::SyntaxConfig};
use serde_json::{Value as Json, json};

use super::{tokens::Tokens, unfit};
use crate::{Code, Format, Message, ModelError, Part, Request, wire::instruction};

/// Steps that a template may take.
const FUEL: u64 = 1_000_000;

/// How a model reads conversations.
pub(super) enum Template {
    /// In Jinja.
    Own(Box<Environment<'static>>),
    /// `<|im_start|>ROLE`, what was said, `<|im_end|>`.
    ChatMl,
}

/// Bytes of a shape that a model is told. It is forced anyway, and reading more of it takes longer than it helps.
const TOLD: usize = 800;

/// The template in an environment of its own.
const NAME: &str = "chat";

impl Template {
    /// The one of a file; ChatML where it has none that can be read, and knows that.
    ///
    /// # Errors
    /// It has none, and does not know ChatML.
    pub(super) fn of(written: Option<&str>, tokens: &Tokens) -> Result<Self, ModelError> {
        if let Some(environment) = written.and_then(|it| environment(it).ok()) {
            let own = Self::Own(Box::new(environment));
            let trial = [
                json!({ "role": "system", "content": "x" }),
                json!({ "role": "user", "content": "x" }),
            ];
            if own.render(&trial, tokens).is_ok() {
                return Ok(own);
            }
        }
        if tokens.has("<|im_start|>") && tokens.has("<|im_end|>") {
            Ok(Self::ChatMl)
        } else {
            Err(unfit("it has no template of conversations that can be read"))
        }
    }

    /// The conversation of a request, up to where the model begins to speak.
    ///
    /// # Errors
    /// It has more than words, or the template fails.
    pub(super) fn conversation(
        &self,
        request: &Request,
        tokens: &Tokens,
    ) -> Result<String, ModelError> {
        self.render(&messages(request, tokens)?, tokens)
    }

    fn render(&self, messages: &[Json], tokens: &Tokens) -> Result<String, ModelError> {
        let Self::Own(environment) = self else { return Ok(chat_ml(messages)) };
        let given = context! {
            messages => messages.iter().map(turn).collect::<Vec<Value>>(),
            add_generation_prompt => true,
            bos_token => tokens.begin(),
            eos_token => tokens.name(tokens.end()),
        };
        let template = environment.get_template(NAME);
        let text = template.and_then(|it| it.render(given));
        text.map_err(|error| unfit(format_args!("its template of conversations: {error}")))
    }
}

/// A message, as templates see it.
fn turn(message: &Json) -> Value {
    let said = |key: &str| Value::from(message[key].as_str().unwrap_or_default());
    Value::from_pairs([("role", said("role")), ("content", said("content"))])
}

fn environment(written: &str) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    // As `transformers` sets up Jinja, for which the templates are written.
    environment.set_syntax(syntax()?);
    environment.set_fuel(Some(FUEL));
    let refuse = |message: String| -> Result<String, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message))
    };
    environment.add_function("raise_exception", refuse);
    environment.add_template_owned(NAME, written.to_owned())?;
    Ok(environment)
}

fn syntax() -> Result<SyntaxConfig, Error> {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()
}

fn chat_ml(messages: &[Json]) -> String {
    let mut text = String::new();
    for message in messages {
        let said = |key: &str| message[key].as_str().unwrap_or_default();
        text += &format!("<|im_start|>{}\n{}<|im_end|>\n", said("role"), said("content"));
    }
    text + "<|im_start|>assistant\n"
}

/// What was said, as templates want it: one system message before everything else.
fn messages(request: &Request, tokens: &Tokens) -> Result<Vec<Json>, ModelError> {
    let mut system = Vec::new();
    let mut messages = Vec::new();
    for message in &request.messages {
        let (role, text) = match message {
            Message::System(text) => {
                system.push(tokens.harmless(text));
                continue;
            }
            Message::User(parts) => ("user", words(parts)?),
            Message::Assistant { text, .. } => ("assistant", text.clone()),
            Message::Tool { content, .. } => ("user", content.clone()),
        };
        messages.push(json!({ "role": role, "content": tokens.harmless(&text) }));
    }
    if let Format::Json(structure) = &request.response {
        let words = instruction(structure);
        if words.len() <= TOLD {
            system.push(tokens.harmless(&words));
        }
    }
    if !request.tools.is_empty() {
        let message = "the models inside this process call no tools by themselves";
        return Err(ModelError::new(Code::Invalid, message));
    }
    if !system.is_empty() {
        messages.insert(0, json!({ "role": "system", "content": system.join("\n\n") }));
    }
    Ok(messages)
}

fn words(parts: &[Part]) -> Result<String, ModelError> {
    let words: Result<Vec<&str>, ModelError> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Ok(text.as_str()),
            Part::Image(_) => Err(ModelError::new(
                Code::Invalid,
                "the models inside this process look at no images",
            )
            .with_help("name a model that has `vision`: `downbeat models list --can vision`")),
        })
        .collect();
    Ok(words?.join("\n"))
}
