//! The tools of a build, by name.

use std::{collections::BTreeMap, sync::Arc};

use pipeline::catalogue::Catalogue;

use crate::tool::Tool;

/// What runs other pipelines: the engine itself.
pub(crate) const PIPELINES: &str = "pipeline-executor";

/// The tools that a run may call, by the name of their signature. Cheap to clone.
#[derive(Clone, Default)]
pub struct Toolbox {
    tools: Arc<BTreeMap<&'static str, Arc<dyn Tool>>>,
}

impl Toolbox {
    /// A box of these tools; the last one of a name wins.
    pub fn new(tools: impl IntoIterator<Item = Arc<dyn Tool>>) -> Self {
        Self {
            tools: Arc::new(tools.into_iter().map(|tool| (tool.signature().name, tool)).collect()),
        }
    }

    /// The tool whose signature has that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.tools.get(name)
    }

    /// Names in alphabetical order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.tools.keys().copied().collect()
    }

    /// The catalogue in which these tools are provided, and what the engine does itself.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        let mut names = self.names();
        names.push(PIPELINES);
        Catalogue::providing(&names)
    }
}

impl std::fmt::Debug for Toolbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.tools.keys()).finish()
    }
}
