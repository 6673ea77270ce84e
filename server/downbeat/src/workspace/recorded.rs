//! Who chooses models for a run whose answers are recorded: nobody is asked, so nobody has to be reached.

use std::{path::Path, sync::Arc};

use engine::{
    Secret, Toolbox,
    mind::{Chooser, Unreachable},
};
use models::Host;
use pipeline::models::{Ask, Choice, NoChoice, Reach, Requirement, Roster, Wanted};

/// The tools of this build, for runs in the workspace `folder` that are told once more.
pub(crate) fn recorded_toolbox(folder: &Path) -> Toolbox {
    let host = super::host(folder);
    let chooser = Whoever { host: Arc::clone(&host), others: Anybody(super::roster(folder)) };
    super::toolbox_of(&host, Arc::new(chooser))
}

/// Chooses among those who can be reached, as the run did; where nobody can, among all that are known.
struct Whoever {
    host: Arc<Host>,
    others: Anybody,
}

impl Chooser for Whoever {
    fn choose(&self, workspace: &Path, wanted: &Wanted) -> Result<Choice, NoChoice> {
        self.host.choose(workspace, wanted).or_else(|_| self.others.choose(workspace, wanted))
    }

    fn unreachable(&self) -> Option<Unreachable> {
        None
    }

    fn secrets(&self) -> Vec<Secret> {
        self.host.secrets()
    }
}

/// Chooses among all that are known.
pub(crate) struct Anybody(pub(crate) Roster);

impl Chooser for Anybody {
    fn choose(&self, _workspace: &Path, wanted: &Wanted) -> Result<Choice, NoChoice> {
        let unreached = Reach::NotKnown;
        self.0.choose_from(wanted, &unreached).or_else(|_| {
            let any =
                Wanted { ask: Ask::Any, requirement: Requirement::default(), ..wanted.clone() };
            self.0.choose_from(&any, &unreached)
        })
    }

    fn unreachable(&self) -> Option<Unreachable> {
        None
    }

    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }
}
