//! The tools of a build, by name.

use std::{collections::BTreeMap, sync::Arc};

use pipeline::catalogue::Catalogue;

use crate::{
    mind::Chooser,
    tool::{ANSWER_AUTO, Tool},
};

/// What runs other pipelines: the engine itself.
pub(crate) const PIPELINES: &str = "pipeline-executor";
/// Loops over actions, which the engine drives itself.
const LOOPS: [&str; 2] = ["create_parallel_queue", "action_loop"];

/// The tools that a run may call, by the name of their signature. Cheap to clone.
#[derive(Clone, Default)]
pub struct Toolbox {
    tools: Arc<BTreeMap<&'static str, Arc<dyn Tool>>>,
    chooser: Option<Arc<dyn Chooser>>,
}

impl Toolbox {
    /// A box of these tools; the last one of a name wins.
    pub fn new(tools: impl IntoIterator<Item = Arc<dyn Tool>>) -> Self {
        Self {
            tools: Arc::new(tools.into_iter().map(|tool| (tool.signature().name, tool)).collect()),
            chooser: None,
        }
    }

    /// The same, with someone who knows which model answers those that ask one.
    #[must_use]
    pub fn with_models(self, chooser: Arc<dyn Chooser>) -> Self {
        Self { chooser: Some(chooser), ..self }
    }

    /// Who knows which model answers.
    pub(crate) fn chooser(&self) -> Option<&Arc<dyn Chooser>> {
        self.chooser.as_ref()
    }

    /// The tool whose signature has that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.tools.get(name)
    }

    /// Names in alphabetical order, without what is no part of the language.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.tools.keys().copied().filter(|name| *name != ANSWER_AUTO.name).collect()
    }

    /// The catalogue in which these tools are provided, and what the engine does itself.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        let mut names = self.names();
        names.push(PIPELINES);
        names.extend(LOOPS);
        Catalogue::providing(&names)
    }
}

impl std::fmt::Debug for Toolbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.tools.keys()).finish()
    }
}
