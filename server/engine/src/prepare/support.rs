//! Whether this build can run a step, and as what.

use pipeline::{
    Data, Located, Placed, Step, StepKind, Text,
    catalogue::{Family, Signature, normalise},
    names::Names,
};
use syntax::Span;

use super::Refusal;
use crate::{Request, Selection, Toolbox};

/// What a step does, found in the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) signature: &'static Signature,
    pub(crate) kind: WorkKind,
}

/// What becomes of `action:`.
#[derive(Clone, Debug)]
pub(crate) enum WorkKind {
    /// It names the operation, if the tool has any.
    Tool { operation: Option<String> },
    /// It is an instruction.
    Prose(Text),
    /// It echoes `parameters.message`.
    Message,
}

/// The work of every selected step; what cannot be done goes into `refusals`.
pub(super) fn work(
    request: &Request,
    toolbox: &Toolbox,
    names: &Names,
    selected: &[bool],
    refusals: &mut Vec<Refusal>,
) -> Vec<Option<Work>> {
    let steps = request.pipeline.steps.iter().zip(selected).enumerate();
    let work = steps.map(|(index, (step, selected))| {
        let checks = Checks { request, toolbox, names, index, step };
        selected.then(|| checks.work(refusals)).flatten()
    });
    let work = work.collect();
    if let Some(handler) = request.pipeline.global_error_handlers.first() {
        let what = "`global_error_handlers`";
        refusals.push(not_yet(what, None, Some(handler.absolute(handler.span))));
    }
    let outputs = request.pipeline.outputs.iter().filter(|_| request.selection == Selection::All);
    for output in outputs {
        if let Some(text) = first_auto(&output.value.value) {
            let what = format!("the AUTO tag in the output `{}`", output.name.value);
            refusals.push(not_yet(&what, None, Some(output.absolute(auto_span(text)))));
        }
    }
    work
}

struct Checks<'r> {
    request: &'r Request,
    toolbox: &'r Toolbox,
    names: &'r Names,
    index: usize,
    step: &'r Placed<Step>,
}

