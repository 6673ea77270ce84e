//! Whether this build can run a step, and as what.

use std::sync::Arc;

use pipeline::{
    BodyOrder, Condition, Data, Located, Step, StepKind, Text,
    catalogue::{Family, Signature, normalise},
    names::{Names, body_name},
};
use syntax::Span;

use super::{
    Refusal,
    block::{self, Block, Work, step_at},
};
use crate::{Request, Selection, Toolbox, driver::WRITER};

/// A call, found in the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Calling {
    pub(crate) signature: &'static Signature,
    pub(crate) kind: CallKind,
}

/// What becomes of `action:`.
#[derive(Clone, Debug)]
pub(crate) enum CallKind {
    /// It names the operation, if the tool has any.
    Tool { operation: Option<String> },
    /// It is an instruction.
    Prose(Text),
    /// It echoes `parameters.message`.
    Message,
}

/// The pipeline's steps with the work of those that are selected; what cannot be done goes into `refusals`.
pub(super) fn block(
    request: &Request,
    toolbox: &Toolbox,
    names: &Names,
    selected: &[bool],
    refusals: &mut Vec<Refusal>,
) -> Block {
    let steps = request.pipeline.steps.iter().zip(selected).enumerate();
    let work = steps.map(|(index, (step, selected))| {
        let checks = Checks { request, toolbox, names, path: vec![index], step, base: step.base };
        selected.then(|| checks.work(refusals)).flatten()
    });
    let work = work.collect();
    let outputs = request.pipeline.outputs.iter().filter(|_| request.selection == Selection::All);
    for output in outputs {
        if let Some(text) = first_auto(&output.value.value) {
            let what = format!("the AUTO tag in the output `{}`", output.name.value);
            refusals.push(not_yet(&what, None, Some(output.absolute(auto_span(text)))));
        }
    }
    Block::of_pipeline(request, names, work)
}

/// Looks at one step.
pub(super) struct Checks<'r> {
    pub(super) request: &'r Request,
    pub(super) toolbox: &'r Toolbox,
    pub(super) names: &'r Names,
    /// Positions that lead to the step, from the outermost in.
    pub(super) path: Vec<usize>,
    pub(super) step: &'r Step,
    /// What spans are relative to.
    pub(super) base: u32,
}

impl<'r> Checks<'r> {
    fn work(&self, refusals: &mut Vec<Refusal>) -> Option<Work> {
        let before = refusals.len();
        match self.holder() {
            Some(holder) => self.identity_inside(holder, refusals),
            None => self.identity(refusals),
        }
        self.features(refusals);
        let work = self.kind(refusals);
        match work {
            Ok(work) if refusals.len() == before => Some(work),
            Ok(_) => None,
            Err(refusal) => {
                refusals.push(*refusal);
                None
            }
        }
    }

    /// The same for an error handler, which is one call.
    pub(super) fn call(&self) -> Result<Calling, Box<Refusal>> {
        let mut refusals = Vec::new();
        self.features(&mut refusals);
        if let Some(refusal) = refusals.pop() {
            return Err(Box::new(refusal));
        }
        if !self.step.body.is_empty() {
            return Err(Box::new(self.not_yet("a loop as an error handler", self.step.span)));
        }
        match self.kind(&mut refusals)? {
            Work::Call(calling) => Ok(calling),
            Work::Rounds(_) => {
                Err(Box::new(self.not_yet("a loop as an error handler", self.step.span)))
            }
        }
    }

