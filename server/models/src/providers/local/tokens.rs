//! Text as a model reads it. Its file lists the tokens and how they are merged; the rules by which text is cut before that are
//! named there and written here, as llama.cpp has them.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::{Content, Value};
use tokenizers::{
    AddedToken, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer,
    models::bpe::BPE,
    pre_tokenizers::{
        byte_level::ByteLevel,
        digits::Digits,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

use super::{load::text, unfit};
use crate::ModelError;

/// The kinds of tokens that are no plain text: llama.cpp's `llama_token_type`.
const UNKNOWN: u64 = 2;
const CONTROL: u64 = 3;
const BY_AUTHOR: u64 = 4;
const UNUSED: u64 = 5;

/// Control tokens at which an answer ends, whatever the file says of them.
const ENDS: [&str; 6] =
    ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|end|>", "</s>"];

/// How Llama 3 cuts text.
const LLAMA3: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// The same, with digits one by one.
const QWEN2: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The tokens of a model.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    words: Vec<Word>,
    ends: Vec<u32>,
    /// The one that stands before everything, where the model has one.
    begin: Option<u32>,
    /// Whether the model wants it there.
    wants_begin: bool,
    /// The one that ends an answer.
    end: u32,
}

/// A token.
pub(super) enum Word {
    /// The bytes of a text.
    Text(Vec<u8>),
    /// Something that is said between the lines, by its name.
    Control(String),
}

impl Tokens {
    /// Those that a file lists.
    ///
    /// # Errors
    /// They are of a kind that is not known here.
    pub(super) fn of(content: &Content) -> Result<Self, ModelError> {
        let kind = text(content, "tokenizer.ggml.model").unwrap_or("none");
        if kind != "gpt2" {
            return Err(unfit(format_args!("its tokenizer is of the kind `{kind}`")));
        }
        let names = strings(content, "tokenizer.ggml.tokens")?;
        let kinds = list(content, "tokenizer.ggml.token_type")?;
        let bytes = bytes();
        let words: Vec<Word> = (0..)
            .zip(&names)
            .map(|(at, name)| match kinds.get(at).and_then(whole) {
                Some(UNKNOWN | CONTROL | UNUSED) => Word::Control(name.clone()),
                Some(BY_AUTHOR) => Word::Text(name.clone().into_bytes()),
                _ => Word::Text(plain(name, &bytes)),
            })
            .collect();
        let number = |key: &str| {
            let token = content.metadata.get(key).and_then(whole)?;
            u32::try_from(token).ok().filter(|it| (*it as usize) < words.len())
        };
        let end = number("tokenizer.ggml.eos_token_id")
            .ok_or_else(|| unfit("it does not say at which token an answer ends"))?;
        let mut ends = vec![end];
        ends.extend(number("tokenizer.ggml.eot_token_id"));
        let known = (0..).zip(&words).filter(|(_, word)| match word {
            Word::Control(name) => ENDS.contains(&name.as_str()),
            Word::Text(_) => false,
        });
        ends.extend(known.map(|(token, _)| token));
        let rule = Rule::of(text(content, "tokenizer.ggml.pre").unwrap_or("default"))?;
        let begin = number("tokenizer.ggml.bos_token_id");
        let wants_begin = match content.metadata.get("tokenizer.ggml.add_bos_token") {
            Some(Value::Bool(said)) => *said,
            _ => rule == Rule::Llama3,
        };
        let tokenizer = tokenizer(content, rule, &names, kinds)?;
        Ok(Self { tokenizer, words, ends, begin, wants_begin, end })
    }

    /// The tokens of a text. Names of control tokens in it count as those.
    ///
    /// # Errors
    /// The tokenizer cannot read it.
    pub(super) fn read(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let read = self.tokenizer.encode_fast(text, false).map_err(unfit)?;
        let has_begin = read.get_ids().first().copied() == self.begin;
        let begin = self.begin.filter(|_| self.wants_begin && !has_begin);
        Ok(begin.into_iter().chain(read.get_ids().iter().copied()).collect())
    }

    /// A text in which no name of a control token counts as one: what others wrote must not end its own quotation.
    pub(super) fn harmless(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for word in &self.words {
            let Word::Control(name) = word else { continue };
            let Some(first) = name.chars().next() else { continue };
            if name.chars().count() > 1 && text.contains(name.as_str()) {
                let rest: String = name.chars().skip(1).collect();
                text = text.replace(name.as_str(), &format!("{first}\u{200b}{rest}"));
            }
        }
        text
    }

    /// The bytes of a token's text; none of a control token.
    pub(super) fn bytes(&self, token: u32) -> &[u8] {
        match self.words.get(token as usize) {
            Some(Word::Text(bytes)) => bytes,
            _ => &[],
        }
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    pub(super) fn is_end(&self, token: u32) -> bool {
        self.ends.contains(&token)
    }

    pub(super) const fn end(&self) -> u32 {
        self.end
    }

    /// A control token's name, for templates.
    pub(super) fn name(&self, token: u32) -> &str {
        match self.words.get(token as usize) {
            Some(Word::Control(name)) => name,
            _ => "",
        }
    }

    /// The name of the token that stands before everything.
    pub(super) fn begin(&self) -> &str {
        self.begin.map_or("", |it| self.name(it))
    }

    /// Whether there is a control token of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.words.iter().any(|it| matches!(it, Word::Control(known) if known == name))
    }
}

/// How text is cut before its pieces become tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    SmolLm,
    Qwen2,
    Llama3,
}

