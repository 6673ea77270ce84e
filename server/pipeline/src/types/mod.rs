//! What values are before anything ran: types of inputs, results, loop items and expressions.
//!
//! What is not known is [`Type::Any`] and makes no alarm. A type says only what holds in every run in which the value is
//! there at all: whether a step is skipped is no matter of types.

mod expression;
mod names;
mod step;
#[cfg(test)]
mod tests;
mod walk;

use std::sync::Arc;

pub use expression::Locals;
pub use names::Types;
pub use step::of_step;
pub use walk::{each_in_condition, each_in_template};

use crate::catalogue;

/// What kind of value something is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Type {
    /// Not known.
    #[default]
    Any,
    /// `None`
    Null,
    /// `True` or `False`
    Bool,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Text.
    Text,
    /// A list of such items.
    List(Arc<Self>),
    /// A map.
    Map(Arc<Record>),
    /// The result of a step with its record: fields as LANGUAGE §12 "Reading a step" finds them.
    Step(Arc<Record>),
}

/// The fields of a map or step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Known ones, no name twice.
    pub fields: Vec<Member>,
    /// Whether there may be others.
    pub extent: Extent,
    /// What a step prints in text.
    pub primary: Type,
}

/// A known field.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its key.
    pub name: Arc<str>,
    /// What it holds.
    pub ty: Type,
    /// Markdown; empty where nobody described it.
    pub doc: &'static str,
}

/// Whether a record has more fields than the known ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// It certainly has no other.
    Closed,
    /// The step itself declares them: by `vars`, `outputs` or `produces`.
    Promised,
    /// The tool answers them, and nothing else.
    Answered,
    /// A tool declares them; it may answer more.
    Declared,
    /// It may have any.
    #[default]
    Open,
}

/// What comes of looking up a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// It is there, or may be.
    Found(Type),
    /// It is none of the known fields of a record of that extent.
    Missing(Extent),
    /// The value has no fields at all.
    NoFields,
}

impl Type {
    /// A list of such items.
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Arc::new(item))
    }

    /// A map of these fields.
    #[must_use]
    pub fn map(fields: Vec<Member>, extent: Extent) -> Self {
        Self::Map(Arc::new(Record { fields, extent, primary: Self::Any }))
    }

    /// A map of which nothing is known.
    #[must_use]
    pub fn open_map() -> Self {
        Self::map(Vec::new(), Extent::Open)
    }

    /// What stands in for the value where a plain one is needed: the primary value of a step, else the value.
    #[must_use]
    pub fn plain(&self) -> &Self {
        match self {
            Self::Step(record) => &record.primary,
            other => other,
        }
    }

    /// Known fields, for completion.
    #[must_use]
    pub fn fields(&self) -> &[Member] {
        match self {
            Self::Map(record) | Self::Step(record) => &record.fields,
            _ => &[],
        }
    }

    /// What an item of it is: of a list, of text (its characters), of a map (its keys).
    #[must_use]
    pub fn item(&self) -> Self {
        match self.plain() {
            Self::List(item) => (**item).clone(),
            Self::Text | Self::Map(_) => Self::Text,
            _ => Self::Any,
        }
    }

    /// The field, or position, of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Lookup {
        let is_position = name.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Step(record) | Self::Map(record) => {
                match record.fields.iter().find(|it| *it.name == *name) {
                    Some(member) => Lookup::Found(member.ty.clone()),
                    None if is_position && matches!(self, Self::Step(_)) => {
                        Lookup::Found(Self::Any)
                    }
                    None if record.extent == Extent::Open => Lookup::Found(Self::Any),
                    None => Lookup::Missing(record.extent),
                }
            }
            Self::List(item) if is_position || LIST_FIELDS.contains(&name) => {
                Lookup::Found((**item).clone())
            }
            Self::Text if is_position => Lookup::Found(Self::Text),
            Self::List(_) | Self::Text | Self::Bool | Self::Integer | Self::Number => {
                Lookup::NoFields
            }
            Self::Any | Self::Null => Lookup::Found(Self::Any),
        }
    }

    /// What holds of both.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (one, two) if one == two => one.clone(),
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Number,
            (Self::List(one), Self::List(two)) => Self::list(one.join(two)),
            (Self::Map(one), Self::Map(two)) => {
                let shared = |member: &&Member| two.fields.iter().any(|it| it == *member);
                let fields = one.fields.iter().filter(shared).cloned().collect();
                Self::map(fields, Extent::Open)
            }
            _ => Self::Any,
        }
    }

    /// In words for people: `a list`.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Null => "nothing",
            Self::Bool => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Text => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Step(_) => "the result of a step",
        }
    }

    fn declared(ty: catalogue::Type) -> Self {
        match ty {
            catalogue::Type::Any => Self::Any,
            catalogue::Type::Text | catalogue::Type::Path | catalogue::Type::Model => Self::Text,
            catalogue::Type::Integer => Self::Integer,
            catalogue::Type::Number => Self::Number,
            catalogue::Type::Bool => Self::Bool,
            catalogue::Type::List => Self::list(Self::Any),
            catalogue::Type::Map => Self::open_map(),
        }
    }
}

/// Fields that a list answers to beside its positions.
const LIST_FIELDS: &[&str] = &["first", "last", "second", "middle"];

impl Member {
    fn new(name: impl Into<Arc<str>>, ty: Type, doc: &'static str) -> Self {
        Self { name: name.into(), ty, doc }
    }
}
