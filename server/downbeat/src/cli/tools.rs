//! `downbeat tools`: what steps can do.

use std::fmt::Write;

use pipeline::catalogue::{Catalogue, Field, Parameter, Signature, Type};

use super::{
    args::{ListFormat, Tools},
    exit::Exit,
    markdown,
    paint::Paint,
    terminal::{Stream, Terminal},
};
use crate::{
    shape::{PlanEffect, ToolField, ToolInfo, ToolKind, ToolOperation, ToolParameter},
    workspace,
};

pub(super) fn run(terminal: Terminal, call: &Tools) -> Exit {
    let catalogue = workspace::catalogue();
    let all = all(&catalogue);
    let Some(name) = &call.name else {
        match call.format {
            ListFormat::Json => terminal.json(&all),
            ListFormat::Text => terminal.write(Stream::Out, &list(&all, terminal)),
        };
        return Exit::Success;
    };
    let info = match find(&catalogue, all, name) {
        Ok(info) => info,
        Err(Unknown { message, help }) => {
            terminal.error(&message);
            help.iter().for_each(|help| terminal.help(help));
            return Exit::Wrong;
        }
    };
    match call.format {
        ListFormat::Json => terminal.json(&[info]),
        ListFormat::Text => terminal.write(Stream::Out, &page(&info, terminal)),
    };
    Exit::Success
}

/// A name that is none, for people.
#[derive(Debug, thiserror::Error)]
#[error("{message}{}", help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
pub(crate) struct Unknown {
    message: String,
    help: Option<String>,
}

/// The one of that name, or of a name that means the same.
///
/// # Errors
/// There is none.
pub(crate) fn find(
    catalogue: &Catalogue,
    mut all: Vec<ToolInfo>,
    name: &str,
) -> Result<ToolInfo, Unknown> {
    let canonical = catalogue.tool(name).or_else(|| catalogue.action(name)).map(|it| it.name);
    match all.iter().position(|info| Some(info.name.as_str()) == canonical) {
        Some(at) => Ok(all.swap_remove(at)),
        None => Err(unknown(catalogue, name, &all)),
    }
}

/// All of them.
pub(crate) fn all(catalogue: &Catalogue) -> Vec<ToolInfo> {
    let tools = catalogue.tools().iter().map(|it| info(it, ToolKind::Tool, catalogue));
    let actions = catalogue.actions().iter().map(|it| info(it, ToolKind::Action, catalogue));
    tools.chain(actions).collect()
}

