//! Words that claim something, and what must be so for the claim; and words that claim nothing.

use crate::catalogue::Effect;
use crate::insight::{Policy, StepFact};

/// What a word claims of the steps in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// One of them may do one of these.
    Does(&'static [Effect]),
    /// One of them may send something into the network.
    Sends,
    /// One of them goes round, or stands in one that does.
    Repeats,
    /// One of them has a condition, or sends the run somewhere.
    Branches,
    /// One of them is tried a number of times, or has a handler.
    Retries,
    /// A failure of one of them does not stop the run.
    GoesOn,
    /// A failure of one of them skips what depends on it, or it is itself skipped.
    Skips,
    /// A failure of one of them stops the run.
    Stops,
    /// Something is said of what its failure means.
    Fails,
    /// They do not wait for each other.
    Together,
}

/// Claims, by the stems of the words that make them.
const CLAIMS: &[(Claim, &[&str])] = &[
    (
        Claim::Does(&[Effect::Network]),
        &[
            "web", "internet", "onlin", "websit", "download", "fetch", "url", "api", "brows",
            "scrap", "crawl", "http", "network", "cloud", "remot", "search",
        ],
    ),
    (
        Claim::Does(&[Effect::Reads, Effect::Writes]),
        &["fil", "disk", "fold", "director", "csv", "pdf", "spreadsheet", "filesystem"],
    ),
    (Claim::Does(&[Effect::Reads]), &["load", "import"]),
    (Claim::Does(&[Effect::Writes]), &["sav", "export", "stor", "leav", "persist"]),
    (
        Claim::Does(&[Effect::RunsCode]),
        &["script", "cod", "command", "shell", "terminal", "python", "bash", "execut"],
    ),
    (
        Claim::Does(&[Effect::Model]),
        &["model", "llm", "ai", "gpt", "claud", "generat", "gener", "prompt", "languag"],
    ),
    (
        Claim::Does(&[Effect::AsksPerson]),
        &[
            "human",
            "person",
            "peopl",
            "approv",
            "approval",
            "confirm",
            "manual",
            "interactiv",
            "user",
        ],
    ),
    (
        Claim::Sends,
        &[
            "send", "email", "e-mail", "mail", "upload", "publish", "post", "slack", "notif",
            "deploy", "shar",
        ],
    ),
    (
        Claim::Repeats,
        &[
            "loop", "iter", "iterat", "repeat", "each", "ever", "round", "again", "tim", "item",
            "whil", "until",
        ],
    ),
    (
        Claim::Branches,
        &[
            "if",
            "onl",
            "condition",
            "conditional",
            "when",
            "unles",
            "otherwis",
            "depending",
            "optional",
            "optionall",
            "branch",
            "rout",
            "choos",
            "decid",
            "wheth",
        ],
    ),
    (Claim::Retries, &["retr", "retri", "attempt", "tri", "handl", "recov"]),
    (Claim::Fails, &["fail", "failur", "error", "err"]),
    (Claim::GoesOn, &["continu", "regardl", "anyway"]),
    (Claim::Skips, &["skip", "skipp"]),
    (Claim::Stops, &["stop", "stopp", "abort", "halt"]),
    (Claim::Together, &["parallel", "concurrent", "simultaneous", "togeth", "sid", "alongsid"]),
];

/// What two words claim together: a deed, and what it is done to.
const PAIRS: &[(Claim, &[&str])] = &[
    (Claim::Does(&[Effect::Writes]), &["writ", "writt", "written", "wrot"]),
    (Claim::Does(&[Effect::Reads]), &["read"]),
];

/// What the stem of a deed claims beside a word for files.
pub(super) fn claims_of_files(stem: &str) -> impl Iterator<Item = Claim> + '_ {
    PAIRS.iter().filter(move |(_, stems)| stems.contains(&stem)).map(|(claim, _)| *claim)
}

/// What a word claims, by its stem.
pub(super) fn claims(stem: &str) -> impl Iterator<Item = Claim> + '_ {
    CLAIMS.iter().filter(move |(_, stems)| stems.contains(&stem)).map(|(claim, _)| *claim)
}

