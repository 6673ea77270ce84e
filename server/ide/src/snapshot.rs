//! What a feature may read: one text of one document, and everything that was understood of it.

use std::sync::{Arc, OnceLock};

use checks::{Files, Input, Memo, Report, configuration::Settings};
use pipeline::{
    Lowering, Pipeline, Plan, Planning,
    catalogue::Catalogue,
    insight::{Extent, Sheet, explanation},
    models::Roster,
    names::Names,
};
use syntax::Document;

use crate::around::{Around, NothingAround};

/// One text and its meaning, immutable.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The text and its structure.
    pub document: Document,
    /// What it means.
    pub pipeline: Pipeline,
    /// Index of its names.
    pub names: Arc<Names>,
    /// Its graph.
    pub plan: Arc<Plan>,
    /// Tools and actions that exist.
    pub catalogue: Catalogue,
    /// Models that exist, and what is known of their providers.
    pub roster: Arc<Roster>,
    /// What is wrong with it.
    pub report: Report,
    /// Files that it names.
    pub files: Arc<dyn Files>,
    /// What lies round it.
    pub around: Arc<dyn Around>,
    /// What it is for and how it works, once somebody asks.
    told: Arc<OnceLock<String>>,
}

impl Snapshot {
    /// What is known of the pipeline, with what its models cost. Linear in its steps.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let Self { pipeline, names, plan, catalogue, roster, .. } = self;
        Sheet::of(pipeline, names, plan, catalogue).priced(pipeline, catalogue, roster)
    }

    /// The sheet in sentences, the first of what is many. Costs nothing when it is asked for again.
    #[must_use]
    pub fn explanation(&self) -> &str {
        self.told.get_or_init(|| explanation(&self.sheet(), Extent::Brief))
    }

    /// The same, with these surroundings.
    #[must_use]
    pub fn with(self, around: Arc<dyn Around>) -> Self {
        Self { around, ..self }
    }
}

/// Reads one document again and again while it is edited, and remembers the parts that did not change.
#[derive(Debug, Default)]
pub struct Analyst {
    lowering: Lowering,
    planning: Planning,
    memo: Memo,
    settings: Settings,
    roster: Arc<Roster>,
}

impl Analyst {
    /// Everything that can be known of `document` now.
    pub fn read(
        &mut self,
        document: Document,
        catalogue: &Catalogue,
        files: &Arc<dyn Files>,
    ) -> Snapshot {
        let pipeline = self.lowering.lower(&document, catalogue);
        let (names, plan) = self.planning.plan(&pipeline);
        let input = Input {
            pipeline: &pipeline,
            plan: &plan,
            names: &names,
            catalogue,
            roster: &self.roster,
            files: &**files,
            settings: &self.settings,
        };
        let report = self.memo.check(&input);
        Snapshot {
            document,
            pipeline,
            names,
            plan,
            catalogue: catalogue.clone(),
            roster: Arc::clone(&self.roster),
            report,
            files: Arc::clone(files),
            around: Arc::new(NothingAround),
            told: Arc::default(),
        }
    }

    /// From now on, rules weigh what the settings say.
    pub fn configure(&mut self, settings: Settings) {
        if self.settings != settings {
            self.settings = settings;
            self.memo.forget();
        }
    }

    /// From now on, models are these.
    pub fn stock(&mut self, roster: Arc<Roster>) {
        if self.roster != roster {
            self.roster = roster;
            self.memo.forget();
        }
    }

    /// Forgets what was found, because something outside the document changed.
    pub fn forget(&mut self) {
        self.memo.forget();
    }
}
