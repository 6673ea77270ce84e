//! What is known before the run of the model that answers a step: who is wanted, as whom it answers, in which shape. A
//! model that is named, or that follows from the document, is chosen here, so that a run that cannot ask it does not start.

use std::sync::Arc;

use pipeline::{
    Step,
    catalogue::{Effect, MULTI_MODEL_ROUTING, PROMPT_OPTIMIZATION, Signature, TASK_DELEGATION},
    facts,
    models::{Ask, Wanted},
    personality::{self, Personality, STANDARD},
    variables,
};
use serde_json::{Map, Value as Json};
use syntax::Span;

use super::Checks;
use crate::{
    files::Places,
    mind::nobody,
    prepare::{Refusal, block::step_at},
};

/// Tools that ask no model, and say which one suits.
const CHOOSING: [&str; 2] = [TASK_DELEGATION.name, MULTI_MODEL_ROUTING.name];

/// What a step says of the model that answers it.
#[derive(Clone, Debug)]
pub(crate) struct Brief {
    pub(crate) wanted: Wanted,
    /// What the model is told before everything else.
    pub(crate) system: String,
    /// Parameters that stand where the step has none.
    pub(crate) usual: Map<String, Json>,
    /// The JSON Schema of the step's variables.
    pub(crate) variables: Option<Json>,
    /// What the model may call.
    pub(crate) tools: Vec<&'static str>,
}

