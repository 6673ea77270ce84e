//! What accepting a tool types beside its name: the operation and the parameters that every call needs.

use pipeline::catalogue::Signature;

use super::Insert;
use super::outline::Member;

/// The name of a tool or action, and below it what is still missing of the step. `inset`: see
/// [`KeyPlace`](super::context::KeyPlace).
pub(super) fn call(signature: &Signature, key: &str, members: &[Member], inset: usize) -> Insert {
    let has = |key: &str| members.iter().any(|member| member.key == key);
    let own = " ".repeat(inset);
    let mut snippet = escaped(signature.name);
    let mut plain = signature.name.to_owned();
    let mut stops = 0;
    if key == "tool" && !signature.operations.is_empty() && !has("action") {
        stops += 1;
        let names: Vec<_> = signature.operations.iter().map(|it| it.name).collect();
        snippet.push_str(&format!("\n{own}action: ${{{stops}|{}|}}", names.join(",")));
        plain.push_str(&format!("\n{own}action: "));
    }
    let required: Vec<_> = required(signature, None);
    if !required.is_empty() && !has("parameters") {
        snippet.push_str(&format!("\n{own}parameters:"));
        plain.push_str(&format!("\n{own}parameters:"));
        entries(&required, inset, stops, &mut snippet, &mut plain);
    }
    if snippet == signature.name {
        Insert::Plain(plain)
    } else {
        Insert::Snippet { snippet, plain }
    }
}

/// The key `parameters` with those that a call needs.
pub(super) fn parameters(signature: &Signature, operation: Option<&str>, inset: usize) -> Insert {
    let required = required(signature, operation);
    let (mut snippet, mut plain) = ("parameters:".to_owned(), "parameters:".to_owned());
    if required.is_empty() {
        let below = " ".repeat(inset + 2);
        snippet.push_str(&format!("\n{below}$0"));
        plain.push_str(&format!("\n{below}"));
    }
    entries(&required, inset, 0, &mut snippet, &mut plain);
    Insert::Snippet { snippet, plain }
}

fn required(signature: &Signature, operation: Option<&str>) -> Vec<&'static str> {
    signature.required(operation).into_iter().filter(|name| *name != "action").collect()
}

fn entries(names: &[&str], inset: usize, stops: usize, snippet: &mut String, plain: &mut String) {
    let below = " ".repeat(inset + 2);
    for (number, name) in names.iter().enumerate() {
        snippet.push_str(&format!("\n{below}{name}: ${}", stops + number + 1));
        plain.push_str(&format!("\n{below}{name}: "));
    }
}

/// Text that snippets would read as something else.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
