//! Which error handlers every step has, and whether this build can run them.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use pipeline::{Data, Handler, Origin, Step, action_of, names::Names};

use super::{
    Calling, Refusal,
    remedy::{Deed, Remedies, Remedy, field, sorted},
    support::Checks,
};
use crate::{Request, Selection, Toolbox};

/// The pipeline's own steps that handlers name, which nothing depends on and no route leads to: they are no part of an
/// ordinary run, unless the selection names them.
pub(super) fn only_handlers(request: &Request, names: &Names) -> BTreeSet<usize> {
    let pipeline = &request.pipeline;
    let walked = pipeline.steps.iter().flat_map(|step| step.walk());
    let all = walked
        .flat_map(|step| &step.handlers)
        .chain(pipeline.global_error_handlers.iter().map(|handler| &**handler));
    let named: BTreeSet<usize> =
        all.filter_map(|handler| names.step(&handler.task.as_ref()?.value)).collect();
    let ordinary = request.plan.edges.iter().map(|edge| match edge.origin {
        Origin::Routing => edge.to,
        Origin::Declared | Origin::Template | Origin::ControlFlow => edge.from,
    });
    let chosen = match &request.selection {
        Selection::Only(id) | Selection::From(id) | Selection::Until(id) => names.step(id),
        Selection::All => None,
    };
    let ordinary: BTreeSet<usize> = ordinary.chain(chosen).collect();
    named.difference(&ordinary).copied().collect()
}

/// The handlers of all selected steps; what cannot be done goes into `refusals`.
pub(super) fn remedies(
    request: &Request,
    toolbox: &Toolbox,
    names: &Names,
    selected: &[bool],
    uncalled: BTreeSet<usize>,
    refusals: &mut Vec<Refusal>,
) -> Remedies {
    let mut reader = Reader { request, toolbox, names, refusals, by_step: HashMap::new() };
    let pipeline = &request.pipeline;
    let common = pipeline.global_error_handlers.iter().filter_map(|handler| {
        reader.remedy(handler, &Owner { step: None, path: Vec::new(), base: handler.base })
    });
    let common = sorted(common.collect());
    for (index, step) in pipeline.steps.iter().enumerate() {
        if selected.get(index) == Some(&true) {
            reader.step(step, vec![index], step.base, &common);
        }
    }
    Remedies { by_step: reader.by_step, uncalled }
}

struct Reader<'r> {
    request: &'r Request,
    toolbox: &'r Toolbox,
    names: &'r Names,
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
        let (name, deed) = match (&handler.task, action_of(handler, &self.request.catalogue)) {
            (Some(task), _) => (task.value.to_string(), self.task(handler, &task.value, owner)?),
            (None, Some(action)) => {
                let name = handler.action.as_ref().map(|text| text.value.value.trim().to_owned());
                (name.unwrap_or_default(), self.action(action, owner)?)
            }
            (None, None) => ("fallback".to_owned(), Deed::Nothing),
        };
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
        let calling = self.calling(&action, &owner.path, owner.base)?;
        Some(Deed::Action(Arc::new(action), calling))
    }

    fn task(&mut self, handler: &Handler, id: &str, owner: &Owner<'_>) -> Option<Deed> {
        let Some(index) = self.names.step(id) else {
            let beside = if owner.path.len() > 1 { " of the pipeline itself" } else { "" };
            let message = format!("`handler_task_id` names `{id}`, which is no step{beside}");
            self.refuse("unknown-step", message, handler, owner);
            return None;
        };
        if owner.path == [index] {
            let message = format!("the step `{id}` cannot be its own error handler");
            self.refuse("bad-handler", message, handler, owner);
            return None;
        }
        let step = self.request.pipeline.steps.get(index)?;
        let calling = self.calling(step, &[index], step.base)?;
        Some(Deed::Step(index, calling))
    }

    fn calling(&mut self, step: &Step, path: &[usize], base: u32) -> Option<Calling> {
        let Self { request, toolbox, names, .. } = *self;
        let checks = Checks { request, toolbox, names, path: path.to_vec(), step, base };
        match checks.call() {
            Ok(calling) => Some(calling),
            Err(refusal) => {
                if !self.refusals.contains(&refusal) {
                    self.refusals.push(*refusal);
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
        self.refusals.push(Refusal { code, message, help: None, step, span });
    }
}
