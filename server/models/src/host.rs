//! Who answers the model steps of pipelines: the models that are known, and those who can be asked. Nothing is read and
//! nobody is asked before the first model is wanted.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use engine::{
    Secret,
    limits::Hosts,
    mind::{Chooser, Unreachable},
};
use pipeline::models::{Access, Choice, NoChoice, Reach, Roster, Wanted};

use crate::{
    ModelError, Provider, Providers, Surroundings,
    catalogue::{Places, load},
};

/// See the module.
#[derive(Debug)]
pub struct Host {
    providers: Arc<Providers>,
    files: Places,
    roster: OnceLock<Roster>,
}

impl Host {
    /// With the providers of these surroundings, and the models that the build and these files know.
    #[must_use]
    pub fn new(surroundings: Surroundings, files: Places) -> Arc<Self> {
        let providers = Arc::new(Providers::new(surroundings));
        Arc::new(Self { providers, files, roster: OnceLock::new() })
    }

    /// Who answers under a name, by the way out of a run.
    ///
    /// # Errors
    /// It is not set up.
    pub(crate) async fn provider(
        &self,
        name: &str,
        hosts: &Hosts,
    ) -> Result<Arc<dyn Provider>, ModelError> {
        self.providers.get_through(name, hosts).await
    }

    /// What is known of models, and who can be asked. Looks around the first time: blocks.
    pub(crate) fn roster(&self) -> &Roster {
        let look = || Roster { reach: self.reach(), ..load(&self.files).roster };
        self.roster.get_or_init(look)
    }

    /// Looks around, on a thread of its own: who wants to know may stand in a runtime.
    fn reach(&self) -> Reach {
        let providers = Arc::clone(&self.providers);
        let look = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            std::io::Result::Ok(runtime.block_on(providers.reach()))
        };
        match std::thread::spawn(look).join() {
            Ok(Ok(reach)) => reach,
            _ => Reach::Known(Vec::new()),
        }
    }
}

impl Chooser for Host {
    fn choose(&self, _workspace: &Path, wanted: &Wanted) -> Result<Choice, NoChoice> {
        self.roster().choose(wanted)
    }

    fn unreachable(&self) -> Option<Unreachable> {
        let Reach::Known(servers) = &self.roster().reach else { return None };
        // Whoever has no models is nobody to ask.
        let is_open = |it: &Access| match it {
            Access::Open { models, .. } => models.as_ref().is_none_or(|it| !it.is_empty()),
            Access::Closed(_) | Access::Failing(_) => false,
        };
        if servers.iter().any(|it| is_open(&it.access)) {
            return None;
        }
        let failing = servers.iter().filter_map(|it| match &it.access {
            Access::Failing(why) => Some(why.as_str()),
            _ => None,
        });
        let failing: Vec<_> = failing.collect();
        if failing.is_empty() {
            let nothing = self.providers.nothing_is_set_up();
            return Some(Unreachable { message: nothing.message, help: nothing.help });
        }
        let message = format!("nobody who is set up can be asked: {}", failing.join("; "));
        let help = "mend that, or set up somebody else: `downbeat doctor` shows who can be asked";
        Some(Unreachable { message, help: Some(help.to_owned()) })
    }

    fn secrets(&self) -> Vec<Secret> {
        if self.roster.get().is_some() { self.providers.secrets() } else { Vec::new() }
    }
}
