use std::sync::Arc;

use syntax::{ScalarStyle, SourceMap, Span, auto::AutoTag, template::Template};

use super::Located;

/// YAML data with templates parsed in place: what parameters, outputs and constants are made of.
///
/// Aliases and merge keys are resolved. What came through one has the span of the alias (`*name`) throughout.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `null`, `~`, or nothing after the colon.
    Null,
    /// `true` or `false` (YAML 1.2: `yes`, `on` are text).
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction or exponent, or `.inf`, `.nan`.
    Float(f64),
    /// Any other scalar.
    Text(Text),
    /// A sequence.
    List(Arc<[Located<Self>]>),
    /// A mapping in order of writing; keys are text, as written.
    Map(Arc<[(Located<String>, Located<Self>)]>),
}

impl Data {
    /// What it is, in words for people.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// The text, unless it is something else.
    #[must_use]
    pub const fn as_text(&self) -> Option<&Text> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items of a list, unless it is something else.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Located<Self>]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The entries of a map, unless it is something else.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Located<String>, Located<Self>)]> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }

    /// The value of the first entry of that key, if this is a map that has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Located<Self>> {
        self.as_map()?.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    /// Every text inside, in order.
    pub fn each_text<'d>(&'d self, visit: &mut dyn FnMut(&'d Text)) {
        match self {
            Self::Text(text) => visit(text),
            Self::List(items) => items.iter().for_each(|item| item.value.each_text(visit)),
            Self::Map(entries) => {
                entries.iter().for_each(|(_, value)| value.value.each_text(visit))
            }
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) => {}
        }
    }

    /// Every text inside, in order, with the path to it (`a.b[0]`) below `place`.
    pub fn texts<'d>(&'d self, place: &str, visit: &mut dyn FnMut(&str, &'d Text)) {
        match self {
            Self::Text(text) => visit(place, text),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.value.texts(&format!("{place}[{index}]"), visit);
                }
            }
            Self::Map(entries) => {
                for (key, value) in entries.iter() {
                    let below = if place.is_empty() {
                        key.value.clone()
                    } else {
                        format!("{place}.{}", key.value)
                    };
                    value.value.texts(&below, visit);
                }
            }
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) => {}
        }
    }
}

/// A scalar that is text, with everything that was found in it.
///
/// Spans of `template` and `autos` are offsets in `value`; [`Text::source`] takes them back to the segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Decoded text.
    pub value: Arc<str>,
    /// From offsets in `value` to the segment; of no use when `aliased`.
    pub map: SourceMap,
    /// Only where the text has markers.
    pub template: Option<Arc<Template>>,
    /// AUTO tags in it, outermost ones, by position.
    pub autos: Box<[AutoTag]>,
    /// How it is written: matters for fixes and for the words of YAML 1.1.
    pub style: ScalarStyle,
    /// The alias that it came through: then everything in it stands there, and no fix may edit its inside.
    pub aliased: Option<Span>,
}

impl Text {
    /// Segment-relative span of a span in `value`.
    #[must_use]
    pub fn source(&self, span: Span) -> Span {
        self.aliased.unwrap_or_else(|| self.map.span_to_source(span))
    }

    /// Whether it is written without quotes, and not as a block.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.style == ScalarStyle::Plain
    }

    /// Whether the text says the same whatever the run: no template, no AUTO.
    #[must_use]
    pub const fn is_static(&self) -> bool {
        self.template.is_none() && self.autos.is_empty()
    }
}
