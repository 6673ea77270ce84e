//! What a step does: a call, rounds of other steps, or another pipeline.

use std::sync::Arc;

use pipeline::{
    BodyOrder, Located, Step, StepKind,
    catalogue::{Family, GENERATE, Signature, normalise},
};
use syntax::Span;

use super::{CallKind, Calling, Checks};
use crate::{
    autos,
    prepare::{
        Refusal,
        block::{self, Block, Work, step_at},
        program::Means,
    },
    toolbox::PIPELINES,
};

impl<'r> Checks<'r> {
    pub(super) fn kind(&self, refusals: &mut Vec<Refusal>) -> Result<Work, Box<Refusal>> {
        let step = self.step;
        match &step.kind {
            StepKind::Tool { tool, .. } if tool.value == PIPELINES => {
                self.pipeline_call(tool, refusals)
            }
            StepKind::Tool { tool, operation } => {
                let Some(signature) = self.means().catalogue.tool(&tool.value) else {
                    return Err(Box::new(self.unknown_tool(tool)));
                };
                let operation = operation.as_ref().map(|operation| operation.value.clone());
                self.provided(signature, CallKind::Tool { operation }, tool.span, refusals)
            }
            StepKind::Action(action) => {
                let Some(signature) = self.means().catalogue.action(&action.value) else {
                    return Err(Box::new(self.unknown_action(&action.value, action.span)));
                };
                let operation = self.operation_parameter(signature).map(str::to_owned);
                self.provided(signature, CallKind::Tool { operation }, action.span, refusals)
            }
            StepKind::Echo(text) => {
                self.prose(Family::Echo, CallKind::Prose(text.value.clone()), text.span)
            }
            StepKind::FileProse(text) => {
                self.prose(Family::FileProse, CallKind::Prose(text.value.clone()), text.span)
            }
            StepKind::Debug(_) => self.prose(Family::Echo, CallKind::Message, step.span),
            StepKind::Auto(text) => {
                let kind = CallKind::Instruction(autos::instruction_of(&text.value));
                self.provided(&GENERATE, kind, text.span, refusals)
            }
            StepKind::ForEach(_)
            | StepKind::While(_)
            | StepKind::ActionLoop(_)
            | StepKind::Queue(_)
            | StepKind::Parallel => Ok(Work::Rounds(Arc::new(self.body(refusals)))),
            StepKind::Unknown(Some(text)) => {
                Err(Box::new(self.unknown_action(&text.value.value, text.span)))
            }
            StepKind::Unknown(None) => {
                let message = format!("the step `{}` does not say what it does", step.id_text());
                Err(Box::new(self.refusal("unknown-action", message, self.id_span())))
            }
        }
    }

    fn body(&self, refusals: &mut Vec<Refusal>) -> Block {
        let pipeline = self.draft.pipeline;
        let inner = |(index, step): (usize, &'r Step)| {
            let path = self.path.iter().copied().chain([index]).collect();
            Checks { path, step, ..*self }.work(refusals)
        };
        let work = self.step.body.iter().enumerate().map(inner).collect();
        let around =
            (1..=self.path.len()).filter_map(|depth| step_at(pipeline, &self.path[..depth]));
        let order = BodyOrder::new(pipeline, self.draft.names, &around.collect::<Vec<_>>());
        let again = matches!(
            self.step.kind,
            StepKind::While(_) | StepKind::ActionLoop(_) | StepKind::Queue(_)
        );
        if let Some(&(step, behind)) = order.earlier.first().filter(|_| !again) {
            let name = |index: usize| {
                self.step
                    .body
                    .get(index)
                    .map_or_else(Arc::default, |inner| block::name_of(self.step, inner, index))
            };
            let message = format!(
                "inside `{}` the steps `{}` and `{}` wait for each other",
                self.step.id_text(),
                name(step),
                name(behind)
            );
            refusals.push(self.refusal("cycle", message, self.id_span()));
        }
        let limits = &self.draft.workshop.means.options.limits;
        Block::of_body(pipeline, &self.path, &order, work, limits)
    }

    pub(super) fn means(&self) -> &'r Means {
        self.draft.workshop.means
    }

    /// `parameters.action`, where an action is a tool under another name.
    fn operation_parameter(&self, signature: &Signature) -> Option<&str> {
        let written = self.step.parameter("action")?;
        let text = written.value.value.as_text().filter(|text| text.is_static())?;
        signature.operation(&text.value).map(|operation| operation.name)
    }

    fn prose(&self, family: Family, kind: CallKind, span: Span) -> Result<Work, Box<Refusal>> {
        let tool = family.tool().and_then(|name| self.means().toolbox.get(name));
        match tool {
            Some(tool) => {
                Ok(Work::Call(Calling { signature: tool.signature(), kind, brief: None }))
            }
            None => Err(Box::new(self.not_yet("an action in prose", span))),
        }
    }

    fn provided(
        &self,
        signature: &'static Signature,
        kind: CallKind,
        span: Span,
        refusals: &mut Vec<Refusal>,
    ) -> Result<Work, Box<Refusal>> {
        if self.means().toolbox.get(signature.name).is_some() {
            let operation = match &kind {
                CallKind::Tool { operation } => operation.as_deref(),
                CallKind::Prose(_) | CallKind::Message | CallKind::Instruction(_) => None,
            };
            let brief = self.brief(signature, operation, refusals);
            Ok(Work::Call(Calling { signature, kind, brief }))
        } else {
            Err(Box::new(self.not_yet(&format!("`{}`", signature.name), span)))
        }
    }

    pub(super) fn unknown_tool(&self, tool: &Located<String>) -> Refusal {
        if self.means().catalogue.is_documented_only(&tool.value) {
            return self.not_yet(&format!("the tool `{}`", tool.value), tool.span);
        }
        let known = self.means().catalogue.tools().iter().map(|signature| signature.name);
        self.unknown(
            "unknown-tool",
            format!("there is no tool `{}`", tool.value),
            &tool.value,
            known,
            tool.span,
        )
    }

    fn unknown_action(&self, action: &str, span: Span) -> Refusal {
        let catalogue = &self.means().catalogue;
        let known =
            catalogue.actions().iter().chain(catalogue.tools()).map(|signature| signature.name);
        self.unknown(
            "unknown-action",
            format!("there is no action `{}`", action.trim()),
            action,
            known,
            span,
        )
    }

    fn unknown(
        &self,
        code: &'static str,
        message: String,
        word: &str,
        known: impl Iterator<Item = &'static str>,
        span: Span,
    ) -> Refusal {
        let near = pipeline::names::nearest(&normalise(word), known)
            .map(|near| format!("did you mean `{near}`?"));
        Refusal { help: near, ..self.refusal(code, message, Some(span)) }
    }
}
