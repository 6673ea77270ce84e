//! JSON, HTML and URLs.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use super::super::access::items;
use super::super::args::{Bound, Truth};
use super::super::dict::Dict;
use super::super::error::{Answer, Fault};
use super::super::machine::Machine;
use super::super::markup::{escape, escaped, mark_all};
use super::super::native::Native;
use super::super::operators::sized_text;
use super::super::table::Function;
use super::{filter, marking};
use crate::Value;
use crate::value::{Entries, Json, Layout};

const TO_JSON: &str = "The value as JSON, indented by two spaces unless told otherwise.";
const ESCAPE: &str =
    "Text with `&`, `<`, `>` and quotes as HTML entities, unless that was done before.";
const FORCE_ESCAPE: &str =
    "Text with `&`, `<`, `>` and quotes as HTML entities, also where it is marked as safe.";

pub(super) fn filters() -> Vec<Function> {
    vec![
        filter("to_json(indent=2)", TO_JSON, to_json),
        filter("json(indent=2)", TO_JSON, to_json),
        filter("json_encode(indent=2)", TO_JSON, to_json),
        filter(
            "tojson(indent=none)",
            "The value as JSON on one line, keys in order, safe inside HTML.",
            |machine, value, args| {
                let layout = match args.get(0) {
                    None | Some(Value::Null) => Layout::Line,
                    Some(_) => Layout::Indented(indent(args)?),
                };
                let text = machine.json(&sorted(value), Json::Ascii(layout))?;
                let safe = text
                    .replace('&', "\\u0026")
                    .replace('<', "\\u003c")
                    .replace('>', "\\u003e")
                    .replace('\'', "\\u0027");
                sized_text(safe).map(mark_all)
            },
        ),
        filter(
            "from_json",
            "The value of JSON text; text that is no JSON stays as it is.",
            |machine, value, _| {
                let Value::Text(text) = value else { return Ok(value.clone()) };
                machine.spend(text.len() / 32)?;
                Ok(serde_json::from_str(text)
                    .map_or_else(|_| value.clone(), |it| Value::from_json(&it)))
            },
        ),
        marking("escape", ESCAPE, |_, value, _| sized_text(escaped(value)).map(mark_all)),
        marking("e", ESCAPE, |_, value, _| sized_text(escaped(value)).map(mark_all)),
        filter("forceescape", FORCE_ESCAPE, |_, value, _| {
            sized_text(escape(&value.to_text())).map(mark_all)
        }),
        filter("safe", "Text marked as safe in HTML: it is not escaped.", |_, value, _| {
            sized_text(value.to_text()).map(mark_all)
        }),
        filter("xmlattr(autospace=true)", "A map as attributes of an HTML element.", xmlattr),
        filter("urlencode", "Text, a map or pairs for use in a URL.", urlencode),
        filter(
            "urlize(trim_url_limit=none, nofollow=false, target=none, rel=none)",
            "Text whose web addresses are HTML links.",
            urlize,
        ),
    ]
}

/// The value with the keys of its maps in order.
fn sorted(value: &Value) -> Value {
    let each = |items: &[Value]| items.iter().map(sorted).collect();
    match value {
        Value::Map(entries) => {
            let mut entries: Entries =
                entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_keys();
            Value::map(entries)
        }
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Value::list(each(items)),
        Value::Step(step) => sorted(&step.value),
        Value::Native(Native::Dict(entries)) => {
            let mut pairs: Vec<(Value, Value)> =
                entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            pairs.sort_by(|a, b| a.0.order(&b.0).ok().flatten().unwrap_or(Ordering::Equal));
            Dict::from_pairs(pairs).map_or(Value::Null, |it| it.with_text_keys())
        }
        other => other.clone(),
    }
}

fn indent(args: &Bound) -> Answer<u8> {
    Ok(u8::try_from(args.int(0, 2)?.clamp(0, 16)).unwrap_or(2))
}

impl Machine<'_> {
    /// JSON text, paid for by its length.
    fn json(&mut self, value: &Value, json: Json) -> Answer<String> {
        let text = value.to_json_text(json);
        self.spend(text.len() / 64)?;
        Ok(text)
    }
}

fn to_json(machine: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let layout = match args.get(0) {
        Some(Value::Null) => Layout::Line,
        _ => Layout::Indented(indent(args)?),
    };
    machine.json(value, Json::Ascii(layout)).and_then(sized_text)
}

