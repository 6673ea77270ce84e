//! The runs that a workspace remembers.

use std::path::Path;

use engine::{Archive, JournalError, Request, RunSummary, Wanted};

/// Runs of the workspace at `root`, newest first, at most `limit` and of a file only if one is given. None where nothing ever
/// ran.
///
/// # Errors
/// The journal cannot be read.
pub(crate) fn runs(
    root: &Path,
    file: Option<&Path>,
    limit: usize,
) -> Result<Vec<RunSummary>, JournalError> {
    let Some(archive) = Archive::open(&root.join(super::STATE))? else { return Ok(Vec::new()) };
    let files = file.map(|file| spellings(&archive, file)).transpose()?;
    archive.runs(&Wanted { files, limit })
}

/// Gives a request for a part of a pipeline what the newest runs of its file have of the steps that it wants.
///
/// # Errors
/// The journal cannot be read.
pub(crate) fn recall(request: &mut Request) -> Result<(), JournalError> {
    let wanted = request.wanted();
    let Some(file) = request.source.file.as_deref().filter(|_| !wanted.is_empty()) else {
        return Ok(());
    };
    let Some(archive) = Archive::open(&request.options.workspace.join(super::STATE))? else {
        return Ok(());
    };
    let files = spellings(&archive, file)?;
    let found = wanted.iter().map(|step| archive.earlier(&files, step));
    request.earlier = found.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
    Ok(())
}

/// How runs name a file: in every spelling that leads to it.
fn spellings(archive: &Archive, file: &Path) -> Result<Vec<String>, JournalError> {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let asked = super::current_dir().join(file);
    let wanted = real(&asked);
    let known = archive.files()?.into_iter();
    Ok(known.filter(|it| Path::new(it) == asked || real(Path::new(it)) == wanted).collect())
}
