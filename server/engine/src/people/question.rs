//! What a person is asked, and what counts as an answer to it.

use std::time::Duration;

use serde_json::Value as Json;

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Id of the run.
    pub run: String,
    /// Id of the step that asks.
    pub step: String,
    /// Its path: `each[3].ask`.
    pub path: String,
    /// Which question of the step it is, and other words for that.
    pub names: &'static [&'static str],
    /// The same where the author chose it; it comes before the others.
    pub id: Option<String>,
    /// Whether an answer to the step is an answer to it.
    pub part: Part,
    /// What it is about.
    pub title: Option<String>,
    /// The question itself.
    pub text: String,
    /// What is to be looked at before answering.
    pub body: Option<Body>,
    /// What kind of answer is wanted.
    pub kind: Kind,
    /// The answer when the person gives none.
    pub default: Option<Json>,
    /// The answer of a caller who agrees to everything; none where only a person can know.
    pub agreed: Option<Json>,
    /// How long to wait; none: as long as it takes.
    pub timeout: Option<Duration>,
    /// Whether there must be an answer.
    pub need: Need,
    /// Why the answer before this one did not fit.
    pub complaint: Option<String>,
}

/// A text to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub format: BodyFormat,
}

/// How a body is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// As it is.
    #[default]
    Text,
    /// JSON.
    Json,
    /// Markdown.
    Markdown,
}

/// What kind of answer is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Any text, in one line.
    Text,
    /// A text of several lines, begun with this one.
    Lines {
        /// What there is to be changed.
        draft: String,
    },
    /// A text that is shown to nobody and kept nowhere.
    Secret,
    /// A number, between the two where they are there.
    Number {
        /// The least.
        least: Option<f64>,
        /// The most.
        most: Option<f64>,
    },
    /// Yes or no.
    Boolean,
    /// One of these.
    Choice(Vec<Choice>),
}

/// One answer to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The answer.
    pub value: Json,
    /// As people see it.
    pub label: String,
    /// Other words for it.
    pub also: &'static [&'static str],
}

impl Choice {
    /// A value that is its own label.
    #[must_use]
    pub fn of(value: Json) -> Self {
        let label = match &value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        Self { value, label, also: &[] }
    }
}

/// What a question is of its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The one that the step is about.
    Main,
    /// One more, or one of many.
    Further,
}

/// Whether there must be an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// There must.
    Needed,
    /// The person may leave it out.
    Optional,
}

impl Question {
    /// Its name within the step.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.as_deref().or_else(|| self.names.first().copied()).unwrap_or("answer")
    }

    /// Whether a word names it within the step.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.id.as_deref() == Some(word) || self.names.contains(&word)
    }

    /// Whether the answer is shown to nobody and kept nowhere.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }

    /// What an agreeing caller answers: the default, else a plain yes. Free text is never made up.
    #[must_use]
    pub fn consent(&self) -> Option<&Json> {
        self.default.as_ref().or(self.agreed.as_ref())
    }

    /// The answer that was meant; JSON of its own type counts as well as text that spells it, and a choice may be named by
    /// its number, from 1.
    ///
    /// # Errors
    /// In words: what would be an answer.
    pub fn read(&self, said: &Json) -> Result<Json, String> {
        match &self.kind {
            Kind::Text | Kind::Lines { .. } | Kind::Secret => match said {
                Json::String(text) => Ok(Json::String(text.clone())),
                Json::Bool(_) | Json::Number(_) => Ok(Json::String(said.to_string())),
                Json::Null | Json::Array(_) | Json::Object(_) => Err("expected a text".to_owned()),
            },
            Kind::Number { least, most } => number(said, *least, *most),
            Kind::Boolean => {
                boolean(said).map(Json::Bool).ok_or_else(|| "expected yes or no".to_owned())
            }
            Kind::Choice(choices) => choose(choices, said),
        }
    }
}

