//! Everything that a choice looks at beside the wish: models, what files say of them, who can be asked.

use super::{
    Choice, Field, Model, ModelsFile, NoChoice, OwnServer, Reach, Wanted, built_in, choose_in,
    find, rank,
};

/// Models, and who can be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// In the order in which equals are taken.
    pub models: Vec<Model>,
    /// A tag, and the model that is preferred where it is asked for.
    pub preferences: Vec<(String, String)>,
    /// What is taken, in this order, where nothing fits and the pipeline declares no fallback.
    pub fallbacks: Vec<String>,
    /// Who serves models beside the providers that are known, by the author's own word: any name may be one of theirs.
    pub servers: Vec<OwnServer>,
    /// What was found of the providers.
    pub reach: Reach,
}

impl Default for Roster {
    /// What this build knows, and nothing of the providers.
    fn default() -> Self {
        Self::of(built_in().models.clone())
    }
}

impl Roster {
    /// These models, and nothing else.
    #[must_use]
    pub const fn of(models: Vec<Model>) -> Self {
        Self {
            models,
            preferences: Vec::new(),
            fallbacks: Vec::new(),
            servers: Vec::new(),
            reach: Reach::NotKnown,
        }
    }

    /// The model that an author means by a name.
    #[must_use]
    pub fn find(&self, written: &str) -> Option<&Model> {
        find(&self.models, written)
    }

    /// Chooses the model for a wish.
    ///
    /// # Errors
    /// None can be had that fits, or it is not known yet which is meant.
    pub fn choose(&self, wanted: &Wanted) -> Result<Choice, NoChoice> {
        self.choose_from(wanted, &self.reach)
    }

    /// The same, with what was found of the providers elsewhere.
    ///
    /// # Errors
    /// See [`Self::choose`].
    pub fn choose_from(&self, wanted: &Wanted, reach: &Reach) -> Result<Choice, NoChoice> {
        let field = self.field(reach);
        if self.preferences.is_empty() && self.fallbacks.is_empty() {
            return choose_in(wanted, field);
        }
        let mut wanted = wanted.clone();
        let asked = wanted.requirement.tags.iter().chain(&wanted.leaning.tags);
        let is_asked = |tag: &String| asked.clone().any(|it| it.eq_ignore_ascii_case(tag));
        let preferred: Vec<String> = self
            .preferences
            .iter()
            .filter(|(tag, _)| is_asked(tag))
            .map(|(_, model)| model.clone())
            .collect();
        wanted.requirement.preferred.extend(preferred);
        wanted.fallbacks.extend(self.fallbacks.iter().cloned());
        choose_in(&wanted, field)
    }

    /// What a choice looks at, with what was found of the providers elsewhere.
    pub(super) fn field<'f>(&'f self, reach: &'f Reach) -> Field<'f> {
        Field { models: &self.models, servers: &self.servers, reach }
    }

    /// Puts on top what a `models.yaml` says: of models that are there already, what it says of them; others at the end.
    pub fn add(&mut self, file: &ModelsFile) {
        for described in &file.models {
            let is_it = |it: &&mut Model| {
                it.provider.eq_ignore_ascii_case(&described.provider)
                    && it.name.eq_ignore_ascii_case(&described.name)
            };
            if let Some(known) = self.models.iter_mut().find(is_it) {
                described.facts.iter().for_each(|it| it.apply(known));
                continue;
            }
            let mut model = Model::unknown(&described.provider, &described.name);
            described.facts.iter().for_each(|it| it.apply(&mut model));
            rank::apply(&mut model);
            self.models.push(model);
        }
        for (tag, model) in &file.preferences {
            self.preferences.retain(|(known, _)| known != tag);
            self.preferences.push((tag.clone(), model.clone()));
        }
        if let Some(fallbacks) = &file.fallbacks {
            self.fallbacks.clone_from(fallbacks);
        }
    }
}
