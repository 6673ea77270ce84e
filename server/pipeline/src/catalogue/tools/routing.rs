//! Tools that choose a model or shape a prompt for it.

use crate::catalogue::{
    Envelope, Field, Signature,
    Type::{Any, Bool, Integer, List, Map, Model, Number, Text},
    build::{MODEL, PURE, field, parameter},
};

const SELECTED: Field = field("selected_model", Model, "The model that was chosen.");

/// Chooses one model for one task.
pub static TASK_DELEGATION: Signature = Signature {
    name: "task-delegation",
    aliases: &[],
    doc: "Looks at a task and names the model that suits it, with reasons, cost and the next best ones. It asks no model.\n\n\
        ```yaml\n\
        - id: choose\n  tool: task-delegation\n  parameters:\n    task: summarise a legal text\n    requirements: {max_cost: 0.05}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("task", Text, "What is to be done.").required(),
        parameter("requirements", Map, "What the model must be able to do."),
        parameter("fallback_enabled", Bool, "Whether to name the next best models too.").or("true"),
        parameter("cost_weight", Number, "How much a low price counts.").within(0.0, 1.0).or("0.3"),
        parameter("quality_weight", Number, "How much quality counts.").within(0.0, 1.0).or("0.7"),
    ],
    result: &[
        SELECTED,
        field("score", Number, "How well it suits."),
        field("reasons", List, "Why it was chosen."),
        field("estimated_cost", Number, "What it would cost, in dollars."),
        field("estimated_latency", Number, "How long it would take, in seconds."),
        field("task_analysis", Map, "What the task needs."),
        field("fallback_models", List, "The next best models."),
        field("all_scores", List, "Every candidate with its score."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("selected_model"),
};

/// Spreads requests over several models.
pub static MULTI_MODEL_ROUTING: Signature = Signature {
    name: "multi-model-routing",
    aliases: &[],
    doc: "Spreads requests over several models by a strategy. With `tasks` it plans a batch. It asks none of them.\n\n\
        ```yaml\n\
        - id: route\n  tool: multi-model-routing\n  parameters:\n    request: \"{{ question }}\"\n    models: [gpt-4o-mini, claude-sonnet]\n    strategy: cost_optimized\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter(
            "action",
            Text,
            "`route` or `optimize_batch`; told by the other parameters when absent.",
        ),
        parameter("request", Text, "One request."),
        parameter("tasks", List, "Several requests."),
        parameter("models", List, "The models to choose from; all when absent."),
        parameter("strategy", Text, "How to choose.")
            .or(r#""capability_based""#)
            .one_of(&[
                "capability_based",
                "round_robin",
                "least_loaded",
                "cost_optimized",
                "balanced",
            ])
            .also(&["routing_strategy"]),
        parameter("constraints", Map, "Limits of the whole batch, such as `total_budget`."),
        parameter("optimization_goal", Text, "What a batch is optimised for."),
        parameter("max_concurrent", Integer, "Requests at one time.").at_least(1.0).or("5"),
        parameter("timeout", Number, "Seconds for each request.").at_least(0.0).or("30"),
    ],
    result: &[
        SELECTED,
        field("routing_reason", Text, "Why it was chosen."),
        field("strategy", Text, "How it was chosen."),
        field("recommendations", List, "A model for each task."),
        field("total_estimated_cost", Number, "What the batch would cost, in dollars."),
        field("models_selected", List, "The models of the batch."),
        field("results", List, "The answers of the batch."),
        field("total_cost", Number, "What the batch did cost, in dollars."),
        field("average_cost", Number, "The same for each task."),
        field("models_used", List, "The models that answered."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("selected_model"),
};

/// Rewrites a prompt.
pub static PROMPT_OPTIMIZATION: Signature = Signature {
    name: "prompt-optimization",
    aliases: &[],
    doc: "Rewrites a prompt to be clearer, shorter, or better suited to a model.\n\n\
        ```yaml\n\
        - id: better\n  tool: prompt-optimization\n  parameters:\n    prompt: \"{{ draft_prompt }}\"\n    optimization_goals: [clarity, brevity]\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("prompt", Text, "The prompt.").required(),
        parameter("model", Model, "The model that it is for."),
        parameter("optimization_goals", List, "What to aim at.")
            .or(r#"["clarity", "model_specific"]"#),
        parameter("max_tokens", Integer, "The longest that it may be.").at_least(1.0),
        parameter("preserve_intent", Bool, "Whether the meaning must stay.").or("true"),
    ],
    result: &[
        field("original_prompt", Text, "The prompt as it was."),
        field("optimized_prompt", Text, "The prompt as it should be."),
        field("model", Model, "The model that it is for."),
        field("applied_optimizations", List, "What was changed."),
        field("metrics", Map, "Its length before and after.").of(&[
            field("original_tokens", Integer, "Tokens before."),
            field("optimized_tokens", Integer, "Tokens afterwards."),
            field("reduction_percentage", Number, "How much shorter it is."),
        ]),
        field("recommendations", Any, "What else could be better."),
    ],
    envelope: Envelope::Flat,
    effects: MODEL,
    primary: Some("optimized_prompt"),
};
