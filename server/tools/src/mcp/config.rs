//! `server_config`: how a server is reached.

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value as Json};
use url::Url;

use crate::{answer::spelled, web};

/// A program that is started, or an address. May hold secrets, so it cannot be printed.
#[derive(Clone, PartialEq)]
pub(super) enum Config {
    Program(Program),
    Address(Address),
}

/// Speaks on its standard input and output.
#[derive(Clone, PartialEq)]
pub(super) struct Program {
    pub(super) program: String,
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<(String, String)>,
    /// As written.
    pub(super) folder: String,
}

/// Speaks streamable HTTP.
#[derive(Clone, PartialEq)]
pub(super) struct Address {
    pub(super) url: Url,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

const KEYS: [&str; 8] = ["command", "args", "env", "cwd", "url", "headers", "type", "transport"];

impl Config {
    /// Reads what an author wrote.
    ///
    /// # Errors
    /// In words: what is missing or makes no sense.
    pub(super) fn read(written: &Json) -> Result<Self, String> {
        let Json::Object(keys) = written else {
            return Err("`server_config` is a map with `command` or `url`".to_owned());
        };
        if let Some(key) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let known = KEYS.map(|key| format!("`{key}`")).join(", ");
            return Err(format!("`server_config` knows no `{key}`; there are {known}"));
        }
        let kind = given(keys, "type").or_else(|| given(keys, "transport")).map(spelled);
        match (given(keys, "command"), given(keys, "url"), kind.as_deref()) {
            (_, _, Some("sse")) => Err(
                "the transport `sse` is no longer part of the protocol: give the address at which \
                 the server speaks streamable HTTP, with `type: http`"
                    .to_owned(),
            ),
            (_, _, Some(other))
                if !matches!(other, "stdio" | "http" | "streamable-http" | "streamable_http") =>
            {
                Err(format!("`{other}` is no transport: there are `stdio` and `http`"))
            }
            (Some(_), Some(_), _) => {
                Err("`server_config` has both `command` and `url`: one of them is meant".to_owned())
            }
            (Some(command), None, Some("stdio") | None) => program(command, keys),
            (None, Some(url), Some("http" | "streamable-http" | "streamable_http") | None) => {
                address(url, keys)
            }
            (Some(_), None, Some(kind)) => Err(format!("a `command` speaks `stdio`, not `{kind}`")),
            (None, Some(_), Some(kind)) => Err(format!("a `url` speaks `http`, not `{kind}`")),
            (None, None, _) => {
                Err("`server_config` needs `command`, a program, or `url`, an address".to_owned())
            }
        }
    }

    /// Who is meant, without what may be secret.
    pub(super) fn who(&self) -> String {
        match self {
            Self::Program(Program { program, .. }) => program.clone(),
            Self::Address(Address { url, .. }) => {
                format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
            }
        }
    }
}

fn given<'a>(keys: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    keys.get(name).filter(|value| !value.is_null())
}

/// A program alone, or a list of a program and its arguments.
fn program(command: &Json, keys: &Map<String, Json>) -> Result<Config, String> {
    let mut words = match command {
        Json::String(program) => vec![program.clone()],
        Json::Array(words) => words.iter().map(spelled).collect(),
        _ => return Err("`command` is a program, or a list of it and its arguments".to_owned()),
    };
    match given(keys, "args") {
        None => {}
        Some(Json::Array(more)) => words.extend(more.iter().map(spelled)),
        Some(_) => return Err("`args` is a list".to_owned()),
    }
    if words.iter().any(|word| word.contains('\0')) {
        return Err("`command` holds a null character".to_owned());
    }
    let mut words = words.into_iter();
    let program = words.next().filter(|program| !program.trim().is_empty());
    let environment = pairs(keys, "env")?;
    let is_name = |name: &str| !name.is_empty() && !name.contains(['=', '\0']);
    if let Some((name, _)) =
        environment.iter().find(|(name, it)| !is_name(name) || it.contains('\0'))
    {
        return Err(format!("`{name}` in `env` is no variable"));
    }
    Ok(Config::Program(Program {
        program: program.ok_or("`command` is empty")?,
        arguments: words.collect(),
        environment,
        folder: given(keys, "cwd").map_or_else(|| ".".to_owned(), spelled),
    }))
}

fn address(url: &Json, keys: &Map<String, Json>) -> Result<Config, String> {
    let url = web::address(&spelled(url)).map_err(|error| error.to_string())?;
    let header = |(name, value): (String, String)| {
        let wrong = || format!("`{name}` in `headers` is no header");
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(&value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        Ok((parsed, value))
    };
    let headers = pairs(keys, "headers")?.into_iter().map(header).collect::<Result<_, String>>()?;
    Ok(Config::Address(Address { url, headers }))
}

fn pairs(keys: &Map<String, Json>, name: &str) -> Result<Vec<(String, String)>, String> {
    match given(keys, name) {
        None => Ok(Vec::new()),
        Some(Json::Object(map)) => {
            Ok(map.iter().map(|(name, value)| (name.clone(), spelled(value))).collect())
        }
        Some(_) => Err(format!("`{name}` is a map")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Config;

    #[test]
    fn what_makes_no_sense_is_said() {
        for (written, why) in [
            (json!("npx"), "is a map"),
            (json!({}), "needs `command`"),
            (json!({ "command": "a", "url": "http://b" }), "one of them"),
            (json!({ "command": "" }), "`command` is empty"),
            (json!({ "command": [] }), "`command` is empty"),
            (json!({ "command": "a", "args": "b" }), "`args` is a list"),
            (json!({ "command": "a", "argv": ["b"] }), "knows no `argv`"),
            (json!({ "command": "a", "type": "http" }), "speaks `stdio`"),
            (json!({ "url": "http://b", "type": "stdio" }), "speaks `http`"),
            (json!({ "url": "http://b", "type": "sse" }), "no longer part"),
            (json!({ "url": "http://b", "type": "ws" }), "no transport"),
            (json!({ "url": "nowhere" }), "no address"),
            (json!({ "url": "http://b", "headers": { "a b": "c" } }), "`a b` in `headers`"),
            (json!({ "command": "a", "env": { "a=b": 1 } }), "`a=b` in `env`"),
        ] {
            let said = Config::read(&written).err().unwrap_or_default();
            assert!(said.contains(why), "{written}: {said}");
        }
    }

    #[test]
    fn a_program_is_one_word_or_a_list() {
        let one = Config::read(&json!({ "command": "npx", "args": ["-y", 3], "env": { "A": 1 } }));
        let list = Config::read(&json!({ "command": ["npx", "-y", "3"], "env": { "A": "1" } }));
        assert!(one.is_ok() && one.ok() == list.ok());
    }
}
