//! Refusals, in words.

use syntax::Span;

use super::Checks;
use crate::prepare::Refusal;

impl Checks<'_> {
    pub(super) fn id_span(&self) -> Option<Span> {
        Some(self.step.id.as_ref().map_or(self.step.span, |id| id.span))
    }

    pub(super) fn refusal(
        &self,
        code: &'static str,
        message: String,
        span: Option<Span>,
    ) -> Refusal {
        let step = Some(self.step.id_text()).filter(|id| !id.is_empty()).map(str::to_owned);
        let span = span.map(|span| span.shift(self.base));
        Refusal { code, message, help: None, step, span, within: None }
    }

    pub(super) fn not_yet(&self, what: &str, span: Span) -> Refusal {
        let id = Some(self.step.id_text()).filter(|id| !id.is_empty());
        not_yet(what, id, Some(span.shift(self.base)))
    }
}

pub(super) fn not_yet(what: &str, step: Option<&str>, span: Option<Span>) -> Refusal {
    let message = match step {
        Some(step) => format!("the step `{step}` needs {what}, which this version cannot run yet"),
        None => format!("the pipeline needs {what}, which this version cannot run yet"),
    };
    let help = step.map(|_| "run the other steps with `--only`, `--from` or `--until`".to_owned());
    Refusal {
        code: "not-supported-yet",
        message,
        help,
        step: step.map(str::to_owned),
        span,
        within: None,
    }
}