    fn holder(&self) -> Option<&'r Step> {
        let (_, holder) = self.path.split_last()?;
        step_at(&self.request.pipeline, holder)
    }

    fn index(&self) -> usize {
        self.path.last().copied().unwrap_or_default()
    }

    /// Its id, its place in the graph, its routes.
    fn identity(&self, refusals: &mut Vec<Refusal>) {
        let id = self.step.id_text();
        if id.is_empty() {
            let message = format!("step {} has neither `id` nor `name`", self.index() + 1);
            refusals.push(self.refusal("missing-id", message, Some(self.step.span)));
        } else if self.names.step(id) != Some(self.index()) {
            refusals.push(self.refusal(
                "duplicate-id",
                format!("two steps have the id `{id}`"),
                self.id_span(),
            ));
        }
        if self.request.plan.stage_of(self.index()).is_none() {
            refusals.push(self.refusal(
                "cycle",
                format!("the step `{id}` is on a cycle, or waits for one"),
                self.id_span(),
            ));
        }
        self.routes(|target| self.names.step(target).is_some(), refusals);
    }

    /// The same of a step inside another.
    fn identity_inside(&self, holder: &Step, refusals: &mut Vec<Refusal>) {
        let named = |index: usize, inner: &Step| block::name_of(holder, inner, index);
        let name = named(self.index(), self.step);
        let outer = holder.id_text();
        let shorthand = holder.body.len() == 1;
        if body_name(holder, self.step, self.index()).is_none() && !shorthand {
            let message =
                format!("step {} inside `{outer}` has neither `id` nor `name`", self.index() + 1);
            refusals.push(self.refusal("missing-id", message, Some(self.step.span)));
        }
        let mut before = holder.body.iter().enumerate().take(self.index());
        if before.any(|(index, inner)| named(index, inner) == name) {
            let message = format!("two steps inside `{outer}` have the id `{name}`");
            refusals.push(self.refusal("duplicate-id", message, self.id_span()));
        }
        let known = |target: &str| {
            holder.body.iter().enumerate().any(|(index, inner)| *named(index, inner) == *target)
        };
        self.routes(known, refusals);
    }

    fn routes(&self, known: impl Fn(&str) -> bool, refusals: &mut Vec<Refusal>) {
        let (id, routing) = (self.step.id_text(), &self.step.routing);
        let beside = if self.path.len() > 1 { " beside it" } else { "" };
        let routes = [
            ("on_false", &routing.on_false),
            ("on_success", &routing.on_success),
            ("on_failure", &routing.on_failure),
        ];
        for (key, target) in routes {
            if let Some(target) = target.as_ref().filter(|target| !known(&target.value)) {
                let message = format!(
                    "`{key}` of `{id}` leads to `{}`, which is no step{beside}",
                    target.value
                );
                refusals.push(self.refusal("unknown-step", message, Some(target.span)));
            }
        }
    }

    /// Parts of a step that later versions run.
    fn features(&self, refusals: &mut Vec<Refusal>) {
        let step = self.step;
        let mut refuse = |what: &str, span: Span| refusals.push(self.not_yet(what, span));
        if let Some(dynamic) = &step.dynamic_dependencies {
            refuse("dependencies that are found at run time", dynamic.span);
        }
        if let Some(product) = step.products.first()
            && self.toolbox.get(WRITER).is_none()
        {
            refuse("`products`", product.variable.span);
        }
        let in_condition = step.condition.as_ref().map(|condition| &condition.text);
        let in_goto = step.routing.goto.as_ref().map(|goto| &goto.value);
        let in_loop = loop_texts(&step.kind);
        let in_parameters =
            step.parameters.iter().filter_map(|parameter| first_auto(&parameter.value.value));
        let texts = in_condition
            .into_iter()
            .chain(in_goto)
            .chain(in_loop)
            .filter(|text| !text.autos.is_empty())
            .chain(in_parameters);
        if let Some(text) = texts.into_iter().next() {
            refuse("an AUTO tag", auto_span(text));
        }
    }

    fn kind(&self, refusals: &mut Vec<Refusal>) -> Result<Work, Box<Refusal>> {
        let step = self.step;
        match &step.kind {
            StepKind::Tool { tool, operation } => {
                let Some(signature) = self.request.catalogue.tool(&tool.value) else {
                    return Err(Box::new(self.unknown_tool(tool)));
                };
                let operation = operation.as_ref().map(|operation| operation.value.clone());
                self.provided(signature, CallKind::Tool { operation }, tool.span)
            }
            StepKind::Action(action) => {
                let Some(signature) = self.request.catalogue.action(&action.value) else {
                    return Err(Box::new(self.unknown_action(&action.value, action.span)));
                };
                let operation = self.operation_parameter(signature).map(str::to_owned);
                self.provided(signature, CallKind::Tool { operation }, action.span)
            }
            StepKind::Echo(text) => {
                self.prose(Family::Echo, CallKind::Prose(text.value.clone()), text.span)
            }
            StepKind::FileProse(text) => {
                self.prose(Family::FileProse, CallKind::Prose(text.value.clone()), text.span)
            }
            StepKind::Debug(_) => self.prose(Family::Echo, CallKind::Message, step.span),
            StepKind::Auto(text) => {
                Err(Box::new(self.not_yet("an action that a model chooses", text.span)))
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
        let pipeline = &self.request.pipeline;
        let inner = |(index, step): (usize, &'r Step)| {
            let path = self.path.iter().copied().chain([index]).collect();
            Checks { path, step, ..*self }.work(refusals)
        };
        let work = self.step.body.iter().enumerate().map(inner).collect();
        let around =
            (1..=self.path.len()).filter_map(|depth| step_at(pipeline, &self.path[..depth]));
        let order = BodyOrder::new(pipeline, self.names, &around.collect::<Vec<_>>());
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
        Block::of_body(pipeline, &self.path, &order, work)
    }

    /// `parameters.action`, where an action is a tool under another name.
    fn operation_parameter(&self, signature: &Signature) -> Option<&str> {
        let written = self.step.parameter("action")?;
        let text = written.value.value.as_text().filter(|text| text.is_static())?;
        signature.operation(&text.value).map(|operation| operation.name)
    }

    fn prose(&self, family: Family, kind: CallKind, span: Span) -> Result<Work, Box<Refusal>> {
        let tool = family.tool().and_then(|name| self.toolbox.get(name));
        match tool {
            Some(tool) => Ok(Work::Call(Calling { signature: tool.signature(), kind })),
            None => Err(Box::new(self.not_yet("an action in prose", span))),
        }
    }

    fn provided(
        &self,
        signature: &'static Signature,
        kind: CallKind,
        span: Span,
    ) -> Result<Work, Box<Refusal>> {
        if self.toolbox.get(signature.name).is_some() {
            Ok(Work::Call(Calling { signature, kind }))
        } else {
            Err(Box::new(self.not_yet(&format!("`{}`", signature.name), span)))
        }
    }

    fn unknown_tool(&self, tool: &Located<String>) -> Refusal {
        if self.request.catalogue.is_documented_only(&tool.value) {
            return self.not_yet(&format!("the tool `{}`", tool.value), tool.span);
        }
        let known = self.request.catalogue.tools().iter().map(|signature| signature.name);
        self.unknown(
            "unknown-tool",
            format!("there is no tool `{}`", tool.value),
            &tool.value,
            known,
            tool.span,
        )
    }

    fn unknown_action(&self, action: &str, span: Span) -> Refusal {
        let catalogue = &self.request.catalogue;
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

    fn id_span(&self) -> Option<Span> {
        Some(self.step.id.as_ref().map_or(self.step.span, |id| id.span))
    }

    fn refusal(&self, code: &'static str, message: String, span: Option<Span>) -> Refusal {
        let step = Some(self.step.id_text()).filter(|id| !id.is_empty()).map(str::to_owned);
        Refusal { code, message, help: None, step, span: span.map(|span| span.shift(self.base)) }
    }

    fn not_yet(&self, what: &str, span: Span) -> Refusal {
        let id = Some(self.step.id_text()).filter(|id| !id.is_empty());
        not_yet(what, id, Some(span.shift(self.base)))
    }
}

fn not_yet(what: &str, step: Option<&str>, span: Option<Span>) -> Refusal {
    let message = match step {
        Some(step) => format!("the step `{step}` needs {what}, which this version cannot run yet"),
        None => format!("the pipeline needs {what}, which this version cannot run yet"),
    };
    let help = step.map(|_| "run the other steps with `--only`, `--from` or `--until`".to_owned());
    Refusal { code: "not-supported-yet", message, help, step: step.map(str::to_owned), span }
}

/// The texts that say how a step goes round.
fn loop_texts(kind: &StepKind) -> Vec<&Text> {
    match kind {
        StepKind::ForEach(it) => first_auto(&it.items.value).into_iter().collect(),
        StepKind::While(it) => texts_of([&it.test, &it.until]),
        StepKind::ActionLoop(it) => texts_of([&it.test, &it.until]),
        StepKind::Queue(it) => {
            let items = it.on.as_ref().and_then(|on| first_auto(&on.value));
            texts_of([&it.test, &it.until]).into_iter().chain(items).collect()
        }
        _ => Vec::new(),
    }
}

fn texts_of(conditions: [&Option<Condition>; 2]) -> Vec<&Text> {
    conditions.into_iter().flatten().map(|condition| &condition.text).collect()
}

/// The first text inside that holds an AUTO tag.
fn first_auto(data: &Data) -> Option<&Text> {
    let mut found = None;
    data.texts("", &mut |_, text| {
        if found.is_none() && !text.autos.is_empty() {
            found = Some(text);
        }
    });
    found
}

fn auto_span(text: &Text) -> Span {
    text.source(text.autos.first().map_or(Span::default(), |auto| auto.span))
}
