//! The providers that are known by name: their addresses, and the variables that set them up.

/// A provider.
#[derive(Debug)]
pub(super) struct Known {
    /// As model strings name it.
    pub(super) name: &'static str,
    /// Variables that have its key, the first that is set.
    pub(super) keys: &'static [&'static str],
    /// Variables that have another address.
    pub(super) urls: &'static [&'static str],
    /// Where it is, without such a variable.
    pub(super) home: Home,
    /// How it is asked.
    pub(super) client: Client,
}

/// Where a provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// On the web, for those with a key.
    Web(&'static str),
    /// On this machine, where it runs.
    Here,
    /// Only where a variable says.
    Unknown,
}

/// How a provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    OpenAi,
    Responses,
    Anthropic,
    Google,
    Ollama,
    HuggingFace,
    /// As OpenAI's chat.
    Compatible,
    /// As OpenAI's chat; which of its models are free stands in their tags.
    Dartmouth,
}

/// LANGUAGE §8.7, and the variables that the providers' own clients read.
pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "openai",
        keys: &["OPENAI_API_KEY"],
        urls: &["OPENAI_BASE_URL"],
        home: Home::Web("https://api.openai.com/v1"),
        client: Client::OpenAi,
    },
    Known {
        name: "anthropic",
        keys: &["ANTHROPIC_API_KEY"],
        urls: &["ANTHROPIC_BASE_URL"],
        home: Home::Web("https://api.anthropic.com"),
        client: Client::Anthropic,
    },
    Known {
        name: "google",
        keys: &["GOOGLE_AI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"],
        urls: &["GOOGLE_GEMINI_BASE_URL"],
        home: Home::Web("https://generativelanguage.googleapis.com"),
        client: Client::Google,
    },
    Known {
        name: "huggingface",
        keys: &["HF_TOKEN"],
        urls: &["HUGGINGFACE_BASE_URL"],
        home: Home::Web("https://router.huggingface.co/v1"),
        client: Client::HuggingFace,
    },
    Known {
        name: "dartmouth",
        keys: &["DARTMOUTH_CHAT_API_KEY"],
        urls: &["DARTMOUTH_CHAT_BASE_URL"],
        home: Home::Web("https://chat.dartmouth.edu/api"),
        client: Client::Dartmouth,
    },
    Known {
        name: "ollama",
        keys: &["OLLAMA_API_KEY"],
        urls: &["OLLAMA_BASE_URL", "OLLAMA_HOST"],
        home: Home::Here,
        client: Client::Ollama,
    },
    Known {
        name: "llamacpp",
        keys: &["LLAMACPP_API_KEY"],
        urls: &["LLAMACPP_BASE_URL"],
        home: Home::Here,
        client: Client::Compatible,
    },
    Known {
        name: "lmstudio",
        keys: &["LMSTUDIO_API_KEY"],
        urls: &["LMSTUDIO_BASE_URL"],
        home: Home::Here,
        client: Client::Compatible,
    },
    Known {
        name: "vllm",
        keys: &["VLLM_API_KEY"],
        urls: &["VLLM_BASE_URL"],
        home: Home::Unknown,
        client: Client::Compatible,
    },
];
