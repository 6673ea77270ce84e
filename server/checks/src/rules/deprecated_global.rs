use pipeline::names::Meaning;

use crate::{Tags, findings::Findings, rule::declare_rule, view::ReferenceView};

declare_rule!("deprecated-global", Warning, "deprecated_global.md", Reference(detect));

fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let is_now = &*reference.root == "now" && reference.called && view.scope.meaning(reference) == Meaning::Unknown;
    if is_now {
        findings.report(reference.root_span, words()).tag(Tags::Deprecated);
    }
}

const fn words() -> &'static str {
    "`now()` is another moment at each call; `execution.timestamp` is the same for the whole run"
}
