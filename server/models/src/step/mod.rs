//! A call of a model for a step: asks, tells the words as they arrive, says what was used, and sees to the shape of the
//! answer.

mod structured;

use engine::{
    Usage,
    mind::Mind,
    tool::{Call, Failure},
};

use crate::{Code, Delta, Host, ModelError, Reply, Request};
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
    let provider = host.provider(mind.map_or("", |mind| &mind.provider)).await?;
    let mut last = None;
    let output = &call.output;
    let mut sink = |delta: Delta<'_>| match delta {
        Delta::Text(text) if telling == Telling::Live => output.text(text),
        Delta::Usage(usage) => last = Some(usage),
        _ => {}
    };
    let asked = provider.chat(request, &mut sink, &call.cancel).await;
    let used = asked.as_ref().ok().map(|reply| reply.usage).or(last);
    if let Some(used) = used {
        let cost = mind.and_then(|mind| mind.prices.cost(used.input, used.output, used.cached));
        output.spent(Usage {
            input_tokens: used.input,
            output_tokens: used.output,
            cached_tokens: used.cached,
            cost,
            ..Usage::default()
        });
    }
    asked
}
