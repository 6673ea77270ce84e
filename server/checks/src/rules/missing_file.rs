use syntax::template::{each_include, parse_template};

use crate::{
    Files, Severity,
    findings::Findings,
    rule::declare_rule,
    view::{Called, MOST, StepView, TextView, called, file_names},
};

/// What is wrong with an included file, and the files in between, the outermost first.
struct Wrong {
    reason: String,
    through: Vec<String>,
}

declare_rule!("missing-file", Error, "missing_file.md", Text(included), Step(sub_pipeline));

fn included(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for (path, span) in view.includes() {
        let (path, files) = (path.trim(), view.scope.input.files);
        if path.contains("{{") {
            continue;
        }
        if files.exists(path) == Some(false) {
            findings.report(span, words(path));
        } else if let Some(wrong) = follow(files, path, &mut Vec::new(), &mut 0) {
            findings.report(span, chain_words(path, &wrong));
        }
    }
}

/// Reads a file, what it includes, and so on.
fn follow(files: &dyn Files, path: &str, around: &mut Vec<String>, read: &mut usize) -> Option<Wrong> {
    let wrong = |reason: String, around: &[String]| Some(Wrong { reason, through: around.to_vec() });
    if around.iter().any(|it| it == path) {
        return wrong(format!("`{path}` includes itself"), around);
    }
    if around.len() >= pipeline::eval::MAX_INCLUDES as usize {
        return wrong(too_deep_words(), around);
    }
    *read += 1;
    if *read > MOST {
        return None;
    }
    let text = match files.included(path)? {
        Ok(text) => text,
        Err(reason) => return wrong(format!("`{path}` cannot be included: {reason}"), around),
    };
    let template = parse_template(&text);
    if let Some(error) = template.errors.first() {
        return wrong(format!("`{path}` is no template: {}", error.message), around);
    }
    let mut named = Vec::new();
    each_include(&template.parts, &mut |path, _| named.push(path.trim()));
    named.retain(|it| !it.contains("{{"));
    around.push(path.to_owned());
    let found = named.into_iter().find_map(|it| follow(files, it, around, read));
    around.pop();
    found
}

/// It may be written by an earlier step.
fn sub_pipeline(view: &StepView<'_>, findings: &mut Findings) {
    let Some((Called::File(name), place)) = called(view.step) else { return };
    let files = view.scope.input.files;
    if file_names(name).all(|file| files.exists(&file) == Some(false)) {
        findings.report(place.span, pipeline_words(name)).severity(Severity::Warning);
    }
}

fn chain_words(path: &str, wrong: &Wrong) -> String {
    let Wrong { reason, through } = wrong;
    match through.iter().skip(1).map(|it| format!("`{it}`")).collect::<Vec<_>>() {
        _ if through.is_empty() => reason.clone(),
        between if between.is_empty() => format!("in `{path}`: {reason}"),
        between => format!("in `{path}`, through {}: {reason}", between.join(", ")),
    }
}

fn too_deep_words() -> String {
    format!("files include each other deeper than {} levels", pipeline::eval::MAX_INCLUDES)
}

fn pipeline_words(name: &str) -> String {
    match file_names(name).nth(1) {
        None => words(name),
        Some(_) => format!("there is no pipeline `{name}`: no file of that name, with `.yaml` or another ending"),
    }
}

fn words(path: &str) -> String {
    format!("there is no file `{path}`")
}
