//! How the pipelines are read that a pipeline calls: by the front end of whoever starts the run, so that they are held to
//! the same rules.

use std::{path::Path, sync::Arc};

use pipeline::{Pipeline, Plan, catalogue::Catalogue, lower, names::Names};
use syntax::Document;

use crate::{Refusal, Source};

/// Reads a pipeline that another one calls.
pub trait FrontEnd: Send + Sync {
    /// Understands and checks it. `folder` is where what it names is looked for first; `knows` says whether a name that
    /// it does not declare is handed to it all the same.
    ///
    /// # Errors
    /// Every error in it; places are in its own text.
    fn read(
        &self,
        source: &Source,
        folder: &Path,
        knows: &dyn Fn(&str) -> bool,
    ) -> Result<(Arc<Pipeline>, Arc<Plan>), Vec<Refusal>>;
}

/// Reads without any rule.
#[derive(Clone, Copy, Debug)]
pub struct Unchecked;

impl FrontEnd for Unchecked {
    fn read(
        &self,
        source: &Source,
        _folder: &Path,
        _knows: &dyn Fn(&str) -> bool,
    ) -> Result<(Arc<Pipeline>, Arc<Plan>), Vec<Refusal>> {
        let pipeline = lower(&Document::new(&source.text), &Catalogue::declared());
        let names = Names::new(&pipeline);
        let plan = Plan::new(&pipeline, &names);
        Ok((Arc::new(pipeline), Arc::new(plan)))
    }
}
