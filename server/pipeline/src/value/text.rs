//! Values in text, spelled as Python spells them.

use std::fmt::Write as _;

use super::{Value, number::float_text};
use crate::eval::Native;

impl Value {
    /// Python's spelling (`True`, `None`, `['a']`); text as it is; a step its primary value; nothing for what is undefined.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.as_ref().to_owned(),
            Self::Step(step) => step.primary().to_text(),
            Self::Native(Native::Markup(text)) => text.to_text(),
            Self::Undefined(_) | Self::Absent(_) => String::new(),
            other => other.repr(),
        }
    }

    /// Python's `repr`: as inside a list, where texts have quotes.
    #[must_use]
    pub fn repr(&self) -> String {
        let mut out = String::new();
        self.write_repr(&mut out);
        out
    }

    fn write_repr(&self, out: &mut String) {
        match self {
            Self::Undefined(_) | Self::Absent(_) => out.push_str("Undefined"),
            Self::Null => out.push_str("None"),
            Self::Bool(true) => out.push_str("True"),
            Self::Bool(false) => out.push_str("False"),
            Self::Int(value) => {
                let _ = write!(out, "{value}");
            }
            Self::Float(value) => out.push_str(&float_text(*value)),
            Self::Text(text) => quote(text, out),
            Self::List(items) => sequence(items, ["[", "]"], out),
            Self::Tuple(items) if items.len() == 1 => sequence(items, ["(", ",)"], out),
            Self::Tuple(items) => sequence(items, ["(", ")"], out),
            Self::Set(items) if items.is_empty() => out.push_str("set()"),
            Self::Set(items) => sequence(items, ["{", "}"], out),
            Self::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    quote(key, out);
                    out.push_str(": ");
                    value.write_repr(out);
                }
                out.push('}');
            }
            Self::Step(step) => step.primary().write_repr(out),
            Self::Native(Native::Markup(text)) => {
                out.push_str("Markup(");
                text.write_repr(out);
                out.push(')');
            }
            Self::Native(Native::Dict(entries)) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    key.write_repr(out);
                    out.push_str(": ");
                    value.write_repr(out);
                }
                out.push('}');
            }
            Self::Native(native) => {
                let _ = write!(out, "<{}>", native.type_name());
            }
        }
    }
}

fn sequence(items: &[Value], [open, close]: [&str; 2], out: &mut String) {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        item.write_repr(out);
    }
    out.push_str(close);
}

/// A text in quotes: single ones unless it holds only those; what cannot be printed is escaped.
fn quote(text: &str, out: &mut String) {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(mark);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == mark => out.extend(['\\', c]),
            _ if is_printable(c) => out.push(c),
            _ => {
                let code = c as u32;
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(mark);
}

/// Python's notion, near enough: no controls, and no spaces, separators or marks of layout beyond the ASCII space.
fn is_printable(c: char) -> bool {
    match c {
        ' ' => true,
        _ if c.is_control() || c.is_whitespace() => false,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fffb}' | '\u{f0000}'.. => false,
        _ => true,
    }
}
