//! The file system as an input of checks.

use std::path::{Path, PathBuf};

/// Folders beside a pipeline in which what it includes is looked for as well.
const INCLUDE_FOLDERS: [&str; 4] = ["prompts", "templates", "includes", "content"];

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
        all
    }
}

impl checks::Files for PipelineFiles {
    fn exists(&self, path: &str) -> Option<bool> {
        if path.contains('\0') {
            return Some(false);
        }
        Some(self.candidates(Path::new(path)).iter().any(|candidate| candidate.exists()))
    }
}
