use syntax::{Finding, FindingKind};

use crate::{Fix, findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("not-strict-yaml", Warning, "not_strict_yaml.md", Syntax(detect), Text(unquoted));

/// A template that begins a value and stands in no quotes: other readers take its braces for maps.
fn unquoted(view: &TextView<'_>, findings: &mut Findings) {
    let text = view.text;
    let written = &*text.value;
    // A name alone in the list of outputs is a template that nobody wrote.
    let is_written = view.span.len() as usize == written.len() && !written.contains('\n');
    if text.is_plain() && text.aliased.is_none() && is_written && written.starts_with("{{") {
        let quoted = match (written.contains(['"', '\\']), written.contains('\'')) {
            (false, _) => Some(format!("\"{written}\"")),
            (true, false) => Some(format!("'{written}'")),
            (true, true) => None,
        };
        findings
            .report(
                view.span,
                "`{{` begins a map for other readers of YAML; put the value in quotes",
            )
            .fix(quoted.map(|it| Fix::safe("put it in quotes", view.span, it)));
    }
}

fn detect(finding: &Finding, findings: &mut Findings) {
    if finding.kind == FindingKind::NotStrict {
        findings.report(finding.span, "common readers take this, strict YAML 1.2 does not");
    }
}
