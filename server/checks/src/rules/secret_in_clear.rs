use pipeline::{Data, Located, Text};

use crate::{
    facts::Whole,
    findings::Findings,
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
        search(&parameter.name.value, &parameter.value, findings);
    }
    for entry in view.step.keys.iter().filter(|it| {
        matches!(it.key.value.as_str(), "action" | "on_error" | "metadata" | "condition")
    }) {
        search(&entry.key.value, &entry.value, findings);
    }
}

fn of_key(view: &KeyView<'_>, findings: &mut Findings) {
    if view.level == pipeline::language::Level::Top
        && SECTIONS.contains(&view.entry.key.value.as_str())
    {
        search(&view.entry.key.value, &view.entry.value, findings);
    }
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
            findings.report(
                input.absolute(default.span),
                words(if secret { "the value of a secret" } else { "a secret" }),
            );
        }
    }
}

fn search(key: &str, data: &Located<Data>, findings: &mut Findings) {
    match &data.value {
        Data::Text(text) => {
            if let Some(what) = found(key, text) {
                findings.report(data.span, words(what));
            }
        }
        Data::List(items) => items.iter().for_each(|item| search(key, item, findings)),
        Data::Map(entries) => {
            entries.iter().for_each(|(key, value)| search(&key.value, value, findings))
        }
        _ => {}
    }
}

/// What a text gives away, in words.
fn found(key: &str, text: &Text) -> Option<&'static str> {
    let value = text.value.trim();
    let words = value.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';'));
    let mut parts = words.clone().flat_map(|word| word.split([':', '=', '/', '@']));
    if let Some(what) = parts.find_map(known_form).or_else(|| words.clone().find_map(in_address)) {
        return Some(what);
    }
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    (text.is_static() && is_secret_name(key) && looks_like_one(value)).then_some("a secret")
}

/// Forms by which the keys of well-known services are told.
fn known_form(word: &str) -> Option<&'static str> {
    const FORMS: &[(&str, usize, &str)] = &[
        ("sk-", 20, "an API key"),
        ("ghp_", 30, "a GitHub token"),
        ("gho_", 30, "a GitHub token"),
        ("github_pat_", 30, "a GitHub token"),
        ("glpat-", 18, "a GitLab token"),
        ("xoxb-", 20, "a Slack token"),
        ("xoxp-", 20, "a Slack token"),
        ("AKIA", 20, "an AWS access key"),
        ("AIza", 35, "a Google API key"),
        ("hf_", 24, "a Hugging Face token"),
    ];
    let is_token = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let has_digit = word.chars().any(|c| c.is_ascii_digit());
    let form = FORMS.iter().find(|(prefix, least, _)| {
        is_token && has_digit && word.len() >= *least && word.starts_with(prefix)
    });
    form.map(|(_, _, what)| *what)
}

/// `https://user:password@host`
fn in_address(word: &str) -> Option<&'static str> {
    let (_, rest) = word.split_once("://")?;
    let (login, _) = rest.split(['/', '?']).next()?.rsplit_once('@')?;
    let (_, password) = login.split_once(':')?;
    (looks_like_one(password) && password.len() >= 4).then_some("a password in an address")
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
