//! Words that other tools of this kind have for what this language calls otherwise. They are looked up where no known word
//! is near, and only suggested.

use pipeline::{
    catalogue::{Catalogue, Operation, normalise},
    language::Level,
};

/// Words, and the one that is meant by each of them.
type Table = &'static [(&'static [&'static str], &'static str)];

const TOP: Table = &[
    (&["stages", "jobs", "nodes", "workflow", "stage"], "steps"),
    (&["params", "args", "arguments", "vars"], "inputs"),
    (&["results", "returns"], "outputs"),
    (&["title"], "name"),
    (&["constants"], "variables"),
];

const STEP: Table = &[
    (&["params", "param", "args", "arguments", "with", "options"], "parameters"),
    (
        &["needs", "requires", "after", "wait_for", "waits_for", "dependson", "runs_after"],
        "dependencies",
    ),
    (&["when", "only_if", "unless"], "condition"),
    (&["uses", "using"], "tool"),
    (&["loop", "each", "items", "with_items", "iterate", "over"], "for_each"),
    (&["concurrency", "max_workers", "parallelism"], "max_parallel"),
    (&["do", "body", "tasks"], "steps"),
    (&["retries", "attempts", "max_attempts", "tries"], "max_retries"),
    (&["catch", "rescue", "on_exception"], "on_error"),
    (&["next", "then", "on_true", "jump"], "on_success"),
    (&["otherwise"], "on_false"),
    (&["ignore_errors", "ignore_error", "allow_failure"], "continue_on_error"),
    (&["title", "label"], "name"),
    (&["max_loops", "max_rounds"], "max_iterations"),
    (&["instruction", "instructions"], "prompt"),
    (&["role", "persona"], "personality"),
    (&["as", "item", "item_name", "item_var", "loop_variable", "iterator"], "loop_var"),
];

const INPUT: Table = &[
    (&["desc", "help", "doc"], "description"),
    (&["kind"], "type"),
    (&["options", "allowed", "values"], "choices"),
    (&["mandatory", "optional"], "required"),
    (&["value", "initial"], "default"),
];

const TOOLS: Table = &[
    (
        &["shell", "bash", "sh", "cmd", "command", "exec", "zsh", "powershell", "subprocess"],
        "terminal",
    ),
    (&["python", "python3", "py", "code", "python-script"], "python-executor"),
    (&["fs", "files", "disk", "storage", "file-system", "read-file", "write-file"], "filesystem"),
    (&["search", "google", "duckduckgo", "bing"], "web-search"),
    (
        &["browser", "http", "fetch", "curl", "scraper", "web", "requests", "playwright"],
        "headless-browser",
    ),
    (&["data", "pandas", "csv", "transform"], "data-processing"),
    (&["schema", "validator", "json-schema"], "validation"),
    (&["pdf", "pandoc", "latex"], "pdf-compiler"),
    (&["pipeline", "workflow", "call", "subworkflow"], "pipeline-executor"),
    (&["ask", "input", "human", "user-input"], "user-prompt"),
    (&["approval", "approve", "confirm"], "approval-gate"),
    (&["memory", "cache", "kv"], "mcp-memory"),
];

const ACTIONS: Table = &[
    (
        &[
            "summarize",
            "summarise",
            "summary",
            "ask",
            "prompt",
            "chat",
            "completion",
            "complete",
            "write",
            "answer",
            "translate",
            "gpt",
            "openai",
            "anthropic",
            "claude",
            "model",
            "invoke-model",
            "text-generation",
        ],
        "generate",
    ),
    (&["extract", "generate-json", "structured", "json"], "generate_structured"),
    (&["classify", "sentiment"], "analyze_text"),
    (&["log", "say"], "echo"),
    (&["check", "assert", "verify"], "validate"),
    (&["noop", "no-op", "pass", "wait", "start", "end"], "control_flow"),
];

const OPERATIONS: Table = &[
    (&["save", "create", "store", "put", "append", "touch"], "write"),
    (&["load", "open", "get", "cat", "fetch"], "read"),
    (&["remove", "rm", "unlink", "erase"], "delete"),
    (&["ls", "dir", "glob", "find"], "list"),
    (&["cp", "duplicate"], "copy"),
    (&["mv", "rename"], "move"),
    (&["exist", "stat", "check"], "exists"),
    (&["makedirs", "make-dir", "create-dir", "create-folder"], "mkdir"),
    (&["open", "get", "fetch", "read", "visit", "extract"], "scrape"),
    (&["select", "where", "query"], "filter"),
    (&["group", "summarize", "sum", "group-by", "reduce"], "aggregate"),
    (&["map", "apply"], "transform"),
    (&["join", "combine", "concat"], "merge"),
    (&["parse", "load"], "convert"),
    (&["describe", "stats", "statistics"], "profile"),
    (&["check", "test"], "validate"),
    (&["set", "put", "save"], "store"),
    (&["get", "load", "recall"], "retrieve"),
];

