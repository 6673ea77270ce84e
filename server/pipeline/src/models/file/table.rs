//! The keys of a `models.yaml`.

pub(super) const TOP: &[&str] = &["models", "defaults", "providers"];

pub(super) const DEFAULTS: &[&str] = &["expertise_preferences", "fallback_chain"];

pub(super) const SERVER: &[&str] = &["name", "url", "key", "protocol"];

/// Of a model.
pub(super) const MODEL: &[&str] = &[
    "source",
    "provider",
    "name",
    "expertise",
    "tags",
    "size",
    "context_window",
    "max_tokens",
    "input_price",
    "output_price",
    "cached_price",
    "quality",
    "accuracy",
    "accuracy_score",
    "speed",
    "speed_rating",
    "tokens_per_second",
    "latency_ms",
    "capabilities",
    "cost",
    "metrics",
    "requirements",
];

/// Of `capabilities`, `cost` and `metrics`, which older files have as maps.
pub(super) const RECORD: &[&str] = &[
    "supports_function_calling",
    "supports_tools",
    "supports_structured_output",
    "supports_json_mode",
    "vision_capable",
    "supports_multimodal",
    "audio_capable",
    "code_specialized",
    "context_window",
    "max_tokens",
    "domains",
    "supported_tasks",
    "languages",
    "temperature_range",
    "supports_streaming",
    "accuracy",
    "accuracy_score",
    "speed_rating",
    "throughput",
    "success_rate",
    "input_cost_per_1k_tokens",
    "output_cost_per_1k_tokens",
    "base_cost_per_request",
    "is_free",
];
