//! What accepting a proposal types beside its name: the operation and the parameters that a call needs, the start of a value.

use pipeline::catalogue::Signature;
use pipeline::language::{Form, Key, Level};

use super::Insert;
use crate::place::{Place, Scope};

/// A snippet and the same text without tab stops, grown together.
#[derive(Default)]
struct Draft {
    snippet: String,
    plain: String,
    stops: usize,
}

impl Draft {
    fn text(&mut self, text: &str) -> &mut Self {
        self.snippet.push_str(&escaped(text));
        self.plain.push_str(text);
        self
    }

    /// A gap.
    fn gap(&mut self) -> &mut Self {
        self.stops += 1;
        self.snippet.push_str(&format!("${}", self.stops));
        self
    }

    /// One of some words, the first until another is chosen.
    fn choice(&mut self, words: &[&str]) -> &mut Self {
        self.stops += 1;
        let escaped: Vec<_> =
            words.iter().map(|it| it.replace(',', "\\,").replace('|', "\\|")).collect();
        self.snippet.push_str(&format!("${{{}|{}|}}", self.stops, escaped.join(",")));
        self.plain.push_str(words.first().copied().unwrap_or_default());
        self
    }

    fn insert(self) -> Insert {
        if self.stops == 0 {
            Insert::Plain(self.plain)
        } else {
            Insert::Snippet { snippet: self.snippet, plain: self.plain }
        }
    }
}

/// The name of a tool or action as the value of `key`, and what is still missing of the step. `place`: that of the value.
pub(super) fn call(signature: &Signature, key: &str, place: &Place) -> Insert {
    let has = |key: &str| place.members.iter().any(|member| member.key == key);
    let mut draft = Draft::default();
    draft.text(signature.name);
    let names: Vec<_> = signature.operations.iter().map(|it| it.name).collect();
    let first = signature.default_operation.or_else(|| names.first().copied());
    if key == "tool" && !names.is_empty() && !has("action") {
        let mut names = names;
        names.sort_by_key(|name| Some(*name) != first);
        next(&mut draft, place).text("action: ").choice(&names);
    }
    if !has("parameters") && !has("prompt") {
        next_entries(&mut draft, &required(signature, first), place);
    }
    draft.insert()
}

/// The name of an operation as the value of `action`, and the parameters that it needs.
pub(super) fn operation(signature: &Signature, operation: &str, place: &Place) -> Insert {
    let mut draft = Draft::default();
    draft.text(operation);
    if !place.members.iter().any(|member| member.key == "parameters") {
        next_entries(&mut draft, &required(signature, Some(operation)), place);
    }
    draft.insert()
}

/// The key `parameters` with those that a call needs.
pub(super) fn parameters(signature: &Signature, operation: Option<&str>, place: &Place) -> Insert {
    let required = required(signature, operation);
    let mut draft = Draft::default();
    if required.is_empty() {
        draft.text("parameters:");
        below(&mut draft, place, "");
        draft.gap();
    } else {
        entries(&mut draft, &required, place);
    }
    draft.insert()
}

/// A key with what its value starts with.
pub(super) fn key(key: &Key, place: &Place) -> Insert {
    let mut draft = Draft::default();
    draft.text(key.name).text(":");
    if let Some(block) = block(key, place) {
        block(&mut draft, place);
        return draft.insert();
    }
    match key.forms.first() {
        Some(Form::Map | Form::Parameters | Form::Inputs | Form::Outputs) if !place.is_flow => {
            below(&mut draft, place, "");
            draft.gap();
        }
        Some(Form::List | Form::Steps) if !place.is_flow => {
            below(&mut draft, place, "- ");
            draft.gap();
        }
        Some(Form::Ids | Form::List | Form::Steps) => {
            draft.text(" [").gap().text("]");
        }
        Some(Form::Map | Form::Parameters | Form::Inputs | Form::Outputs) => {
            draft.text(" {").gap().text("}");
        }
        _ => {
            draft.text(" ");
        }
    }
    draft.insert()
}

/// Keys whose value has a usual beginning of its own.
fn block(key: &Key, place: &Place) -> Option<fn(&mut Draft, &Place)> {
    if place.is_flow {
        return None;
    }
    let top = place.scope == Scope::Level(Level::Top);
    let step = place.scope == Scope::Level(Level::Step);
    Some(match key.name {
        "steps" if top || step => |draft, place| {
            below(draft, place, "- id: ");
            draft.gap();
        },
        "inputs" | "parameters" if top => |draft, place| {
            below(draft, place, "");
            draft.gap().text(":");
            deeper(draft, place, 4, "type: ");
            draft.choice(&["string", "integer", "number", "boolean", "array", "object"]);
        },
        "outputs" if top => |draft, place| {
            below(draft, place, "");
            draft.gap().text(": \"{{ ").gap().text(" }}\"");
        },
        "personalities" => |draft, place| {
            below(draft, place, "");
            draft.gap().text(":");
            deeper(draft, place, 4, "system_prompt: ");
            draft.gap();
        },
        "experts" => |draft, place| {
            below(draft, place, "");
            draft.gap().text(":");
            deeper(draft, place, 4, "model: ");
            draft.gap();
        },
        _ => return None,
    })
}

/// Parameters that a call needs and that are not its operation.
fn required(signature: &Signature, operation: Option<&str>) -> Vec<&'static str> {
    signature.required(operation).into_iter().filter(|name| *name != "action").collect()
}

/// The next key of the step: `parameters` with these names, if there are any.
fn next_entries(draft: &mut Draft, names: &[&str], place: &Place) {
    if !names.is_empty() {
        entries(next(draft, place), names, place);
    }
}

/// `parameters` with these names.
fn entries(draft: &mut Draft, names: &[&str], place: &Place) {
    draft.text("parameters:");
    if place.is_flow {
        draft.text(" {");
        for (number, name) in names.iter().enumerate() {
            draft.text(if number == 0 { "" } else { ", " }).text(name).text(": ").gap();
        }
        draft.text("}");
    } else {
        for name in names {
            below(draft, place, name);
            draft.text(": ").gap();
        }
    }
}

/// Where the next key of the same mapping starts.
fn next<'d>(draft: &'d mut Draft, place: &Place) -> &'d mut Draft {
    if place.is_flow { draft.text(", ") } else { draft.text("\n").text(&" ".repeat(place.inset)) }
}

fn below(draft: &mut Draft, place: &Place, text: &str) {
    deeper(draft, place, 2, text);
}

/// A line that stands so many spaces deeper than the key.
fn deeper(draft: &mut Draft, place: &Place, by: usize, text: &str) {
    draft
        .text("\n")
        .text(&" ".repeat(place.inset + place.lead.trim_start_matches(' ').len() + by))
        .text(text);
}

/// Text that snippets would read as something else.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
