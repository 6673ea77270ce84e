//! Which error handlers every step has, and whether this build can run them.

use std::{collections::HashMap, sync::Arc};

use pipeline::{Data, Handler, Step, action_of, handler_step};

use super::{
    Block, Refusal, Work,
    program::Draft,
    remedy::{CalledStep, Deed, Remedies, Remedy, field, sorted},
    support::{Checks, answers_autos, auto_span, first_auto},
};

/// The handlers of all selected steps; what cannot be done goes into `refusals`.
pub(super) fn remedies(
    draft: &Draft<'_>,
    selected: &[bool],
    refusals: &mut Vec<Refusal>,
) -> Remedies {
    let mut reader = Reader { draft, refusals, by_step: HashMap::new() };
    let pipeline = draft.pipeline;
    let common = pipeline.global_error_handlers.iter().filter_map(|handler| {
        reader.remedy(handler, &Owner { step: None, path: Vec::new(), base: handler.base })
    });
    let common = sorted(common.collect());
    for (index, step) in pipeline.steps.iter().enumerate() {
        if selected.get(index) == Some(&true) {
            reader.step(step, vec![index], step.base, &common);
        }
    }
    Remedies { by_step: reader.by_step }
}

struct Reader<'r> {
    draft: &'r Draft<'r>,
    refusals: &'r mut Vec<Refusal>,
    by_step: HashMap<Box<[usize]>, Arc<[Remedy]>>,
}

/// Whose handler it is; without a step the pipeline's.
struct Owner<'r> {
    step: Option<&'r Step>,
    path: Vec<usize>,
    /// What spans are relative to.
    base: u32,
}

impl Reader<'_> {
    fn step(&mut self, step: &Step, path: Vec<usize>, base: u32, common: &[Remedy]) {
        for (index, inner) in step.body.iter().enumerate() {
            self.step(inner, path.iter().copied().chain([index]).collect(), base, common);
        }
        let owner = Owner { step: Some(step), path, base };
        let own = step.handlers.iter().filter_map(|handler| self.remedy(handler, &owner));
        let mut remedies = sorted(own.collect());
        remedies.extend_from_slice(common);
        if !remedies.is_empty() {
            self.by_step.insert(owner.path.into(), remedies.into());
        }
    }

    /// `None` for one that is switched off, and for one that is refused.
    fn remedy(&mut self, handler: &Handler, owner: &Owner<'_>) -> Option<Remedy> {
        if field(handler, "enabled").is_some_and(|it| it.value == Data::Bool(false)) {
            return None;
        }
        let (name, deed) =
            match (&handler.task, action_of(handler, &self.draft.workshop.means.catalogue)) {
                (Some(task), _) => {
                    (task.value.to_string(), self.task(handler, &task.value, owner)?)
                }
                (None, Some(action)) => {
                    let name =
                        handler.action.as_ref().map(|text| text.value.value.trim().to_owned());
                    (name.unwrap_or_default(), self.action(action, owner)?)
                }
                (None, None) => ("fallback".to_owned(), Deed::Nothing),
            };
        for key in ["enabled", "fallback_result", "fallback_value"] {
            let Some(text) = field(handler, key).and_then(|data| first_auto(&data.value)) else {
                continue;
            };
            let step = owner.step.map(Step::id_text).filter(|id| !id.is_empty());
            let span = Some(auto_span(text).shift(owner.base));
            let answered = answers_autos(self.draft, text, step, span);
            self.taken(answered.map_err(|refusal| vec![*refusal]))?;
        }
        let remedy = Remedy::new(handler, name, deed);
        if matches!(remedy.deed, Deed::Nothing) && remedy.fallback.is_none() {
            let message =
                "an error handler needs `handler_action`, `handler_task_id` or `fallback_value`";
            self.refuse("bad-handler", message.to_owned(), handler, owner);
            return None;
        }
        Some(remedy)
    }

    fn action(&mut self, mut action: Step, owner: &Owner<'_>) -> Option<Deed> {
        // Refusals name the step whose handler it is.
        action.id = owner.step.and_then(|step| step.id.clone());
        let checks = self.checks(&action, &owner.path, owner.base);
        let calling = checks.call();
        let calling = self.taken(calling.map_err(|refusal| vec![*refusal]))?;
        Some(Deed::Action(Arc::new(action), calling))
    }

    fn task(&mut self, handler: &Handler, id: &str, owner: &Owner<'_>) -> Option<Deed> {
        let draft = self.draft;
        let around: Option<Vec<&Step>> = (1..=owner.path.len())
            .map(|depth| super::block::step_at(draft.pipeline, &owner.path[..depth]))
            .collect();
        let Some(beside) = handler_step(draft.names, &around.unwrap_or_default(), id) else {
            let message = format!("`handler_task_id` names `{id}`, which is no step");
            self.refuse("unknown-step", message, handler, owner);
            return None;
        };
        let holder = owner.path.len().saturating_sub(1 + beside.up);
        let mut path = owner.path.get(..holder).unwrap_or_default().to_vec();
        path.push(beside.step);
        if owner.path.starts_with(&path) {
            let message = if owner.path == path {
                format!("the step `{id}` cannot be its own error handler")
            } else {
                format!("the step `{id}` cannot handle errors of a step inside of it")
            };
            self.refuse("bad-handler", message, handler, owner);
            return None;
        }
        let step = super::block::step_at(draft.pipeline, &path)?;
        let base = path.first().and_then(|outermost| draft.pipeline.steps.get(*outermost))?.base;
        let checks = self.checks(step, &path, base);
        let mut refusals = Vec::new();
        let work = checks.handler(&mut refusals);
        let work = self.taken(work.ok_or(refusals))?;
        let alone = match &work {
            Work::Call(_) => None,
            Work::Rounds(_) | Work::Pipeline(_) => Some(Arc::new(Block::of_one(
                draft.pipeline,
                &path,
                work.clone(),
                &draft.workshop.means.options.limits,
            )?)),
        };
        Some(Deed::Step(Arc::new(CalledStep { beside, work, alone })))
    }

    fn checks<'c>(&'c self, step: &'c Step, path: &[usize], base: u32) -> Checks<'c> {
        Checks { draft: self.draft, path: path.to_vec(), step, base }
    }

    /// What is right, or nothing; each refusal is said once.
    fn taken<T>(&mut self, found: Result<T, Vec<Refusal>>) -> Option<T> {
        match found {
            Ok(found) => Some(found),
            Err(refusals) => {
                for refusal in refusals {
                    if !self.refusals.contains(&refusal) {
                        self.refusals.push(refusal);
                    }
                }
                None
            }
        }
    }

    fn refuse(
        &mut self,
        code: &'static str,
        message: String,
        handler: &Handler,
        owner: &Owner<'_>,
    ) {
        let step = owner.step.map(Step::id_text).filter(|id| !id.is_empty()).map(str::to_owned);
        let span = Some(handler.span.shift(owner.base));
        self.refusals.push(Refusal { code, message, help: None, step, span, within: None });
    }
}
