use pipeline::{Data, Located, Text};
use syntax::Span;

use crate::{
    Fix,
    facts::Whole,
    findings::{Elsewhere, Findings},
    rule::declare_rule,
    view::{KeyView, StepView},
};

declare_rule!(
    "secret-in-clear",
    Warning,
    "secret_in_clear.md",
    Step(of_step),
    Key(of_key),
    Pipeline(of_inputs)
);

/// Keys of the document whose data reaches steps or readers.
const SECTIONS: &[&str] = &["variables", "config", "context", "metadata", "experts", "model"];

fn of_step(view: &StepView<'_>, findings: &mut Findings) {
    for parameter in &view.step.parameters {
        search(&parameter.name.value, &parameter.value, Place::Rendered, findings);
    }
    for entry in &view.step.keys {
        let place = match entry.key.value.as_str() {
            "action" => Place::Rendered,
            "on_error" | "metadata" | "condition" => Place::Kept,
            _ => continue,
        };
        search(&entry.key.value, &entry.value, place, findings);
    }
}

fn of_key(view: &KeyView<'_>, findings: &mut Findings) {
    if view.level == pipeline::language::Level::Top
        && SECTIONS.contains(&view.entry.key.value.as_str())
    {
        let place = match view.entry.key.value.as_str() {
            "variables" | "config" => Place::Rendered,
            _ => Place::Kept,
        };
        search(&view.entry.key.value, &view.entry.value, place, findings);
    }
}

/// What becomes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Templates in it are rendered, so it can read an input instead.
    Rendered,
    /// It stays as it is.
    Kept,
}

/// The default of an input that is said to be a secret, or is called like one.
fn of_inputs(whole: &Whole<'_>, findings: &mut Findings) {
    for input in &whole.input.pipeline.inputs {
        let Some(default) = &input.default else { continue };
        let Some(text) = default.value.as_text() else { continue };
        let secret = input.secret
            && !text.value.trim().is_empty()
            && text.is_static()
            && !is_placeholder(text.value.trim());
        if secret || found(&input.name.value, text).is_some() {
            let span = input.absolute(default.span);
            let what = if secret { "the value of a secret" } else { "a secret" };
            let draft = findings.report(span, words(what));
            if input.secret && text.aliased.is_none() {
                // The word for an input that the caller must give.
                draft.fix(Fix::suggestion("let the caller give it", span, "None"));
            }
        }
    }
}

fn search(key: &str, data: &Located<Data>, place: Place, findings: &mut Findings) {
    match &data.value {
        Data::Text(text) => {
            if let Some(secret) = found(key, text) {
                let draft = findings.report(data.span, words(secret.what));
                if place == Place::Rendered
                    && let Some((fix, name)) = read_instead(key, text, data.span, &secret)
                {
                    draft.fix(fix).elsewhere(Elsewhere::ReadsSecret(name));
                }
            }
        }
        Data::List(items) => items.iter().for_each(|item| search(key, item, place, findings)),
        Data::Map(entries) => {
            entries.iter().for_each(|(key, value)| search(&key.value, value, place, findings))
        }
        _ => {}
    }
}

/// The secret's text replaced by an input, and the name of that.
fn read_instead(key: &str, text: &Text, span: Span, secret: &Found<'_>) -> Option<(Fix, String)> {
    let start = text.value.find(secret.text)?;
    if text.aliased.is_some() || text.value.matches(secret.text).count() > 1 {
        return None;
    }
    let name: String = secret.name.unwrap_or(key).to_ascii_lowercase().replace(['-', ' '], "_");
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let at = Span::new(start as u32, (start + secret.text.len()) as u32);
    let (at, read) = (text.source(at), format!("{{{{ {name} }}}}"));
    let is_written_so = at.len() as usize == secret.text.len();
    // Plain text that begins with a brace would be a map.
    let read = if text.is_plain() && at.start == span.start {
        let rest = text.value.get(start + secret.text.len()..)?;
        rest.is_empty().then(|| format!("\"{read}\""))?
    } else {
        read
    };
    (is_name && is_written_so)
        .then(|| (Fix::suggestion(format!("read the secret input `{name}`"), at, read), name))
}

