//! An answer on its way: every piece is told once and kept once.

use serde_json::{Map, Value as Json};

use crate::{Code, Delta, Finish, ModelError, Reply, Sink, ToolCall, Usage};

/// Calls in one answer.
const CALLS: usize = 128;
/// Bytes of an answer, words and arguments together.
const BYTES: usize = 32 * 1024 * 1024;

/// Whether more of a stream is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// There may be more.
    More,
    /// The protocol says that this was all.
    Done,
}

/// What arrived so far.
pub(crate) struct Answer<'a, 's> {
    sink: &'a mut Sink<'s>,
    text: String,
    /// Bytes of it that were told.
    told: usize,
    refusal: String,
    calls: Vec<Opened>,
    usage: Usage,
    finish: Option<Finish>,
    model: String,
}

/// A call whose arguments are arriving.
struct Opened {
    /// As the provider counts.
    place: u64,
    id: Option<String>,
    name: String,
    arguments: String,
    seal: Option<String>,
}

impl<'a, 's> Answer<'a, 's> {
    /// Nothing yet, of the model that was asked.
    pub(crate) fn new(model: &str, sink: &'a mut Sink<'s>) -> Self {
        Self {
            sink,
            text: String::new(),
            told: 0,
            refusal: String::new(),
            calls: Vec::new(),
            usage: Usage::default(),
            finish: None,
            model: model.to_owned(),
        }
    }

    /// A piece of the words. The first is told at once, others together by [`Self::tell`].
    pub(crate) fn text(&mut self, piece: &str) -> Result<(), ModelError> {
        if !piece.is_empty() {
            bounded(self.text.len() + piece.len())?;
            let is_first = self.text.is_empty();
            self.text.push_str(piece);
            if is_first {
                self.tell();
            }
        }
        Ok(())
    }

    /// Tells the words that were not told yet.
    pub(crate) fn tell(&mut self) {
        if let Some(rest) = self.text.get(self.told..).filter(|rest| !rest.is_empty()) {
            (self.sink)(Delta::Text(rest));
            self.told = self.text.len();
        }
    }

    /// A piece of the words with which the model declines.
    pub(crate) fn refusal(&mut self, piece: &str) -> Result<(), ModelError> {
        bounded(self.refusal.len() + piece.len())?;
        self.refusal.push_str(piece);
        Ok(())
    }

    /// The call at that place, opened by its first piece, which has a name.
    pub(crate) fn call(
        &mut self,
        place: u64,
        id: Option<&str>,
        name: Option<&str>,
    ) -> Result<usize, ModelError> {
        let id = id.filter(|it| !it.is_empty());
        let goes_on = |call: &Opened| {
            // Some servers count no calls: all of them stand at the same place, each with an id of its own.
            let is_other = name.is_some() && id.is_some() && call.id.as_deref() != id;
            call.place == place && !is_other
        };
        if let Some(index) = self.calls.iter().rposition(goes_on) {
            return Ok(index);
        }
        let name = name.filter(|it| !it.is_empty()).ok_or_else(|| {
            malformed("the answer goes on with a call of a tool that it has not begun")
        })?;
        if self.calls.len() == CALLS {
            return Err(malformed(format!("the answer calls tools more than {CALLS} times")));
        }
        let index = self.calls.len();
        self.tell();
        self.calls.push(Opened {
            place,
            id: id.map(str::to_owned),
            name: name.to_owned(),
            arguments: String::new(),
            seal: None,
        });
        (self.sink)(Delta::ToolCall { index, name });
        Ok(index)
    }

    /// A call that arrives as a whole.
    pub(crate) fn whole_call(
        &mut self,
        id: Option<&str>,
        name: &str,
        arguments: &Json,
    ) -> Result<usize, ModelError> {
        let index = self.call(self.calls.len() as u64, id, Some(name))?;
        // Arguments may come as the text of their JSON.
        match arguments {
            Json::String(text) => self.arguments(index, text)?,
            arguments => self.arguments(index, &arguments.to_string())?,
        }
        Ok(index)
    }

    /// A piece of the JSON text of a call's arguments.
    pub(crate) fn arguments(&mut self, index: usize, json: &str) -> Result<(), ModelError> {
        if let Some(call) = self.calls.get_mut(index).filter(|_| !json.is_empty()) {
            bounded(call.arguments.len() + json.len())?;
            call.arguments.push_str(json);
            (self.sink)(Delta::Arguments { index, json });
        }
        Ok(())
    }

    /// What the provider wants back with a call.
    pub(crate) fn seal(&mut self, index: usize, seal: &str) {
        if let Some(call) = self.calls.get_mut(index) {
            call.seal = Some(seal.to_owned());
        }
    }

    /// Tokens, as far as they are known; what is not said stays as it was.
    pub(crate) fn usage(&mut self, usage: Usage) {
        let Usage { input, output, cached } = usage;
        let before = self.usage;
        self.usage = Usage {
            input: input.or(before.input),
            output: output.or(before.output),
            cached: cached.or(before.cached),
        };
        if self.usage != before {
            (self.sink)(Delta::Usage(self.usage));
        }
    }

    /// The model that answers, as its provider names it.
    pub(crate) fn model(&mut self, model: &str) {
        if self.model != model && !model.is_empty() {
            model.clone_into(&mut self.model);
        }
    }