impl Checks<'_> {
    /// The brief of a call that asks a model; nothing for others. What cannot be had goes into `refusals`.
    pub(super) fn brief(
        &self,
        signature: &'static Signature,
        operation: Option<&str>,
        refusals: &mut Vec<Refusal>,
    ) -> Option<Arc<Brief>> {
        if CHOOSING.contains(&signature.name) {
            refusals.extend(self.anyone().err().map(|refusal| *refusal));
            return None;
        }
        let word = |name: &str| {
            let text = self.step.parameter(name)?.value.value.as_text()?;
            text.is_static().then_some(&*text.value)
        };
        if !signature.effects_given(operation, word).contains(&Effect::Model) {
            return None;
        }
        let step = self.written();
        let around: Vec<&Step> = self.around();
        // The model that a prompt is for need not be the one that words it.
        let wanted = match signature.name == PROMPT_OPTIMIZATION.name {
            true => Wanted::of_orchestration(self.draft.pipeline),
            false => Wanted::of_any_step(self.draft.pipeline, &around, step),
        };
        let brief = Brief {
            system: String::new(),
            usual: Map::new(),
            variables: self.variables(),
            tools: self.tools(refusals),
            wanted,
        };
        let brief = self.with_personality(brief, refusals);
        if let Err(refusal) = self.can_be_asked(&brief.wanted) {
            refusals.push(*refusal);
        }
        Some(Arc::new(brief))
    }

    /// Where its keys are: the action of a loop that has no `steps` stands in the loop.
    fn written(&self) -> &Step {
        if self.step.keys.is_empty() { self.holder().unwrap_or(self.step) } else { self.step }
    }

    fn around(&self) -> Vec<&Step> {
        let depths = 1..self.path.len();
        depths.filter_map(|depth| step_at(self.draft.pipeline, &self.path[..depth])).collect()
    }

    fn variables(&self) -> Option<Json> {
        let vars = &self.written().vars;
        (!vars.is_empty()).then(|| variables::schema(vars.iter().map(|it| &it.value)))
    }

    /// Who it is told to be, and how it is asked where the step does not say.
    fn with_personality(&self, brief: Brief, refusals: &mut Vec<Refusal>) -> Brief {
        let named = self.written().personality.as_ref();
        let settings = &brief.wanted.settings;
        let expert = settings.system_prompt.clone().filter(|it| !it.trim().is_empty());
        let name = named.map(|it| it.value.as_str());
        // An expert who says who it is needs no further personality.
        let name = name.or_else(|| expert.is_none().then_some(STANDARD));
        let options = &self.means().options;
        let places = Places::new(self.draft.folder, &options.workspace, &options.cwd);
        let read = |file: &str| places.personality(&*self.means().options.files, file);
        let resolved = name.map(|name| personality::resolve(self.draft.pipeline, name, &read));
        let personality = match resolved {
            None => Personality::default(),
            Some(Ok(personality)) => personality,
            Some(Err(why)) => {
                let span = named.map(|it| it.span);
                let mut refusal = self.refusal("unknown-personality", why, span);
                refusal.help = Some(
                    "define it under `personalities:`, or in a file `personalities/NAME.md` beside the pipeline"
                        .to_owned(),
                );
                refusals.push(refusal);
                Personality::default()
            }
        };
        let mut usual = personality.parameters;
        if let Some(temperature) = settings.temperature {
            usual.insert("temperature".into(), temperature.into());
        }
        if let Some(tokens) = settings.max_tokens {
            usual.insert("max_tokens".into(), tokens.into());
        }
        let texts = [expert.unwrap_or_default(), personality.text];
        let texts: Vec<&str> =
            texts.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
        Brief { system: texts.join("\n\n"), usual, ..brief }
    }

    /// Whether someone can answer, as far as that can be told before the run.
    fn can_be_asked(&self, wanted: &Wanted) -> Result<(), Box<Refusal>> {
        let wanted = match &wanted.ask {
            // What a template will name is not known; that there is anyone at all is.
            Ask::Later(_) => Wanted { ask: Ask::Any, ..wanted.clone() },
            Ask::Named(_) | Ask::Any => wanted.clone(),
        };
        self.chosen(&wanted, self.step.model.as_ref().map(|it| it.span))
    }

    /// Whether there is anyone to choose among, for tools that choose.
    fn anyone(&self) -> Result<(), Box<Refusal>> {
        let Some(nobody) = self.means().toolbox.chooser().and_then(|it| it.unreachable()) else {
            return Ok(());
        };
        let id = self.step.id_text();
        let message = format!("the step `{id}` has no model to choose among: {}", nobody.message);
        let refusal = self.refusal("no-model", message, self.id_span());
        Err(Box::new(Refusal { help: nobody.help, ..refusal }))
    }

    /// Whether a model can be chosen.
    pub(super) fn chosen(&self, wanted: &Wanted, span: Option<Span>) -> Result<(), Box<Refusal>> {
        let means = self.means();
        let span = span.or_else(|| self.id_span());
        let Some(chooser) = means.toolbox.chooser() else {
            return Err(Box::new(self.not_yet("a model", span.unwrap_or_default())));
        };
        let chosen = chooser.choose(&means.options.workspace, wanted);
        chosen.map(drop).map_err(|none| {
            let id = self.step.id_text();
            let nobody = nobody(&**chooser, wanted, &none);
            let message = format!("no model can answer the step `{id}`: {}", nobody.message);
            Box::new(Refusal { help: nobody.help, ..self.refusal("no-model", message, span) })
        })
    }

    /// The tools that the step lets its model call.
    fn tools(&self, refusals: &mut Vec<Refusal>) -> Vec<&'static str> {
        let mut tools = Vec::new();
        let own = Some(self.step).filter(|it| !std::ptr::eq(*it, self.written()));
        let lent = facts::lent_tools(self.written());
        for name in lent.chain(own.into_iter().flat_map(facts::lent_tools)) {
            let found = self.means().catalogue.tool(&name.value);
            match found.filter(|it| self.means().toolbox.get(it.name).is_some()) {
                Some(signature) if tools.contains(&signature.name) => {}
                Some(signature) if asks_by_itself(signature) => {
                    let what =
                        format!("to lend its model `{}`, which asks a model itself", name.value);
                    refusals.push(self.not_yet(&what, name.span));
                }
                Some(signature) => tools.push(signature.name),
                None if found.is_some() => {
                    refusals.push(self.not_yet(&format!("the tool `{}`", name.value), name.span));
                }
                None => refusals.push(self.unknown_tool(&name)),
            }
        }
        tools
    }
}

/// Whether every call of a tool asks a model.
fn asks_by_itself(signature: &Signature) -> bool {
    signature.operations.is_empty() && signature.effects.contains(&Effect::Model)
}
