use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use pipeline::models::{Facts, PROVIDERS, Roster, built_in, provider};
use serde_json::Value as Json;
use url::Url;

use super::fetch::is_here;
use crate::Declared;

const FILE: &str = "models.yaml";
const TABLE: &str = "models.tsv";
/// Most bytes of a file.
const LONGEST: u64 = 8 << 20;

/// Where the files lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The folder of the user's own files, `~/.orchestrator`.
    pub user: Option<PathBuf>,
    /// The workspace.
    pub workspace: Option<PathBuf>,
}

/// What the files say.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// The models. Of the providers nothing is known yet.
    pub roster: Roster,
    /// Where the facts come from and when they were read, and the files that lie on top of them.
    pub sources: Vec<String>,
    /// The servers that the files name, the workspace's behind the user's.
    pub declared: Vec<Declared>,
    /// What could not be used, in words that begin with the file.
    pub problems: Vec<String>,
}

/// Reads the files. What cannot be read is left out and said among the problems.
#[must_use]
pub fn load(places: &Places) -> Catalogue {
    let mut problems = Vec::new();
    let refreshed = places.user.as_deref().and_then(|user| table(&user.join(TABLE), &mut problems));
    let facts = refreshed.as_ref().unwrap_or_else(|| built_in());
    let mut declared = Vec::new();
    let mut roster = Roster::of(facts.models.clone());
    #[cfg(feature = "local")]
    if let Some(user) = &places.user {
        let shelved = crate::shelf::Shelf::of_user(user).models();
        roster.models.extend(shelved.iter().map(crate::shelf::Shelved::model));
    }
    let mut sources = vec![format!("{}, {}", facts.source, facts.date)];
    for place in [&places.user, &places.workspace].into_iter().flatten() {
        let path = place.join(FILE);
        match yaml(&path) {
            Ok(None) => {}
            Ok(Some(file)) => {
                let mut said = roster.add(&file);
                let mut servers = servers(&file, &mut said);
                if Some(place) == places.workspace.as_ref() {
                    servers.retain(|it| is_harmless(it, &mut said));
                }
                declared.extend(servers);
                problems.extend(said.into_iter().map(|it| format!("{}: {it}", path.display())));
                sources.push(path.display().to_string());
            }
            Err(why) => problems.push(format!("{}: {why}", path.display())),
        }
    }
    Catalogue { roster, sources, declared, problems }
}

/// The facts that lie at the bottom: those that were refreshed last, else what this build knows.
#[must_use]
pub fn facts(user: Option<&Path>) -> Facts {
    let refreshed = user.and_then(|user| table(&user.join(TABLE), &mut Vec::new()));
    refreshed.unwrap_or_else(|| built_in().clone())
}

/// `providers` of a file: a map of names, or a list.
fn servers(file: &Json, problems: &mut Vec<String>) -> Vec<Declared> {
    let entries: Vec<Json> = match file.get("providers") {
        Some(Json::Object(map)) => map.iter().map(|(name, about)| named(name, about)).collect(),
        Some(Json::Array(items)) => items.clone(),
        None | Some(Json::Null) => Vec::new(),
        Some(_) => {
            problems.push("`providers` is neither a map nor a list".to_owned());
            Vec::new()
        }
    };
    let mut servers = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        match serde_json::from_value(entry) {
            Ok(server) => servers.push(server),
            Err(why) => problems.push(format!("`providers[{at}]`: {why}")),
        }
    }
    servers
}

/// Whether a server may be taken from a file that may have come with the folder: it gets no key but on this machine, and takes
/// the place of nobody who gets one.
fn is_harmless(server: &Declared, problems: &mut Vec<String>) -> bool {
    let is_here = Url::parse(&server.url).is_ok_and(|url| is_here(&url));
    let is_harmless = is_here || server.key.is_none() && !PROVIDERS.contains(&&*server.name);
    if !is_harmless {
        problems.push(format!(
            "the provider `{}` is left out: who gets a key is named in `~/.orchestrator/models.yaml` alone",
            server.name
        ));
    }
    is_harmless
}

fn named(name: &str, about: &Json) -> Json {
    let mut about = about.clone();
    if let Json::Object(fields) = &mut about {
        fields.insert("name".to_owned(), Json::String(provider(name).to_owned()));
    }
    about
}

