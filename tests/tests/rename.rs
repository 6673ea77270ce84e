//! A new name for everything that has one in real pipelines: the text means the same afterwards.

use std::{collections::BTreeMap, fmt::Write as _, fs, sync::Arc};

use checks::{Files, NoFiles, Severity};
use ide::{Analyst, Snapshot, rename};
use pipeline::{Step, catalogue::Catalogue};
use syntax::Document;
use tests::reading::files;

/// Reasons for which a name may be kept; each is said in a test of `ide`.
const REASONS: &[&str] = &[
    "is also named through a YAML alias",
    "is made from the step's `name`",
    "choose a name without `-`",
    "is no name that expressions can read",
    "would mean something else",
];

#[test]
fn real_pipelines_mean_the_same_under_other_names() {
    let Some(shared) = tests::shared() else {
        let test = "real_pipelines_mean_the_same_under_other_names";
        return tests::skipped(test, "no folder of real pipelines");
    };
    let folder = shared.join("corpus");
    let (mut renamed, mut kept, mut wrong) = (0, BTreeMap::new(), String::new());
    for path in files(&folder, &["yaml", "yml"]) {
        let text = fs::read_to_string(&path).unwrap();
        let before = read(&text);
        for (turn, offset) in names(&before).into_iter().enumerate() {
            let new = ["another_name", "another-name"][turn % 2];
            match rename(&before, offset, new) {
                Ok(None) => {}
                Ok(Some(edits)) => {
                    let mut after = text.clone();
                    for edit in edits.iter().rev() {
                        after.replace_range(edit.span.range(), &edit.text);
                    }
                    renamed += 1;
                    let after = read(&after);
                    if let Some(difference) = difference(&before, &after) {
                        let line = before.document.line_of(offset) + 1;
                        writeln!(wrong, "{}:{line}: {new}: {difference}", path.display()).unwrap();
                    }
                }
                Err(why) => {
                    let known = REASONS.iter().find(|it| why.reason.contains(**it));
                    match known {
                        Some(known) => *kept.entry(*known).or_insert(0) += 1,
                        None => {
                            writeln!(wrong, "{}: {new}: {}", path.display(), why.reason).unwrap();
                        }
                    }
                }
            }
        }
    }
    println!("renamed {renamed}, kept {kept:#?}");
    assert!(wrong.is_empty(), "{wrong}");
    let refused: usize = kept.values().sum();
    assert!(renamed > 500 && renamed > 20 * refused, "renamed {renamed}, kept {kept:#?}");
}

fn read(text: &str) -> Snapshot {
    let files: Arc<dyn Files> = Arc::new(NoFiles);
    Analyst::default().read(Document::new(text), &Catalogue::declared(), &files)
}

/// Offsets of the names that the author chose.
fn names(snapshot: &Snapshot) -> Vec<u32> {
    let pipeline = &snapshot.pipeline;
    let mut offsets = Vec::new();
    for outermost in &pipeline.steps {
        for step in outermost.walk() {
            let variables = step.vars.iter().map(|it| it.span);
            let own = step.id.iter().map(|id| id.span).chain(loop_names(step)).chain(variables);
            offsets.extend(own.map(|span| outermost.absolute(span).start + 1));
        }
    }
    offsets.extend(pipeline.inputs.iter().map(|it| it.absolute(it.name.span).start + 1));
    offsets.extend(pipeline.outputs.iter().map(|it| it.absolute(it.name.span).start + 1));
    offsets.extend(snapshot.document.anchor_uses().map(|it| it.span.start));
    offsets
}

fn loop_names(step: &Step) -> Vec<syntax::Span> {
    let names = match &step.kind {
        pipeline::StepKind::ForEach(it) => [&it.loop_var, &it.loop_name],
        pipeline::StepKind::While(it) => [&None, &it.loop_name],
        _ => [&None, &None],
    };
    names.into_iter().flatten().map(|name| name.span).collect()
}

/// What is not the same but for names. An id with `-` that was written as a name is mended by the way: then nothing may be
/// wrong that was not wrong before.
fn difference(before: &Snapshot, after: &Snapshot) -> Option<String> {
    let edges = |it: &Snapshot| {
        it.plan.edges.iter().map(|edge| (edge.from, edge.to, edge.origin)).collect::<Vec<_>>()
    };
    let same_plan = edges(before) == edges(after) && before.plan.stages == after.plan.stages;
    let (before, after) = (findings(before), findings(after));
    let mends = before.iter().any(|(_, code, _)| *code == "dashed-reference");
    let gone: Vec<_> = before.iter().filter(|it| !after.contains(it)).collect();
    let mut come: Vec<_> = after.iter().filter(|it| !before.contains(it)).collect();
    if mends {
        // What could not be read as a reference says now which field it reads.
        let is_read_now = |line: u32, code: &str| {
            code == "undefined-field"
                && gone.iter().any(|it| it.0 == line && it.1 == "dashed-reference")
        };
        come.retain(|(line, code, severity)| {
            *severity == Severity::Error && !is_read_now(*line, code)
        });
    }
    if !come.is_empty() || (!mends && before != after) {
        Some(format!("findings gone {gone:?}, come {come:?}"))
    } else {
        (!same_plan && !mends).then(|| "the plan is another".to_owned())
    }
}

/// Findings as line, code and severity.
fn findings(snapshot: &Snapshot) -> Vec<(u32, &'static str, Severity)> {
    let mut all: Vec<_> = Vec::new();
    for part in snapshot.report.parts() {
        let line = |offset: u32| snapshot.document.line_of(part.base + offset);
        all.extend(part.found.iter().map(|it| (line(it.span.start), it.code, it.severity)));
    }
    all.sort_unstable_by_key(|it| (it.0, it.1));
    all
}
