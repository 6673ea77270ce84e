//! `downbeat export`: a past run as a folder for others.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use engine::{Document, Journal, Past, Product};
use pipeline::Pipeline;

use super::{
    args::Export,
    exit::Exit,
    past,
    terminal::{Stream, Terminal},
};
use crate::{
    report::Report,
    rocrate::{self, Facts, Files, METADATA},
    workspace::{self, Source, display},
};

pub(super) fn run(terminal: Terminal, call: &Export) -> Exit {
    let (archive, document) = match past::document(terminal, &call.past) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let past = match Journal::open(archive.folder()).map_err(|error| error.to_string()) {
        Ok(journal) => journal.past(&document.run).map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    let past = match past {
        Ok(past) => past,
        Err(message) => {
            terminal.error(&message);
            return Exit::Failure;
        }
    };
    if let Err(message) = is_free(&call.ro_crate) {
        terminal.error(&message);
        return Exit::Wrong;
    }
    match write(call, &past, &document) {
        Ok(files) => {
            for (product, place) in &files.products {
                if let Err(why) = place {
                    terminal.note(&format!("`{}` is not in it: {why}", product.path));
                }
            }
            terminal.write(Stream::Out, &format!("{}\n", display(&call.ro_crate)));
            Exit::Success
        }
        Err(error) => {
            let (folder, reason) = (display(&call.ro_crate), workspace::reason(&error));
            terminal.error(&format!("cannot write `{folder}`: {reason}"));
            Exit::Failure
        }
    }
}

/// Nothing is overwritten.
fn is_free(folder: &Path) -> Result<(), String> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(format!("`{}` is not empty", display(folder))),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("`{}`: {}", display(folder), workspace::reason(&error))),
    }
}

fn write(call: &Export, past: &Past, document: &Document) -> io::Result<Files> {
    let folder = &call.ro_crate;
    fs::create_dir_all(folder)?;
    let name = past.file().and_then(Path::file_name).map(|name| name.to_string_lossy());
    let name = name.unwrap_or_else(|| "standard-input.pipeline.yaml".into()).into_owned();
    let files = Files {
        pipeline: name,
        document: "run.json".to_owned(),
        log: "log.md".to_owned(),
        products: products(folder, &past.options().cwd, document),
    };
    let source = Source { name: "-".into(), path: None, text: past.text().into() };
    let workspace = past.options().workspace;
    let analysis = workspace::analyse(&source, &workspace, &workspace::catalogue());
    let text = without_secrets(past.text(), &analysis.pipeline);
    fs::write(folder.join(&files.pipeline), text)?;
    fs::write(folder.join(&files.document), pretty(document)?)?;
    fs::write(folder.join(&files.log), Report::new(document).to_markdown())?;
    let metadata = rocrate::metadata(&Facts {
        document,
        pipeline: &analysis.pipeline,
        given: past.inputs(),
        program: past.program(),
        licence: call.license.as_deref(),
        files: &files,
    });
    fs::write(folder.join(METADATA), pretty(&metadata)?)?;
    Ok(files)
}

/// The text without the defaults of secret inputs.
fn without_secrets(text: &str, pipeline: &Pipeline) -> String {
    let secret = pipeline.inputs.iter().filter(|input| input.secret);
    let defaults = secret.filter_map(|input| Some((input, input.default.as_ref()?)));
    let mut spans: Vec<_> =
        defaults.map(|(input, default)| input.absolute(default.span).range()).collect();
    spans.sort_by_key(|span| span.start);
    let mut text = text.to_owned();
    for span in spans.into_iter().rev().filter(|span| !span.is_empty()) {
        if text.get(span.clone()).is_some() {
            text.replace_range(span, "'[secret]'");
        }
    }
    text
}

fn pretty(value: &impl serde::Serialize) -> io::Result<String> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(io::Error::other)
}

/// Copies the products that are still as they were left; of the others, why not.
fn products(
    folder: &Path,
    cwd: &Path,
    document: &Document,
) -> Vec<(Product, Result<String, String>)> {
    let copied = |product: &Product| {
        let inside = Path::new("products").join(relative(Path::new(&product.path)));
        let to = folder.join(&inside);
        copy(&cwd.join(&product.path), &to, product)
            .map(|()| display(&inside))
            .inspect_err(|_| drop(fs::remove_file(&to)))
    };
    document.products.iter().map(|product| (product.clone(), copied(product))).collect()
}

/// The path below any root, without steps upward.
fn relative(path: &Path) -> PathBuf {
    let named = path.components().filter(|part| matches!(part, Component::Normal(_)));
    named.collect()
}

fn copy(from: &Path, to: &Path, product: &Product) -> Result<(), String> {
    let told = |error: io::Error| workspace::reason(&error);
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(told)?;
    }
    let mut source = fs::File::open(from).map_err(told)?;
    if !source.metadata().map_err(told)?.is_file() {
        return Err("it is no file any longer".to_owned());
    }
    let mut target =
        Hashed { file: fs::File::create_new(to).map_err(told)?, hash: blake3::Hasher::new() };
    io::copy(&mut source, &mut target).map_err(told)?;
    if target.hash.finalize().to_hex().as_str() == product.blake3 {
        Ok(())
    } else {
        Err("it has changed since".to_owned())
    }
}

/// A file that remembers the hash of what was written to it.
struct Hashed {
    file: fs::File,
    hash: blake3::Hasher,
}

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
