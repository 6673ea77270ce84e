//! Texts that are no answer but what a program said when it failed, and marks that a model's own machinery left.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::{Issue, IssueCode, pattern};

/// What is longer than this tells of an error, and is none.
const LONGEST: usize = 2_000;

static ERROR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        ^traceback\s\(most\srecent\scall\slast\):
        | ^(?:<!doctype\shtml[^>]*>\s*)?<html\b[^>]*>\s*<head>\s*<title>\s*(?:[45]\d\d\b|error\b|access\sdenied|not\sfound|service\sunavailable|bad\sgateway)
        | ^(?:http\s)?error:?\s(?:code:?\s)?[45]\d\d(?:$|[:,.(\n]|\s[–—-]|\s(?-i:[A-Z])[^.!?\n]{0,60}\.?$)
        | ^[45]\d\d\s(?:bad\srequest|unauthorized|forbidden|not\sfound|too\smany\srequests|internal\sserver\serror|bad\sgateway|service\sunavailable|gateway\stimeout)(?:[:.]\s[^\n]{0,160}|\s[–—-]\s[^\n]{0,160})?\.?$
        | ^\[?(?-i:ERROR|FATAL|CRITICAL)\]?:?\s[^\n]{1,200}\z
        | ^(?:internal\sserver\serror|service\s(?:temporarily\s)?unavailable|(?:gateway|request)\stimeout|rate\slimit\s(?:exceeded|reached)|too\smany\srequests|quota\sexceeded|connection\s(?:refused|reset|timed\sout))(?:[.!:;]?\s(?:please\s)?(?:try|retry|wait|slow)\b[^\n]{0,120})?[.!]?$
        | ^(?:an\s)?(?:unexpected\s)?error\s(?:has\s)?occurred(?:\s(?:while|when|during|processing|with)\b[^.,:;\n]{0,80})?\.?(?:\sPlease\stry\sagain[^.\n]{0,40}\.?)?$
        | ^(?:(?:fatal|internal|server|api|runtime)\s)?(?:error|exception)\s?:\s[\s\S]{1,400}\z
        | ^(?:uncaught\s)?(?-i:(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)):\s
        | ^(?:exception\sin\sthread\b|thread\s'[^'\n]{0,80}'(?:\s\(\d+\))?\spanicked\sat\b)
        | ^(?:the\s)?(?:request|connection|operation|call|read|write|query|server|gateway|socket)\s(?:has\s|was\s|is\s)?(?:timed\sout|aborted|cancell?ed|reset\sby\speer|refused|rejected|failed\s(?:with|after|because|due))\b[^.\n]{0,80}\.?$
        | ^http/\S+\s[45]\d\d\b
        | ^http\s(?:status\s)?(?:code\s)?[45]\d\d(?:[:\s]\s?(?-i:[A-Z])[^.!?\n]{2,60})?\.?$
        | ^(?:<\?xml\b[^>]*\?>\s*)?<error>
        | ^<h1>\s*(?:[45]\d\d\b|internal\sserver\serror|bad\sgateway|service\sunavailable|forbidden|not\sfound|access\sdenied)
        | ^(?:curl:\s\(\d+\)|fatal:|(?:ba|da|z)?sh:\s(?:line\s)?\d+:)\s
        | ^\{\s*\x22(?:detail|message|fault|error_?message|errors?_?code)\x22\s*:\s*\x22(?:(?:api\s)?rate\slimit|too\smany\srequests|unauthori[sz]ed|forbidden|not\s(?:found|authenticated)|internal\s(?:server\s)?error|invalid\s(?:api\skey|token|credentials)|service\sunavailable|quota)
        | ^\{\s*\x22error\x22\s*:\s*(?:\x22[^\x22]|\{)[\s\S]{1,400}\z
        | ^(?:ba|da|z|k)?sh:\s[^\n]{1,80}:\s(?:command\s)?not\sfound$
        | ^(?-i:(?:[a-z]\w*\.)+[A-Z]\w*(?:Error|Exception))\s*\n\s+at\s
        | ^\#(?:REF|DIV/0|VALUE|NAME|NUM|NULL|N/A)[!?]?$
        | ^(?:\[object\sObject\]|undefined|NaN|null)$",
    )
});

static MACHINERY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        <\|[a-z]\w{1,30}\|>
        | \[/?INST\] | <</?SYS>> | </?(?:start|end)_of_turn>
        | ^\s*<think(?:ing)?>
        | (?:^|\n)\s*</?think(?:ing)?>\s*(?:\n|$) | </think(?:ing)?>\s*\n
        | </s>\s*$
        | </?(?:tool|function)_calls?> | \[TOOL_CALLS\]
        | 【[^】\n]{0,40}†[^】\n]{0,40}】
        | \boaicite\b | \bcite?turn\d+\p{L}+\d+ | \bturn\d+(?:search|view|news|fetch)\d+\b
        | (?m:^Action:[^\n]+\nAction\sInput:\s)",
    )
});

