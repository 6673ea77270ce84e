//! Parts of a step that this build cannot run.

use pipeline::{Condition, Data, StepKind, Text, models::Wanted};
use syntax::Span;

use super::{CallKind, Calling, Checks};
use crate::{autos, driver::WRITER, prepare::Refusal};

impl Checks<'_> {
    /// Parts of a step that later versions run.
    pub(super) fn features(&self, refusals: &mut Vec<Refusal>) {
        let step = self.step;
        let mut refuse = |what: &str, span: Span| refusals.push(self.not_yet(what, span));
        if let Some(product) = step.products.first()
            && self.draft.workshop.means.toolbox.get(WRITER).is_none()
        {
            refuse("`products`", product.variable.span);
        }
        let in_condition = step.condition.as_ref().map(|condition| &condition.text);
        let in_goto = step.routing.goto.as_ref().map(|goto| &goto.value);
        let in_dependencies = step.dynamic_dependencies.as_ref().map(|text| &text.value);
        let in_loop = loop_texts(&step.kind);
        let in_parameters = step.parameters.iter().filter(|it| it.name.value != "model");
        let in_parameters =
            in_parameters.filter_map(|parameter| first_auto(&parameter.value.value));
        let texts = in_condition
            .into_iter()
            .chain(in_goto)
            .chain(in_dependencies)
            .chain(in_loop)
            .filter(|text| !text.autos.is_empty())
            .chain(in_parameters);
        if let Some(text) = texts.into_iter().next()
            && let Err(refusal) = self.answers_autos(text)
        {
            refusals.push(*refusal);
        }
    }

    /// Tags in what an error handler calls: nobody asks about them.
    pub(super) fn tags_of_handler(&self, calling: &Calling) -> Result<(), Box<Refusal>> {
        let instruction = match &calling.kind {
            CallKind::Instruction(text) => Some(text),
            _ => None,
        };
        let signature = Some(calling.signature);
        let texts = autos::at_stage(self.step, autos::Stage::Start, signature, instruction, &[]);
        match texts.first() {
            Some(found) => {
                let what = "an AUTO tag in what an error handler calls";
                Err(Box::new(self.not_yet(what, auto_span(found.text))))
            }
            None => Ok(()),
        }
    }

    /// Whether someone can answer the first AUTO tag of a text.
    fn answers_autos(&self, text: &Text) -> Result<(), Box<Refusal>> {
        let Some(tag) = text.autos.first() else { return Ok(()) };
        if self.means().toolbox.chooser().is_none() {
            return Err(Box::new(self.not_yet("an AUTO tag", auto_span(text))));
        }
        let wanted = Wanted::of_orchestration(self.draft.pipeline).leaning(tag);
        self.chosen(&wanted, Some(auto_span(text))).map_err(|refusal| {
            let message = format!("an AUTO tag cannot be answered: {}", refusal.message);
            Box::new(Refusal { code: "auto-unresolved", message, ..*refusal })
        })
    }
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
pub(super) fn first_auto(data: &Data) -> Option<&Text> {
    let mut found = None;
    data.texts("", &mut |_, text| {
        if found.is_none() && !text.autos.is_empty() {
            found = Some(text);
        }
    });
    found
}

pub(super) fn auto_span(text: &Text) -> Span {
    text.source(text.autos.first().map_or(Span::default(), |auto| auto.span))
}