fn spelled(said: &Json) -> String {
    match said {
        Json::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

fn boolean(said: &Json) -> Option<bool> {
    match spelled(said).to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" => Some(true),
        "no" | "n" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn number(said: &Json, least: Option<f64>, most: Option<f64>) -> Result<Json, String> {
    let wanted = || match (least, most) {
        (Some(least), Some(most)) => format!("expected a number from {least} to {most}"),
        (Some(least), None) => format!("expected a number of at least {least}"),
        (None, Some(most)) => format!("expected a number of at most {most}"),
        (None, None) => "expected a number".to_owned(),
    };
    let spelled = spelled(said);
    let whole = spelled.parse::<i64>().ok().map(Json::from);
    let value = whole.or_else(|| spelled.parse::<f64>().ok().and_then(number_of));
    let value = value.ok_or_else(wanted)?;
    let size = value.as_f64().unwrap_or_default();
    let fits = least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most);
    if fits { Ok(value) } else { Err(wanted()) }
}

fn number_of(number: f64) -> Option<Json> {
    serde_json::Number::from_f64(number).map(Json::Number)
}

/// By value, by what people see, by another word, by number: the first that fits.
fn choose(choices: &[Choice], said: &Json) -> Result<Json, String> {
    let spelled = spelled(said);
    let lower = spelled.to_lowercase();
    let same = |text: &str| text.to_lowercase() == lower;
    let by = |fits: &dyn Fn(&Choice) -> bool| choices.iter().find(|choice| fits(choice));
    let numbered = || {
        let number = spelled.parse::<usize>().ok()?;
        choices.get(number.checked_sub(1)?)
    };
    let chosen = by(&|choice| choice.value == *said)
        .or_else(|| by(&|choice| same(&self::spelled(&choice.value))))
        .or_else(|| by(&|choice| same(choice.label.trim())))
        .or_else(|| by(&|choice| choice.also.iter().any(|word| same(word))))
        .or_else(numbered);
    chosen.map(|choice| choice.value.clone()).ok_or_else(|| {
        let labels: Vec<_> = choices.iter().map(|choice| format!("`{}`", choice.label)).collect();
        format!("expected one of {}", labels.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn question(kind: Kind) -> Question {
        Question {
            run: "r".into(),
            step: "ask".into(),
            path: "ask".into(),
            names: &["value"],
            id: None,
            part: Part::Main,
            title: None,
            text: "?".into(),
            body: None,
            kind,
            default: None,
            agreed: None,
            timeout: None,
            need: Need::Needed,
            complaint: None,
        }
    }

    #[test]
    fn text_and_json_are_read_as_what_is_wanted() {
        let choices = Kind::Choice(
            [json!("pdf"), json!("Web page"), json!(3), json!(1)].map(Choice::of).to_vec(),
        );
        let rating = Kind::Number { least: Some(1.0), most: Some(5.0) };
        for (kind, said, read) in [
            (Kind::Text, json!(" as it is "), Ok(json!(" as it is "))),
            (Kind::Text, json!(3), Ok(json!("3"))),
            (Kind::Text, json!([1]), Err("expected a text")),
            (Kind::Boolean, json!("Y"), Ok(json!(true))),
            (Kind::Boolean, json!(false), Ok(json!(false))),
            (Kind::Boolean, json!("maybe"), Err("expected yes or no")),
            (rating.clone(), json!("4"), Ok(json!(4))),
            (rating.clone(), json!(4.5), Ok(json!(4.5))),
            (rating.clone(), json!("6"), Err("expected a number from 1 to 5")),
            (rating.clone(), json!("NaN"), Err("expected a number from 1 to 5")),
            (rating, json!("many"), Err("expected a number from 1 to 5")),
            (choices.clone(), json!("PDF"), Ok(json!("pdf"))),
            (choices.clone(), json!("web page"), Ok(json!("Web page"))),
            (choices.clone(), json!("2"), Ok(json!("Web page"))),
            (choices.clone(), json!("3"), Ok(json!(3))),
            (choices.clone(), json!("1"), Ok(json!(1))),
            (choices.clone(), json!("4"), Ok(json!(1))),
            (choices, json!("5"), Err("expected one of `pdf`, `Web page`, `3`, `1`")),
        ] {
            let read = read.map_err(str::to_owned);
            assert_eq!(question(kind.clone()).read(&said), read, "{kind:?} {said}");
        }
    }
}