/// Whether a claim about one step holds; [`Claim::Together`] is not about one.
pub(super) fn holds(claim: Claim, step: &StepFact) -> bool {
    let own = &step.own;
    match claim {
        Claim::Does(effects) => {
            !own.calls_pipeline && effects.iter().any(|it| own.effects.contains(it))
        }
        Claim::Sends => {
            let only_looks = ["`web-search`", "`headless-browser`"];
            own.effects.contains(&Effect::Network)
                && !own.calls_pipeline
                && !only_looks.iter().any(|it| own.does.contains(it))
        }
        Claim::Repeats => own.repeats.is_some() || step.inside.is_some(),
        Claim::Branches => {
            own.condition.is_some() || own.round_condition.is_some() || !step.routes.is_empty()
        }
        Claim::Retries => own.failure.attempts.is_some() || own.failure.handlers > 0,
        Claim::Fails => {
            let failure = &own.failure;
            failure.policy != Policy::Stop || failure.handlers > 0 || failure.attempts.is_some()
        }
        Claim::GoesOn => own.failure.policy == Policy::GoOn,
        Claim::Skips => own.failure.policy == Policy::Skip || own.condition.is_some(),
        Claim::Stops => own.failure.policy == Policy::Stop && step.inside.is_none(),
        Claim::Together => false,
    }
}

/// Words that deny.
pub(super) const DENIALS: &[&str] = &[
    "no", "not", "never", "without", "none", "nothing", "nobody", "neither", "nor", "cannot",
    "instead", "except", "isn't", "doesn't", "don't", "can't", "won't", "avoids", "prevents",
];

/// Words between two steps of which the first comes before the second.
pub(super) const FORWARD: &[&str] = &[
    "before", "then", "feeds", "passes", "followed", "precedes", "into", "to", "leads", "hands",
    "goes", "gives", "next",
];

/// Words between two steps of which the second comes before the first.
pub(super) const BACKWARD: &[&str] = &[
    "after", "from", "reads", "uses", "using", "waits", "depends", "needs", "receives", "takes",
    "of", "follows", "by", "consumes", "once", "over",
];

/// Words that put steps in order and therefore need steps to hold them against.
pub(super) const ORDER: &[&str] = &[
    "before",
    "after",
    "then",
    "next",
    "first",
    "last",
    "finally",
    "lastly",
    "afterwards",
    "later",
    "followed",
    "follows",
    "begins",
    "starts",
    "ends",
    "finishes",
    "initially",
    "eventually",
    "earlier",
    "previous",
    "subsequently",
    "precedes",
    "waits",
    "depends",
    "feeds",
    "ultimately",
    "once",
    "start",
    "end",
    "begin",
];

/// Words that claim nothing by themselves.
pub(super) const GLUE: &[&str] = &[
    "a",
    "an",
    "the",
    "this",
    "that",
    "these",
    "those",
    "it",
    "its",
    "they",
    "their",
    "them",
    "there",
    "here",
    "which",
    "who",
    "and",
    "or",
    "as",
    "at",
    "by",
    "for",
    "from",
    "in",
    "into",
    "of",
    "on",
    "to",
    "with",
    "via",
    "through",
    "about",
    "over",
    "is",
    "are",
    "be",
    "has",
    "have",
    "does",
    "do",
    "can",
    "will",
    "also",
    "both",
    "pipeline",
    "pipelines",
    "workflow",
    "step",
    "steps",
    "stage",
    "stages",
    "input",
    "inputs",
    "output",
    "outputs",
    "result",
    "results",
    "takes",
    "take",
    "gives",
    "give",
    "given",
    "produces",
    "produce",
    "provides",
    "uses",
    "use",
    "using",
    "used",
    "reads",
    "read",
    "writes",
    "write",
    "written",
    "asks",
    "ask",
    "calls",
    "call",
    "runs",
    "run",
    "works",
    "work",
    "makes",
    "make",
    "made",
    "tells",
    "tell",
    "answer",
    "answers",
    "purpose",
    "goal",
    "aim",
    "intention",
    "value",
    "values",
    "text",
    "content",
    "whole",
    "named",
    "called",
    "name",
    "so",
    "what",
    "where",
    "how",
    "based",
    "then",
    "before",
    "after",
    "next",
    "first",
    "last",
    "finally",
    "lastly",
    "afterwards",
    "followed",
    "follows",
    "begins",
    "starts",
    "ends",
    "waits",
    "depends",
    "feeds",
    "passes",
    "needs",
    "receives",
    "leads",
    "hands",
    "goes",
    "once",
    "precedes",
    "start",
    "end",
    "begin",
    "at",
    "most",
    "up",
    "tool",
    "tools",
    "task",
    "data",
    "between",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "only",
    "if",
    "when",
    "each",
    "every",
    "again",
    "more",
    "few",
    "may",
    "seconds",
    "consists",
    "contains",
    "comes",
    "come",
    "holds",
    "hold",
];
