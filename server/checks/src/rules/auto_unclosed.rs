use syntax::{Finding, FindingKind, auto::Close};

use crate::{findings::Findings, rule::declare_rule, view::{TextView, each_tag}};

declare_rule!("auto-unclosed", Error, "auto_unclosed.md", Syntax(plain), Text(quoted));

const WORDS: &str = "this `<AUTO>` has no `</AUTO>`";

fn plain(finding: &Finding, findings: &mut Findings) {
    if finding.kind == FindingKind::UnclosedAuto {
        findings.report(finding.span, WORDS);
    }
}

/// In quotes and blocks; the parser itself speaks of plain ones.
fn quoted(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered || view.text.is_plain() {
        return;
    }
    each_tag(&view.text.autos, &mut |tag| {
        if tag.close == Close::Missing {
            findings.report(view.source(syntax::Span::new(tag.span.start, tag.body.start)), WORDS);
        }
    });
}
