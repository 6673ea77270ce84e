use super::Form::{Any, Inputs, List, Map, Outputs, Steps, Text, Word};
use super::{Key, Level};

const fn key(name: &'static str, forms: &'static [super::Form], doc: &'static str) -> Key {
    Key::new(Level::Top, name, forms, doc)
}

/// Ways of choosing a model: what matters most.
pub(super) const STRATEGIES: &[&str] = &[
    "balanced",
    "cost",
    "performance",
    "accuracy",
    "cost_optimized",
    "performance_optimized",
    "accuracy_optimized",
];

pub(super) const KEYS: &[Key] = &[
    key(
        "id",
        &[Text],
        "The pipeline's id: letters, digits, `_` and `-`, beginning with a letter. Run ids and output folders carry it.\n\n\
         ```yaml\nid: weekly-report\n```",
    )
    .default("the `name`"),
    key(
        "name",
        &[Text],
        "What people call the pipeline. Never rendered: templates stay as they are.\n\n```yaml\nname: Weekly report\n```",
    ),
    key("description", &[Text], "Prose for readers. Has no effect and is never rendered."),
    key(
        "version",
        &[Text],
        "The author's own version of this file, three numbers by custom. Has no effect.\n\n```yaml\nversion: 1.2.0\n```",
    )
    .default("1.0.0"),
    key(
        "inputs",
        &[Inputs],
        "What a caller may or must supply. Every step reads an input as `{{ name }}`; `-i name=value` supplies it. \
         Presence, type and choices are checked before the first step.\n\n\
         ```yaml\ninputs:\n  topic:\n    type: string\n    required: true\n  depth: 3        # just a default\n```",
    ),
    key(
        "parameters",
        &[Inputs],
        "Further inputs, in the same namespace as `inputs`. Where both declare a name, `inputs` wins.\n\n\
         ```yaml\nparameters:\n  language: {type: string, default: en}\n```",
    ),
    key(
        "steps",
        &[Steps],
        "What the pipeline does. Steps run as soon as everything they depend on is finished: order comes from \
         `dependencies` and from what their templates read, not from the order of writing.\n\n\
         ```yaml\nsteps:\n  - id: read\n    tool: filesystem\n    action: read\n    parameters: {path: in.txt}\n\
         \x20 - id: show\n    action: echo {{ read.content }}\n```",
    )
    .alias(&["tasks"]),
    key(
        "outputs",
        &[Outputs],
        "What the run hands back: a name and a template each, rendered after the last step. An output that cannot be \
         rendered is null with a warning.\n\n```yaml\noutputs:\n  report: \"{{ write.path }}\"\n```",
    )
    .default("{}")
    .rendered(),
    key(
        "model",
        &[Text, Map],
        "The model for all steps that name none, as `name` or `provider:name`.\n\n```yaml\nmodel: ollama:llama3.2:1b\n```",
    ),
    key(
        "default_model",
        &[Text],
        "The model for steps that name none and for which none is chosen otherwise.\n\n```yaml\ndefault_model: gpt-4o-mini\n```",
    ),
    key(
        "orchestrator",
        &[Text],
        "The model that answers AUTO tags, describes the pipeline and judges quality.\n\n\
         ```yaml\norchestrator: anthropic:claude-sonnet-4-20250514\n```",
    ),
    key(
        "experts",
        &[List, Map],
        "Which model serves which tool, or named experts that steps refer to by `expert`.\n\n\
         ```yaml\nexperts:\n  - web_search: google:gemini-2.0-flash\n```\n\n\
         ```yaml\nexperts:\n  critic:\n    model: gpt-4o\n    temperature: 0.2\n    system_prompt: You find flaws.\n```",
    ),
    key(
        "selection_schema",
        &[Word(STRATEGIES)],
        "What matters most when a model is chosen: `cost`, `performance` or `balanced`.\n\n```yaml\nselection_schema: cost\n```",
    )
    .default("balanced"),
    key(
        "selection",
        &[Map, Word(STRATEGIES)],
        "How models are chosen: the `strategy`, the model to fall back on, and how long the choice may take. Nothing is \
         fallen back on unless it is written here.\n\n\
         ```yaml\nselection:\n  strategy: balanced\n  fallback: gpt-4o-mini\n  timeout: 30s\n```",
    ),
    key(
        "personalities",
        &[Map],
        "System prompts by name, for `personality` of a step. `extends` builds on another one.\n\n\
         ```yaml\npersonalities:\n  editor:\n    system_prompt: You edit for clarity.\n    style: terse\n```",
    ),
    key(
        "variables",
        &[Map],
        "Constants of this file, read as `{{ variables.name }}`. Callers cannot change them.\n\n\
         ```yaml\nvariables:\n  greeting: Hello\n```",
    ),
    key(
        "config",
        &[Map],
        "Constants of this file, read as `{{ config.a.b }}`. Callers cannot change them.\n\n\
         ```yaml\nconfig:\n  api: {base_url: \"https://example.org\"}\n```",
    ),
    key(
        "global_error_handlers",
        &[List, Map, Text],
        "Error handlers that are tried for every step, after the step's own.\n\n\
         ```yaml\nglobal_error_handlers:\n  - error_types: [TimeoutError]\n    fallback_value: null\n```",
    ),
    key(
        "metadata",
        &[Map],
        "The author's own data. Only `default_timeout` has an effect: the timeout, in seconds, of steps that set none. \
         Never rendered.\n\n```yaml\nmetadata:\n  author: me\n  default_timeout: 60\n```",
    )
    .default("{}"),
    key(
        "pipeline",
        &[Map],
        "A wrapper round a whole pipeline. Unwrapped: write its `inputs`, `steps` and so on at the top instead.\n\n\
         ```yaml\npipeline:\n  steps: []\n```",
    ),
    key(
        "context",
        &[Map],
        "What holds for steps that do not say themselves (`timeout` of an attempt, `max_retries` as attempts in all), and \
         what the whole run may use: `max_cost`, `max_tokens`, `max_time`. Every run can be resumed, so \
         `checkpoint_strategy` has no effect.\n\n\
         ```yaml\ncontext:\n  timeout: 60\n  max_retries: 2\n  max_cost: 0.50\n  max_time: 30m\n```",
    ),
    key("imports", &[Any], "Has no effect. Reuse files by `{{ file: path }}` and pipelines by the tool `pipeline-executor`.").ignored(),
    key("templates", &[Any], "Has no effect. Reuse files by `{{ file: path }}`.").ignored(),
    key("error_handling", &[Any], "Has no effect. Handle errors by `on_error` of a step or by `global_error_handlers`.").ignored(),
    key("monitoring", &[Any], "Has no effect: every run is journaled anyway.").ignored(),
    key("optimization", &[Any], "Has no effect.").ignored(),
    key("type", &[Any], "Has no effect.").ignored(),
    key("data", &[Any], "Has no effect. Constants go under `variables`.").ignored(),
    key("enhanced_inputs", &[Any], "Left behind by a migration. Has no effect: `inputs` counts.").ignored(),
    key("enhanced_outputs", &[Any], "Left behind by a migration. Has no effect: `outputs` counts.").ignored(),
    key("enhanced_steps", &[Any], "Left behind by a migration. Has no effect: `steps` counts.").ignored(),
    key("advanced_steps", &[Any], "Left behind by a migration. Has no effect: `steps` counts.").ignored(),
];