/// Keeps facts for all later calls of this user; gives the file.
///
/// # Errors
/// It cannot be written.
pub fn keep(user: &Path, facts: &Facts) -> io::Result<PathBuf> {
    fs::create_dir_all(user)?;
    let path = user.join(TABLE);
    let beside = user.join(format!(".{TABLE}.{}", std::process::id()));
    fs::write(&beside, facts.write())?;
    fs::rename(&beside, &path).inspect_err(|_| {
        // The error that counts is the first one.
        let _ = fs::remove_file(&beside);
    })?;
    Ok(path)
}

fn table(path: &Path, problems: &mut Vec<String>) -> Option<Facts> {
    let facts = text(path).and_then(|text| {
        let Some(text) = text else { return Ok(None) };
        Facts::read(&text).map(Some).map_err(|line| {
            format!("line {line} is none of such a table; `downbeat models refresh` writes it anew")
        })
    });
    facts.unwrap_or_else(|why| {
        problems.push(format!("{}: {why}", path.display()));
        None
    })
}

fn yaml(path: &Path) -> Result<Option<Json>, String> {
    let Some(text) = text(path)? else { return Ok(None) };
    if text.trim().is_empty() {
        return Ok(Some(Json::Null));
    }
    serde_saphyr::from_str(&text)
        .map(Some)
        .map_err(|error| error.to_string().lines().next().unwrap_or("it is no YAML").to_owned())
}

/// The text of a file; nothing where there is none.
fn text(path: &Path) -> Result<Option<String>, String> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let mut text = String::new();
    let length = file.take(LONGEST + 1).read_to_string(&mut text).map_err(|it| it.to_string())?;
    if length as u64 > LONGEST {
        return Err(format!("it is longer than {} MiB", LONGEST >> 20));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use pipeline::models::{Facts, built_in, read_price_list};

    use super::{Places, keep, load};

    #[test]
    fn files_lie_on_top_of_each_other() {
        let place = tempfile::tempdir().unwrap();
        let (user, workspace) = (place.path().join("user"), place.path().join("work"));
        fs::create_dir_all(&workspace).unwrap();
        let places = Places { user: Some(user.clone()), workspace: Some(workspace.clone()) };
        assert_eq!(load(&places).roster.models, built_in().models);
        assert_eq!(load(&places).problems, Vec::<String>::new());

        let list = r#"{"gpt-4o": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}}"#;
        let facts = Facts {
            source: "a list".to_owned(),
            date: "2027-01-01".to_owned(),
            models: read_price_list(list).unwrap(),
        };
        keep(&user, &facts).unwrap();
        fs::write(user.join("models.yaml"), "models:\n  - {source: openai, name: gpt-4o, input_price: 7, output_price: 7}\n  - {source: ollama, name: mine}\n").unwrap();
        fs::write(
            workspace.join("models.yaml"),
            "providers:\n  house: {url: \"http://127.0.0.1:1/v1\", key: HOUSE_KEY}\n  thief: {url: \"https://example.org\", key: OPENAI_API_KEY}\n  openai: {url: \"https://example.org\"}\n  bad: {}\nmodels:\n  - source: openai\n    name: gpt-4o\n    input_price: 9\n    colour: red\n",
        )
        .unwrap();
        let found = load(&places);
        let names: Vec<_> = found
            .roster
            .models
            .iter()
            .map(|it| (it.full_name(), it.input_price, it.output_price))
            .collect();
        assert_eq!(
            names,
            [
                ("openai:gpt-4o".to_owned(), Some(9.0), Some(7.0)),
                ("ollama:mine".to_owned(), None, None)
            ]
        );
        assert_eq!(found.sources.len(), 3);
        assert_eq!(found.problems.len(), 4, "{:?}", found.problems);
        let servers: Vec<_> =
            found.declared.iter().map(|it| (&*it.name, it.key.as_deref())).collect();
        assert_eq!(servers, [("house", Some("HOUSE_KEY"))]);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_left_out() {
        let place = tempfile::tempdir().unwrap();
        let places = Places { user: Some(place.path().to_owned()), workspace: None };
        fs::write(place.path().join("models.tsv"), "nonsense").unwrap();
        fs::write(place.path().join("models.yaml"), "models: [").unwrap();
        let found = load(&places);
        assert_eq!(found.roster.models, built_in().models);
        assert_eq!(found.problems.len(), 2, "{:?}", found.problems);
    }
}
