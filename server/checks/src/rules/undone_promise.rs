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
        r"\b(?:keeps?|keeping|leaves?|leaving|puts?|putting|stores?|storing|saves?|saving|archiv(?:es?|ing)|drops?|dropping)\s+(?:[\w'’-]+\s+){0,8}?on\s+(?:the\s+)?(?:local\s+|hard\s+)?(?:disk|drive)\b|\b(?:saves?|saving|writes?|writing|exports?|exporting|stores?|storing)\s+(?:[\w'-]+\s+){0,6}?(?:to|as|in|into)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}?(?:files?|disk|pdfs?|csvs?|spreadsheets?)\b|\b(?:produces?|creates?|compiles?|renders?)\s+an?\s+(?:\w+\s+){0,2}?(?:pdf|csv\s+file)\b|\b(?:saves?|saving|writes?|writing|exports?|exporting|stores?|storing)\s+(?:[\w'-]+\s+){0,6}?(?:to|as|in|into)\s+[`'\x22]?[\w./-]+\.(?:json|csv|tsv|md|txt|pdf|html?|ya?ml|xlsx?|docx?|png|jpe?g|svg|gif|mp3|wav)\b|\b(?:turns?|turning|converts?|converting|makes?|making)\s+(?:[\w'-]+\s+){0,5}?into\s+an?\s+(?:\w+\s+)?(?:pdf|docx|xlsx|spreadsheet|word\s+document)\b|\b(?:is|are|gets?)\s+(?:\w+\s+){0,2}?(?:written|saved|stored|exported)\s+(?:to|as|in|into)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}?(?:files?|disk|pdfs?|csvs?|spreadsheets?)\b|\b(?:puts?|putting|enters?|entering|adds?|adding|appends?|appending|records?|recording|logs?|logging)\s+(?:[\w'-]+\s+){0,4}?(?:into|to|in)\s+(?:an?\s+|the\s+)(?:\w+\s+){0,2}?(?:spreadsheet|sheet|workbook|csv\s+file|log\s+file)\b|\b(?:generates?|generating|produces?|creates?|creating|makes?|builds?)\s+an?\s+(?:\w+\s+){0,2}?(?:pdf|word\s+document|docx|xlsx|spreadsheet|excel\s+(?:file|sheet|workbook)|powerpoint\s+(?:file|deck|presentation))\b",
        Effect::Writes,
        "writes files",
    ),
    Promise::new(
        r"\b(?:sends?|sending|posts?|posting|uploads?|uploading|publish(?:es|ing)?)\s+(?:[\w'-]+\s+){0,5}?(?:e-?mails?|mails?|sms|text\s+messages?|push\s+notifications?|slack|discord|telegram|whatsapp|webhooks?|server|website)\b|\b(?:sends?|sending|posts?|posting|pushes|pushing)\s+(?:[\w'-]+\s+){0,5}?(?:to|into|in|on)\s+(?:an?\s+|the\s+|our\s+)?(?:\w+\s+){0,2}?channels?\b|\b(?:notif(?:ies|ying)|alerts?\s+(?:the|an?|us|all|everyone))\s+(?:[\w'-]+\s+){0,4}?(?:on|in|over|via|through|by)\s+(?:microsoft\s+)?(?:slack|discord|telegram|whatsapp|teams|e-?mail|sms)\b|\b(?:e-?mails|mails)\s+(?:it|them|the|a)\b|\b(?:uploads?|uploading|pushes|pushing)\s+(?:[\w'-]+\s+){0,5}?to\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:s3|buckets?|cloud|ftp|sharepoint|google\s+drive|dropbox|github)\b|\bbacks\s+(?:it|them|(?:[\w'-]+\s+){0,4}?)\s*up\s+(?:(?:[\w'-]+\s+){0,4}?)to\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:s3|buckets?|cloud|ftp|google\s+drive|dropbox|server)\b|\b(?:opens?|opening|creates?|creating|files?|filing)\s+an?\s+(?:\w+\s+)?(?:pull\s+request|merge\s+request)\b|\b(?:opens?|opening|creates?|creating|files?|filing)\s+(?:an?\s+)?(?:\w+\s+)?(?:issues?|tickets?)\s+(?:in|on|at)\s+(?:github|gitlab|jira|linear|zendesk|the\s+tracker)\b|\b(?:publish(?:es|ing)?|posts?|posting|shares?|sharing)\s+(?:[\w'-]+\s+){0,4}?(?:on|to)\s+(?:linkedin|twitter|mastodon|facebook|instagram|reddit|bluesky)\b|\b(?:adds?|adding|puts?|putting|enters?)\s+(?:it|them|(?:an?|the)\s+(?:\w+\s+){0,2}?(?:date|event|appointment|meeting))\s+(?:to|in|into)\s+(?:the|a|my|our)\s+(?:\w+\s+)?calendar\b|\b(?:inserts?|inserting|stores?|storing|saves?|saving|writes?|writing|adds?)\s+(?:[\w'-]+\s+){0,5}?(?:in|into|to)\s+(?:an?\s+|the\s+|our\s+)?(?:[\w'’-]+\s+){0,2}?(?:databases?|data\s+warehouse|postgres(?:ql)?|mysql|mongodb)\b",
        Effect::Network,
        "reaches the network",
    ),
    Promise::new(
        r"\b(?:runs?|running|executes?|executing)\s+(?:an?\s+|the\s+|some\s+)?(?:python|shell|bash|node|perl)\s+(?:scripts?|code|commands?|programs?)\b|\b(?:computes?|calculates?|adds?\s+up|counts?|sums?\s+up|checks?|tests?|process(?:es)?|analy[sz]es?|transforms?|converts?|parses?)\s+(?:[\w'-]+\s+){0,5}?(?:with|by|using)\s+(?:an?\s+|the\s+)?(?:python|shell|bash|node|perl)\s+(?:scripts?|programs?)\b",
        Effect::RunsCode,
        "runs code",
    ),
    Promise::new(
        r"\b(?:asks?|asking|prompts?|waits?\s+for|waiting\s+for|requests?|requires?|gets?)\s+(?:the\s+user|an?\s+user|an?\s+person|an?\s+human|somebody|(?:\w+\s+){0,2}?(?:approval|confirmation|sign-off)|human\s+(?:review|feedback|input))\b|\bha(?:s|ve|ving)\s+(?:an?|the)\s+(?:human|person|user|editor|reviewer|operator)\s+(?:\w+\s+)?(?:approve|review|confirm|check|sign|choose|decide|edit)\b|\b(?:approved|reviewed|confirmed)\s+by\s+an?\s+(?:human|person|user|operator)\b|\b(?:is|are|gets?|be)\s+(?:approved|reviewed|confirmed|checked|vetted|signed\s+off)\s+by\s+an?\s+(?:\w+\s+)?(?:editor|reviewer|manager|lawyer|moderator|expert|colleague)\b|\b(?:an?|the|some)\s+(?:real\s+)?(?:human|person|operator)\s+(?:\w+\s+)?(?:approves|reviews|confirms|checks|decides|signs\s+off|has\s+the\s+last\s+word)\b|\b(?:somebody|someone|(?:an?|the|our)\s+(?:[\w-]+\s+)?(?:editor|reviewer|manager|lawyer|moderator|expert|colleague|supervisor|doctor|clinician|accountant|officer|director|owner|client|customer))\s+(?:\w+\s+)?(?:signs\s+off|gives\s+(?:their|his|her|the)\s+(?:approval|consent|ok|okay))\b|(?:^|\b(?:and|then|it|pipeline)\s+)(?:lets?|allows?)\s+(?:the|an?)\s+(?:user|person|human|editor|operator|reviewer)\s+(?:to\s+)?(?:choose|pick|select|decide|confirm|approve|edit|correct|review)\b",
        Effect::AsksPerson,
        "asks a person",
    ),
    Promise::new(
        r"\b(?:using|uses|with|by|asks?|calls?|lets?)\s+(?:an?\s+|the\s+)?(?:large\s+)?(?:language\s+models?|llms?|ai\s+models?|(?:chat-?)?gpt[\w.-]*|claude|gemini)\b",
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
