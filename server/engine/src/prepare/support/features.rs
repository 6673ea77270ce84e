//! Parts of a step that this build cannot run.

use pipeline::{Condition, Data, StepKind, Text, models::Wanted};
use syntax::Span;

use super::{Checks, words::not_yet};
use crate::{
    driver::WRITER,
    mind::{Unreachable, nobody},
    prepare::{Refusal, program::Draft},
};

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
        let in_routes = step.routing.chosen.iter().map(|it| &it.to.value);
        let in_dependencies = step.dynamic_dependencies.as_ref().map(|text| &text.value);
        let in_action = match &step.kind {
            StepKind::Echo(text) | StepKind::FileProse(text) => Some(&text.value),
            _ => None,
        };
        let in_loop = loop_texts(&step.kind);
        let in_parameters = step.parameters.iter().filter(|it| it.name.value != "model");
        let in_parameters =
            in_parameters.filter_map(|parameter| first_auto(&parameter.value.value));
        let texts = in_condition
            .into_iter()
            .chain(in_goto)
            .chain(in_routes)
            .chain(in_dependencies)
            .chain(in_action)
            .chain(in_loop)
            .filter(|text| !text.autos.is_empty())
            .chain(in_parameters);
        if let Some(text) = texts.into_iter().next() {
            let id = Some(step.id_text()).filter(|id| !id.is_empty());
            let span = Some(auto_span(text).shift(self.base));
            refusals.extend(answers_autos(self.draft, text, id, span).err().map(|it| *it));
        }
    }
}

/// Whether someone can answer the first AUTO tag of a text.
pub(in crate::prepare) fn answers_autos(
    draft: &Draft<'_>,
    text: &Text,
    step: Option<&str>,
    span: Option<Span>,
) -> Result<(), Box<Refusal>> {
    let Some(tag) = text.autos.first() else { return Ok(()) };
    let means = &draft.workshop.means;
    let Some(chooser) = means.toolbox.chooser() else {
        return Err(Box::new(not_yet("an AUTO tag", step, span)));
    };
    let wanted = Wanted::of_orchestration(draft.pipeline).leaning(tag);
    chooser.choose(&means.options.workspace, &wanted).map(drop).map_err(|none| {
        let Unreachable { message: why, help } = nobody(&**chooser, &wanted, &none);
        let message = format!("an AUTO tag cannot be answered: {why}");
        let step = step.map(str::to_owned);
        Box::new(Refusal { code: "auto-unresolved", message, help, step, span, within: None })
    })
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
pub(in crate::prepare) fn first_auto(data: &Data) -> Option<&Text> {
    let mut found = None;
    data.texts("", &mut |_, text| {
        if found.is_none() && !text.autos.is_empty() {
            found = Some(text);
        }
    });
    found
}

pub(in crate::prepare) fn auto_span(text: &Text) -> Span {
    text.source(text.autos.first().map_or(Span::default(), |auto| auto.span))
}
