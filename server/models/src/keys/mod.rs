//! Keys and addresses: the environment, else `~/.orchestrator/.env`, else `./.env`. Read once, when the first is asked for.

mod dotenv;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use engine::Secret;
use secrecy::{ExposeSecret as _, SecretString};

use crate::Surroundings;

/// Bytes of a file with variables.
const LONGEST: u64 = 1024 * 1024;

/// What is set, and where.
pub(crate) struct Keys {
    surroundings: Surroundings,
    files: OnceLock<Files>,
}

/// The files with variables that are there.
#[derive(Default)]
struct Files {
    own: Option<File>,
    here: Option<File>,
    /// What is to be said about them.
    warnings: Vec<String>,
}

struct File {
    path: PathBuf,
    variables: Vec<(String, SecretString)>,
}

/// A variable that is set.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) value: SecretString,
    /// Its name and where it stands, for people.
    pub(crate) by: String,
}

impl Keys {
    pub(crate) fn new(surroundings: Surroundings) -> Self {
        Self { surroundings, files: OnceLock::new() }
    }

    /// The first of these variables that has a key.
    pub(crate) fn key(&self, names: &[&str]) -> Option<Set> {
        names.iter().find_map(|name| {
            self.environment(name)
                .or_else(|| in_file(self.files().own.as_ref(), name))
                .or_else(|| in_file(self.files().here.as_ref(), name))
        })
    }

    /// The first of these variables that has an address. The file of a folder is not asked: whoever wrote it could have keys
    /// sent there that are the author's own.
    pub(crate) fn setting(&self, names: &[&str]) -> Option<Set> {
        names.iter().find_map(|name| {
            self.environment(name).or_else(|| in_file(self.files().own.as_ref(), name))
        })
    }

    /// Whether a variable says yes.
    pub(crate) fn says_yes(&self, name: &str) -> bool {
        let set = self.setting(&[name]);
        set.is_some_and(|it| {
            ["1", "true", "yes", "on"].contains(&it.value.expose_secret().to_lowercase().as_str())
        })
    }

    /// What is to be said about the files, without what stands in them.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.files().warnings
    }

    /// What of the files must reach no journal, event or document: all that looks like a key.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let files = self.files();
        let all = [&files.own, &files.here].into_iter().flatten().flat_map(|it| &it.variables);
        all.filter(|(name, value)| is_key(name) && !value.expose_secret().is_empty())
            .map(|(name, value)| Secret {
                name: name.clone(),
                value: value.expose_secret().to_owned(),
            })
            .collect()
    }

    fn environment(&self, name: &str) -> Option<Set> {
        let value = (self.surroundings.variables)(name)?;
        set(&SecretString::from(value), format!("`{name}` of the environment"))
    }

    fn files(&self) -> &Files {
        self.files.get_or_init(|| self.read())
    }

    /// In GitHub Actions only the environment counts: what a checkout brings is not the owner's.
    fn read(&self) -> Files {
        let variable = |name: &str| (self.surroundings.variables)(name).filter(|it| !it.is_empty());
        if variable("GITHUB_ACTIONS").is_some_and(|it| it == "true") {
            return Files::default();
        }
        let own = variable("ORCHESTRATOR_ENV_FILE")
            .map(PathBuf::from)
            .or_else(|| Some(self.surroundings.home.as_ref()?.join(".orchestrator").join(".env")));
        let here = self.surroundings.folder.as_ref().map(|it| it.join(".env"));
        let mut warnings = Vec::new();
        let own = own.and_then(|path| read(path, &mut warnings));
        let here = here.and_then(|path| read(path, &mut warnings));
        for file in [&own, &here].into_iter().flatten() {
            warnings.extend(open_to_others(&file.path));
        }
        if let Some(file) =
            here.as_ref().filter(|it| it.variables.iter().any(|(name, _)| is_key(name)))
        {
            warnings.push(format!(
                "keys are read from `{}`, which may be shared with the project; `~/.orchestrator/.env` is the place for them",
                file.path.display()
            ));
        }
        Files { own, here, warnings }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

fn in_file(file: Option<&File>, name: &str) -> Option<Set> {
    let file = file?;
    // The last one of a name counts, as in a shell.
    let (_, value) = file.variables.iter().rfind(|(it, _)| it == name)?;
    set(value, format!("`{name}` of `{}`", file.path.display()))
}

/// A variable without a text counts as not set.
fn set(value: &SecretString, by: String) -> Option<Set> {
    let value = value.expose_secret().trim();
    (!value.is_empty()).then(|| Set { value: value.to_owned().into(), by })
}

fn is_key(name: &str) -> bool {
    let name = name.to_uppercase();
    name.split('_').any(|it| ["KEY", "TOKEN", "SECRET", "PASSWORD"].contains(&it))
}

fn read(path: PathBuf, warnings: &mut Vec<String>) -> Option<File> {
    let metadata = fs::metadata(&path).ok()?;
    let mut warn = |why: &str| {
        warnings.push(format!("`{}` is not read: {why}", path.display()));
        None
    };
    if !metadata.is_file() {
        return warn("it is no file");
    }
    if metadata.len() > LONGEST {
        return warn("it is longer than 1 MiB");
    }
    match fs::read_to_string(&path) {
        Ok(text) => Some(File { variables: dotenv::variables(&text), path }),
        Err(error) => warn(&error.to_string()),
    }
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        format!(
            "`{0}` can be read by others (mode {mode:o}); `chmod 600 {0}` keeps its keys to you",
            path.display()
        )
    })
}

#[cfg(not(unix))]
const fn open_to_others(_path: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests;