impl Rule {
    /// By the names that llama.cpp has for them.
    fn of(name: &str) -> Result<Self, ModelError> {
        Ok(match name {
            "smollm" => Self::SmolLm,
            "qwen2" | "deepseek-r1-qwen" => Self::Qwen2,
            "llama-bpe" | "llama3" | "llama-v3" => Self::Llama3,
            "default" => return Err(unfit("it does not say how its tokenizer cuts text")),
            other => {
                return Err(unfit(format_args!("its tokenizer cuts text by the rule `{other}`")));
            }
        })
    }
}

fn tokenizer(
    content: &Content,
    rule: Rule,
    names: &[String],
    kinds: &[Value],
) -> Result<Tokenizer, ModelError> {
    let split = |pattern: &str| -> Result<PreTokenizerWrapper, ModelError> {
        let pattern = SplitPattern::Regex(pattern.to_owned());
        let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false).map_err(unfit)?;
        Ok(split.into())
    };
    let cut: [PreTokenizerWrapper; 2] = match rule {
        Rule::SmolLm => [Digits::new(true).into(), ByteLevel::new(false, false, true).into()],
        Rule::Qwen2 => [split(QWEN2)?, ByteLevel::new(false, false, false).into()],
        Rule::Llama3 => [split(LLAMA3)?, ByteLevel::new(false, false, false).into()],
    };
    let vocabulary: HashMap<String, u32> = names.iter().cloned().zip(0..).collect();
    let merges: Option<Vec<(String, String)>> = strings(content, "tokenizer.ggml.merges")?
        .iter()
        .map(|it| it.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())))
        .collect();
    let merges = merges.ok_or_else(|| unfit("a merge of its tokenizer is none"))?;
    let model = BPE::builder()
        .vocab_and_merges(
            vocabulary.into_iter().collect::<tokenizers::models::bpe::Vocab>(),
            merges,
        )
        .ignore_merges(rule == Rule::Llama3)
        .build()
        .map_err(unfit)?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(Sequence::new(cut.into())));
    let special = names
        .iter()
        .zip(kinds)
        .filter(|(_, kind)| matches!(whole(kind), Some(UNKNOWN | CONTROL | BY_AUTHOR)));
    let special: Vec<_> = special.map(|(name, _)| AddedToken::from(name.clone(), true)).collect();
    tokenizer.add_special_tokens(special).map_err(unfit)?;
    Ok(tokenizer)
}

/// The bytes that a token's name stands for; those of the name itself where it is written another way.
fn plain(name: &str, bytes: &HashMap<char, u8>) -> Vec<u8> {
    let meant: Option<Vec<u8>> = name.chars().map(|it| bytes.get(&it).copied()).collect();
    meant.unwrap_or_else(|| name.as_bytes().to_vec())
}

/// GPT-2's letters for bytes: those that can be seen stand for themselves, the others for letters from U+0100 on.
fn bytes() -> HashMap<char, u8> {
    let is_seen = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let (seen, hidden): (Vec<u8>, Vec<u8>) = (0..=u8::MAX).partition(is_seen);
    let seen = seen.into_iter().map(|byte| (char::from(byte), byte));
    seen.chain(('\u{100}'..).zip(hidden)).collect()
}

fn list<'c>(content: &'c Content, key: &str) -> Result<&'c [Value], ModelError> {
    match content.metadata.get(key) {
        Some(Value::Array(items)) => Ok(items),
        _ => Err(unfit(format_args!("it has no `{key}`"))),
    }
}

fn strings(content: &Content, key: &str) -> Result<Vec<String>, ModelError> {
    let strings: Option<Vec<String>> = list(content, key)?
        .iter()
        .map(|it| if let Value::String(text) = it { Some(text.clone()) } else { None })
        .collect();
    strings.ok_or_else(|| unfit(format_args!("`{key}` has more than texts")))
}

/// A number that is not negative, of whatever width.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::I8(it) => u64::try_from(*it).ok(),
        Value::I16(it) => u64::try_from(*it).ok(),
        Value::I32(it) => u64::try_from(*it).ok(),
        Value::I64(it) => u64::try_from(*it).ok(),
        other => other.to_u64().ok(),
    }
}
