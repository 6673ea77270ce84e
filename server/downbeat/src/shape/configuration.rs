//! `downbeat.toml`, as its schema describes it.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// How rules weigh in a workspace, and how much its runs may do at once. Other tables belong to other parts of the program.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it is read through its schema only")]
pub(crate) struct Configuration {
    /// How much the findings of a rule weigh, by the rule's name.
    #[schemars(default)]
    rules: Rules,
    /// Rules for some files only; later tables win.
    #[schemars(default)]
    files: Vec<Files>,
    /// How much a run may do at once, and how often.
    #[schemars(default)]
    limits: Limits,
}

/// Limits by what they are about.
#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it is read through its schema only")]
struct Limits {
    /// Steps of a run that go at the same time, whatever they are; 16 where nothing is said.
    #[schemars(default)]
    jobs: Option<std::num::NonZeroUsize>,
    /// Of calls, by the name of the tool or action.
    #[schemars(default)]
    tool: BTreeMap<String, Limit>,
    /// Of steps, by a word of their `tags`.
    #[schemars(default)]
    tag: BTreeMap<String, Limit>,
    /// Of requests, by host: `name` or `name:port`.
    #[schemars(default)]
    host: BTreeMap<String, Limit>,
}

/// How many.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it is read through its schema only")]
struct Limit {
    /// At the same time.
    #[schemars(default)]
    at_once: Option<std::num::NonZeroUsize>,
    /// That begin within any 60 seconds.
    #[schemars(default)]
    per_minute: Option<std::num::NonZeroU32>,
}

/// Rules for some files.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it is read through its schema only")]
struct Files {
    /// Paths relative to the folder of the file, such as `drafts/**`.
    paths: Vec<String>,
    /// How much the findings of a rule weigh there.
    #[schemars(default)]
    rules: Rules,
}

/// A level for each rule that is named.
#[derive(Default)]
struct Rules;

impl JsonSchema for Rules {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        let level = serde_json::json!({ "enum": checks::configuration::Level::WORDS });
        let rule = |rule: &checks::RuleInfo| {
            let mut level = level.clone();
            level["description"] = rule.summary().into();
            (rule.code, level)
        };
        let free = checks::rules().iter().filter(|rule| !rule.is_firm());
        let properties: BTreeMap<_, _> = free.map(rule).collect();
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
