//! The files of models for this process: where they lie, what they say of themselves, how they come there.

mod header;
mod known;
mod pull;

use std::{
    fs,
    path::{Path, PathBuf},
};

use pipeline::models::{Capability, LOCAL, Listed, Model, size};

pub use self::{
    known::{KNOWN, Known},
    pull::{Progress, Pulled, Source, Unpulled, pull, source},
};
use crate::{Code, ModelError};
use header::Header;

/// The end of a file's name.
const GGUF: &str = "gguf";
/// The folder in `~/.orchestrator`.
const FOLDER: &str = "models";

/// A folder with models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    folder: PathBuf,
}

/// A model on a shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelved {
    /// As it is named behind `local:`.
    pub name: String,
    /// Its file.
    pub file: PathBuf,
    /// Bytes.
    pub length: u64,
    header: Header,
}

impl Shelf {
    /// The one in the folder of a user's own files, `~/.orchestrator`.
    #[must_use]
    pub fn of_user(user: &Path) -> Self {
        Self { folder: user.join(FOLDER) }
    }

    /// The models on it, by name. What is no model is left out.
    #[must_use]
    pub fn models(&self) -> Vec<Shelved> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut models: Vec<_> =
            entries.flatten().filter_map(|entry| Shelved::of(entry.path())).collect();
        models.sort_by(|a, b| a.name.cmp(&b.name));
        models
    }

    /// The file of a model: one on the shelf by its name, any other by its path, which counts from `folder`.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn file(&self, name: &str, folder: &Path) -> Result<PathBuf, ModelError> {
        if pipeline::models::is_file(name) {
            return Ok(folder.join(name));
        }
        let found = self.models().into_iter().find(|it| it.name.eq_ignore_ascii_case(name));
        found.map(|it| it.file).ok_or_else(|| {
            ModelError::new(Code::NotFound, format!("`{LOCAL}` has no model `{name}`"))
                .with_help("`downbeat models pull NAME` brings one")
        })
    }

    /// Takes a model away; the file that was.
    ///
    /// # Errors
    /// There is none of that name, or it cannot be deleted.
    pub fn remove(&self, name: &str) -> Result<PathBuf, String> {
        let found = self.models().into_iter().find(|it| it.name.eq_ignore_ascii_case(name));
        let file = found.map(|it| it.file).ok_or_else(|| {
            let names: Vec<_> =
                self.models().into_iter().map(|it| format!("`{}`", it.name)).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            format!("no model `{name}` was pulled; there is {there}")
        })?;
        fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(file)
    }

    /// Where a model of that name lies, or would.
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{GGUF}"))
    }
}

impl Shelved {
    fn of(file: PathBuf) -> Option<Self> {
        if file.extension()? != GGUF {
            return None;
        }
        let name = file.file_stem()?.to_str()?.to_owned();
        let header = Header::read(&file).ok()?;
        let length = file.metadata().ok()?.len();
        Some(Self { name, file, length, header })
    }

    /// As its provider lists it.
    #[must_use]
    pub(crate) fn listed(&self) -> Listed {
        Listed { name: self.name.clone(), context: Some(self.window()) }
    }

    fn window(&self) -> u32 {
        window(self.header.context.unwrap_or(u64::MAX))
    }

    /// What is known of it, for the catalogue.
    pub(crate) fn model(&self) -> Model {
        let mut model = Model::unknown(LOCAL, &self.name);
        model.context = Some(self.window());
        model.input_price = Some(0.0);
        model.output_price = Some(0.0);
        model.capabilities = Some(vec![Capability::StructuredOutput]);
        model.size = self.header.size.as_deref().and_then(size).or(model.size);
        model
    }
}

/// What can be computed here.
pub(crate) const ARCHITECTURES: [&str; 2] = ["llama", "qwen2"];

/// Tokens that a model reads at once here, of those that it was taught to: memory and time grow with every one.
pub(crate) fn window(taught: u64) -> u32 {
    const MOST: u32 = 8192;
    u32::try_from(taught).unwrap_or(MOST).min(MOST)
}
