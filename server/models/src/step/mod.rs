//! A call of a model for a step: asks, tells the words as they arrive, says what was used, and sees to the shape of the
//! answer.

mod answer;
mod rounds;
mod structured;

use engine::{
    Ceiling, Usage,
    mind::Mind,
    tool::{Call, Failure},
};

use pipeline::models::FRAME;

use crate::{Code, Delta, Host, ModelError, Reply, Request};
pub(crate) use answer::{Answer, answer};
pub(crate) use rounds::with_tools;
pub(crate) use structured::structured;

/// The mind of a call.
///
/// # Errors
/// The engine chose none: it is called as what it is not.
pub(crate) fn mind(call: &Call) -> Result<&Mind, Failure> {
    call.mind.as_deref().ok_or_else(|| {
        ModelError::new(Code::NotConfigured, "no model was chosen for the step").into()
    })
}

/// Whether the words of an answer are told as they arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// They are.
    Live,
    /// They are not: nobody is to read them as they are.
    Silent,
}

/// Asks once.
///
/// # Errors
/// There is no answer, or not the whole of one.
pub(crate) async fn ask(
    host: &Host,
    call: &Call,
    request: &Request,
    telling: Telling,
) -> Result<Reply, ModelError> {
    let mind = call.mind.as_deref();
    let (mut last, mut has_begun) = (None, false);
    let output = &call.output;
    let mut sink = |delta: Delta<'_>| {
        has_begun = true;
        match delta {
            Delta::Text(text) if telling == Telling::Live => output.text(text),
            Delta::Usage(usage) => last = Some(usage),
            _ => {}
        }
    };
    let name = mind.map_or("", |mind| &mind.provider);
    let asked = match host.provider(name, &call.hosts).await {
        Ok(provider) => provider.chat(request, &mut sink, &call.cancel).await,
        Err(error) => Err(error),
    };
    output.spent(match (&asked, last) {
        (Ok(reply), _) => priced(mind, reply.usage),
        (Err(_), Some(used)) => priced(mind, used),
        (Err(error), None) if error.code.turns_away() && !has_begun => Usage::nothing(),
        (Err(_), None) => Usage::untold(),
    });
    asked
}

/// Says what a call used that is no conversation: what was told, or that nothing was.
pub(crate) fn told(call: &Call, used: Result<crate::Usage, &ModelError>) {
    call.output.spent(match used {
        Ok(used) => priced(call.mind.as_deref(), used),
        Err(error) if error.code.turns_away() => Usage::nothing(),
        Err(_) => Usage::untold(),
    });
}

fn priced(mind: Option<&Mind>, used: crate::Usage) -> Usage {
    Usage {
        input_tokens: used.input,
        output_tokens: used.output,
        cached_tokens: used.cached,
        cost: mind.and_then(|mind| mind.prices.cost(used.input, used.output, used.cached)),
        ..Usage::default()
    }
}

/// The most that a call can use that asks up to `times` times. A token is at least one byte of what is said. What tools will
/// answer is not known, and neither is the length of an answer without `max_tokens`.
pub(crate) fn ceiling(call: &Call, times: u64) -> Ceiling {
    let most = call.parameters.get("max_tokens").and_then(serde_json::Value::as_u64);
    // A call that is only foreseen has no hands yet; its mind knows what it is lent.
    let mind = call.mind.as_deref().filter(|mind| mind.tools.is_empty() && call.hands.is_empty());
    let (Some(mind), Some(most)) = (mind, most) else { return Ceiling::default() };
    let said = |text: &str| text.len() as u64;
    let given: u64 = call.parameters.values().map(|value| said(&value.to_string())).sum();
    let shape = mind.variables.as_ref().map_or(0, |schema| said(&schema.to_string()));
    // A second question holds the first one and its answer.
    let input = given + shape + said(&mind.system) + FRAME + (times - 1) * most;
    Ceiling {
        tokens: Some(times * (input + most)),
        cost: mind.prices.cost(Some(times * input), Some(times * most), None),
    }
}