/// Letters in another encoding than they were read in: `ü` as `Ã¼`, `’` as `â€™`.
static MISREAD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\p{L}*(?:\x{fffd}|Ã[\x{a0}-\x{bf}Ÿ„]|â€[™œ“”˜¦\x{9d}])\p{L}*"));

/// Fields that tell of an error and nothing else.
const OF_ERRORS: [&str; 9] =
    ["error", "status", "success", "code", "message", "type", "detail", "details", "request_id"];

/// Whether an object is what a program says of its failure.
pub(super) fn is_report(fields: &Map<String, Json>) -> bool {
    let fails = fields.get("error").is_some_and(|it| match it {
        Json::String(text) => !text.trim().is_empty(),
        Json::Object(inner) => !inner.is_empty(),
        _ => false,
    });
    let word = fields.get("status").and_then(Json::as_str).unwrap_or_default();
    let has_failed = ["error", "failed", "failure"].iter().any(|it| word.eq_ignore_ascii_case(it));
    (fails || has_failed && fields.contains_key("message"))
        && fields.keys().all(|name| OF_ERRORS.contains(&name.as_str()))
}

/// A model that goes on with both sides of the conversation.
static TURNS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)^(?:[Aa]ssistant|AI):\s.{1,2000}?\n(?:[Uu]ser|[Hh]uman):\s|\n(?:[Uu]ser|[Hh]uman):\s.{1,2000}?\n(?:[Aa]ssistant|AI):\s|(?m:^\#{3}\s(?:Instruction|Response|Input):\s*$)|(?m:^\#{2,3}\s(?:Human|User|Assistant|System):(?:\s|$))",
    )
});

static CONVERSATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)dialog|conversation|transcript|chat|interview|scene|\b(?:user|human|assistant):")
});

/// Whether a text is what a program said when it failed.
pub(super) fn find(text: &str, asked: &str) -> Option<Issue> {
    if text.len() > LONGEST || WANTS_ERROR.is_match(asked) {
        return None;
    }
    let found = ERROR.find(text).filter(|it| !is_wanted(it.as_str(), asked))?;
    let first = found.as_str().lines().next().unwrap_or_default().trim();
    let message = format!("it reads like an error message: `{}`", super::quoted(first));
    Some(Issue::new(IssueCode::ErrorText, message))
}

/// A call that wants to know of an error.
static WANTS_ERROR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:which|what|name|write|give|show|example|compose|draft|extract|find|quote|copy|return|print|get|translate|list|explain|summari[sz]e|rewrite)\b[^.?!\n]{0,60}\b(?:exceptions?|error|errors|tracebacks?|stack\straces?|log\s(?:lines?|entr(?:y|ies)|messages?))\b",
    )
});

/// Whether a single word is what the call names as an answer.
fn is_wanted(found: &str, asked: &str) -> bool {
    !found.contains(char::is_whitespace)
        && asked.split(|it: char| !it.is_alphanumeric()).any(|it| it == found)
}

/// What a model's machinery left. `prose` is the text without code; a conversation is one where none was `asked` for.
pub(super) fn leftover(prose: &str, asked: &str) -> Option<Issue> {
    let turns = || TURNS.find(prose).filter(|_| !CONVERSATION.is_match(asked));
    let is_quoted = |from: usize| {
        let before = prose.get(..from).and_then(|it| it.chars().next_back());
        before.is_some_and(|it| matches!(it, '"' | '“' | '\'' | '‘' | '«' | '„'))
    };
    if let Some(found) = MISREAD.find_iter(prose).find(|it| !is_quoted(it.start())) {
        let message = format!("`{}` was read in a wrong encoding", found.as_str());
        return Some(Issue::new(IssueCode::Leftover, message));
    }
    let found = MACHINERY.find(prose).or_else(turns)?;
    let first = found.as_str().trim().lines().next().unwrap_or_default();
    let message =
        format!("`{}` is a mark of the model's own and no part of an answer", super::quoted(first));
    Some(Issue::new(IssueCode::Leftover, message))
}
