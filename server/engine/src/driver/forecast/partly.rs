//! Parameters as far as they are known: what reads something unknown stands as it is written.

use pipeline::{Data, Text, Value, eval};
use serde_json::Value as Json;
use syntax::{
    Span,
    template::{FreePath, Part, Template, free_paths},
};

use crate::{render, scope::StepScope};

/// Renders what can be, piece by piece.
pub(super) fn data(data: &Data, scope: &StepScope, unknown: &dyn Fn(&FreePath) -> bool) -> Json {
    match data {
        Data::Text(written) => text(written, scope, unknown),
        Data::List(items) => {
            items.iter().map(|item| self::data(&item.value, scope, unknown)).collect()
        }
        Data::Map(entries) => {
            let entry = |(key, value): &(pipeline::Located<String>, pipeline::Located<Data>)| {
                (key.value.clone(), self::data(&value.value, scope, unknown))
            };
            Json::Object(entries.iter().map(entry).collect())
        }
        other => Value::as_written(other).to_json(),
    }
}

fn text(written: &Text, scope: &StepScope, unknown: &dyn Fn(&FreePath) -> bool) -> Json {
    let as_written = || Json::String(written.value.to_string());
    let Some(template) = &written.template else { return as_written() };
    if !free_paths(template).iter().any(unknown) {
        return render::text(written, scope).map_or_else(|_| as_written(), |value| value.to_json());
    }
    // What blocks enclose hangs together.
    if template.parts.iter().any(|part| span_of(part).is_none()) {
        return as_written();
    }
    let mut out = String::new();
    for part in &template.parts {
        let source = span_of(part).and_then(|span| slice(&written.value, span));
        let alone = Template { parts: vec![part.clone()], errors: Vec::new(), len: template.len };
        let rendered = if free_paths(&alone).iter().any(unknown) {
            None
        } else {
            eval::render(&alone, &written.value, scope).ok().map(|value| value.to_text())
        };
        out.push_str(&rendered.unwrap_or_else(|| source.unwrap_or_default().to_owned()));
    }
    Json::String(out)
}

/// Where a piece stands that hangs together with no other.
const fn span_of(part: &Part) -> Option<Span> {
    match part {
        Part::Text(span) | Part::Print { span, .. } | Part::Comment(span) => Some(*span),
        _ => None,
    }
}

fn slice(text: &str, span: Span) -> Option<&str> {
    text.get(span.start as usize..span.end as usize)
}
