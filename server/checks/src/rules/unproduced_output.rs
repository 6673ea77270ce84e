use std::sync::LazyLock;

use pipeline::{Data, Output, Placed, Step, catalogue::Effect, files::plain, names::Meaning};
use regex::Regex;

use crate::{
    Severity,
    facts::Whole,
    findings::Findings,
    intent::{PROMISES_READ, Powers, is_explained},
    rule::declare_rule,
};

declare_rule!("unproduced-output", Error, "unproduced_output.md", Kept(PROMISES_READ, detect));

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
            if let Some(condition) = &dead.condition {
                draft.related(dead.absolute(condition.span), "never holds");
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
fn only_dead<'a>(whole: &Whole<'a>, output: &Output) -> Option<&'a Placed<Step>> {
    let input = whole.input;
    let mut dead = None;
    for reference in &output.references {
        let Meaning::Step(index) = input.names.meaning(input.pipeline, &[], reference) else {
            return None;
        };
        if !whole.deeds(index)?.never_runs || reference.guarded {
            return None;
        }
        dead = input.pipeline.steps.get(index);
    }
    dead
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
    let path_itself = &*plain(path);
    let is_it = |it: &str| {
        it == path_itself
            || path_itself.strip_suffix(it).is_some_and(|it| it.ends_with('/'))
            || it.strip_suffix(path_itself).is_some_and(|it| it.ends_with('/'))
    };
    let all = || (0..whole.facts.len()).filter_map(|step| whole.deeds(step));
    if all().any(|it| it.files.iter().any(|it| is_it(it))) {
        return;
    }
    let place = output.absolute(output.value.span);
    let is_told = powers.are_known() && !all().any(|it| it.writes_untold);
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
