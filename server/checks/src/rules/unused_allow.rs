use pipeline::{Allow, names::nearest};
use syntax::Span;

use crate::{
    Fix, Severity, Tags,
    allowed::Allowed,
    configuration::{firm_words, no_rule},
    findings::Findings,
    rule,
    rule::declare_rule,
    rules,
};

declare_rule!("unused-allow", Hint, "unused_allow.md", Allowed(detect));

fn detect(allowed: &Allowed<'_>, findings: &mut Findings) {
    for (allow, unused) in allowed.unused() {
        if allow.rules.is_empty() {
            findings.report(allow.span, "this allows nothing: name the rules, as in `allow(unused-input)`").severity(Severity::Warning);
        }
        for index in unused {
            judge(allow, index, findings);
        }
    }
}

fn judge(allow: &Allow, index: usize, findings: &mut Findings) {
    let Some(name) = allow.rules.get(index) else { return };
    match rule(&name.value) {
        None => {
            let near = nearest(&name.value, rules().iter().map(|rule| rule.code));
            findings
                .report(name.span, no_rule(&name.value, near))
                .severity(Severity::Warning)
                .fix(near.map(|near| rename(name.span, near)));
        }
        Some(rule) if rule.is_firm() => {
            findings.report(name.span, firm_words(rule.code)).severity(Severity::Warning);
        }
        Some(_) => {
            findings.report(name.span, words(&name.value)).tag(Tags::Unnecessary).fix(remove(allow, index));
        }
    }
}

fn words(name: &str) -> String {
    format!("`{name}` finds nothing here, so there is nothing to allow")
}

fn rename(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}

/// Takes the name out of the list; one that stands alone stays for its author to remove.
fn remove(allow: &Allow, index: usize) -> Option<Fix> {
    let name = allow.rules.get(index)?;
    let span = match (index.checked_sub(1).and_then(|before| allow.rules.get(before)), allow.rules.get(index + 1)) {
        (Some(before), _) => Span::new(before.span.end, name.span.end),
        (None, Some(after)) => Span::new(name.span.start, after.span.start),
        (None, None) => return None,
    };
    Some(Fix::suggestion(format!("remove `{}`", name.value), span, ""))
}
