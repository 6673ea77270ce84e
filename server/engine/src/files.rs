//! Included files: where they are looked for, and the file system as an input.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use pipeline::facts::called_endings;

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

/// Texts of files, as they were read.
pub(crate) type Texts = BTreeMap<PathBuf, String>;

/// Files of which some were read before: those are as they were.
pub(crate) struct Remembered {
    pub(crate) texts: Texts,
    pub(crate) others: Arc<dyn Files>,
}

impl Files for Remembered {
    fn read(&self, path: &Path) -> io::Result<String> {
        self.texts.get(path).cloned().map_or_else(|| self.others.read(path), Ok)
    }
}

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

    /// The same places for a pipeline in another folder.
    pub(crate) fn seen_from(&self, folder: &Path) -> Self {
        Self { pipeline_folder: folder.to_owned(), ..self.clone() }
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
        let roots = [&self.workspace, &self.pipeline_folder, &self.cwd];
        for folder in self.folders(base) {
            let candidate = folder.join(asked);
            if !is_inside(&candidate, &roots) {
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

    /// Finds a pipeline that another one calls, by its file or its id: where included files are, and never outside the
    /// workspace and the caller's folder. An id is that of a file of its name.
    pub(crate) fn called(&self, files: &dyn Files, name: &str) -> Called {
        if name.is_empty() || name.contains('\0') {
            return Called::Nowhere("a pipeline has a name".to_owned());
        }
        let roots = [&self.workspace, &self.pipeline_folder];
        let folders = self.folders(None).into_iter().filter(|folder| is_inside(folder, &roots));
        for folder in folders {
            for ending in called_endings(name) {
                let file = normal(&folder.join(format!("{name}{ending}")));
                if !is_inside(&file, &roots) {
                    return Called::Forbidden(format!("`{name}` is outside the workspace"));
                }
                match files.read(&file) {
                    Ok(text) => return Called::Found { file, text },
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => {
                        return Called::Forbidden(format!("cannot read `{name}`: {error}"));
                    }
                }
            }
        }
        Called::Nowhere(format!(
            "there is no pipeline `{name}` in the folder of the pipeline that calls it, or above it in the workspace"
        ))
    }

    /// Reads a personality: beside the pipeline, then upward in the workspace, then the user's own.
    pub(crate) fn personality(
        &self,
        files: &dyn Files,
        name: &str,
    ) -> Result<Option<String>, String> {
        let own = std::iter::once(&*self.pipeline_folder);
        let above = self.pipeline_folder.ancestors().skip(1);
        let above = above.filter(|folder| folder.starts_with(&self.workspace));
        let shelves = own.chain(above).map(|folder| folder.join("personalities"));
        let home = std::env::home_dir().map(|home| home.join(".orchestrator/personalities"));
        for file in shelves.chain(home).map(|shelf| shelf.join(name)) {
            match files.read(&file) {
                Ok(text) => return Ok(Some(text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(format!(
                        "cannot read the personality `{}`: {error}",
                        file.display()
                    ));
                }
            }
        }
        Ok(None)
    }

    /// The pipeline's own folder.
    pub(crate) fn pipeline_folder(&self) -> &Path {
        &self.pipeline_folder
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
}

/// Where a pipeline is that another one calls.
#[derive(Debug)]
pub(crate) enum Called {
    Found {
        file: PathBuf,
        text: String,
    },
    /// There is none of that name; why, in words.
    Nowhere(String),
    /// It must not or cannot be read.
    Forbidden(String),
}

/// A path without `.` and `..`, as far as names say.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if normal.file_name().is_some() => drop(normal.pop()),
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

/// Whether a path, links followed as far as it exists, is in one of these folders.
fn is_inside(path: &Path, roots: &[&PathBuf]) -> bool {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = real(path);
    path.components().all(|part| part != Component::ParentDir)
        && roots.iter().any(|root| path.starts_with(root) || path.starts_with(real(root)))
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
