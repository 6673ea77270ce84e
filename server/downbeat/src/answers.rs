//! Answers to steps that ask a person, given beforehand: by the path of the step that asks, or by its id.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use engine::people::{Asker, Context, Need, NotAsked, Part, Question, Reply};
use serde_json::{Map, Value as Json};
use syntax::{FindingKind, Tree};

use crate::workspace::Source;

/// See the module.
#[derive(Debug)]
pub(crate) struct Answers {
    /// As people know it.
    file: String,
    answers: Map<String, Json>,
    /// Those that were asked for.
    used: Mutex<BTreeSet<String>>,
}

/// What the file says to a question.
pub(crate) enum Given {
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
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let source = Source::read(path).map_err(|error| error.to_string())?;
        let answers = map(&source.text).map_err(|why| format!("`{}` {why}", source.name))?;
        Ok(Self { file: source.name.to_string(), answers, used: Mutex::default() })
    }

    /// These, which stand in that file.
    pub(crate) fn of_file(file: &str, answers: Map<String, Json>) -> Self {
        Self { file: file.to_owned(), answers, used: Mutex::default() }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// What was not asked for.
    pub(crate) fn unused(&self) -> Vec<&str> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.answers.keys().filter(|name| !used.contains(*name)).map(String::as_str).collect()
    }

    /// # Errors
    /// What the file says does not fit.
    pub(crate) fn of(&self, question: &Question) -> Result<Given, NotAsked> {
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

/// Nobody else is asked.
#[async_trait]
impl Asker for Answers {
    async fn ask(&self, question: &Question) -> Result<Reply, NotAsked> {
        match self.of(question)? {
            Given::Answer(answer) => Ok(Reply::Said { answer, at: Context::Api }),
            Given::LeftOut => Ok(Reply::Nothing),
            Given::Nothing if question.need == Need::Optional => Ok(Reply::Nothing),
            Given::Nothing => Err(NotAsked(format!(
                "`{}` asks a person, and `answers` says nothing to it",
                question.path
            ))),
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
    match tree.root().map(pipeline::value::plain_json) {
        Some(Ok(Json::Object(answers))) => Ok(answers),
        Some(Err(_)) => Err("uses an alias, or nests too deeply; write the answer out".to_owned()),
        _ => Err("does not hold answers, such as `ask: pdf`".to_owned()),
    }
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
