use std::sync::LazyLock;

use pipeline::catalogue::Effect;

use crate::{
    facts::Whole,
    findings::Findings,
    intent::{PROMISES_READ, Promise, Promises, broken, compiled},
    rule::declare_rule,
};

declare_rule!("unread-source", Error, "unread_source.md", Kept(PROMISES_READ, detect));

/// Sources, and what reads them.
const SOURCES: &[Promise] = &[
    Promise::new(
        r"\b(?:search(?:es|ing)?|brows(?:es?|ing)|scrap(?:es?|ing)|crawl(?:s|ing)?)\s+(?:\w+\s+){0,2}?(?:web|internet|online)\b|\b(?:performs?|runs?|does|us(?:es?|ing)|via|through)\s+(?:an?\s+)?(?:web|internet|online)\s+search(?:es)?\b|\bfrom\s+the\s+(?:web|internet)\b|\b(?:fetch(?:es|ing)?|downloads?|downloading|scrap(?:es?|ing))\s+(?:\w+\s+){0,3}?(?:web\s*pages?|web\s*sites?|urls?)\b|\b(?:downloads?|downloading|fetch(?:es|ing)?)\s+(?:[\w'-]+\s+){0,5}?from\s+(?:an?|the|its|their|our)\s+(?:[\w'’-]+\s+){0,3}?(?:urls?|links?|web\s*sites?|web\s*pages?|sites?)\b|\bgoogles\s|\b(?:research(?:es|ing)?|looks?\s+up|looking\s+up|finds?|gathers?|collects?)\s+(?:[\w'-]+\s+){0,5}?(?:online\s*(?:[.,;]|$|and\b)|(?:on|in|from|via|using)\s+the\s+(?:web|internet)\b)|\b(?:retriev(?:es?|ing)|fetch(?:es|ing)?|search(?:es|ing)?|downloads?|downloading|quer(?:ies|ying)|pulls?)\s+(?:[\w'-]+\s+){0,5}?(?:(?:from|on)\s+)?(?:arxiv|pubmed|wikipedia|google\s+scholar|github|reddit|hacker\s*news)\b|\b(?:fetch(?:es|ing)?|gets?|getting|pulls?|pulling|retriev(?:es?|ing)|downloads?|downloading|collects?|collecting|gathers?|gathering)\s+(?:[\w'-]+\s+){0,5}?from\s+(?:\w+\s+){0,3}?(?:news|web)\s*sites?\b|\b(?:with\s+(?:the\s+)?help\s+of|using)\s+(?:an?\s+)?(?:web|internet|online|google)\s+search(?:\s+results?|es)?\b|\b(?:reads?|reading|fetch(?:es|ing)?|polls?|polling|watch(?:es|ing)?|follows?|following|pulls?)\s+(?:an?\s+|the\s+|all\s+)?(?:[\w'-]+\s+){0,2}?(?:rss|atom|news)\s+feeds?\b|\b(?:monitors?|monitoring|watch(?:es|ing)?|polls?|polling|crawls?|crawling|scrap(?:es?|ing)|visits?|visiting)\s+(?:an?\s+|the\s+|all\s+|several\s+)?(?:[\w'-]+\s+){0,3}?(?:web\s*sites?|web\s*pages?|sites?|pages|(?:web|online)\s+shops?)\b",
        Effect::Network,
        "reaches the network",
    ),
    Promise::new(
        r"\b(?:from|quer(?:y|ies|ying)|reads?)\s+(?:an?\s+|the\s+|our\s+)?(?:[\w'’-]+\s+){0,2}?(?:databases?|data\s+warehouse|postgres(?:ql)?|mysql|sqlite|mongodb)\b|\bruns?\s+(?:an?\s+|the\s+)?(?:\w+\s+)?quer(?:y|ies)\s+(?:against|on|over)\b|\b(?:pulls?|pulling|takes?|taking|gets?|getting|extracts?|extracting|loads?|loading|fetch(?:es|ing)?|reads?|reading)\s+(?:[\w'’-]+\s+){0,8}?(?:with|using|via|through|by)\s+sql\b|\b(?:pulls?|pulling|takes?|taking|extracts?|extracting)\s+(?:[\w'’-]+\s+){0,6}?out\s+of\s+(?:an?\s+|the\s+|our\s+)?(?:[\w'’-]+\s+){0,2}?(?:databases?|data\s+(?:warehouse|lake)|crm|erp|bigquery|snowflake)\b",
        Effect::Network,
        "reaches a database",
    ),
    Promise::new(
        r"\b(?:calls?|calling|quer(?:y|ies|ying)|fetch(?:es|ing)?|from|through|via)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}?(?:apis?|web\s*services?)\b|\bfrom\s+(?:the\s+)?(?:(?-i:\p{Lu})[\w'-]*\s+){1,5}?apis?\b",
        Effect::Network,
        "reaches the network",
    ),
    Promise::new(
        r"\b(?:reads?|reading|fetch(?:es|ing)?|checks?|checking|goes\s+through)\s+(?:[\w'-]+\s+){0,2}?(?:e-?mails|messages)\s+(?:in|from|of)\s+(?:the|an?|my|our)\s+(?:\w+\s+)?(?:inbox|mailbox|mail\s+server)\b",
        Effect::Network,
        "reaches a mail server",
    ),
    Promise::new(
        r"\b(?:takes?|taking|pulls?|pulling|gets?|getting|extracts?|extracting|collects?|collecting|gathers?|gathering|draws?|drawing)\s+(?:[\w'’-]+\s+){0,5}?(?:from|out\s+of)\s+(?:the\s+file\s+)?[`'\x22]?[\w./-]+\.(?:json|csv|tsv|md|txt|pdf|html?|ya?ml|xlsx?|docx?)\b|\b(?:reads?|loads?|imports?|reading|loading|importing|parses|parsing)\s+(?:(?:[\w'-]+\s+){0,4}?from\s+)?[`'\x22]?[\w./-]+\.(?:json|csv|tsv|md|txt|pdf|html?|ya?ml|xlsx?|docx?)\b|\b(?:reads?|loads?|imports?|reading|loading|importing)\s+(?:an?\s+|the\s+|all\s+|every\s+|its\s+)?(?:\w+\s+){0,2}?(?:csv\s+files?|files?|csvs?|spreadsheets?|director(?:y|ies)|folders?|disk)\b|\b(?:reads?|loads?|imports?|reading|loading|importing)\s+(?:[\w'-]+\s+){0,4}?from\s+(?:an?|the|all|every)\s+(?:\w+\s+){0,2}?(?:files?|spreadsheets?|director(?:y|ies)|folders?|disk)\b|\b(?:goes|going|iterates|iterating|walks|loops)\s+(?:through|over)\s+(?:every|each|all|the)\s+(?:\w+\s+){0,2}?files?\b",
        Effect::Reads,
        "reads files",
    ),
];

static PROMISES: Promises = LazyLock::new(|| compiled(SOURCES));

/// A source that the intention names, where no step can read it.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    for it in broken(whole, &PROMISES) {
        findings.report(it.span, words(&it.words, it.lacking));
    }
}

fn words(source: &str, lacking: &str) -> String {
    format!("it says \"{source}\", and no step {lacking}")
}
