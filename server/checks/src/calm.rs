//! One slip, few words: what only follows from a slip is not said.

use crate::{Severity, findings::Draft};

/// Rules of the parser behind which an item is not what its author wrote.
const DAMAGE: &[&str] =
    &["yaml-syntax", "unclosed-quote", "unclosed-bracket", "bad-indentation", "auto-unclosed"];

/// Rules whose findings repeat wherever one name is read.
const NAMES: &[&str] =
    &["undefined-variable", "undefined-input", "unknown-step", "unknown-function"];

/// Of an item that cannot be read, the first thing that is wrong; of a name that is unknown, its first place, with the
/// others beside it. What was wrong is never left with nothing said.
pub(crate) fn calm(drafts: &mut Vec<Draft>) {
    let is_damage = |it: &Draft| {
        it.diagnostic.severity == Severity::Error && DAMAGE.contains(&it.diagnostic.code)
    };
    let first =
        drafts.iter().filter(|it| is_damage(it)).min_by_key(|it| it.diagnostic.span.start).cloned();
    if let Some(first) = first {
        drafts.clear();
        drafts.push(first);
        return;
    }
    let mut kept: Vec<Draft> = Vec::with_capacity(drafts.len());
    for draft in drafts.drain(..) {
        let it = &draft.diagnostic;
        let same = |other: &&mut Draft| {
            other.diagnostic.code == it.code && fact(&other.diagnostic.message) == fact(&it.message)
        };
        match kept.iter_mut().find(same).filter(|_| NAMES.contains(&it.code)) {
            Some(first) => {
                first.related(it.span, "and here");
            }
            None => kept.push(draft),
        }
    }
    *drafts = kept;
}

/// What a message says, without the advice behind it: that depends on the place.
fn fact(message: &str) -> &str {
    message.split_once("; did you mean").map_or(message, |(fact, _)| fact)
}
