//! Maps whose keys are not all texts: `{1: 'a'}`. They live as long as an evaluation; what leaves it has text keys, as JSON has.

use std::fmt::Write as _;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Native;
use super::error::{Answer, Fault};
use crate::Value;
use crate::value::{Entries, float_text};

/// Entries in the order of insertion.
#[derive(Clone, Debug, Default)]
pub struct Dict {
    /// By what tells keys apart: the key as it was first written, and the value.
    entries: IndexMap<String, (Value, Value)>,
}

impl Dict {
    /// A map of pairs; a later one replaces an earlier one with an equal key.
    ///
    /// # Errors
    /// When a key is a list, a map or a set.
    pub(super) fn from_pairs(pairs: impl IntoIterator<Item = (Value, Value)>) -> Answer<Self> {
        let mut dict = Self::default();
        pairs.into_iter().try_for_each(|(key, value)| dict.insert(key, value))?;
        Ok(dict)
    }

    /// Adds an entry, or replaces the value of an equal key.
    ///
    /// # Errors
    /// When the key is a list, a map or a set.
    pub(super) fn insert(&mut self, key: Value, value: Value) -> Answer<()> {
        let place = identity(&key)?;
        match self.entries.get_mut(&place) {
            Some(entry) => entry.1 = value,
            None => {
                self.entries.insert(place, (key, value));
            }
        }
        Ok(())
    }

    /// The map as a value: an ordinary one where all keys are texts.
    pub(super) fn into_value(self) -> Value {
        if self.entries.values().all(|(key, _)| key.as_text().is_some()) {
            return self.with_text_keys();
        }
        Value::Native(Native::Dict(Arc::new(self)))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys and values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Value, &Value)> {
        self.entries.values().map(|(key, value)| (key, value))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When the key is a list, a map or a set.
    pub(super) fn get(&self, key: &Value) -> Answer<Option<&Value>> {
        Ok(self.entries.get(&identity(key)?).map(|it| &it.1))
    }

    /// Keys and values as tuples.
    pub(super) fn pairs(&self) -> Vec<Value> {
        let pair = |(key, value): (&Value, &Value)| {
            Value::Tuple(Arc::new(vec![key.clone(), value.clone()]))
        };
        self.iter().map(pair).collect()
    }

    /// The map with its keys as JSON spells them: `true`, `null`, `1`.
    #[must_use]
    pub fn with_text_keys(&self) -> Value {
        let spelled = |key: &Value| match key.primary() {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            other => other.to_text(),
        };
        Value::map(
            self.iter()
                .map(|(key, value)| (Arc::from(spelled(key)), value.clone()))
                .collect::<Entries>(),
        )
    }
}

impl PartialEq for Dict {
    /// Without order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .entries
                .iter()
                .all(|(key, (_, value))| other.entries.get(key).is_some_and(|it| it.1 == *value))
    }
}

/// What tells a key apart: `1`, `1.0` and `True` are one key, `1` and `'1'` two.
fn identity(key: &Value) -> Answer<String> {
    let mut out = String::new();
    write_identity(key, &mut out)?;
    Ok(out)
}

fn write_identity(key: &Value, out: &mut String) -> Answer<()> {
    let _ = match key.primary() {
        Value::Text(text) => write!(out, "'{}:{text}", text.len()),
        Value::Null => write!(out, "none"),
        Value::Bool(value) => write!(out, "{}", u8::from(*value)),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
            write!(out, "{value:.0}")
        }
        Value::Float(value) => write!(out, "{}", float_text(*value)),
        Value::Tuple(items) => {
            out.push('(');
            for item in items.iter() {
                write_identity(item, out)?;
                out.push(',');
            }
            out.push(')');
            Ok(())
        }
        other => {
            return Err(Fault::type_error(format!("{} cannot be a key", other.type_name())));
        }
    };
    Ok(())
}
