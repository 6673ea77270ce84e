use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use pipeline::models::{Facts, ModelsFile, NamedServer, PROVIDERS, Roster, built_in};
use url::Url;

use super::fetch::is_here;
use crate::{Declared, Protocol};

/// The name of the files that describe models.
pub const FILE: &str = "models.yaml";
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
    /// What could not be read at all, in words that begin with the file.
    pub problems: Vec<String>,
    /// The `models.yaml`s, in the order in which they were put on top. Their mistakes are left out here; whoever shows them
    /// finds them in the texts.
    pub files: Vec<Written>,
}

/// The text of a `models.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it lies.
    pub path: PathBuf,
    /// It.
    pub text: String,
    /// Whose it is.
    pub owner: Owner,
}

/// Whose a `models.yaml` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The user's own.
    User,
    /// The workspace's, which may have come from somebody else.
    Workspace,
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
    let mut files = Vec::new();
    for (place, owner) in [(&places.user, Owner::User), (&places.workspace, Owner::Workspace)] {
        let Some(place) = place else { continue };
        let path = place.join(FILE);
        match text(&path) {
            Ok(None) => {}
            Ok(Some(text)) => {
                let file = ModelsFile::of_text(&text);
                roster.add(&file);
                let servers = file.servers.into_iter().map(|it| it.value);
                let servers = servers.filter(|it| may_name(owner, it));
                let servers = servers.map(|server| of_file(server, &path)).collect::<Vec<_>>();
                roster.servers.extend(servers.iter().map(Declared::as_own));
                declared.extend(servers);
                sources.push(path.display().to_string());
                files.push(Written { path, text, owner });
            }
            Err(why) => problems.push(format!("{}: {why}", path.display())),
        }
    }
    Catalogue { roster, sources, declared, problems, files }
}

/// The facts that lie at the bottom: those that were refreshed last, else what this build knows.
#[must_use]
pub fn facts(user: Option<&Path>) -> Facts {
    let refreshed = user.and_then(|user| table(&user.join(TABLE), &mut Vec::new()));
    refreshed.unwrap_or_else(|| built_in().clone())
}

/// Whether a file of that owner may name a server. From one that may have come with the folder, none gets a key but on this
/// machine, and none takes the place of somebody who gets one.
#[must_use]
pub fn may_name(owner: Owner, server: &NamedServer) -> bool {
    let is_here = || Url::parse(&server.url).is_ok_and(|url| is_here(&url));
    owner == Owner::User || is_here() || server.key.is_none() && !PROVIDERS.contains(&&*server.name)
}

fn of_file(server: NamedServer, file: &Path) -> Declared {
    let NamedServer { name, url, key, protocol } = server;
    let protocol = match protocol {
        "openai-responses" => Protocol::OpenAiResponses,
        "anthropic" => Protocol::Anthropic,
        "google" => Protocol::Google,
        "ollama" => Protocol::Ollama,
        _ => Protocol::OpenAi,
    };
    Declared { name, url, key, protocol, file: Some(file.to_owned()) }
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

    use super::{Owner, Places, keep, load};

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
        assert_eq!(found.problems, Vec::<String>::new());
        let owners: Vec<_> = found.files.iter().map(|it| it.owner).collect();
        assert_eq!(owners, [Owner::User, Owner::Workspace]);
        let servers: Vec<_> =
            found.declared.iter().map(|it| (&*it.name, it.key.as_deref())).collect();
        assert_eq!(servers, [("house", Some("HOUSE_KEY"))]);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_left_out() {
        let place = tempfile::tempdir().unwrap();
        let places = Places { user: Some(place.path().to_owned()), workspace: None };
        fs::write(place.path().join("models.tsv"), "nonsense").unwrap();
        fs::write(place.path().join("models.yaml"), b"models: \xff").unwrap();
        let found = load(&places);
        assert_eq!(found.roster.models, built_in().models);
        assert_eq!(found.problems.len(), 2, "{:?}", found.problems);
        // One that is broken somewhere says the rest.
        fs::write(
            place.path().join("models.yaml"),
            "models:\n  - {source: a, name: b\ndefaults: {fallback_chain: [c]}\n",
        )
        .unwrap();
        let found = load(&places);
        assert_eq!((found.problems.len(), found.roster.fallbacks), (1, vec!["c".to_owned()]));
    }
}