fn unknown(catalogue: &Catalogue, name: &str, all: &[ToolInfo]) -> Unknown {
    if catalogue.is_documented_only(name) {
        let message = format!("`{name}` is spoken of in documents, but nobody ever made it");
        return Unknown { message, help: None };
    }
    let help = match pipeline::names::nearest(name, all.iter().map(|info| info.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`downbeat tools` lists them".to_owned(),
    };
    Unknown { message: format!("no tool or action is called `{name}`"), help: Some(help) }
}

fn list(all: &[ToolInfo], terminal: Terminal) -> String {
    let paint = terminal.paint(Stream::Out);
    let wide = all.iter().map(|info| info.name.len()).max().unwrap_or(0);
    let room = terminal.width(Stream::Out).saturating_sub(wide + 4);
    let mut out = String::new();
    for (kind, title) in [(ToolKind::Tool, "tools"), (ToolKind::Action, "actions")] {
        // Writing to a `String` cannot fail; the same holds below.
        let _ = writeln!(out, "{}", paint.bold(title));
        for info in all.iter().filter(|info| info.kind == kind) {
            let name = format!("{:<wide$}", info.name);
            let summary = summary(&info.doc, room);
            if info.provided {
                let _ = writeln!(out, "  {}  {summary}", paint.green(&name));
            } else {
                let _ = writeln!(
                    out,
                    "  {}",
                    paint.dim(&format!("{name}  {summary} (not in this build)"))
                );
            }
        }
    }
    out
}

/// The first sentence of a page, cut to `room` characters.
pub(crate) fn summary(doc: &str, room: usize) -> String {
    let paragraph = doc.trim().split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let sentence = paragraph.split_inclusive(". ").next().unwrap_or_default();
    let sentence = sentence.trim().trim_end_matches('.');
    if sentence.chars().count() <= room {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(room.saturating_sub(1)).collect();
    format!("{cut}…")
}

fn page(info: &ToolInfo, terminal: Terminal) -> String {
    let paint = terminal.paint(Stream::Out);
    let width = terminal.width(Stream::Out);
    let note = if info.provided { String::new() } else { paint.yellow(" (not in this build)") };
    let mut out = format!(
        "{}{note}\n\n{}",
        paint.bold(&info.name),
        markdown::render(&info.doc, width, paint)
    );
    if !info.operations.is_empty() {
        let _ = writeln!(out, "\n{}", paint.bold("operations"));
        for operation in &info.operations {
            let mark = if operation.default { " (default)" } else { "" };
            let _ = writeln!(
                out,
                "  {}{mark}: {}",
                paint.green(&operation.name),
                summary(&operation.doc, width)
            );
            if !operation.required.is_empty() {
                let _ = writeln!(out, "      needs {}", operation.required.join(", "));
            }
            fields(&mut out, &operation.result, "      gives ", paint);
        }
    }
    if !info.parameters.is_empty() {
        let _ = writeln!(out, "\n{}", paint.bold("parameters"));
        for parameter in &info.parameters {
            let _ = writeln!(out, "  {}", described(parameter, width, paint));
        }
    }
    if !info.result.is_empty() {
        let _ = writeln!(out, "\n{}", paint.bold("result"));
        fields(&mut out, &info.result, "  ", paint);
    }
    let effects: Vec<&str> = info.effects.iter().map(|effect| effect.word()).collect();
    let _ = writeln!(out, "\n{} {}", paint.bold("effects"), effects.join(", "));
    out
}

fn described(parameter: &ToolParameter, width: usize, paint: Paint) -> String {
    let need = match &parameter.default {
        _ if parameter.required => ", required".to_owned(),
        Some(default) => format!(", default {default}"),
        None => String::new(),
    };
    let choices = if parameter.choices.is_empty() {
        String::new()
    } else {
        format!(", one of {}", parameter.choices.join(" "))
    };
    let head = format!("({}{need}{choices})", parameter.ty);
    format!(
        "{} {}: {}",
        paint.green(&parameter.name),
        paint.dim(&head),
        summary(&parameter.doc, width)
    )
}

fn fields(out: &mut String, fields: &[ToolField], lead: &str, paint: Paint) {
    if fields.is_empty() {
        return;
    }
    let names: Vec<String> = fields
        .iter()
        .map(|field| format!("{} {}", field.name, paint.dim(&format!("({})", field.ty))))
        .collect();
    let _ = writeln!(out, "{lead}{}", names.join(", "));
}

fn info(signature: &Signature, kind: ToolKind, catalogue: &Catalogue) -> ToolInfo {
    ToolInfo {
        name: signature.name.to_owned(),
        kind,
        provided: catalogue.provides(signature.name),
        doc: signature.doc.to_owned(),
        operations: signature
            .operations
            .iter()
            .map(|it| ToolOperation {
                name: it.name.to_owned(),
                doc: it.doc.to_owned(),
                default: signature.default_operation == Some(it.name),
                required: it.required.iter().map(|&name| name.to_owned()).collect(),
                result: it.result.iter().map(field).collect(),
                effects: it.effects.iter().map(|&effect| effect.into()).collect(),
            })
            .collect(),
        parameters: signature.parameters.iter().map(parameter).collect(),
        result: signature.result.iter().map(field).collect(),
        effects: signature.effects.iter().map(|&effect| PlanEffect::from(effect)).collect(),
    }
}

fn parameter(parameter: &Parameter) -> ToolParameter {
    ToolParameter {
        name: parameter.name.to_owned(),
        ty: word(parameter.ty).to_owned(),
        required: parameter.required,
        default: parameter.default.and_then(|text| serde_json::from_str(text).ok()),
        choices: parameter.choices.iter().map(|&word| word.to_owned()).collect(),
        doc: parameter.doc.to_owned(),
    }
}

fn field(field: &Field) -> ToolField {
    ToolField {
        name: field.name.to_owned(),
        ty: word(field.ty).to_owned(),
        doc: field.doc.to_owned(),
    }
}

const fn word(ty: Type) -> &'static str {
    match ty {
        Type::Any => "any",
        Type::Text => "text",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Bool => "boolean",
        Type::List => "list",
        Type::Map => "map",
        Type::Path => "path",
        Type::Model => "model",
    }
}
