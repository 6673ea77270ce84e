//! `visualization`: draws charts of a table, and puts charts together on one page.
//!
//! A table becomes a [`Chart`](chart::Chart), which is plain data, and that becomes a file. A PNG or SVG carries its chart
//! along, so that `export_figures` can draw it anew in another format.

mod chart;
mod choose;
mod draw;
mod files;
mod page;
mod table;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{Signature, VISUALIZATION};
use serde_json::{Map, Value as Json, json};

use self::{
    chart::{Kind, Look, Theme},
    files::Format,
    page::Layout,
};
use crate::{
    answer::{blocking, done, failed, given, operation, spelled, text},
    data::{Form, parse},
    files::{self as disk, FileError, Follow},
};

/// The most charts on one page or in one export.
const MOST_CHARTS: usize = 200;

/// See the module.
#[derive(Debug)]
pub(crate) struct Visualization;

#[async_trait]
impl Tool for Visualization {
    fn signature(&self) -> &'static Signature {
        &VISUALIZATION
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

/// What cannot be drawn, and why.
#[derive(Debug)]
struct Trouble {
    error_type: &'static str,
    message: String,
}

impl Trouble {
    fn value(message: impl Into<String>) -> Self {
        Self { error_type: "ValueError", message: message.into() }
    }
}

impl From<FileError> for Trouble {
    fn from(error: FileError) -> Self {
        Self { error_type: error.error_type, message: error.message }
    }
}

fn act(call: &Call) -> Result<Json, Failure> {
    let operation = operation(call, None);
    let answer = match operation.as_str() {
        "create_charts" => create_charts(call),
        "create_dashboard" => create_dashboard(call),
        "export_figures" => export_figures(call),
        other => Err(Trouble::value(format!(
            "`{other}` is no operation of `visualization`: there are create_charts, create_dashboard and export_figures"
        ))),
    };
    match answer {
        Ok(mut facts) => {
            facts.insert("action".to_owned(), operation.into());
            Ok(done(Json::Object(facts)))
        }
        Err(trouble) => {
            Err(failed(trouble.error_type, trouble.message, json!({ "action": operation })))
        }
    }
}

fn create_charts(call: &Call) -> Result<Map<String, Json>, Trouble> {
    let parameters = &call.parameters;
    let data = given(parameters, "data")
        .ok_or_else(|| Trouble::value("`create_charts` needs `data`: a table to draw"))?;
    let table = table::read(&call.place, data).map_err(Trouble::value)?;
    let formats = formats(parameters)?;
    let look = look(parameters)?;
    let title = text(parameters, "title").filter(|it| !it.trim().is_empty());
    let kinds = kinds(parameters, &table)?;
    let folder = folder(parameters, "output/charts");
    let mut written = Vec::new();
    for &kind in &kinds {
        let chart = choose::chart(kind, &table, look, title.as_deref()).map_err(Trouble::value)?;
        for format in &formats {
            let name = format!("{}_chart_{}.{}", kind.name(), chart.fingerprint(), format.name());
            let path = format!("{folder}/{name}");
            write(call, &path, &files::render(&chart, *format).map_err(Trouble::value)?)?;
            written.push(path);
        }
    }
    Ok(facts([
        ("charts", json!(written)),
        ("files", json!(written)),
        ("count", json!(written.len())),
        ("output_dir", json!(folder)),
        ("chart_types", kinds.iter().map(|kind| kind.name()).collect()),
    ]))
}

fn create_dashboard(call: &Call) -> Result<Map<String, Json>, Trouble> {
    let parameters = &call.parameters;
    let folder = folder(parameters, "output");
    let layout =
        word(parameters, "layout", Layout::Grid, Layout::named, "grid, vertical or horizontal")?;
    let charts = charts(parameters)?;
    let pictures = charts
        .iter()
        .map(|path| files::picture(&call.place, path))
        .collect::<Result<Vec<_>, _>>()?;
    let title = text(parameters, "title").filter(|it| !it.trim().is_empty());
    let page = page::page(title.as_deref().unwrap_or("Dashboard"), layout, &pictures);
    let name = format!("dashboard_{}.html", chart::fingerprint(page.as_bytes()));
    let path = format!("{folder}/{name}");
    write(call, &path, page.as_bytes())?;
    Ok(facts([
        ("url", json!(path)),
        ("dashboard_path", json!(path)),
        ("files", json!([path])),
        ("count", json!(1)),
        ("charts_included", json!(pictures.len())),
        ("layout", json!(layout.name())),
    ]))
}

fn export_figures(call: &Call) -> Result<Map<String, Json>, Trouble> {
    let parameters = &call.parameters;
    let folder = folder(parameters, "output/exports");
    let formats = formats(parameters)?;
    let mut written = Vec::new();
    for path in charts(parameters)? {
        let chart = files::carried(&call.place, &path)?;
        let stem = path.rsplit('/').next().unwrap_or(&path);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        for format in &formats {
            let path = format!("{folder}/{stem}.{}", format.name());
            write(call, &path, &files::render(&chart, *format).map_err(Trouble::value)?)?;
            written.push(path);
        }
    }
    Ok(facts([
        ("exported_files", json!(written)),
        ("files", json!(written)),
        ("formats", formats.iter().map(|it| it.name()).collect()),
        ("count", json!(written.len())),
        ("output_dir", json!(folder)),
    ]))
}

fn facts<const N: usize>(facts: [(&str, Json); N]) -> Map<String, Json> {
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn write(call: &Call, path: &str, content: &[u8]) -> Result<(), Trouble> {
    let reach = disk::to_write(&call.place, path, Follow::Link)?;
    Ok(disk::write(&reach, content)?)
}

fn folder(parameters: &Map<String, Json>, default: &str) -> String {
    let folder = text(parameters, "output_dir").filter(|it| !it.trim().is_empty());
    let folder = folder.unwrap_or_else(|| default.to_owned());
    match folder.trim().trim_end_matches('/') {
        "" => String::new(),
        folder => folder.to_owned(),
    }
}

/// One of the words that a parameter may be; `default` where it is not given.
fn word<T>(
    parameters: &Map<String, Json>,
    name: &str,
    default: T,
    named: fn(&str) -> Option<T>,
    all: &str,
) -> Result<T, Trouble> {
    let Some(word) = text(parameters, name) else { return Ok(default) };
    named(word.trim().to_lowercase().as_str())
        .ok_or_else(|| Trouble::value(format!("`{name}` is `{word}`, and may be {all}")))
}

/// The items of a parameter that may be a list, the text of one, or a single thing.
fn items(parameters: &Map<String, Json>, name: &str) -> Vec<String> {
    match given(parameters, name) {
        None => Vec::new(),
        Some(Json::Array(items)) => items.iter().map(spelled).collect(),
        Some(Json::String(text)) => match parse(text, Form::Json) {
            Ok(Json::Array(items)) if text.trim_start().starts_with('[') => {
                items.iter().map(spelled).collect()
            }
            _ => {
                text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
            }
        },
        Some(other) => vec![spelled(other)],
    }
}

fn charts(parameters: &Map<String, Json>) -> Result<Vec<String>, Trouble> {
    let charts = items(parameters, "charts");
    match charts.len() {
        0 => {
            Err(Trouble::value("`charts` names no chart: give the paths of charts that were drawn"))
        }
        1..=MOST_CHARTS => Ok(charts),
        many => {
            Err(Trouble::value(format!("{many} charts are too many: the limit is {MOST_CHARTS}")))
        }
    }
}

fn formats(parameters: &Map<String, Json>) -> Result<Vec<Format>, Trouble> {
    let mut formats = Vec::new();
    for name in items(parameters, "format") {
        let format = Format::named(&name.to_lowercase()).ok_or_else(|| {
            Trouble::value(format!("`format` is `{name}`, and may be png, svg, pdf or html"))
        })?;
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Ok(if formats.is_empty() { vec![Format::Png] } else { formats })
}

fn kinds(parameters: &Map<String, Json>, table: &table::Table) -> Result<Vec<Kind>, Trouble> {
    let mut kinds = Vec::new();
    for name in items(parameters, "chart_types") {
        let named = match name.trim().to_lowercase().as_str() {
            "auto" => choose::fitting(table),
            name => Kind::named(name).into_iter().collect(),
        };
        if named.is_empty() {
            return Err(Trouble::value(format!(
                "`{name}` is no type of chart: there are line, bar, scatter, histogram, pie, heatmap and auto"
            )));
        }
        for kind in named {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    Ok(if kinds.is_empty() { choose::fitting(table) } else { kinds })
}

fn look(parameters: &Map<String, Json>) -> Result<Look, Trouble> {
    let size = |name: &str, default: u32| match given(parameters, name) {
        None => Ok(default),
        Some(value) => value
            .as_u64()
            .and_then(|pixels| u32::try_from(pixels).ok())
            .filter(|pixels| Look::SIDES.contains(pixels))
            .ok_or_else(|| {
                Trouble::value(format!(
                    "`{name}` is {}, and must be {} to {} pixels",
                    spelled(value),
                    Look::SIDES.start(),
                    Look::SIDES.end()
                ))
            }),
    };
    let theme =
        word(parameters, "theme", Theme::Seaborn, Theme::named, "default, dark or seaborn")?;
    Ok(Look { width: size("width", 800)?, height: size("height", 600)?, theme })
}
