//! What names, fields, items and slices stand for.

use syntax::Span;
use syntax::template::Expr;

use super::error::{Answer, Code, Fault};
use super::machine::{Language, Machine, Outcome, with_nearest};
use super::native::Native;
use super::{access, table};
use crate::Value;

impl<'a> Machine<'a> {
    pub(super) fn name(&self, name: &str) -> Answer {
        if self.language == Language::Condition && name.starts_with('_') {
            return Err(Fault::new(
                Code::Forbidden,
                format!("`{name}` cannot be read: names with a leading `_` are internal"),
            ));
        }
        if let Some(value) = self.local(name).cloned().or_else(|| self.scope.lookup(name)) {
            return Ok(value);
        }
        match table::function(name) {
            Some(function) => Ok(Value::Native(Native::Function(function.name))),
            None => Ok(Value::Undefined(name.into())),
        }
    }

    pub(super) fn attribute(&mut self, base: &'a Expr, name: &'a str, name_span: Span) -> Outcome {
        if self.language == Language::Condition && name.starts_with('_') {
            let message = format!("`{name}` cannot be read: names with a leading `_` are internal");
            return Err(Fault::new(Code::Forbidden, message).at(name_span));
        }
        let value = self.maybe(base)?;
        match value {
            Value::Absent(what) => return Ok(Value::Absent(format!("{what}.{name}").into())),
            Value::Undefined(_) => return Err(self.undefined(base, &value)),
            _ => {}
        }
        let found = access::attribute(&value, name).map_err(|it| it.at(name_span))?;
        Ok(found.unwrap_or_else(|| missing(&value, name, self.slice_of(base.span))))
    }

    pub(super) fn index(&mut self, base: &'a Expr, index: &'a Expr, span: Span) -> Outcome {
        let value = self.maybe(base)?;
        match value {
            Value::Absent(what) => return Ok(Value::Absent(format!("{what}[..]").into())),
            Value::Undefined(_) => return Err(self.undefined(base, &value)),
            _ => {}
        }
        let index = self.value(index)?;
        let found = access::index(&value, &index).map_err(|it| it.at(span))?;
        Ok(found.unwrap_or_else(|| match &index {
            Value::Text(name) => missing(&value, name, self.slice_of(base.span)),
            other => {
                let of = self.slice_of(base.span);
                Value::Undefined(
                    format!(
                        "`{of}` ({}) has no item {}",
                        value.primary().type_name(),
                        other.repr()
                    )
                    .into(),
                )
            }
        }))
    }

    /// The text of a span, as long as it is short.
    fn slice_of(&self, span: Span) -> &'a str {
        self.text
            .get(span.range())
            .filter(|it| it.len() <= 60 && !it.contains('\n'))
            .unwrap_or("the value")
    }

    pub(super) fn slice(
        &mut self,
        base: &'a Expr,
        bounds: [&'a Option<Box<Expr>>; 3],
        span: Span,
    ) -> Outcome {
        let base = self.value(base)?;
        let mut values = [None, None, None];
        for (value, bound) in values.iter_mut().zip(bounds) {
            *value = bound.as_ref().map(|it| self.value(it)).transpose()?;
        }
        self.spend(access::cost(&base))
            .and_then(|()| access::slice(&base, values))
            .map_err(|it| it.at(span))
    }
}

/// The words for a field that is not there.
fn missing(value: &Value, name: &str, of: &str) -> Value {
    let message = format!("`{of}` has no field `{name}`");
    let message = match value {
        Value::Map(entries) => with_nearest(message, name, entries.keys().map(AsRef::as_ref)),
        Value::Step(step) => {
            let envelope = step.value.clone();
            let result = envelope.get("result").unwrap_or(Value::Null);
            let keys = [&envelope, &result]
                .into_iter()
                .filter_map(|it| if let Value::Map(map) = it { Some(map) } else { None });
            with_nearest(message, name, keys.flat_map(|it| it.keys()).map(AsRef::as_ref))
        }
        other => format!("`{of}` ({}) has no field `{name}`", other.type_name()),
    };
    Value::Undefined(message.into())
}
