//! Steps that run another pipeline: which one, as far as that is known before the run.

use std::sync::Arc;

use pipeline::{
    Data, Located, Step, Text,
    facts::{calls_a_pipeline, writes_out_a_pipeline},
};

use super::{CallKind, Calling, Checks};
use crate::prepare::{
    Refusal,
    block::Work,
    callee::{Callee, ErrorHandling, PipelineCall, Unusable, Wanted, given},
};

impl Checks<'_> {
    pub(super) fn pipeline_call(
        &self,
        tool: &Located<String>,
        refusals: &mut Vec<Refusal>,
    ) -> Result<Work, Box<Refusal>> {
        let means = self.draft.workshop.means;
        let Some(signature) = means.catalogue.tool(&tool.value) else {
            return Err(Box::new(self.unknown_tool(tool)));
        };
        if let Err(name) = ErrorHandling::of(self.step) {
            let message = format!(
                "`{name}` says how the step is run, so it is written out: {}",
                if name == "retry_count" {
                    "a whole number, or a template that yields one"
                } else {
                    "`fail`, `continue` or `retry`"
                }
            );
            let span = self.step.parameter(name).map(|it| it.value.span);
            return Err(Box::new(self.refusal("invalid-parameter", message, span)));
        }
        if let Some(waits) = self.step.parameter("wait_for_completion")
            && !matches!(waits.value.value, Data::Bool(_) | Data::Null)
        {
            let message = "`wait_for_completion` says how the step is run, so it is written out: `true` or `false`";
            let span = Some(waits.value.span);
            return Err(Box::new(self.refusal("invalid-parameter", message.to_owned(), span)));
        }
        let callee = self.callee(refusals)?;
        let kind = CallKind::Tool { operation: None };
        let calling = Calling { signature, kind, brief: None };
        Ok(Work::Pipeline(Arc::new(PipelineCall { calling, callee })))
    }

    fn callee(&self, refusals: &mut Vec<Refusal>) -> Result<Callee, Box<Refusal>> {
        let Some(parameter) = self.step.parameter("pipeline") else { return Ok(Callee::Later) };
        let span = parameter.value.span;
        let Data::Text(text) = &parameter.value.value else { return Ok(Callee::Later) };
        if !text.is_static() && !writes_out_a_pipeline(self.step) {
            return Ok(Callee::Later);
        }
        let draft = self.draft;
        let wanted =
            Wanted { pipeline: &text.value, folder: draft.folder, given: given(self.step, draft) };
        match draft.workshop.load(&wanted, draft.chain) {
            Ok(program) => Ok(Callee::Known(program)),
            Err(Unusable::Missing(_)) if self.is_made_in_time(text) => Ok(Callee::Later),
            Err(Unusable::Missing(why) | Unusable::Unreachable(why)) => {
                Err(Box::new(self.refusal("called-pipeline", why, Some(span))))
            }
            Err(Unusable::Wrong(inner)) => {
                refusals.extend(inner.into_iter().map(|refusal| self.in_outer_text(text, refusal)));
                Ok(Callee::Later)
            }
        }
    }

    /// A refusal about a pipeline that is written out in the step, at its place in the document around.
    fn in_outer_text(&self, text: &Text, refusal: Refusal) -> Refusal {
        let outer = |span: syntax::Span| text.source(span).shift(self.base);
        match refusal.within {
            Some(_) => refusal,
            None => Refusal { span: refusal.span.map(outer), ..refusal },
        }
    }

    /// Whether another step names the file, and may write it before this one starts.
    fn is_made_in_time(&self, file: &Text) -> bool {
        let name = file.value.trim().rsplit('/').next().unwrap_or_default();
        let draft = self.draft;
        let own = self.path.first();
        let others = draft.pipeline.steps.iter().enumerate();
        let before = others.filter(|(index, _)| Some(index) != own || self.path.len() > 1);
        before
            .flat_map(|(_, step)| step.walk())
            .any(|step| !std::ptr::eq(step, self.step) && mentions(step, name))
    }
}

/// Whether a step that runs no pipeline has a text that holds a word.
fn mentions(step: &Step, word: &str) -> bool {
    if calls_a_pipeline(step) {
        return false;
    }
    let mut found = false;
    for entry in &step.keys {
        entry.value.value.texts("", &mut |_, text| found |= text.value.contains(word));
    }
    found
}
