//! YAML data with templates to values: each template once, typed where it is a single expression.

use std::sync::Arc;

use pipeline::{Data, Located, Text, Value, eval};
use syntax::Span;

use crate::scope::Entries;

/// Why a value could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RenderError {
    /// Dotted path below the rendered data (`rows[0].name`); empty for the data itself.
    pub(crate) place: String,
    /// What is wrong.
    pub(crate) message: String,
    /// Relative to the segment.
    pub(crate) span: Option<Span>,
}

/// Renders deep.
pub(crate) fn data(data: &Data, scope: &dyn eval::Scope) -> Result<Value, RenderError> {
    Ok(match data {
        Data::Null => Value::Null,
        Data::Bool(value) => Value::Bool(*value),
        Data::Int(value) => Value::Int(*value),
        Data::Float(value) => Value::Float(*value),
        Data::Text(written) => text(written, scope)?,
        Data::List(items) => {
            let render = |(index, item): (usize, &Located<Data>)| {
                self::data(&item.value, scope).map_err(|error| error.below(&format!("[{index}]")))
            };
            Value::List(Arc::new(items.iter().enumerate().map(render).collect::<Result<_, _>>()?))
        }
        Data::Map(entries) => {
            let mut map = Entries::new();
            for (key, value) in entries.iter() {
                let value =
                    self::data(&value.value, scope).map_err(|error| error.below(&key.value))?;
                map.insert(key.value.as_str().into(), value);
            }
            Value::Map(Arc::new(map))
        }
    })
}

/// Renders a text; one without templates is itself.
pub(crate) fn text(text: &Text, scope: &dyn eval::Scope) -> Result<Value, RenderError> {
    let Some(template) = &text.template else { return Ok(Value::Text(Arc::clone(&text.value))) };
    let rendered = eval::render(template, &text.value, scope).map_err(|error| RenderError {
        place: String::new(),
        message: error.message,
        span: Some(text.source(error.span)),
    })?;
    match rendered {
        Value::Undefined(what) => Err(RenderError {
            place: String::new(),
            message: format!("`{what}` is undefined"),
            span: Some(text.source(Span::new(0, text.value.len() as u32))),
        }),
        value => Ok(value),
    }
}

/// A list or map in Python's spelling, as a template prints it: an expression without names.
pub(crate) fn literal(text: &str) -> Option<Value> {
    let condition = syntax::template::parse_condition(text);
    let nothing = crate::tool::Names::none();
    if !condition.errors.is_empty() || !syntax::template::free_paths_of(&condition.expr).is_empty()
    {
        return None;
    }
    eval::evaluate(&condition, text, nothing.scope()).ok()
}

impl RenderError {
    fn below(self, key: &str) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        Self { place: format!("{key}{dot}{}", self.place), ..self }
    }
}

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "`{}`: {}", self.place, self.message)
        }
    }
}
