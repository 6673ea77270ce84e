//! What the mapping is that a line stands in.

use pipeline::language::{self, Form, Level};

use super::outline::Member;

/// What a mapping is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One of the language's own.
    Level(Level),
    /// The parameters of a step with these entries.
    Parameters(Vec<Member>),
    /// Names that the author chooses for things of this level.
    Declarations(Level),
    /// `products` of a step.
    Products,
    /// What a step hands over to the pipeline that it calls.
    Handed,
    /// Anything.
    Free,
}

impl Scope {
    /// What the value of `key` is, where it is a mapping or a list of mappings. `members`: entries of the mapping that the
    /// key is in.
    pub(super) fn under(&self, key: &str, members: &[Member]) -> Self {
        use Level::{
            ActionLoopItem, Context, Expert, Handler, Input, Model, Output, Personality, Queue,
            Requirement, Selection, Step, Top,
        };
        match (self, key) {
            (Self::Level(Top), "pipeline") => Self::Level(Top),
            (Self::Level(Top), "steps" | "tasks") => Self::Level(Step),
            (Self::Level(Step), "steps" | "parallel") => Self::Level(Step),
            (Self::Level(Step | ActionLoopItem | Handler), "parameters") => {
                Self::Parameters(members.to_vec())
            }
            (Self::Level(Step | Queue), "action_loop") => Self::Level(ActionLoopItem),
            (Self::Level(Step), "create_parallel_queue") => Self::Level(Queue),
            (Self::Level(Step | Queue), "task") => Self::Level(Queue),
            (Self::Level(Step), "on_error" | "error_handlers") => Self::Level(Handler),
            (Self::Level(Top), "global_error_handlers") => Self::Level(Handler),
            (Self::Level(Top), "inputs" | "parameters") => Self::Declarations(Input),
            (Self::Level(Top), "outputs") => Self::Declarations(Output),
            (Self::Level(Top), "experts") => Self::Declarations(Expert),
            (Self::Level(Top), "personalities") => Self::Declarations(Personality),
            (Self::Level(Top | Step), "selection") => Self::Level(Selection),
            (Self::Level(Top), "context") => Self::Level(Context),
            (Self::Level(Step), "requires_model") => Self::Level(Requirement),
            (Self::Level(Top | Step), "model") => Self::Level(Model),
            (Self::Level(Step), "products") => Self::Products,
            (Self::Parameters(step), "inputs") if calls(step) => Self::Handed,
            (Self::Declarations(level), _) => Self::Level(*level),
            _ => Self::Free,
        }
    }

    /// The language's key of that spelling in such a mapping.
    pub(crate) fn key(&self, spelling: &str) -> Option<&'static language::Key> {
        match self {
            Self::Level(level) => language::key(*level, spelling),
            _ => None,
        }
    }

    /// Whether `key` of such a mapping is a condition.
    pub(super) fn is_condition(&self, key: &str) -> bool {
        self.key(key).is_some_and(|key| key.forms.contains(&Form::Condition))
    }

    /// Whether items of a list under `key` are mappings of the language.
    pub(super) fn lists_mappings(&self, key: &str) -> bool {
        let below = self.under(key, &[]);
        match below {
            Self::Level(level) => !matches!(
                level,
                Level::Selection | Level::Requirement | Level::Model | Level::Context
            ),
            Self::Declarations(_) | Self::Products => true,
            Self::Parameters(_) | Self::Handed | Self::Free => false,
        }
    }

    /// Whether `key` may hold a list of scalars.
    pub(super) fn lists_scalars(&self, key: &str) -> bool {
        self.key(key)
            .is_some_and(|it| it.forms.iter().any(|form| matches!(form, Form::List | Form::Ids)))
            && !self.lists_mappings(key)
    }
}

/// Whether a step with these entries runs another pipeline.
fn calls(step: &[Member]) -> bool {
    step.iter()
        .any(|it| it.key == "tool" && it.value.trim_matches(['"', '\'']) == "pipeline-executor")
}