const FILTERS: Table = &[
    (&["slug", "slugged", "to_slug", "kebab", "kebab_case"], "slugify"),
    (&["len", "size"], "length"),
    (&["uppercase", "upcase", "to_upper", "toupper"], "upper"),
    (&["lowercase", "downcase", "to_lower", "tolower"], "lower"),
    (&["strip"], "trim"),
    (&["capitalise"], "capitalize"),
    (&["parse_json", "json_parse", "json_decode", "loads"], "from_json"),
    (&["jsonify", "stringify", "dumps"], "to_json"),
    (&["strftime", "format_date", "date_format", "datetime"], "date"),
    (&["str", "to_string", "tostring", "text"], "string"),
    (&["integer", "to_int", "toint"], "int"),
    (&["number", "to_float", "tofloat"], "float"),
    (&["distinct", "uniq", "dedupe", "deduplicate"], "unique"),
    (&["coalesce", "fallback", "if_empty", "ifempty"], "default"),
    (&["sub", "gsub", "re_sub", "regex_sub"], "regex_replace"),
    (&["match", "regex_match", "regex_find", "regex_findall"], "regex_search"),
    (&["shorten", "ellipsis", "excerpt", "cut"], "truncate"),
    (&["html_escape", "escape_html"], "escape"),
    (&["url_encode", "urlquote", "url_quote", "quote"], "urlencode"),
    (&["where", "filter_by"], "selectattr"),
    (&["pluck"], "map"),
    (&["word_count"], "wordcount"),
    (&["filename", "file_name"], "basename"),
    (&["read_file", "include"], "include_file"),
];

/// The key that is meant.
pub(crate) fn key(level: Level, word: &str) -> Option<&'static str> {
    let table = match level {
        Level::Top => TOP,
        Level::Step | Level::ActionLoopItem => STEP,
        Level::Input => INPUT,
        _ => return None,
    };
    meant(table, word).next()
}

/// The filter that is meant.
pub(crate) fn filter(word: &str) -> Option<&'static str> {
    meant(FILTERS, word).next()
}

/// The tool that is meant.
pub(crate) fn tool(word: &str) -> Option<&'static str> {
    meant(TOOLS, word).next()
}

/// The action that is meant, or a tool that stands as one.
pub(crate) fn action(catalogue: &Catalogue, word: &str) -> Option<&'static str> {
    meant(ACTIONS, word)
        .next()
        .or_else(|| tool(word))
        .filter(|name| catalogue.action(name).is_some())
}

/// Which of those operations is meant.
pub(crate) fn operation(operations: &[Operation], word: &str) -> Option<&'static str> {
    meant(OPERATIONS, word).find(|meant| operations.iter().any(|it| it.name == *meant))
}

fn meant(table: Table, word: &str) -> impl Iterator<Item = &'static str> {
    let word = normalise(word);
    table
        .iter()
        .filter(move |(words, _)| words.iter().any(|it| normalise(it) == word))
        .map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_suggested_exists_and_what_suggests_it_does_not() {
        let catalogue = Catalogue::declared();
        let known = |level| {
            move |word: &str| {
                let mut keys = pipeline::language::keys(level).iter();
                keys.any(|key| key.name == word || key.aliases.contains(&word))
            }
        };
        for (level, table) in [(Level::Top, TOP), (Level::Step, STEP), (Level::Input, INPUT)] {
            for (words, meant) in table {
                assert!(known(level)(meant), "{meant}");
                assert!(words.iter().all(|word| !known(level)(word)), "{words:?}");
            }
        }
        let is_filter = |word: &str| pipeline::eval::filters().iter().any(|it| it.name == word);
        for (words, meant) in FILTERS {
            assert!(is_filter(meant), "{meant}");
            assert!(words.iter().all(|word| !is_filter(word)), "{words:?}");
        }
        for (words, meant) in TOOLS {
            assert!(catalogue.tool(meant).is_some(), "{meant}");
            assert!(words.iter().all(|word| catalogue.tool(word).is_none()), "{words:?}");
        }
        for (words, meant) in ACTIONS {
            assert!(catalogue.action(meant).is_some(), "{meant}");
            assert!(words.iter().all(|word| catalogue.action(word).is_none()), "{words:?}");
        }
        for (_, meant) in OPERATIONS {
            let has = |it: &&&pipeline::catalogue::Signature| it.operation(meant).is_some();
            assert!(catalogue.tools().iter().any(|it| has(&it)), "{meant}");
        }
    }
}
