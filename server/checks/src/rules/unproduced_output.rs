use std::sync::LazyLock;

use pipeline::{
    Data, Output, Placed, Step,
    catalogue::Effect,
    insight::{FileUse, Own},
    names::Meaning,
};
use regex::Regex;

use crate::{
    Severity,
    facts::Whole,
    findings::Findings,
    intent::{Powers, is_explained},
    rule::declare_rule,
    view::constant,
};

declare_rule!("unproduced-output", Error, "unproduced_output.md", Pipeline(detect));

/// An output that nothing produces: it has no value, reads only what never runs, or names a file that no step writes.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let pipeline = whole.input.pipeline;
    if pipeline.steps.is_empty() || pipeline.outputs.is_empty() || is_explained(pipeline) {
        return;
    }
    let powers = Powers::of(whole);
    for output in pipeline.outputs.iter().filter(|it| it.problems.is_empty()) {
        let place = output.absolute(output.name.span);
        let name = &output.name.value;
        if is_empty(&output.value.value) {
            findings.report(place, empty_words(name));
        } else if let Some(dead) = only_dead(whole, output) {
            let draft = findings.report(place, dead_words(name, dead.id_text()));
            if let (Some(condition), Some(at)) = (&dead.condition, position(whole, dead)) {
                draft.related(condition.span.shift(at), "never holds");
            }
        } else if let Some(path) = file(&output.value.value) {
            missing_file(whole, &powers, output, path, findings);
        } else if promises_file(name) && output.value.value.as_text().is_some() {
            let touches = [Effect::Writes, Effect::Reads].iter().any(|it| !powers.lack(*it));
            if !touches && !reads_input(whole, output) {
                findings.report(place, name_words(name)).severity(Severity::Warning);
            }
        }
    }
}

fn is_empty(value: &Data) -> bool {
    match value {
        Data::Null => true,
        Data::Text(text) => text.value.trim().is_empty(),
        _ => false,
    }
}

/// The step that never runs, where an output reads nothing but such steps.
fn only_dead<'a>(whole: &Whole<'a>, output: &Output) -> Option<&'a Step> {
    let input = whole.input;
    let mut dead = None;
    for reference in &output.references {
        let Meaning::Step(index) = input.names.meaning(input.pipeline, &[], reference) else {
            return None;
        };
        let step = input.pipeline.steps.get(index)?;
        let never = step.condition.as_ref().is_some_and(|it| constant(it) == Some(false));
        if !never || reference.guarded {
            return None;
        }
        dead = Some(&*step.item);
    }
    dead
}

fn position(whole: &Whole<'_>, step: &Step) -> Option<u32> {
    let mut steps = whole.input.pipeline.steps.iter();
    steps.find(|it| std::ptr::eq(&*it.item, step)).map(|it| it.base)
}

/// Text that is a file's name and nothing else.
static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?i)^(?:\{\{[^{}]*\}\}|[\w./-])+\.(?:md|txt|json|csv|pdf|html?|ya?ml|png|jpe?g|xlsx?|docx?)$";
    Regex::new(pattern).ok()
});

fn file(value: &Data) -> Option<&str> {
    let text = value.as_text().filter(|it| it.autos.is_empty())?.value.trim();
    FILE.as_ref()?.is_match(text).then_some(text)
}

/// Says so where no step can write files, or all that write say which, and it is another.
fn missing_file(
    whole: &Whole<'_>,
    powers: &Powers,
    output: &Placed<Output>,
    path: &str,
    findings: &mut Findings,
) {
    let plain = |path: &str| path.trim().trim_start_matches("./").to_owned();
    let mut named = Vec::new();
    let mut is_told = powers.are_known();
    for step in whole.input.pipeline.steps.iter().flat_map(|it| it.walk()) {
        let own = Own::of(step);
        named.extend(own.files.iter().map(|it| plain(&it.path)));
        named.extend(own.products.iter().map(|it| plain(&it.file)));
        let writes = own.files.iter().filter(|it| it.usage == FileUse::Writes);
        let written: Vec<&str> = writes
            .map(|it| it.path.as_str())
            .chain(own.products.iter().map(|it| it.file.as_str()))
            .collect();
        let is_writer = own.effects.contains(&Effect::Writes) && step.body.is_empty();
        is_told &= !is_writer
            || (!written.is_empty() && written.iter().all(|it| !it.contains(['{', '<', '…'])));
    }
    let place = output.absolute(output.value.span);
    let named_so = |it: &String| {
        let path = plain(path);
        *it == path || path.ends_with(&format!("/{it}")) || it.ends_with(&format!("/{path}"))
    };
    if named.iter().any(named_so) {
        return;
    }
    if powers.lack(Effect::Writes) {
        findings.report(place, file_words(path));
    } else if is_told && !path.contains('{') {
        findings.report(place, other_words(path)).severity(Severity::Warning);
    }
}

/// Whether an output is called like a file.
fn promises_file(name: &str) -> bool {
    let name = name.to_lowercase();
    ["_file", "_pdf", "_csv", "file_path", "output_path"].iter().any(|it| name.ends_with(it))
}

fn reads_input(whole: &Whole<'_>, output: &Output) -> bool {
    let input = whole.input;
    let mut meant = output.references.iter().map(|it| input.names.meaning(input.pipeline, &[], it));
    meant.any(|it| !matches!(it, Meaning::Step(_)))
}

fn empty_words(name: &str) -> String {
    format!("nothing produces the output `{name}`: it has no value")
}

fn dead_words(name: &str, step: &str) -> String {
    format!("nothing produces the output `{name}`: it comes from `{step}`, which never runs")
}

fn file_words(path: &str) -> String {
    format!("the file `{path}` is promised, and no step writes files")
}

fn other_words(path: &str) -> String {
    format!("the file `{path}` is promised, and no step writes it")
}

fn name_words(name: &str) -> String {
    format!("the output `{name}` is called like a file, and no step writes one")
}
