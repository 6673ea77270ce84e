//! The file system as an input of checks.

use std::path::{Path, PathBuf};

use checks::FileRole;

/// Folders beside a pipeline in which what it includes is looked for as well.
const INCLUDE_FOLDERS: [&str; 4] = ["prompts", "templates", "includes", "content"];

/// The folder that holds personalities.
pub(super) const PERSONALITIES: &str = "personalities";

/// Endings of the files that hold a personality, the first that is there counts.
pub(super) const PERSONALITY_ENDINGS: [&str; 3] = ["md", "txt", "yaml"];

/// Files as a pipeline in `folder` names them.
#[derive(Clone, Debug)]
pub(crate) struct PipelineFiles {
    folder: PathBuf,
    workspace: PathBuf,
}

impl PipelineFiles {
    /// Both absolute; `workspace` is `folder` or a folder above it.
    pub(crate) fn new(folder: PathBuf, workspace: PathBuf) -> Self {
        Self { folder, workspace }
    }

    /// Where a file that a pipeline names may lie, the best place first: the pipeline's folder, there in the usual
    /// folders for includes, then upward to the workspace.
    fn candidates(&self, path: &Path) -> Vec<PathBuf> {
        let beside = INCLUDE_FOLDERS.iter().map(|name| self.folder.join(name).join(path));
        let upward =
            self.folder.ancestors().skip(1).take_while(|above| above.starts_with(&self.workspace));
        let mut all = vec![self.folder.join(path)];
        all.extend(beside);
        all.extend(upward.map(|above| above.join(path)));
        if let Ok(name) = path.strip_prefix(PERSONALITIES) {
            all.extend(home_personalities().map(|folder| folder.join(name)));
        }
        all
    }
}

/// Where a user keeps personalities for all pipelines.
pub(super) fn home_personalities() -> Option<PathBuf> {
    let home = std::env::home_dir().filter(|home| home.is_absolute())?;
    Some(home.join(".orchestrator").join(PERSONALITIES))
}

/// An included file is refused above this many bytes.
const MAX_INCLUDED: u64 = 10 << 20;

impl PipelineFiles {
    /// The text of a file that lies in the workspace.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(crate) fn read(&self, path: &str, base: Option<&str>) -> Result<String, String> {
        let path = base.map_or_else(|| PathBuf::from(path), |base| Path::new(base).join(path));
        let found =
            self.candidates(&path).into_iter().find_map(|it| std::fs::canonicalize(it).ok());
        let found = found.ok_or("there is no such file")?;
        let workspace =
            std::fs::canonicalize(&self.workspace).map_err(|error| super::reason(&error))?;
        let about = std::fs::metadata(&found).map_err(|error| super::reason(&error))?;
        if !found.starts_with(workspace) {
            return Err("it lies outside the workspace".to_owned());
        }
        if !about.is_file() || about.len() > MAX_INCLUDED {
            return Err("it is no file of at most 10 MiB".to_owned());
        }
        std::fs::read_to_string(found).map_err(|error| super::reason(&error))
    }
}

impl checks::Files for PipelineFiles {
    fn read(&self, path: &str) -> Option<std::sync::Arc<str>> {
        Self::read(self, path, None).ok().map(Into::into)
    }

    fn included(&self, path: &str) -> Option<Result<String, String>> {
        Some(Self::read(self, path, None))
    }

    fn exists(&self, path: &str) -> Option<bool> {
        if path.contains('\0') {
            return Some(false);
        }
        Some(self.candidates(Path::new(path)).iter().any(|candidate| candidate.exists()))
    }

    fn find(&self, path: &str, role: FileRole) -> Option<PathBuf> {
        if path.is_empty() || path.contains('\0') {
            return None;
        }
        let places = match role {
            FileRole::Part => self.candidates(Path::new(path)),
            FileRole::Personality => PERSONALITY_ENDINGS
                .iter()
                .flat_map(|end| {
                    self.candidates(&Path::new(PERSONALITIES).join(format!("{path}.{end}")))
                })
                .collect(),
            FileRole::Data => vec![self.workspace.join(path), self.folder.join(path)],
        };
        places.into_iter().find(|place| place.is_file())
    }

    fn text(&self, path: &str, role: FileRole) -> Option<String> {
        self.read(self.find(path, role)?.to_str()?, None).ok()
    }
}
