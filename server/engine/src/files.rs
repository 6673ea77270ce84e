//! Included files: where they are looked for, and the file system as an input.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Reads files for includes, `include_file` and `file_exists`. An editor answers with its unsaved text.
pub trait Files: Send + Sync {
    /// The whole text of a regular file.
    ///
    /// # Errors
    /// As the operating system says; `InvalidData` when it is not UTF-8, `FileTooLarge` above 10 MiB.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// The files of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

/// Bytes that an included file may have.
const LIMIT: u64 = 10 * 1024 * 1024;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        let about = fs::metadata(path)?;
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        if about.len() > LIMIT {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 10 MiB"));
        }
        fs::read_to_string(path)
    }
}

/// Folders of the pipeline's folder that are looked through, too.
const SHELVES: &[&str] = &["prompts", "templates", "includes", "content"];

/// Where included files may be.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pipeline_folder: PathBuf,
    workspace: PathBuf,
    /// Where steps read and write: `file_exists` asks for what they made.
    cwd: PathBuf,
}

impl Places {
    pub(crate) fn new(pipeline_folder: &Path, workspace: &Path, cwd: &Path) -> Self {
        let (pipeline_folder, workspace) = (pipeline_folder.to_owned(), workspace.to_owned());
        Self { pipeline_folder, workspace, cwd: cwd.to_owned() }
    }

    /// Reads the first file of that path: in `base` if given, in the pipeline's folder, in its shelves, then upward to
    /// the workspace, then in the working directory. Files outside these, also by way of symbolic links, are refused.
    pub(crate) fn read(
        &self,
        files: &dyn Files,
        path: &str,
        base: Option<&str>,
    ) -> Result<String, String> {
        let asked = Path::new(path);
        if asked.components().any(|part| part == Component::ParentDir) {
            return Err(format!("`{path}`: `..` is not allowed in the path of an included file"));
        }
        for folder in self.folders(base) {
            let candidate = folder.join(asked);
            if !self.is_inside(&candidate) {
                return Err(format!("`{path}` is outside the workspace"));
            }
            match files.read(&candidate) {
                Ok(text) => return Ok(text),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("cannot read `{path}`: {error}")),
            }
        }
        Err(format!(
            "there is no file `{path}` in the pipeline's folder, its `prompts`, `templates`, `includes` or `content`, above it in the workspace, or in the working directory"
        ))
    }

    fn folders(&self, base: Option<&str>) -> Vec<PathBuf> {
        let own = &self.pipeline_folder;
        let mut folders: Vec<_> = base.map(|base| own.join(base)).into_iter().collect();
        folders.push(own.clone());
        folders.extend(SHELVES.iter().map(|shelf| own.join(shelf)));
        if own.starts_with(&self.workspace) {
            let above =
                own.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.workspace));
            folders.extend(above.map(Path::to_owned));
        }
        if !folders.contains(&self.cwd) {
            folders.push(self.cwd.clone());
        }
        folders
    }

    /// Whether a path, links followed as far as it exists, is in the workspace, the pipeline's folder or the working directory.
    fn is_inside(&self, path: &Path) -> bool {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let path = real(path);
        path.components().all(|part| part != Component::ParentDir)
            && [&self.workspace, &self.pipeline_folder, &self.cwd]
                .iter()
                .any(|root| path.starts_with(root) || path.starts_with(real(root)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_beside_the_pipeline_then_on_its_shelves_then_upward() {
        let workspace = tempfile::tempdir().unwrap();
        let own = workspace.path().join("a/b");
        fs::create_dir_all(own.join("prompts")).unwrap();
        fs::create_dir_all(workspace.path().join("run")).unwrap();
        for (file, text) in [
            ("a/b/x", "own"),
            ("a/b/prompts/x", "shelf"),
            ("a/b/prompts/y", "shelf"),
            ("a/z", "above"),
            ("run/made", "made"),
            ("y", "top"),
        ] {
            fs::write(workspace.path().join(file), text).unwrap();
        }
        let places = Places::new(&own, workspace.path(), &workspace.path().join("run"));
        let read = |path| places.read(&Disk, path, None);
        assert_eq!(read("x").as_deref(), Ok("own"));
        assert_eq!(read("y").as_deref(), Ok("shelf"));
        assert_eq!(read("z").as_deref(), Ok("above"));
        assert_eq!(read("made").as_deref(), Ok("made"));
        assert_eq!(places.read(&Disk, "x", Some("prompts")).as_deref(), Ok("shelf"));
        assert!(read("none").unwrap_err().contains("no file `none`"));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_is_read() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "s").unwrap();
        let workspace = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), workspace.path().join("link"))
            .unwrap();
        let places = Places::new(workspace.path(), workspace.path(), workspace.path());
        for path in
            ["../secret", "link", "/etc/hostname", outside.path().join("secret").to_str().unwrap()]
        {
            assert!(places.read(&Disk, path, None).is_err(), "{path}");
        }
        assert!(places.read(&Disk, "link", Some("/etc")).is_err());
    }
}
