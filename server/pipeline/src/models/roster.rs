//! Everything that a choice looks at beside the wish: models, what files say of them, who can be asked.

use serde_json::{Map, Value as Json};

use super::{
    Capability, Choice, Model, NoChoice, Reach, Speed, Wanted, built_in, choose, find, rank, size,
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
    /// What was found of the providers.
    pub reach: Reach,
}

impl Default for Roster {
    /// What this build knows, and nothing of the providers.
    fn default() -> Self {
        Self::of(built_in().models.clone())
    }
}

/// Most models that a file may add.
const MOST: usize = 5_000;

impl Roster {
    /// These models, and nothing else.
    #[must_use]
    pub const fn of(models: Vec<Model>) -> Self {
        Self { models, preferences: Vec::new(), fallbacks: Vec::new(), reach: Reach::NotKnown }
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
        if self.preferences.is_empty() && self.fallbacks.is_empty() {
            return choose(wanted, &self.models, reach);
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
        choose(&wanted, &self.models, reach)
    }

    /// Puts on top what a `models.yaml` says: of models that are there already, what it says of them; others at the end.
    /// Its `providers` are not looked at. Gives what cannot be used, in words.
    pub fn add(&mut self, file: &Json) -> Vec<String> {
        let mut problems = Vec::new();
        let Some(file) = file.as_object() else {
            if !file.is_null() {
                problems.push("it is no map with `models`, `defaults` or `providers`".to_owned());
            }
            return problems;
        };
        match file.get("models") {
            None | Some(Json::Null) => {}
            Some(Json::Array(entries)) => {
                if entries.len() > MOST {
                    problems.push(format!(
                        "`models` has more than {MOST} entries; the rest is left out"
                    ));
                }
                for (at, entry) in entries.iter().take(MOST).enumerate() {
                    match entry.as_object() {
                        Some(entry) => self.entry(at, entry, &mut problems),
                        None => problems.push(format!("`models[{at}]` is no map")),
                    }
                }
            }
            Some(_) => problems.push("`models` is no list, so it is left out".to_owned()),
        }
        if let Some(defaults) = file.get("defaults").and_then(Json::as_object) {
            self.defaults(defaults);
        }
        for key in file.keys() {
            if !["models", "defaults", "providers"].contains(&key.as_str()) {
                problems.push(format!("`{key}` is no key of it"));
            }
        }
        problems
    }

    fn defaults(&mut self, defaults: &Map<String, Json>) {
        if let Some(map) = defaults.get("expertise_preferences").and_then(Json::as_object) {
            for (tag, model) in map {
                let Some(model) = model.as_str() else { continue };
                self.preferences.retain(|(known, _)| known != tag);
                self.preferences.push((tag.clone(), model.to_owned()));
            }
        }
        if let Some(chain) = defaults.get("fallback_chain").and_then(Json::as_array) {
            self.fallbacks = chain.iter().filter_map(Json::as_str).map(str::to_owned).collect();
        }
    }

    fn entry(&mut self, at: usize, entry: &Map<String, Json>, problems: &mut Vec<String>) {
        let text = |key: &str| entry.get(key).and_then(Json::as_str).map(str::trim);
        let (provider, name) = (text("source").or_else(|| text("provider")), text("name"));
        let (Some(provider), Some(name)) = (provider, name) else {
            problems.push(format!("`models[{at}]` needs `source` and `name`"));
            return;
        };
        let provider = super::provider(provider);
        let is_it = |it: &&mut Model| {
            it.provider.eq_ignore_ascii_case(provider) && it.name.eq_ignore_ascii_case(name)
        };
        if let Some(known) = self.models.iter_mut().find(is_it) {
            say(known, entry, problems);
            return;
        }
        let mut model = Model::unknown(provider, name);
        say(&mut model, entry, problems);
        rank::apply(&mut model);
        self.models.push(model);
    }
}

/// What an entry says of a model.
fn say(model: &mut Model, entry: &Map<String, Json>, problems: &mut Vec<String>) {
    let name = model.full_name();
    for (key, value) in entry {
        let understood = match key.as_str() {
            "source" | "provider" | "name" | "requirements" => true,
            "expertise" | "tags" => strings(value).map(|it| tags(model, it)).is_some(),
            "size" => {
                let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                size(&written).map(|it| model.size = Some(it)).is_some()
            }
            "context_window" => set(&mut model.context, whole(value)),
            "max_tokens" => set(&mut model.max_output, whole(value)),
            "input_price" => set(&mut model.input_price, amount(value)),
            "output_price" => set(&mut model.output_price, amount(value)),
            "cached_price" => set(&mut model.cached_price, amount(value)),
            "quality" => {
                let quality = whole(value).and_then(|it| u8::try_from(it).ok());
                set(&mut model.quality, quality.filter(|it| *it <= 100))
            }
            "accuracy" | "accuracy_score" => set(&mut model.accuracy, share(value)),
            "speed" | "speed_rating" => {
                set(&mut model.speed, value.as_str().and_then(Speed::of_word))
            }
            "tokens_per_second" => set(&mut model.tokens_per_second, whole(value)),
            "latency_ms" => set(&mut model.latency_ms, whole(value)),
            "cost" | "metrics" => value.as_object().is_some_and(|it| record(model, it, problems)),
            "capabilities" => match value {
                Json::Object(map) => record(model, map, problems),
                other => strings(other).map(|it| able(model, &it)).is_some(),
            },
            _ => false,
        };
        if !understood {
            problems.push(format!(
                "`{key}` of `{name}` is left out: it has no such key, or not such a value"
            ));
        }
    }
}

/// The records of the older form: capabilities one by one, prices for a thousand tokens.
fn record(model: &mut Model, map: &Map<String, Json>, problems: &mut Vec<String>) -> bool {
    for (key, value) in map {
        let capability = match key.as_str() {
            "supports_function_calling" | "supports_tools" => Some(Capability::Tools),
            "supports_structured_output" | "supports_json_mode" => {
                Some(Capability::StructuredOutput)
            }
            "vision_capable" | "supports_multimodal" => Some(Capability::Vision),
            "audio_capable" => Some(Capability::Audio),
            _ => None,
        };
        let understood = match (capability, key.as_str()) {
            (Some(capability), _) => {
                let known = model.capabilities.get_or_insert_default();
                match value.as_bool() {
                    Some(true) if !known.contains(&capability) => {
                        known.push(capability);
                        known.sort_unstable();
                    }
                    Some(false) if key != "supports_json_mode" => {
                        known.retain(|it| *it != capability);
                    }
                    _ => {}
                }
                value.is_boolean()
            }
            (_, "context_window") => set(&mut model.context, whole(value)),
            (_, "max_tokens") => set(&mut model.max_output, whole(value)),
            (_, "accuracy_score" | "accuracy") => set(&mut model.accuracy, share(value)),
            (_, "speed_rating") => set(&mut model.speed, value.as_str().and_then(Speed::of_word)),
            (_, "throughput") => set(&mut model.tokens_per_second, whole(value)),
            (_, "domains" | "supported_tasks") => {
                strings(value).map(|it| tags(model, it)).is_some()
            }
            (_, "code_specialized") => {
                if value.as_bool() == Some(true) {
                    tags(model, vec!["code".to_owned()]);
                }
                value.is_boolean()
            }
            (_, "input_cost_per_1k_tokens") => {
                set(&mut model.input_price, amount(value).map(|it| it * 1_000.0))
            }
            (_, "output_cost_per_1k_tokens") => {
                set(&mut model.output_price, amount(value).map(|it| it * 1_000.0))
            }
            (_, "is_free") => {
                if value.as_bool() == Some(true) {
                    model.input_price = Some(0.0);
                    model.output_price = Some(0.0);
                }
                value.is_boolean()
            }
            (_, "base_cost_per_request") => amount(value) == Some(0.0),
            (_, "languages" | "temperature_range" | "supports_streaming" | "success_rate") => true,
            _ => false,
        };
        if !understood {
            problems.push(format!(
                "`{key}` of `{}` is left out: it has no such key, or not such a value",
                model.full_name()
            ));
        }
    }
    true
}

fn tags(model: &mut Model, more: Vec<String>) {
    for tag in more {
        if !model.tags.iter().any(|it| it.eq_ignore_ascii_case(&tag)) {
            model.tags.push(tag.into());
        }
    }
}

fn able(model: &mut Model, words: &[String]) {
    let known = model.capabilities.get_or_insert_default();
    known.clear();
    let mut further = Vec::new();
    for word in words {
        match Capability::of_word(word) {
            Some(capability) if !known.contains(&capability) => known.push(capability),
            Some(_) => {}
            None => further.push(word.clone()),
        }
    }
    known.sort_unstable();
    tags(model, further);
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let is_there = value.is_some();
    if is_there {
        *slot = value;
    }
    is_there
}

fn strings(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::String(text) => Some(vec![text.clone()]),
        Json::Array(items) => items.iter().map(|it| it.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn whole(value: &Json) -> Option<u32> {
    value.as_u64().and_then(|it| u32::try_from(it).ok())
}

fn amount(value: &Json) -> Option<f64> {
    value.as_f64().filter(|it| it.is_finite() && *it >= 0.0)
}

fn share(value: &Json) -> Option<f64> {
    amount(value).filter(|it| *it <= 1.0)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::Roster;
    use crate::models::{Capability, Level};

    #[test]
    fn what_a_file_says_is_put_on_top() {
        let mut roster = Roster::default();
        let before = roster.models.len();
        let problems = roster.add(&json!({
            "models": [
                {"source": "openai", "name": "gpt-4o-mini", "input_price": 1.5, "output_price": 3},
                {"source": "ollama", "name": "gemma3:27b", "expertise": ["general", "fast"], "size": "27b"},
                {"provider": "house", "name": "h", "cost": {"input_cost_per_1k_tokens": 0.5, "output_cost_per_1k_tokens": 1},
                 "capabilities": {"supports_tools": true, "vision_capable": true, "context_window": 9000}, "quality": 120},
                {"source": "gemini", "name": "gemini-2.5-pro", "capabilities": ["vision", "poetry"], "colour": "red"},
                {"name": "nobody"},
                7
            ],
            "defaults": {"expertise_preferences": {"code": "house:h"}, "fallback_chain": ["house:h"]},
            "model": []
        }));
        let model = roster.find("gpt-4o-mini").unwrap();
        assert_eq!(
            (model.input_price, model.output_price, model.context),
            (Some(1.5), Some(3.0), Some(128_000))
        );
        let model = roster.find("gemma3:27b").unwrap();
        assert_eq!((model.size, model.quality, model.input_price), (Some(27.0), Some(50), None));
        let model = roster.find("house:h").unwrap();
        assert_eq!((model.input_price, model.output_price), (Some(500.0), Some(1_000.0)));
        assert_eq!(model.can(Capability::Vision), Some(true));
        assert_eq!(model.can(Capability::Audio), Some(false));
        assert_eq!((model.context, model.level()), (Some(9_000), None));
        let model = roster.find("gemini-2.5-pro").unwrap();
        assert_eq!(model.capabilities, Some(vec![Capability::Vision]));
        assert!(model.tags.iter().any(|it| it == "poetry"));
        assert_eq!(roster.models.len(), before + 2);
        assert_eq!(roster.preferences, [("code".to_owned(), "house:h".to_owned())]);
        expect![[r#"
            [
                "`quality` of `house:h` is left out: it has no such key, or not such a value",
                "`colour` of `google:gemini-2.5-pro` is left out: it has no such key, or not such a value",
                "`models[4]` needs `source` and `name`",
                "`models[5]` is no map",
                "`model` is no key of it",
            ]
        "#]]
        .assert_debug_eq(&problems);
    }

    #[test]
    fn tags_of_a_file_tell_how_good_a_model_is() {
        let mut roster = Roster::of(Vec::new());
        let add =
            |name: &str, tags: &[&str]| json!({"source": "house", "name": name, "expertise": tags});
        roster.add(&json!({"models": [add("a", &["research"]), add("b", &["code"]), add("c", &["fast"]), add("d", &["general"]), add("e", &[])]}));
        let levels: Vec<_> = roster.models.iter().map(super::Model::level).collect();
        let levels_wanted =
            [Some(Level::VeryHigh), Some(Level::High), Some(Level::Low), Some(Level::Medium), None];
        assert_eq!(levels, levels_wanted);
    }

    #[test]
    fn what_is_no_such_file() {
        let mut roster = Roster::default();
        let before = roster.clone();
        assert_eq!(roster.add(&json!(null)), Vec::<String>::new());
        assert_eq!(roster.add(&json!([1])).len(), 1);
        assert_eq!(roster.add(&json!({"models": {"a": 1}})).len(), 1);
        assert_eq!(roster, before);
    }
}