    /// Why the answer ends.
    pub(crate) fn finish(&mut self, finish: Finish) {
        self.finish = Some(finish);
    }

    /// The reply.
    ///
    /// # Errors
    /// Nothing said that this is the end; the model declined; the arguments of a call are no JSON object.
    pub(crate) fn complete(mut self) -> Result<Reply, ModelError> {
        self.tell();
        let finish = self.finish.ok_or_else(truncated)?;
        if self.text.is_empty() && !self.refusal.is_empty() {
            return Err(declined(&self.refusal));
        }
        let is_cut = finish == Finish::Length;
        let calls = self.calls.into_iter().enumerate();
        let tool_calls: Result<Vec<_>, _> = calls.map(|(index, it)| it.close(index)).collect();
        let tool_calls = match tool_calls {
            Err(_) if is_cut => return Err(cut_call()),
            other => other?,
        };
        let finish = if is_cut || tool_calls.is_empty() { finish } else { Finish::ToolCalls };
        (self.sink)(Delta::Finish(finish));
        Ok(Reply { text: self.text, tool_calls, usage: self.usage, finish, model: self.model })
    }
}

impl Opened {
    fn close(self, index: usize) -> Result<ToolCall, ModelError> {
        let arguments = match self.arguments.trim() {
            "" | "null" => Map::new(),
            text => serde_json::from_str(text).map_err(|error| {
                malformed(format!(
                    "the arguments of the model's call of `{}` are no JSON object: {error}",
                    self.name
                ))
            })?,
        };
        let id = self.id.unwrap_or_else(|| format!("call_{index}"));
        Ok(ToolCall { id, name: self.name, arguments, seal: self.seal })
    }
}

/// The model declined, in these words.
pub(crate) fn declined(words: &str) -> ModelError {
    ModelError::new(Code::Refused, format!("the model declined to answer: {}", words.trim()))
        .with_help("word the prompt differently, or name another model")
}

/// The answer is not the whole one.
pub(crate) fn cut_short(why: &str) -> ModelError {
    ModelError::new(Code::Truncated, format!("the answer stopped before its end: {why}"))
}

fn truncated() -> ModelError {
    ModelError::new(Code::Truncated, "the answer stopped before its end")
}

fn cut_call() -> ModelError {
    ModelError::new(
        Code::Invalid,
        "the answer was cut inside of the arguments of a tool's call, because its tokens were used up",
    )
    .with_help("a larger `max_tokens` leaves room for them")
}

fn malformed(message: impl Into<String>) -> ModelError {
    ModelError::new(Code::Malformed, message)
}

fn bounded(bytes: usize) -> Result<(), ModelError> {
    if bytes <= BYTES {
        Ok(())
    } else {
        Err(malformed(format!("the answer is longer than {} MiB", BYTES >> 20)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Answer;
    use crate::{Code, Delta, Finish, Usage};

    #[test]
    fn the_reply_is_the_sum_of_what_was_told() {
        let mut told = Vec::new();
        let mut sink = |delta: Delta<'_>| told.push(format!("{delta:?}"));
        let mut answer = Answer::new("m", &mut sink);
        answer.text("Hel").unwrap();
        answer.text("").unwrap();
        answer.text("lo").unwrap();
        let index = answer.call(7, Some("c1"), Some("add")).unwrap();
        answer.arguments(index, "{\"a\"").unwrap();
        assert_eq!(answer.call(7, None, None).unwrap(), index);
        answer.arguments(index, ":1}").unwrap();
        answer.usage(Usage { input: Some(3), ..Usage::default() });
        answer.usage(Usage { output: Some(4), ..Usage::default() });
        answer.usage(Usage::default());
        answer.finish(Finish::Stop);
        let reply = answer.complete().unwrap();
        assert_eq!(reply.text, "Hello");
        assert_eq!(reply.finish, Finish::ToolCalls);
        assert_eq!(
            json!(reply.tool_calls),
            json!([{"id": "c1", "name": "add", "arguments": {"a": 1}}])
        );
        assert_eq!(reply.usage, Usage { input: Some(3), output: Some(4), cached: None });
        assert_eq!(told.len(), 8, "{told:#?}");
    }

    #[test]
    fn an_answer_without_end_is_none() {
        let mut sink = |_: Delta<'_>| {};
        let mut answer = Answer::new("m", &mut sink);
        answer.text("half").unwrap();
        assert_eq!(answer.complete().unwrap_err().code, Code::Truncated);
    }

    #[test]
    fn arguments_are_an_object() {
        for (written, finish, code) in [
            ("[1]", Finish::Stop, Some(Code::Malformed)),
            ("{\"a\":", Finish::Stop, Some(Code::Malformed)),
            ("{\"a\":", Finish::Length, Some(Code::Invalid)),
            ("", Finish::Stop, None),
            ("null", Finish::Stop, None),
        ] {
            let mut sink = |_: Delta<'_>| {};
            let mut answer = Answer::new("m", &mut sink);
            let index = answer.call(0, None, Some("f")).unwrap();
            answer.arguments(index, written).unwrap();
            answer.finish(finish);
            assert_eq!(answer.complete().err().map(|it| it.code), code, "{written}");
        }
    }
}
