//! Models as authors write them: `name`, `provider:name`, `provider/name`.

use super::Model;

/// Providers that are known by name, in the order in which equals are taken.
pub const PROVIDERS: [&str; 9] = [
    "anthropic",
    "openai",
    "google",
    "huggingface",
    "ollama",
    "dartmouth",
    "llamacpp",
    "lmstudio",
    "vllm",
];

/// The provider of models that run inside this process: the last that is chosen.
pub const LOCAL: &str = "local";

/// Providers that serve models on the author's own machine, as far as nothing else is said.
const AT_HOME: [&str; 5] = ["ollama", "llamacpp", "lmstudio", "vllm", LOCAL];

/// Whether a model of that provider runs on the author's own machine.
#[must_use]
pub fn is_at_home(provider: &str, name: &str) -> bool {
    AT_HOME.contains(&provider) && !name.ends_with("cloud")
}

/// Spellings of providers that mean another one.
const SPELLINGS: [(&str, &str); 7] = [
    ("gemini", "google"),
    ("claude", "anthropic"),
    ("hf", "huggingface"),
    ("hugging-face", "huggingface"),
    ("llama.cpp", "llamacpp"),
    ("llama-cpp", "llamacpp"),
    ("lm-studio", "lmstudio"),
];

/// The family of a name that says no provider, and who serves it.
const FAMILIES: [(&str, &str); 12] = [
    ("claude", "anthropic"),
    ("gpt-", "openai"),
    ("chatgpt", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("text-embedding", "openai"),
    ("dall-e", "openai"),
    ("whisper", "openai"),
    ("imagen", "google"),
    ("gemini", "google"),
    ("gemma", "google"),
];

/// Who serves the family that a name without a provider belongs to.
pub(super) fn family(name: &str) -> Option<&'static str> {
    let lower = name.trim().to_lowercase();
    FAMILIES.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, provider)| *provider)
}

/// Whether the name of a model of [`LOCAL`] is the path of its file.
#[must_use]
pub fn is_file(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".gguf")
}

/// A model's name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'n> {
    /// The canonical name of who serves it, where the author says so.
    pub provider: Option<&'n str>,
    /// Its name there.
    pub name: &'n str,
}

/// The canonical spelling of a provider's name.
#[must_use]
pub fn provider(written: &str) -> &str {
    SPELLINGS
        .iter()
        .find(|(spelling, _)| written.eq_ignore_ascii_case(spelling))
        .map_or(written, |(_, canonical)| canonical)
}

/// Takes a name apart. What stands before the first `:` or `/` is a provider only if one is known by that name: to this
/// build, or to `further`.
#[must_use]
pub fn parse<'n>(written: &'n str, further: &dyn Fn(&str) -> bool) -> Name<'n> {
    let written = written.trim();
    if let Some((before, name)) = written.split_once([':', '/']) {
        let canonical = provider(before.trim());
        let is_known = canonical == LOCAL
            || PROVIDERS.iter().any(|it| it.eq_ignore_ascii_case(canonical))
            || further(canonical);
        if is_known && !name.trim().is_empty() {
            return Name { provider: Some(canonical), name: name.trim() };
        }
    }
    Name { provider: None, name: written }
}

/// The model of `models` that an author means by `name`, `provider:name` or `provider/name`; case makes no difference.
#[must_use]
pub fn find<'m>(models: &'m [Model], written: &str) -> Option<&'m Model> {
    let written = written.trim();
    let bare = || models.iter().find(|it| it.name.eq_ignore_ascii_case(written));
    let serves =
        |provider: &str| models.iter().any(|it| it.provider.eq_ignore_ascii_case(provider));
    let name = parse(written, &serves);
    name.provider.map_or_else(bare, |provider| {
        let is_it = |it: &&Model| {
            it.provider.eq_ignore_ascii_case(provider) && it.name.eq_ignore_ascii_case(name.name)
        };
        models.iter().find(is_it).or_else(bare)
    })
}
