//! What it takes to go on with a run: its text, its inputs, where and how it ran. Kept with the run, without secrets.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use pipeline::{catalogue::Catalogue, lower};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use syntax::Document;

use crate::{
    Budget, Earlier, Request, Reuse, Selection,
    files::Texts,
    secrets::{DEFAULT_OF, Seal, Secret, secret_defaults, texts},
};

/// See the module. Secrets are closed in it, see [`Seal`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recipe {
    /// Version of the program.
    pub(crate) program: String,
    /// Begins what stands for a secret.
    pub(crate) mark: String,
    pub(crate) file: Option<PathBuf>,
    pub(crate) text: String,
    /// As they were given, without the secret ones.
    pub(crate) inputs: Map<String, Json>,
    /// Names of the secret inputs that were given.
    pub(crate) secret_inputs: Vec<String>,
    /// Names of the inputs whose defaults are secret and stand in the text.
    #[serde(default)]
    pub(crate) secret_defaults: Vec<String>,
    pub(crate) selection: Selection,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) cwd: PathBuf,
    pub(crate) workspace: PathBuf,
    pub(crate) pipeline_folder: PathBuf,
    pub(crate) writable: Vec<PathBuf>,
    /// Texts of the pipelines that it calls.
    #[serde(default)]
    pub(crate) called: Texts,
    #[serde(default)]
    pub(crate) reachable: Vec<String>,
    #[serde(default)]
    pub(crate) budget: Budget,
    #[serde(default)]
    pub(crate) reuse: Reuse,
    /// What steps that were not to run came to before.
    #[serde(default)]
    pub(crate) earlier: Vec<Earlier>,
}

impl Recipe {
    /// Of a request, with a mark that nobody can guess.
    pub(crate) fn of(request: &Request, mark: &str, called: &Texts) -> Self {
        let options = &request.options;
        let is_secret = |name: &str| {
            request.pipeline.inputs.iter().any(|input| input.name.value == name && input.secret)
        };
        let (secret, open): (Vec<_>, Vec<_>) =
            request.inputs.iter().partition(|(name, _)| is_secret(name));
        let mut secrets = options.secrets.clone();
        for (name, value) in &secret {
            texts(name, value, &mut secrets);
        }
        let defaults = secret_defaults(&request.pipeline);
        secrets.extend(defaults.iter().cloned());
        secrets.extend(called.iter().flat_map(|(file, text)| of_called(file, text)));
        let seal = Seal::new(mark, &secrets);
        let closed = |(name, value): (&String, &Json)| (name.clone(), seal.close(value.clone()));
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            mark: mark.to_owned(),
            file: request.source.file.clone(),
            text: seal.close_text(request.source.text.to_string()),
            inputs: open.into_iter().map(closed).collect(),
            secret_inputs: secret.into_iter().map(|(name, _)| name.clone()).collect(),
            secret_defaults: defaults.iter().filter_map(input_of).map(str::to_owned).collect(),
            selection: request.selection.clone(),
            jobs: options.jobs,
            cwd: options.cwd.clone(),
            workspace: options.workspace.clone(),
            pipeline_folder: options.pipeline_folder.clone(),
            writable: options.writable.clone(),
            called: called
                .iter()
                .map(|(file, text)| (file.clone(), seal.close_text(text.clone())))
                .collect(),
            reachable: options.reachable.clone(),
            budget: options.budget,
            reuse: options.reuse.clone(),
            earlier: request.earlier.clone(),
        }
    }

    /// Of a run of which only the document is known.
    pub(crate) fn unknown() -> Self {
        Self {
            program: String::new(),
            mark: format!("{:016x}", crate::random::random()),
            file: None,
            text: String::new(),
            inputs: Map::new(),
            secret_inputs: Vec::new(),
            secret_defaults: Vec::new(),
            selection: Selection::All,
            jobs: NonZeroUsize::MIN,
            cwd: PathBuf::new(),
            workspace: PathBuf::new(),
            pipeline_folder: PathBuf::new(),
            writable: Vec::new(),
            called: Texts::new(),
            reachable: Vec::new(),
            budget: Budget::default(),
            reuse: Reuse::Never,
            earlier: Vec::new(),
        }
    }

    /// The texts of the pipelines that it calls, as they were; `request` has the secrets, but for those that stand as
    /// defaults in these files, where they are looked up.
    ///
    /// # Errors
    /// The name of a secret that is missing.
    pub(crate) fn called(&self, request: &Request) -> Result<Texts, String> {
        let mut secrets = request.options.secrets.clone();
        for name in &self.secret_inputs {
            if let Some(value) = request.inputs.get(name) {
                texts(name, value, &mut secrets);
            }
        }
        secrets.extend(secret_defaults(&request.pipeline));
        for file in self.called.keys() {
            // A file that is gone has no secret to give, which is said where it is missed.
            let now = std::fs::read_to_string(file).unwrap_or_default();
            secrets.extend(of_called(file, &now));
        }
        let seal = Seal::new(&self.mark, &secrets);
        let open =
            |(file, text): (&PathBuf, &String)| Ok((file.clone(), seal.open_text(text.clone())?));
        self.called.iter().map(open).collect()
    }

    /// The text and all inputs; the secret ones are given again. What is given for an input whose default is secret
    /// stands for that default.
    ///
    /// # Errors
    /// The name of a secret that is missing.
    pub(crate) fn open(
        &self,
        given: &Map<String, Json>,
        secrets: &[Secret],
    ) -> Result<(Arc<str>, Map<String, Json>), String> {
        let mut secrets = secrets.to_vec();
        for (name, value) in given {
            texts(name, value, &mut secrets);
            if self.secret_defaults.contains(name) && !self.secret_inputs.contains(name) {
                texts(&format!("{DEFAULT_OF}{name}"), value, &mut secrets);
            }
        }
        if let Some(missing) = self.secret_inputs.iter().find(|name| !given.contains_key(*name)) {
            return Err(missing.clone());
        }
        let seal = Seal::new(&self.mark, &secrets);
        let mut inputs = Map::new();
        for (name, value) in &self.inputs {
            inputs.insert(name.clone(), seal.open(value.clone())?);
        }
        // What stands in a pipeline that a step writes out is no input of this one.
        let own = given.iter().filter(|(name, _)| !name.contains('.'));
        inputs.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        Ok((seal.open_text(self.text.clone())?.into(), inputs))
    }
}

/// Secret defaults of a called pipeline, named by its file.
fn of_called(file: &Path, text: &str) -> Vec<Secret> {
    let pipeline = lower(&Document::new(text), &Catalogue::declared());
    let named = |secret: Secret| Secret {
        name: format!("{} in {}", secret.name, file.display()),
        ..secret
    };
    secret_defaults(&pipeline).into_iter().map(named).collect()
}

/// The input whose default a secret is.
fn input_of(secret: &Secret) -> Option<&str> {
    secret.name.strip_prefix(DEFAULT_OF)
}