/// HTML that a filter made: marked as safe where what is printed is escaped.
fn html(machine: &Machine<'_>, text: String) -> Answer {
    let text = sized_text(text)?;
    Ok(if machine.escaping { mark_all(text) } else { text })
}

fn xmlattr(machine: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let Value::Map(entries) = value else {
        return Err(Fault::type_error(format!("{} has no attributes", value.type_name())));
    };
    let mut attributes = Vec::new();
    for (key, value) in
        entries.iter().filter(|it| !matches!(it.1, Value::Null) && !it.1.is_undefined())
    {
        if key.contains(|it: char| it.is_whitespace() || matches!(it, '/' | '>' | '=')) {
            return Err(Fault::type_error(format!("`{key}` is no name of an attribute")));
        }
        attributes.push(format!("{}=\"{}\"", escape(key), escaped(value)));
    }
    let space = if args.truth(0, Truth::True) && !attributes.is_empty() { " " } else { "" };
    html(machine, format!("{space}{}", attributes.join(" ")))
}

/// Everything but letters, digits and `_.-~` and what is `kept` becomes `%XX`.
fn quote(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric()
            || b"_.-~".contains(&byte)
            || kept.as_bytes().contains(&byte)
        {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn urlencode(_: &mut Machine<'_>, value: &Value, _: &Bound) -> Answer {
    let form = |value: &Value| quote(&value.to_text(), " ").replace(' ', "+");
    let pairs = match value {
        Value::Map(entries) => super::items::pairs(entries),
        Value::Native(Native::Dict(entries)) => entries.pairs(),
        Value::List(_) | Value::Tuple(_) => items(value)?,
        other => return sized_text(quote(&other.to_text(), "/")),
    };
    let pair = |pair: &Value| match pair.as_items() {
        Some([key, value]) => Ok(format!("{}={}", form(key), form(value))),
        _ => Err(Fault::type_error("a list for a URL is made of pairs")),
    };
    sized_text(pairs.iter().map(pair).collect::<Answer<Vec<_>>>()?.join("&"))
}

/// A web address: a scheme or `www.` before a host with a top-level name, a host under one of the oldest of those, or an IPv4 address.
static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let host = r"(https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})";
    let old = r"([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)";
    let address = r"(https?://)\d{1,3}(\.\d{1,3}){3}";
    Regex::new(&format!(r"(?i)^({host}|{old}|{address})(:\d{{1,5}})?([/?#]\S*)?$")).ok()
});

/// An address of mail, possibly with its scheme.
static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(mailto:)?(\S+@\w[\w.-]*\.\w+)$").ok());

fn urlize(machine: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let text = value.to_text();
    let limit = args.size(0, usize::MAX)?;
    let rel =
        if args.truth(1, Truth::False) { "nofollow noopener" } else { args.text(3, "noopener")? };
    let target = args.text(2, "")?;
    let target =
        if target.is_empty() { String::new() } else { format!(" target=\"{}\"", escape(target)) };
    let mut out = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let inner = word.trim_start_matches(['(', '<']);
        let url = inner.trim_end_matches(['.', ',', ')', '>']);
        let (before, after) = (
            word.get(..word.len() - inner.len()).unwrap_or_default(),
            inner.get(url.len()..).unwrap_or_default(),
        );
        let mail = MAIL.as_ref().and_then(|it| it.captures(url)?.get(2));
        if let Some(address) = mail {
            let address = escape(address.as_str());
            out.push_str(&escape(before));
            out.push_str(&format!("<a href=\"mailto:{address}\">{address}</a>"));
            out.push_str(&escape(after));
            out.push_str(piece.get(word.len()..).unwrap_or_default());
            continue;
        }
        if !URL.as_ref().is_some_and(|it| it.is_match(url)) {
            out.push_str(&escape(piece));
            continue;
        }
        let shown: String = match url.chars().nth(limit) {
            Some(_) => url.chars().take(limit).chain("...".chars()).collect(),
            None => url.to_owned(),
        };
        let scheme = if url.starts_with("http") { "" } else { "https://" };
        let (href, shown, rel) = (escape(url), escape(&shown), escape(rel));
        out.push_str(&escape(before));
        out.push_str(&format!("<a href=\"{scheme}{href}\" rel=\"{rel}\"{target}>{shown}</a>"));
        out.push_str(&escape(after));
        out.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    html(machine, out)
}
