use syntax::Span;

use crate::{Fix, findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("malformed-address", Warning, "malformed_address.md", Call(detect));

/// Parameters that hold an address of the web, and those that hold an address of any scheme.
const WEB: &[&str] = &["url", "endpoint"];
const ANY: &[&str] = &["uri"];

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(signature) = view.signature() else { return };
    for parameter in &view.step.parameters {
        let Some(declared) = signature.parameter(&parameter.name.value) else { continue };
        let is_web = WEB.contains(&declared.name);
        let text = parameter.value.value.as_text().filter(|text| text.is_static());
        let Some(text) = text.filter(|_| is_web || ANY.contains(&declared.name)) else { continue };
        let written = text.value.trim();
        let Some(wrong) = wrong(written, is_web) else { continue };
        let span = parameter.value.span;
        let draft =
            findings.report(span, format!("`{}` is no address: {wrong}", parameter.name.value));
        if wrong == NO_SCHEME && is_host(written) && text.aliased.is_none() {
            let at = Span::empty(text.source(Span::empty(0)).start);
            draft.fix(Fix::suggestion("write `https://` before it", at, "https://"));
        }
    }
}

const NO_SCHEME: &str = "it has no scheme such as `https://`";

/// What is wrong with an address.
fn wrong(written: &str, is_web: bool) -> Option<&'static str> {
    if written.is_empty() {
        return Some("it is empty");
    }
    let Some((scheme, rest)) = written.split_once(':').filter(|(scheme, _)| is_scheme(scheme))
    else {
        return Some(NO_SCHEME);
    };
    if !is_web {
        return None;
    }
    let Some(rest) = rest.strip_prefix("//") else {
        // `localhost:8080` has a port, not a scheme.
        return Some(NO_SCHEME);
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match host.rsplit('@').next().unwrap_or_default() {
        _ if !matches!(&*scheme.to_ascii_lowercase(), "http" | "https") => {
            Some("the web has `http` and `https` only")
        }
        "" => Some("it names no host"),
        host if host.contains(char::is_whitespace) => Some("its host has a space in it"),
        _ => None,
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
}

/// Whether a host may be meant by what an address begins with.
fn is_host(written: &str) -> bool {
    let host = written.split(['/', '?', '#']).next().unwrap_or_default();
    (host.contains('.') || host.starts_with("localhost"))
        && host.chars().all(|it| it.is_alphanumeric() || matches!(it, '.' | '-' | ':'))
}
