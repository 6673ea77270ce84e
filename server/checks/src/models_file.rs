//! What is wrong in a `models.yaml`, in words.

use pipeline::{
    models::{MOST_DESCRIBED, Mistake, MistakeKind, ModelsFile, NamedServer},
    names::nearest,
};
use syntax::{Span, Tree};

use crate::{Diagnostic, Fix, Severity, findings::Findings, rules::misread, words::did_you_mean};

/// The rule that speaks of a `models.yaml`.
const CODE: &str = "bad-models-file";

/// Everything that is wrong in the text of a `models.yaml`, by position. `may_name` says of each server whether a file that
/// lies there may name it.
#[must_use]
pub fn read(text: &str, may_name: &dyn Fn(&NamedServer) -> bool) -> Vec<Diagnostic> {
    let tree = Tree::parse(text);
    let mut findings = Findings::new();
    misread(&tree, &mut findings);
    findings.begin(CODE, Severity::Error);
    let (file, mistakes) = ModelsFile::read(&tree);
    for mistake in &mistakes {
        report(mistake, &mut findings);
    }
    for server in file.servers.iter().filter(|it| !may_name(&it.value)) {
        findings.report(server.span, out_of_place(&server.value.name));
    }
    let drafts = findings.into_drafts().into_iter();
    let mut found: Vec<Diagnostic> = drafts.map(|draft| draft.diagnostic).collect();
    // Of one place the first word is said: what cannot be read is of no kind either.
    found.sort_by_key(|it| it.span);
    found.dedup_by_key(|it| it.span);
    found
}

/// Whether a text is a `models.yaml`, whatever is wrong in it.
#[must_use]
pub fn is_one(text: &str) -> bool {
    ModelsFile::is_one(&Tree::parse(text))
}

fn report(mistake: &Mistake, findings: &mut Findings) {
    let span = mistake.span;
    match &mistake.kind {
        MistakeKind::UnknownKey { key, known } => unknown(span, key, known, findings),
        MistakeKind::Wrong { wanted } => {
            findings.report(span, format!("here belongs {wanted}"));
        }
        MistakeKind::Missing { key, about } => {
            findings.report(span, format!("`{key}` is missing: {about}"));
        }
        MistakeKind::Twice { name, first } => {
            findings
                .report(span, format!("`{name}` stands here twice"))
                .severity(Severity::Warning)
                .related(*first, "here first");
        }
        MistakeKind::TooMany => {
            findings.report(
                span,
                format!(
                    "there are more than {MOST_DESCRIBED} models; from here on they are left out"
                ),
            );
        }
        MistakeKind::Alias => {
            findings.report(span, "this alias leads to nothing that can be put here");
        }
    }
}

fn unknown(span: Span, key: &str, known: &[&str], findings: &mut Findings) {
    let near = nearest(key, known.iter().copied());
    let words = format!("`{key}` is no key here and has no effect{}", did_you_mean(near));
    let fix = near.map(|near| Fix::suggestion(format!("change to `{near}`"), span, near));
    findings.report(span, words).severity(Severity::Warning).fix(fix);
}

fn out_of_place(server: &str) -> String {
    format!(
        "`{server}` is left out: a file that may come with a folder names no server elsewhere that gets a key or stands for a known provider; `~/.orchestrator/models.yaml` does"
    )
}
