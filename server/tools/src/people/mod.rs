//! Tools that ask a person. What is asked and what counts as an answer is theirs; how a person is reached is not.

mod approval_gate;
mod feedback_collection;
#[cfg(test)]
mod tests;
mod user_prompt;

use engine::{
    people::{Context, Need, Part, Question, Reply},
    tool::{Call, Failure},
};
use serde_json::{Map, Value as Json};

pub(crate) use approval_gate::ApprovalGate;
pub(crate) use feedback_collection::FeedbackCollection;
pub(crate) use user_prompt::UserPrompt;

/// How often a question is asked again where nothing else is said.
const AGAIN: u32 = 3;

/// What came of a question.
struct Asked {
    came: Came,
    /// Seconds that the person took, over all tries.
    seconds: f64,
    /// How often it was asked again.
    retries: u32,
}

enum Came {
    Answer(Json, Context),
    /// None, or none in time.
    Nothing,
}

/// A question of a call with nothing but a text.
fn question(call: &Call, names: &'static [&'static str], text: String) -> Question {
    Question {
        run: call.place.run.clone(),
        step: call.place.step.clone(),
        path: call.place.path.clone(),
        names,
        id: None,
        part: Part::Further,
        title: None,
        text,
        body: None,
        kind: engine::people::Kind::Text,
        default: None,
        agreed: None,
        timeout: None,
        need: Need::Needed,
        complaint: None,
    }
}

/// Asks until an answer fits, at most so many times again. `check` looks at what was read.
async fn ask(
    call: &Call,
    mut question: Question,
    again: u32,
    check: &(dyn Fn(&Json) -> Result<Json, String> + Sync),
) -> Result<Asked, Failure> {
    let (mut seconds, mut retries) = (0.0, 0);
    loop {
        let heard = call.people.ask(&question, &call.cancel).await?;
        seconds += heard.seconds;
        let (answer, at) = match heard.reply {
            Reply::Said { answer, at } => (answer, at),
            Reply::Nothing | Reply::Expired
                if question.default.is_some() || question.need == Need::Optional =>
            {
                return Ok(Asked { came: Came::Nothing, seconds, retries });
            }
            Reply::Nothing => {
                let message = format!("`{}` was asked, and not answered", call.place.path);
                return Err(Failure::permanent("NotAnsweredError", message));
            }
            Reply::Expired => {
                let limit = question.timeout.unwrap_or_default().as_secs_f64();
                let message = format!(
                    "nobody answered `{}` within {limit} s, and it has no default",
                    call.place.path
                );
                return Err(Failure::permanent("TimeoutError", message));
            }
        };
        match question.read(&answer).and_then(|answer| check(&answer)) {
            Ok(answer) => return Ok(Asked { came: Came::Answer(answer, at), seconds, retries }),
            Err(why) if retries < again => {
                question.complaint = Some(why);
                retries += 1;
            }
            Err(why) => {
                let message = format!("the answer to `{}` does not fit: {why}", call.place.path);
                return Err(Failure::permanent("AnswerError", message));
            }
        }
    }
}

/// Whatever was read will do.
fn any(answer: &Json) -> Result<Json, String> {
    Ok(answer.clone())
}

/// Where the author wants the person to be asked; what is known of a place where nobody was.
fn wanted_context(parameters: &Map<String, Json>) -> String {
    crate::answer::text(parameters, "context").unwrap_or_else(|| Context::Cli.as_str().to_owned())
}

fn parameter(message: String) -> Failure {
    Failure::permanent("ParameterError", message)
}