/// What a text gives away.
struct Found<'t> {
    /// In words.
    what: &'static str,
    /// The secret itself.
    text: &'t str,
    /// What an input for it is called; else as the key.
    name: Option<&'static str>,
}

/// The first secret in a text that stands under a key.
fn found<'t>(key: &str, text: &'t Text) -> Option<Found<'t>> {
    let value = text.value.trim();
    let words = value.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';'));
    let mut parts = words.clone().flat_map(|word| word.split([':', '=', '/', '@']));
    if let Some(found) = parts.find_map(known_form).or_else(|| words.clone().find_map(in_address)) {
        return Some(found);
    }
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        return Some(Found { what: "a private key", text: value, name: Some("private_key") });
    }
    (text.is_static() && is_secret_name(key) && looks_like_one(value)).then_some(Found {
        what: "a secret",
        text: value,
        name: None,
    })
}

/// Forms by which the keys of well-known services are told.
fn known_form(word: &str) -> Option<Found<'_>> {
    const FORMS: &[(&str, usize, &str, &str)] = &[
        ("sk-", 20, "an API key", "api_key"),
        ("ghp_", 30, "a GitHub token", "github_token"),
        ("gho_", 30, "a GitHub token", "github_token"),
        ("github_pat_", 30, "a GitHub token", "github_token"),
        ("glpat-", 18, "a GitLab token", "gitlab_token"),
        ("xoxb-", 20, "a Slack token", "slack_token"),
        ("xoxp-", 20, "a Slack token", "slack_token"),
        ("AKIA", 20, "an AWS access key", "aws_access_key"),
        ("AIza", 35, "a Google API key", "google_api_key"),
        ("hf_", 24, "a Hugging Face token", "hf_token"),
    ];
    let is_token = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let has_digit = word.chars().any(|c| c.is_ascii_digit());
    let (_, _, what, name) = FORMS.iter().find(|(prefix, least, ..)| {
        is_token && has_digit && word.len() >= *least && word.starts_with(prefix)
    })?;
    Some(Found { what, text: word, name: Some(name) })
}

/// `https://user:password@host`
fn in_address(word: &str) -> Option<Found<'_>> {
    let (_, rest) = word.split_once("://")?;
    let (login, _) = rest.split(['/', '?']).next()?.rsplit_once('@')?;
    let (_, password) = login.split_once(':')?;
    (looks_like_one(password) && password.len() >= 4).then_some(Found {
        what: "a password in an address",
        text: password,
        name: Some("password"),
    })
}

fn is_secret_name(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['-', ' '], "_");
    const ENDS: &[&str] = &[
        "password",
        "passwd",
        "api_key",
        "apikey",
        "secret",
        "secret_key",
        "access_key",
        "private_key",
        "auth_token",
        "access_token",
        "client_secret",
        "authorization",
    ];
    ENDS.iter().any(|end| key == *end || key.ends_with(&format!("_{end}"))) || key == "token"
}

/// A literal that is neither empty, nor a place for one, nor words.
fn looks_like_one(value: &str) -> bool {
    value.len() >= 6
        && !is_placeholder(value)
        && (!value.contains(char::is_whitespace)
            || value.starts_with("Bearer ")
            || value.starts_with("Basic "))
}

/// `${TOKEN}`, `<your key>`, `xxxx`, `your-api-key`, `{{ inputs.key }}`, `env:KEY`
fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    const WORDS: &[&str] = &[
        "your",
        "example",
        "placeholder",
        "changeme",
        "change_me",
        "xxx",
        "...",
        "todo",
        "dummy",
        "redacted",
        "none",
        "null",
        "env:",
        "***",
    ];
    value.contains("{{")
        || value.contains('$')
        || value.contains('<')
        || WORDS.iter().any(|word| lower.contains(word))
}

fn words(what: &str) -> String {
    format!(
        "{what} stands here in clear; declare an input with `secret: true` and hand it over when the pipeline runs"
    )
}
