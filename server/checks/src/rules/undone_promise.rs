use std::sync::LazyLock;

use pipeline::catalogue::Effect;

use crate::{
    facts::Whole,
    findings::Findings,
    intent::{PROMISES_READ, Promise, Promises, broken, compiled},
    rule::declare_rule,
};

declare_rule!("undone-promise", Error, "undone_promise.md", Kept(PROMISES_READ, detect));

/// What a pipeline may promise to do.
const DEEDS: &[Promise] = &[
    Promise::new(
        r"\b(?:saves?|saving|writes?|writing|exports?|exporting|stores?|storing)\s+(?:[\w'-]+\s+){0,6}?(?:to|as|in|into)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}?(?:files?|disk|pdfs?|csvs?|spreadsheets?)\b|\b(?:produces?|creates?|compiles?|renders?)\s+an?\s+(?:\w+\s+){0,2}?(?:pdf|csv\s+file)\b",
        Effect::Writes,
        "writes files",
    ),
    Promise::new(
        r"\b(?:sends?|sending|posts?|posting|uploads?|uploading|publish(?:es|ing)?)\s+(?:[\w'-]+\s+){0,5}?(?:e-?mails?|mails?|slack|webhooks?|server|website)\b|\b(?:e-?mails|mails)\s+(?:it|them|the|a)\b",
        Effect::Network,
        "reaches the network",
    ),
    Promise::new(
        r"\b(?:asks?|asking|prompts?|waits?\s+for|waiting\s+for|requests?|requires?|gets?)\s+(?:the\s+user|an?\s+user|an?\s+person|an?\s+human|somebody|(?:\w+\s+){0,2}?(?:approval|confirmation|sign-off)|human\s+(?:review|feedback|input))\b",
        Effect::AsksPerson,
        "asks a person",
    ),
    Promise::new(
        r"\b(?:using|uses|with|by|asks?|calls?|lets?)\s+(?:an?\s+|the\s+)?(?:large\s+)?(?:language\s+models?|llms?|ai\s+models?|gpt[\w.-]*|claude)\b",
        Effect::Model,
        "asks a model",
    ),
];

static PROMISES: Promises = LazyLock::new(|| compiled(DEEDS));

/// A deed that the intention promises, where no step can do it.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    for it in broken(whole, &PROMISES) {
        findings.report(it.span, words(&it.words, it.lacking));
    }
}

fn words(deed: &str, lacking: &str) -> String {
    format!("it says \"{deed}\", and no step {lacking}")
}
