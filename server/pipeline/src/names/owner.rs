//! Which loop a name belongs to.

use super::resolve::{body_position, is_own_test};
use super::{Meaning, Names, bindings};
use crate::{Reference, Space, Step};

impl Names {
    /// The loop around a reader that its name belongs to: the one that binds it, is called by it, or has the body step of
    /// that id. An index into `path`, along which [`Names::meaning`] gave `meaning`; `None` for names of any other kind.
    #[must_use]
    pub fn owner(&self, path: &[&Step], reference: &Reference, meaning: &Meaning) -> Option<usize> {
        let (last, around) = path.split_last()?;
        let own_test = reference.space == Space::Any && is_own_test(&reference.place);
        let root = &*reference.root;
        match meaning {
            Meaning::LoopName(name) => {
                let binds = |all: &[bindings::Binding]| all.iter().any(|it| it.name == *name);
                if own_test && binds(bindings::in_test(&last.kind)) {
                    return Some(around.len());
                }
                around.iter().rposition(|step| binds(bindings::bindings(&step.kind)))
            }
            Meaning::LoopOwn => {
                if own_test && last.id_text() == root {
                    return Some(around.len());
                }
                around.iter().rposition(|step| {
                    bindings::loop_var(step) == Some(root)
                        || bindings::loop_name(step) == Some(root)
                        || step.id_text() == root
                })
            }
            Meaning::BodyStep(id) | Meaning::PreviousRound(id) => {
                let holds = |step: &Step| body_position(step, id).is_some();
                if own_test && holds(last) {
                    return Some(around.len());
                }
                around.iter().rposition(|step| holds(step))
            }
            _ => None,
        }
    }
}
