//! From the tree of a `models.yaml` to what it says.

use std::collections::BTreeMap;

use syntax::{Span, Tree};

use super::{
    Described, Fact, MOST, Mistake,
    MistakeKind::{self, Missing, TooMany, Twice, Wrong},
    ModelsFile, NamedServer, PROTOCOLS,
    describe::{self, Said},
    table::{DEFAULTS, SERVER, TOP},
};
use crate::lower::data_of;
use crate::models::provider;
use crate::{Data, Located};

type Entries = [(Located<String>, Located<Data>)];

pub(super) fn read(tree: &Tree) -> (ModelsFile, Vec<Mistake>) {
    let mut reader = Reader { mistakes: Vec::new() };
    let mut file = ModelsFile::default();
    if let Some(root) = tree.root() {
        let (data, problems) = data_of(tree, root);
        for problem in problems {
            reader.say(problem.span, MistakeKind::Alias);
        }
        reader.file(&data, &mut file);
    }
    reader.mistakes.sort_by_key(|it| it.span);
    (file, reader.mistakes)
}

struct Reader {
    mistakes: Vec<Mistake>,
}

/// Names that were said, and where.
type Seen = BTreeMap<String, Span>;

impl Reader {
    fn say(&mut self, span: Span, kind: MistakeKind) {
        self.mistakes.push(Mistake { kind, span });
    }

    fn wrong(&mut self, value: &Located<Data>, wanted: &'static str) {
        self.say(value.span, Wrong { wanted });
    }

