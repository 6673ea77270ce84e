use std::sync::Arc;

use syntax::template;

use super::fields::Pair;
use super::scalars::Source;
use crate::Condition;
use crate::language::{self, Level};

impl Source<'_> {
    /// The condition of a key; nothing where the value is no text, boolean or number.
    pub(super) fn condition(self, level: Level, pair: &Pair) -> Option<Condition> {
        let (key, value) = pair;
        let text = self.text(value)?;
        let parsed = Arc::new(template::parse_condition(&text.value));
        Some(Condition {
            text,
            span: value.span,
            key: language::key(level, &key.value)
                .map_or("condition", |known| known.spelling(&key.value)),
            parsed,
        })
    }
}
