//! What a sheet knows, ready to be asked.

use rustc_hash::{FxHashMap, FxHashSet};

use super::words::{Token, sentences, stem, tokens};
use crate::insight::prose::{Extent, details};
use crate::insight::{Bound, Sheet, StepFact};

/// A sheet, indexed.
pub(super) struct Known<'s> {
    pub(super) sheet: &'s Sheet,
    /// Steps by every name that they may be called.
    steps: FxHashMap<&'s str, usize>,
    /// Stems of the author's own words.
    words: FxHashSet<String>,
    /// The author's own words that can only be names, as they are written.
    spelled: FxHashSet<String>,
    /// Sentences that the facts tell themselves and that are true wherever they stand, without what grammar of lists and white
    /// space adds.
    told: FxHashSet<String>,
    /// For each step the steps that it waits for, directly or not.
    before: Vec<FxHashSet<usize>>,
}

impl<'s> Known<'s> {
    pub(super) fn of(sheet: &'s Sheet) -> Self {
        let mut steps: FxHashMap<&str, usize> = FxHashMap::default();
        let mut double: FxHashSet<&str> = FxHashSet::default();
        for (at, step) in sheet.steps.iter().enumerate() {
            steps.insert(&step.id, at);
            if let Some((_, short)) = step.id.rsplit_once('.')
                && steps.insert(short, at).is_some()
            {
                double.insert(short);
            }
        }
        // What may mean two steps means none.
        double.iter().for_each(|short| {
            steps.remove(short);
        });
        for (at, step) in sheet.steps.iter().enumerate() {
            steps.insert(&step.id, at);
        }
        let mut known = Self {
            sheet,
            steps,
            words: FxHashSet::default(),
            spelled: FxHashSet::default(),
            told: sentences(&details(sheet, Extent::Brief)).iter().map(|it| bare(it)).collect(),
            before: Vec::new(),
        };
        known.before = (0..sheet.steps.len()).map(|at| known.waits_for(at)).collect();
        known.learn_authors_words();
        known
    }

    /// The step of that name, whole or, inside of a loop, its own.
    pub(super) fn step(&self, name: &str) -> Option<usize> {
        self.steps.get(name).copied()
    }

    pub(super) fn fact(&self, at: usize) -> Option<&'s StepFact> {
        self.sheet.steps.get(at).map(|it| &**it)
    }

    /// Whether one step is surely over when the other starts.
    pub(super) fn is_before(&self, first: usize, then: usize) -> bool {
        self.before.get(then).is_some_and(|it| it.contains(&first))
    }

    pub(super) fn knows_word(&self, stem: &str) -> bool {
        self.words.contains(stem)
    }

    /// Whether a word that can only be a name is the author's, letter by letter.
    pub(super) fn spells(&self, word: &str) -> bool {
        self.spelled.contains(word)
    }

    /// Whether the facts say a sentence themselves, word by word.
    pub(super) fn tells(&self, sentence: &str) -> bool {
        self.told.contains(&bare(sentence))
    }

    /// Whether a name stands anywhere in the sheet.
    pub(super) fn knows_name(&self, name: &str) -> bool {
        let sheet = self.sheet;
        let is = |it: &String| it == name;
        self.step(name).is_some()
            || sheet.inputs.iter().any(|it| is(&it.name))
            || sheet.outputs.iter().any(|it| is(&it.name))
            || sheet.title.as_ref().is_some_and(is)
            || sheet.flows.iter().flat_map(|it| &it.fields).any(|it| **it == *name)
            || sheet.inputs.iter().filter_map(|it| it.default.as_ref()).any(is)
            || sheet.steps.iter().any(|it| belongs(it, name))
    }

    fn waits_for(&self, at: usize) -> FxHashSet<usize> {
        let mut seen = FxHashSet::default();
        let mut open = vec![at];
        while let Some(step) = open.pop().and_then(|it| self.fact(it)) {
            // What a loop waits for, everything in it waits for.
            for before in step.after.iter().chain(&step.inside) {
                if let Some(before) = self.step(before)
                    && seen.insert(before)
                {
                    open.push(before);
                }
            }
        }
        // A loop is not over before what is in it.
        let mut around = self.fact(at).and_then(|it| it.inside.as_ref());
        while let Some(holder) = around.and_then(|it| self.step(it)) {
            seen.remove(&holder);
            around = self.fact(holder).and_then(|it| it.inside.as_ref());
        }
        seen
    }

    fn learn_authors_words(&mut self) {
        let sheet = self.sheet;
        let mut texts: Vec<&str> =
            sheet.title.iter().chain(&sheet.purpose).map(String::as_str).collect();
        texts.extend(sheet.inputs.iter().map(|it| it.name.as_str()));
        texts.extend(sheet.outputs.iter().map(|it| it.name.as_str()));
        texts.extend(sheet.steps.iter().map(|it| &*it.id));
        for token in texts.into_iter().flat_map(tokens) {
            if let Token::Word(word) = token {
                self.words.insert(stem(&word));
                let parts = word.split(['_', '-', '.', '/']).filter(|it| !it.is_empty());
                self.words.extend(parts.map(stem));
                if word.contains('_') {
                    self.spelled.insert(word);
                }
            }
        }
    }

    /// How often a loop goes round, how many rounds run at once, how often a step is tried and how long it may take.
    pub(super) fn counts(&self, at: usize) -> Vec<f64> {
        let Some(own) = self.fact(at).map(|it| &it.own) else { return Vec::new() };
        let repeats = own.repeats.as_ref();
        let bound = repeats.and_then(|it| match &it.bound {
            Bound::Items(most) | Bound::AtMost(most) => Some(*most as f64),
            Bound::List | Bound::Written(_) => None,
        });
        let at_once = repeats.and_then(|it| it.at_once).map(|it| it as f64);
        let tries = own.failure.attempts.map(f64::from);
        [bound, at_once, tries, own.failure.timeout].into_iter().flatten().collect()
    }
}

/// A sentence without the title of its paragraph, and with one space between two words.
fn bare(sentence: &str) -> String {
    let sentence = sentence.split_once(".** ").map_or(sentence, |(_, rest)| rest);
    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is what must hold for a step, or for a round of it.
pub(super) fn is_condition(step: &StepFact, text: &str) -> bool {
    [&step.own.condition, &step.own.round_condition].into_iter().flatten().any(|it| it == text)
}

/// Whether a name is one of a step's own: its tool, operation, model, file, variable or condition.
pub(super) fn belongs(step: &StepFact, name: &str) -> bool {
    let own = &step.own;
    own.does.contains(&format!("`{name}`"))
        || step.model.iter().flat_map(|it| &it.models).any(|it| it == name)
        || is_condition(step, name)
        || own.files.iter().any(|it| it.path == name)
        || own.products.iter().any(|it| it.file == name || it.variable == name)
}