    fn unknown(&mut self, key: &Located<String>, known: &'static [&'static str]) {
        self.say(key.span, MistakeKind::UnknownKey { key: key.value.clone(), known });
    }

    /// Whether a name was not said before.
    fn is_first(&mut self, seen: &mut Seen, key: String, name: &Located<String>) -> bool {
        if let Some(first) = seen.get(&key) {
            self.say(name.span, Twice { name: name.value.clone(), first: *first });
            return false;
        }
        seen.insert(key, name.span);
        true
    }

    fn file(&mut self, data: &Located<Data>, file: &mut ModelsFile) {
        let entries = match &data.value {
            Data::Null => return,
            Data::Map(entries) => entries,
            _ => return self.wrong(data, "a map with `models`, `defaults` or `providers`"),
        };
        for (key, value) in entries.iter() {
            match (key.value.as_str(), &value.value) {
                ("models" | "defaults" | "providers", Data::Null) => {}
                ("models", Data::List(items)) => self.models(items, file),
                ("models", _) => self.wrong(value, "a list of models"),
                ("defaults", Data::Map(entries)) => self.defaults(entries, file),
                ("defaults", _) => {
                    self.wrong(value, "a map with `expertise_preferences` or `fallback_chain`")
                }
                ("providers", Data::Map(entries)) => self.servers(entries, file),
                ("providers", Data::List(items)) => self.listed_servers(items, file),
                ("providers", _) => {
                    self.wrong(value, "a map from names to servers, or a list of servers")
                }
                _ => self.unknown(key, TOP),
            }
        }
    }

    fn models(&mut self, items: &[Located<Data>], file: &mut ModelsFile) {
        let mut seen = Seen::new();
        for item in items.iter().take(MOST) {
            let Data::Map(entries) = &item.value else {
                self.wrong(item, "a model: a map with `source` and `name`");
                continue;
            };
            if let Some(model) = self.model(item.span, entries, &mut seen) {
                file.models.push(model);
            }
        }
        if let Some(next) = items.get(MOST) {
            self.say(next.span, TooMany);
        }
    }

    fn model(&mut self, span: Span, entries: &Entries, seen: &mut Seen) -> Option<Described> {
        let mut facts = Vec::new();
        let (mut served_by, mut name) = (None, None);
        for (key, value) in entries {
            match key.value.as_str() {
                "source" | "provider" => served_by = self.text(value, "the name of a provider"),
                "name" => name = self.text(value, "the name of a model"),
                _ => self.facts(key, value, &mut facts),
            }
        }
        let place = entries.first().map_or(span, |(key, _)| key.span);
        let has =
            |names: &[&str]| entries.iter().any(|(key, _)| names.contains(&key.value.as_str()));
        if !has(&["source", "provider"]) {
            self.say(place, Missing { key: "source", about: "the provider that serves it" });
        }
        if !has(&["name"]) {
            self.say(place, Missing { key: "name", about: "what it is called there" });
        }
        let (served_by, name) = (served_by?, name?);
        let provider = provider(&served_by.value).to_owned();
        let full = Located::new(format!("{provider}:{}", name.value), name.span);
        self.is_first(seen, full.value.to_lowercase(), &full);
        Some(Described { provider, name: name.value, facts })
    }

    fn facts(&mut self, key: &Located<String>, value: &Located<Data>, facts: &mut Vec<Fact>) {
        match describe::entry(&key.value, &value.value) {
            Ok(Said::Facts(more)) => facts.extend(more),
            Ok(Said::Record(entries)) => {
                for (key, value) in entries {
                    match describe::record(&key.value, &value.value) {
                        Ok(more) => facts.extend(more),
                        Err(kind) => self.beside(key, value, kind),
                    }
                }
            }
            Err(kind) => self.beside(key, value, kind),
        }
    }

    /// What is wrong with an entry stands at its key where that is unknown, else at its value.
    fn beside(&mut self, key: &Located<String>, value: &Located<Data>, kind: MistakeKind) {
        let is_key = matches!(kind, MistakeKind::UnknownKey { .. });
        self.say(if is_key { key.span } else { value.span }, kind);
    }

    fn defaults(&mut self, entries: &Entries, file: &mut ModelsFile) {
        for (key, value) in entries {
            match (key.value.as_str(), &value.value) {
                ("expertise_preferences" | "fallback_chain", Data::Null) => {}
                ("expertise_preferences", Data::Map(entries)) => {
                    for (tag, model) in entries.iter() {
                        if let Some(model) = self.text(model, "the name of a model") {
                            file.preferences.push((tag.value.clone(), model.value));
                        }
                    }
                }
                ("expertise_preferences", _) => self.wrong(value, "a map from tags to models"),
                ("fallback_chain", Data::List(items)) => {
                    let models = items.iter().filter_map(|it| self.text(it, "the name of a model"));
                    file.fallbacks = Some(models.map(|it| it.value).collect());
                }
                ("fallback_chain", _) => self.wrong(value, "a list of models"),
                _ => self.unknown(key, DEFAULTS),
            }
        }
    }

    fn servers(&mut self, entries: &Entries, file: &mut ModelsFile) {
        let mut seen = Seen::new();
        for (name, about) in entries {
            self.server(Some(name), about, &mut seen, file);
        }
    }

    fn listed_servers(&mut self, items: &[Located<Data>], file: &mut ModelsFile) {
        let mut seen = Seen::new();
        for item in items {
            self.server(None, item, &mut seen, file);
        }
    }

    /// A server, named by the key that it stands under or in its own map.
    fn server(
        &mut self,
        key: Option<&Located<String>>,
        about: &Located<Data>,
        seen: &mut Seen,
        file: &mut ModelsFile,
    ) {
        let Data::Map(entries) = &about.value else {
            return self.wrong(
                about,
                "a server: a map with `url`, and `key` and `protocol` where it needs them",
            );
        };
        let mut name = key.cloned();
        let (mut url, mut variable, mut protocol) = (None, None, Some(PROTOCOLS[0]));
        for (key, value) in entries.iter() {
            match key.value.as_str() {
                "name" if name.is_none() => name = self.text(value, "what model strings call it"),
                "url" => url = self.address(value),
                "key" if value.value == Data::Null => {}
                "key" => variable = self.variable(value),
                "protocol" => protocol = self.protocol(value),
                _ => self.unknown(key, SERVER),
            }
        }
        let place = key.map_or_else(
            || entries.first().map_or(about.span, |(key, _)| key.span),
            |key| key.span,
        );
        let has = |key: &str| about.value.get(key).is_some();
        if !has("url") {
            self.say(place, Missing { key: "url", about: "the address of the server" });
        }
        if key.is_none() && !has("name") {
            self.say(place, Missing { key: "name", about: "what model strings call it" });
        }
        // One whose key or protocol is not understood would be asked in another way than was meant.
        let is_whole = !has("key")
            || variable.is_some()
            || about.value.get("key").is_some_and(|it| it.value == Data::Null);
        let (Some(name), Some(url), Some(protocol), true) = (name, url, protocol, is_whole) else {
            return;
        };
        let canonical = provider(&name.value).to_owned();
        if self.is_first(seen, canonical.to_lowercase(), &name) {
            let server = NamedServer { name: canonical, url, key: variable, protocol };
            file.servers.push(Located::new(server, name.span));
        }
    }

    fn address(&mut self, value: &Located<Data>) -> Option<String> {
        const WANTED: &str = "an address that begins with `http://` or `https://`";
        let url = self.text(value, WANTED)?.value;
        let lower = url.to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") {
            return Some(url);
        }
        self.wrong(value, WANTED);
        None
    }

    /// The name of a variable; whoever writes the key itself there is told.
    fn variable(&mut self, value: &Located<Data>) -> Option<String> {
        const WANTED: &str = "the name of the variable that has the key, never the key";
        let name = self.text(value, WANTED)?.value;
        let is_name = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
            && !name.starts_with(|it: char| it.is_ascii_digit());
        if is_name {
            return Some(name);
        }
        self.wrong(value, WANTED);
        None
    }

    fn protocol(&mut self, value: &Located<Data>) -> Option<&'static str> {
        let written = value.value.as_text().map(|it| it.value.trim().to_lowercase());
        let meant = written.map(|it| if it == "gemini" { "google".to_owned() } else { it });
        let known = meant.and_then(|it| PROTOCOLS.into_iter().find(|known| *known == it));
        if known.is_none() {
            self.wrong(value, "`openai`, `openai-responses`, `anthropic`, `google` or `ollama`");
        }
        known
    }

    /// A text that is not empty; a whole number counts as one.
    fn text(&mut self, value: &Located<Data>, wanted: &'static str) -> Option<Located<String>> {
        let text = match &value.value {
            Data::Text(text) => text.value.trim().to_owned(),
            Data::Int(number) => number.to_string(),
            _ => String::new(),
        };
        if text.is_empty() {
            self.wrong(value, wanted);
            return None;
        }
        Some(Located::new(text, value.span))
    }
}
