//! An answer, token by token.

use std::ops::ControlFlow;

use pipeline::models::LOCAL;

use super::{
    cancelled, load::Model, sample::Sampler, shape::Shapes, spoken::Spoken, weights::pieces,
};
use crate::{Code, Finish, Format, ModelError, Request, Usage};

/// Tokens of an answer where the step does not say how many it may have: small models often find no end.
const LONGEST: u32 = 1024;

/// Who hears an answer.
pub(super) trait Listener {
    /// A piece of it.
    fn text(&self, piece: &str);
    /// Whether nobody waits for it any longer.
    fn is_gone(&self) -> bool;
}

/// How an answer ended.
pub(super) struct Done {
    pub(super) finish: Finish,
    pub(super) usage: Usage,
}

/// Lets a model answer.
///
/// # Errors
/// The question does not fit, or is none that it takes; who asked has gone.
pub(super) fn generate(
    model: &mut Model,
    request: &Request,
    listener: &impl Listener,
) -> Result<Done, ModelError> {
    let conversation = model.template.conversation(request, &model.tokens)?;
    let prompt = model.tokens.read(&conversation)?;
    let window = model.weights.window();
    let room = window.checked_sub(prompt.len()).filter(|it| *it > 0);
    let room = room.ok_or_else(|| overflow(&request.model, prompt.len(), window))?;
    let most = room.min(request.max_tokens.unwrap_or(LONGEST) as usize);
    let mut rule = match &request.response {
        Format::Text => None,
        Format::Json(structure) => {
            let shapes = match model.shapes.take() {
                Some(shapes) => shapes,
                None => Shapes::of(&model.tokens)?,
            };
            Some(model.shapes.insert(shapes).rule(structure)?)
        }
    };
    model.weights.forget();
    let mut logits = Vec::new();
    for piece in pieces(&prompt) {
        if listener.is_gone() {
            return Err(cancelled());
        }
        logits = model.weights.read_on(piece)?;
    }
    let mut sampler = Sampler::new(request);
    let mut spoken = Spoken::new(&request.stop);
    let mut written = 0;
    let finish = loop {
        if rule.as_ref().is_some_and(|it| it.is_over()) {
            break Finish::Stop;
        }
        if written == most {
            break Finish::Length;
        }
        if listener.is_gone() {
            return Err(cancelled());
        }
        let allowed = rule.as_mut().map(|it| it.allowed()).transpose()?;
        let token = sampler.pick(&logits, allowed.as_ref())?;
        written += 1;
        if model.tokens.is_end(token) {
            break Finish::Stop;
        }
        if let Some(rule) = &mut rule {
            rule.take(token)?;
        }
        match spoken.hear(model.tokens.bytes(token)) {
            ControlFlow::Continue(text) => tell(listener, &text),
            ControlFlow::Break(text) => {
                tell(listener, &text);
                return Ok(done(Finish::Stop, prompt.len(), written));
            }
        }
        logits = model.weights.read_on(&[token])?;
    };
    tell(listener, &spoken.rest());
    model.weights.forget();
    Ok(done(finish, prompt.len(), written))
}

fn tell(listener: &impl Listener, text: &str) {
    if !text.is_empty() {
        listener.text(text);
    }
}

const fn done(finish: Finish, read: usize, written: usize) -> Done {
    let usage = Usage { input: Some(read as u64), output: Some(written as u64), cached: None };
    Done { finish, usage }
}

fn overflow(model: &str, prompt: usize, window: usize) -> ModelError {
    let message = format!(
        "`{LOCAL}`: the prompt has {prompt} tokens and `{model}` reads {window} at once, its answer included"
    );
    ModelError::new(Code::ContextOverflow, message).with_help(
        "shorten the prompt, or name a model with a larger window (`downbeat models list`)",
    )
}
