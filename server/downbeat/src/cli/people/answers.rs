//! A file of answers: by the path of the step that asks, or by its id.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Mutex, PoisonError},
};

use engine::people::{Need, NotAsked, Part, Question};
use serde_json::{Map, Value as Json};
use syntax::{FindingKind, Node, NodeKind, ScalarType, Tree};

use crate::workspace::Source;

/// See the module.
pub(super) struct Answers {
    /// As people know it.
    file: String,
    answers: Map<String, Json>,
    /// Those that were asked for.
    used: Mutex<BTreeSet<String>>,
}

/// What the file says to a question.
pub(super) enum Given {
    Answer(Json),
    /// The step is answered, this optional question of it is not.
    LeftOut,
    Nothing,
}

impl Answers {
    /// Reads JSON or YAML.
    ///
    /// # Errors
    /// In words: it cannot be read, or holds something else.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let source = Source::read(path).map_err(|error| error.to_string())?;
        let answers = map(&source.text).map_err(|why| format!("`{}` {why}", source.name))?;
        Ok(Self { file: source.name.to_string(), answers, used: Mutex::default() })
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// What was not asked for.
    pub(super) fn unused(&self) -> Vec<&str> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.answers.keys().filter(|name| !used.contains(*name)).map(String::as_str).collect()
    }

    /// # Errors
    /// What the file says does not fit.
    pub(super) fn of(&self, question: &Question) -> Result<Given, NotAsked> {
        let names = [question.path.as_str(), question.step.as_str()];
        let found = names.into_iter().find_map(|name| Some((name, self.answers.get(name)?)));
        let Some((name, said)) = found else { return Ok(Given::Nothing) };
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        let said = match said {
            Json::Object(parts) => {
                parts.iter().find(|(part, _)| question.is_called(part)).map(|(_, said)| said)
            }
            said if question.part == Part::Main => Some(said),
            _ => None,
        };
        let left_out = question.default.is_some() || question.need == Need::Optional;
        match said {
            None if question.need == Need::Optional => Ok(Given::LeftOut),
            None => Ok(Given::Nothing),
            Some(Json::Null) if left_out => Ok(Given::LeftOut),
            Some(said) => question.read(said).map(Given::Answer).map_err(|why| {
                let part = question.name();
                NotAsked(format!(
                    "`{}`: the answer `{part}` to `{name}` does not fit: {why}",
                    self.file
                ))
            }),
        }
    }
}

fn map(text: &str) -> Result<Map<String, Json>, String> {
    let tree = Tree::parse(text);
    if let Some(finding) = tree.findings().iter().find(|it| it.kind != FindingKind::NotStrict) {
        let before = text.get(..finding.span.start as usize).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        return Err(format!("is neither JSON nor YAML: see line {line}"));
    }
    match tree.root().map(json) {
        Some(Ok(Json::Object(answers))) => Ok(answers),
        Some(Err(why)) => Err(why),
        _ => Err("does not hold answers, such as `ask: pdf`".to_owned()),
    }
}

fn json(node: Node<'_>) -> Result<Json, String> {
    Ok(match node.kind() {
        NodeKind::Null => Json::Null,
        NodeKind::Scalar => node.scalar().map_or(Json::Null, |scalar| match scalar.ty() {
            ScalarType::Null => Json::Null,
            ScalarType::Bool(value) => Json::Bool(value),
            ScalarType::Int(value) => i64::try_from(value)
                .map_or_else(|_| Json::String(scalar.value().into_owned()), Json::from),
            ScalarType::Float(value) => Json::from(value),
            ScalarType::Str => Json::String(scalar.value().into_owned()),
        }),
        NodeKind::Sequence => Json::Array(node.items().map(json).collect::<Result<_, _>>()?),
        NodeKind::Mapping => {
            let entry =
                |entry: syntax::Entry<'_>| Ok((entry.name().into_owned(), json(entry.value)?));
            Json::Object(node.entries().map(entry).collect::<Result<_, String>>()?)
        }
        NodeKind::Alias => return Err("uses an alias; write the answer out".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::map;

    #[test]
    fn json_and_yaml_are_read_alike() {
        let wanted =
            json!({"ask": "pdf", "gate": {"decision": false, "reason": "no"}, "each[0].n": 3});
        let yaml = "ask: pdf\ngate: {decision: false, reason: 'no'}\n\"each[0].n\": 3\n";
        for text in [yaml, &wanted.to_string()] {
            assert_eq!(json!(map(text).unwrap()), wanted, "{text}");
        }
        for text in ["", "[1]", "{\"a\": ", "a: 'b", "a: &x 1\nb: *x\n"] {
            assert!(map(text).is_err(), "{text}");
        }
    }
}
