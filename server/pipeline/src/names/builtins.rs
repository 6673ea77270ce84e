/// A root that exists without being declared.
#[derive(Debug, PartialEq, Eq)]
pub struct Builtin {
    /// The root name.
    pub name: &'static str,
    /// All its fields; empty where it is open.
    pub fields: &'static [&'static str],
    /// Markdown for hover.
    pub doc: &'static str,
}

/// All roots that exist without being declared, in the order of documentation.
#[must_use]
pub const fn builtins() -> &'static [Builtin] {
    BUILTINS
}

/// The builtin of that name.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name == name)
}

const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "inputs",
        fields: &[],
        doc: "The pipeline's inputs by name, as supplied or by default: `{{ inputs.topic }}` is `{{ topic }}`, and stays \
              readable where a step has the same name.",
    },
    Builtin {
        name: "parameters",
        fields: &[],
        doc: "Another spelling of `inputs`: `{{ parameters.topic }}`.",
    },
    Builtin {
        name: "steps",
        fields: &[],
        doc: "Results of finished steps by id. Needed where an id holds a `-`, which an expression would read as minus: \
              `{{ steps['fetch-data'].result }}`.",
    },
    Builtin { name: "results", fields: &[], doc: "Another spelling of `steps`." },
    Builtin { name: "previous_results", fields: &[], doc: "Another spelling of `steps`." },
    Builtin { name: "step_results", fields: &[], doc: "Another spelling of `steps`." },
    Builtin {
        name: "execution",
        fields: &["id", "started_at", "timestamp", "date", "time"],
        doc: "Facts of this run, the same from its first step to its last: `execution.id`, and the moment it started as \
              `started_at` or `timestamp` (ISO 8601, UTC), `date`, `time`.",
    },
    Builtin { name: "pipeline_id", fields: &[], doc: "The id of the pipeline that runs." },
    Builtin { name: "execution_id", fields: &[], doc: "The id of this run, as `execution.id`." },
    Builtin {
        name: "timestamp",
        fields: &[],
        doc: "When this run started (ISO 8601, UTC), as `execution.timestamp`.",
    },
];

/// What an error handler reads of the failure, LANGUAGE §2.9.
pub const OF_HANDLERS: &[&str] = &[
    "error_message",
    "error_type",
    "error_code",
    "error_traceback",
    "error_timestamp",
    "failed_task_id",
    "failed_task_name",
    "task_parameters",
    "task_dependencies",
    "pipeline_context",
    "execution_attempt",
    "previous_attempts",
    "recovery_suggestions",
];
