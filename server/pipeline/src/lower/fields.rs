//! Fields of a map by canonical name, and the forms that the language table demands of them.

use crate::language::{self, Form, Key, Level};
use crate::{Data, Located, Merged, Problem, ProblemKind};

use super::nested;
use super::scalars::{boolean, duration, number, whole_number};

/// A key and its value, as written.
pub(super) type Pair = (Located<String>, Located<Data>);

/// A map read by the table of a level.
pub(super) struct Fields<'d> {
    pub(super) level: Level,
    pub(super) pairs: &'d [Pair],
    /// The table's key of each pair.
    known: Vec<Option<&'static Key>>,
}

impl<'d> Fields<'d> {
    pub(super) fn new(level: Level, pairs: &'d [Pair]) -> Self {
        let known = pairs.iter().map(|(key, _)| language::key(level, &key.value)).collect();
        Self { level, pairs, known }
    }

    /// Pairs with the table's key of each.
    pub(super) fn known(&self) -> impl Iterator<Item = (&'d Pair, Option<&'static Key>)> + '_ {
        self.pairs.iter().zip(self.known.iter().copied())
    }

    /// The pair of a canonical name; of several spellings the canonical one, else the first. A null is not there.
    pub(super) fn pair(&self, canonical: &str) -> Option<&'d Pair> {
        let named = |(pair, known): &(&'d Pair, Option<&'static Key>)| {
            known.is_some_and(|known| known.name == canonical) && pair.1.value != Data::Null
        };
        let mut found = self.known().filter(named).map(|(pair, _)| pair);
        let first = found.next()?;
        if first.0.value == canonical {
            Some(first)
        } else {
            found.find(|pair| pair.0.value == canonical).or(Some(first))
        }
    }

    /// The null that stands for a canonical name.
    pub(super) fn null(&self, canonical: &str) -> Option<&'d Located<Data>> {
        let named = |known: Option<&Key>| known.is_some_and(|known| known.name == canonical);
        let mut nulls = self.known().filter(|(pair, _)| pair.1.value == Data::Null);
        nulls.find(|(_, known)| named(*known)).map(|(pair, _)| &pair.1)
    }

    pub(super) fn get(&self, canonical: &str) -> Option<&'d Located<Data>> {
        self.pair(canonical).map(|(_, value)| value)
    }

    /// Problems of all known keys: wrong forms, words and ranges, and two spellings of one key.
    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        for (index, ((key, value), known)) in self.known().enumerate() {
            let Some(known) = known else { continue };
            check_form(known, key, value, problems);
            let twin = self
                .known()
                .take(index)
                .find(|((other, _), it)| other.value != key.value && *it == Some(known));
            if let Some(((other, _), _)) = twin {
                let alias = if key.value == known.name { other } else { key };
                let merged = if known.forms.contains(&Form::Ids) {
                    Merged::Union
                } else {
                    Merged::CanonicalWins
                };
                let kind = ProblemKind::BothSpellings {
                    canonical: known.name,
                    alias: alias.value.clone(),
                    merged,
                };
                problems.push(Problem { kind, span: alias.span });
            }
        }
    }

    /// Problems of keys that the table does not know; only where no [`Entry`](crate::Entry) will carry them.
    pub(super) fn check_unknown(&self, problems: &mut Vec<Problem>) {
        for ((key, _), known) in self.known() {
            if known.is_none() && !language::is_free(&key.value) {
                let kind = ProblemKind::UnknownKey { key: key.value.clone(), level: self.level };
                problems.push(Problem { kind, span: key.span });
            }
        }
    }
}

/// Whether a value has one of the key's forms, and what is wrong if not.
pub(super) fn check_form(
    known: &'static Key,
    key: &Located<String>,
    value: &Located<Data>,
    problems: &mut Vec<Problem>,
) {
    if value.value == Data::Null || known.ignored {
        return;
    }
    if known.forms.iter().any(|form| accepts(*form, &value.value)) {
        for form in known.forms {
            if let Form::Word(words) = form {
                check_case(words, value, problems);
            }
        }
        nested::check(known, &key.value, value, problems);
        return;
    }
    let key = key.value.clone();
    let kind =
        known.forms.iter().find_map(|form| misfit(*form, &key, &value.value)).unwrap_or_else(
            || ProblemKind::WrongType {
                key,
                expected: expected(known.forms),
                found: value.value.kind(),
            },
        );
    problems.push(Problem { kind, span: value.span });
}

/// A word of a set is the same in any case; one is the usual. What came through an alias is written elsewhere.
pub(super) fn check_case(
    words: &[&'static str],
    value: &Located<Data>,
    problems: &mut Vec<Problem>,
) {
    let text = value.value.as_text().filter(|text| text.is_static() && text.aliased.is_none());
    let Some(text) = text else { return };
    let word = text.value.trim();
    let usual = words.iter().find(|usual| usual.eq_ignore_ascii_case(word));
    if let Some(usual) = usual.filter(|usual| **usual != word) {
        problems.push(Problem { kind: ProblemKind::OtherCase { usual }, span: value.span });
    }
}

fn accepts(form: Form, data: &Data) -> bool {
    let scalar = !matches!(data, Data::List(_) | Data::Map(_));
    match form {
        Form::Any => true,
        Form::Text | Form::Id => scalar,
        Form::Prose => matches!(data, Data::Text(_)),
        Form::Template => data.as_text().is_some_and(|text| !text.is_static()),
        Form::Ids => match data {
            Data::List(items) => {
                items.iter().all(|item| !matches!(item.value, Data::List(_) | Data::Map(_)))
            }
            _ => scalar,
        },
        Form::Condition => matches!(data, Data::Text(_) | Data::Bool(_) | Data::Int(_)),
        Form::Integer { min } => whole_number(data).is_some_and(|number| number >= i128::from(min)),
        Form::Number => number(data).is_some(),
        Form::Bool => boolean(data).is_some(),
        Form::Duration => duration(data).is_some_and(|duration| !duration.is_zero()),
        Form::Map | Form::Parameters => matches!(data, Data::Map(_)),
        Form::List | Form::Steps => matches!(data, Data::List(_)),
        Form::Inputs | Form::Outputs => matches!(data, Data::List(_) | Data::Map(_)),
        Form::Word(words) => data.as_text().is_some_and(|text| {
            !text.is_static()
                || words.iter().any(|word| word.eq_ignore_ascii_case(text.value.trim()))
        }),
    }
}

/// A more telling problem than a wrong type: a number too small, a word outside the set.
fn misfit(form: Form, key: &str, data: &Data) -> Option<ProblemKind> {
    let key = key.to_owned();
    match form {
        Form::Integer { min: 0 } if whole_number(data).is_some() => {
            Some(ProblemKind::OutOfRange { key, allowed: "at least 0".to_owned() })
        }
        Form::Integer { .. } if whole_number(data).is_some() => {
            Some(ProblemKind::OutOfRange { key, allowed: "at least 1".to_owned() })
        }
        Form::Duration if number(data).is_some() => {
            Some(ProblemKind::OutOfRange { key, allowed: "more than 0 seconds".to_owned() })
        }
        Form::Word(words) => {
            let word = data.as_text()?.value.trim().to_owned();
            Some(ProblemKind::UnknownWord { key, word, allowed: words.to_vec() })
        }
        _ => None,
    }
}

/// The forms in words: "a list of step ids or text".
fn expected(forms: &[Form]) -> String {
    let mut words: Vec<&str> = forms.iter().map(|form| form.words()).collect();
    words.dedup();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
