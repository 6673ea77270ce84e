//! Judgements of a model: pass or fail, and the reason. A model that can be made to answers by a schema; of one that cannot, an
//! answer of another shape is no judgement.

mod values;

use std::path::Path;

use models::{Format, Message, Structure};
use pipeline::models::Wanted;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

pub(crate) use self::values::values;
use crate::asking::{self, PATIENCE, Question};

/// Most tokens of a judgement.
const LONGEST: u32 = 200;

/// Most characters of what is judged that a model is shown: what is longer is cut in its middle.
const SHOWN: usize = 24_000;

/// What a model judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// Who judges: `provider:name`.
    pub(crate) model: String,
    /// Whether it is as it should be.
    pub(crate) ruling: Ruling,
    /// Why, in the model's words.
    pub(crate) reason: String,
}

/// See [`Judgement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ruling {
    Pass,
    Fail,
}

/// Something that is judged, and examples of how.
#[derive(Clone, Debug)]
pub(crate) struct Matter<'m> {
    /// Who the model is to be, and by what it judges.
    pub(crate) task: &'static str,
    /// What it is shown, and what is to be said of it.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// What it is shown now.
    pub(crate) shown: &'m str,
}

/// A matter whose ruling is known: what is shown, and how it is to be judged.
pub(crate) type Control = (&'static str, Ruling);

/// Makes sure that the model that is wanted can judge matters of a kind: it is asked for those that are plain. What it says
/// of them is kept, so that it is asked once.
///
/// # Errors
/// Why it cannot judge, for people.
pub(crate) fn examine(
    folder: &Path,
    wanted: &Wanted,
    kind: &Matter<'_>,
    controls: &[Control],
    cancel: &CancellationToken,
) -> Result<(), String> {
    for (shown, ruling) in controls {
        let judgement = judge(folder, wanted, &Matter { shown, ..kind.clone() }, cancel)?;
        if judgement.ruling != *ruling {
            let said = match judgement.ruling {
                Ruling::Pass => "passes what is plainly wrong",
                Ruling::Fail => "fails what is plainly right",
            };
            return Err(format!("`{}` cannot judge: it {said}", judgement.model));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Answer {
    reason: String,
    verdict: Ruling,
}

/// Has the model that is wanted judge. Blocks, at most half a minute.
///
/// # Errors
/// Why there is no judgement, for people.
pub(crate) fn judge(
    folder: &Path,
    wanted: &Wanted,
    matter: &Matter<'_>,
    cancel: &CancellationToken,
) -> Result<Judgement, String> {
    let said = asking::ask(folder, wanted, &question(matter), cancel)?;
    read(&said.text)
        .map(|answer| Judgement {
            ruling: answer.verdict,
            reason: answer.reason.trim().to_owned(),
            model: said.model.clone(),
        })
        .ok_or_else(|| format!("`{}` did not judge: it answered in another shape", said.model))
}

fn question(matter: &Matter<'_>) -> Question {
    let mut messages = vec![Message::System(matter.task.to_owned())];
    for (shown, answer) in matter.examples {
        messages.push(Message::user(*shown));
        messages.push(Message::Assistant { text: (*answer).to_owned(), tool_calls: Vec::new() });
    }
    messages.push(Message::user(shortened(matter.shown)));
    let schema = json!({
        "type": "object",
        "properties": {
            "reason": { "type": "string", "maxLength": 400 },
            "verdict": { "type": "string", "enum": ["pass", "fail"] },
        },
        "required": ["reason", "verdict"],
        "additionalProperties": false,
    });
    let response = Format::Json(Structure { name: "judgement".to_owned(), schema });
    Question { messages, response, max_tokens: LONGEST, patience: PATIENCE }
}

/// The judgement in an answer, also where words stand round it.
fn read(text: &str) -> Option<Answer> {
    let (start, end) = (text.find('{')?, text.rfind('}')?);
    serde_json::from_str(text.get(start..=end)?).ok()
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= SHOWN {
        return text.to_owned();
    }
    let half = SHOWN / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count - half).collect();
    format!("{start}\n[{} characters are left out here]\n{end}", count - SHOWN)
}

#[cfg(test)]
mod tests {
    use super::{Ruling, SHOWN, read, shortened};

    #[test]
    fn a_judgement_is_read_or_it_is_none() {
        let found = |text| read(text).map(|answer| answer.verdict);
        assert_eq!(found(r#"{"reason": "it greets", "verdict": "pass"}"#), Some(Ruling::Pass));
        assert_eq!(
            found("Sure:\n```json\n{\"reason\": \"\", \"verdict\": \"fail\"}\n```"),
            Some(Ruling::Fail)
        );
        for text in [
            "",
            "pass",
            "{\"verdict\": \"maybe\", \"reason\": \"\"}",
            "{\"verdict\": \"pass\"",
            "}{",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_long_is_cut_in_its_middle() {
        let long = "é".repeat(SHOWN + 10);
        let short = shortened(&long);
        assert!(short.contains("[10 characters are left out here]"), "{}", short.len());
        assert_eq!(shortened("é"), "é");
    }
}