impl Checks<'_> {
    fn work(&self, refusals: &mut Vec<Refusal>) -> Option<Work> {
        let before = refusals.len();
        self.identity(refusals);
        self.features(refusals);
        let work = self.kind();
        match work {
            Ok(work) if refusals.len() == before => Some(work),
            Ok(_) => None,
            Err(refusal) => {
                refusals.push(*refusal);
                None
            }
        }
    }

    /// Its id, its place in the graph, its routes.
    fn identity(&self, refusals: &mut Vec<Refusal>) {
        let id = self.step.id_text();
        if id.is_empty() {
            let message = format!("step {} has neither `id` nor `name`", self.index + 1);
            refusals.push(self.refusal("missing-id", message, Some(self.step.span)));
        } else if self.names.step(id) != Some(self.index) {
            refusals.push(self.refusal(
                "duplicate-id",
                format!("two steps have the id `{id}`"),
                self.id_span(),
            ));
        }
        if self.request.plan.stage_of(self.index).is_none() {
            refusals.push(self.refusal(
                "cycle",
                format!("the step `{id}` is on a cycle, or waits for one"),
                self.id_span(),
            ));
        }
        let routing = &self.step.routing;
        let routes = [
            ("on_false", &routing.on_false),
            ("on_success", &routing.on_success),
            ("on_failure", &routing.on_failure),
        ];
        for (key, target) in routes {
            if let Some(target) =
                target.as_ref().filter(|target| self.names.step(&target.value).is_none())
            {
                let message =
                    format!("`{key}` of `{id}` leads to `{}`, which is no step", target.value);
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
        if let Some(handler) = step.handlers.first() {
            refuse("an error handler", handler.span);
        }
        if let Some(variable) = step.vars.first() {
            refuse("`vars`", variable.span);
        }
        if let Some(product) = step.products.first() {
            refuse("`products`", product.variable.span);
        }
        let in_condition = step.condition.as_ref().map(|condition| &condition.text);
        let in_goto = step.routing.goto.as_ref().map(|goto| &goto.value);
        let in_parameters =
            step.parameters.iter().filter_map(|parameter| first_auto(&parameter.value.value));
        let texts = in_condition
            .into_iter()
            .chain(in_goto)
            .filter(|text| !text.autos.is_empty())
            .chain(in_parameters);
        if let Some(text) = texts.into_iter().next() {
            refuse("an AUTO tag", auto_span(text));
        }
    }

    fn kind(&self) -> Result<Work, Box<Refusal>> {
        let step = self.step;
        match &step.kind {
            StepKind::Tool { tool, operation } => {
                let Some(signature) = self.request.catalogue.tool(&tool.value) else {
                    return Err(Box::new(self.unknown_tool(tool)));
                };
                let operation = operation.as_ref().map(|operation| operation.value.clone());
                self.provided(signature, WorkKind::Tool { operation }, tool.span)
            }
            StepKind::Action(action) => {
                let Some(signature) = self.request.catalogue.action(&action.value) else {
                    return Err(Box::new(self.unknown_action(&action.value, action.span)));
                };
                let operation = self.operation_parameter(signature).map(str::to_owned);
                self.provided(signature, WorkKind::Tool { operation }, action.span)
            }
            StepKind::Echo(text) => {
                self.prose(Family::Echo, WorkKind::Prose(text.value.clone()), text.span)
            }
            StepKind::FileProse(text) => {
                self.prose(Family::FileProse, WorkKind::Prose(text.value.clone()), text.span)
            }
            StepKind::Debug(_) => self.prose(Family::Echo, WorkKind::Message, step.span),
            StepKind::Auto(text) => {
                Err(Box::new(self.not_yet("an action that a model chooses", text.span)))
            }
            StepKind::ForEach(_) => Err(Box::new(self.not_yet("a `for_each` loop", step.span))),
            StepKind::While(_) => Err(Box::new(self.not_yet("a `while` loop", step.span))),
            StepKind::ActionLoop(_) => Err(Box::new(self.not_yet("an `action_loop`", step.span))),
            StepKind::Queue(_) => Err(Box::new(self.not_yet("a parallel queue", step.span))),
            StepKind::Parallel => Err(Box::new(self.not_yet("`parallel` steps", step.span))),
            StepKind::Unknown(Some(text)) => {
                Err(Box::new(self.unknown_action(&text.value.value, text.span)))
            }
            StepKind::Unknown(None) => {
                let message = format!("the step `{}` does not say what it does", step.id_text());
                Err(Box::new(self.refusal("unknown-action", message, self.id_span())))
            }
        }
    }

    /// `parameters.action`, where an action is a tool under another name.
    fn operation_parameter(&self, signature: &Signature) -> Option<&str> {
        let written = self.step.parameter("action")?;
        let text = written.value.value.as_text().filter(|text| text.is_static())?;
        signature.operation(&text.value).map(|operation| operation.name)
    }

    fn prose(&self, family: Family, kind: WorkKind, span: Span) -> Result<Work, Box<Refusal>> {
        let tool = family.tool().and_then(|name| self.toolbox.get(name));
        match tool {
            Some(tool) => Ok(Work { signature: tool.signature(), kind }),
            None => Err(Box::new(self.not_yet("an action in prose", span))),
        }
    }

    fn provided(
        &self,
        signature: &'static Signature,
        kind: WorkKind,
        span: Span,
    ) -> Result<Work, Box<Refusal>> {
        if self.toolbox.get(signature.name).is_some() {
            Ok(Work { signature, kind })
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
        Refusal { code, message, help: None, step, span: span.map(|span| self.step.absolute(span)) }
    }

    fn not_yet(&self, what: &str, span: Span) -> Refusal {
        not_yet(what, Some(self.step.id_text()), Some(self.step.absolute(span)))
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
