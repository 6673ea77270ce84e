//! The model that a call asks, chosen when everything that names it is known.

use std::sync::Arc;

use pipeline::{
    Pipeline, Value,
    eval::Scope,
    models::{Ask, Capability, Choice, Wanted},
};
use serde_json::Map;
use syntax::auto::AutoTag;

use super::parameters::render_word;
use crate::{
    mind::{Chosen, Mind, Prices, nobody},
    prepare::{Brief, Means},
    scope::Entries,
    tool::Failure,
};

/// Whom a call asks. Parameters that nobody gave are taken from the expert and the personality.
pub(super) fn choose(
    brief: &Brief,
    given: &mut Entries,
    scope: &dyn Scope,
    means: &Means,
) -> Result<Arc<Mind>, Failure> {
    let rendered;
    let wanted = match &brief.wanted.ask {
        Ask::Later(template) => {
            rendered = brief.wanted.clone().rendered(&render_word(template, scope)?);
            &rendered
        }
        Ask::Named(_) | Ask::Any => &brief.wanted,
    };
    let choice = choice(wanted, means)?;
    for (name, value) in &brief.usual {
        given.entry(name.as_str().into()).or_insert_with(|| Value::from_json(value));
    }
    Ok(Arc::new(mind(brief, &choice)))
}

/// Whom an AUTO tag asks.
pub(super) fn of_auto(
    pipeline: &Pipeline,
    tag: &AutoTag,
    means: &Means,
) -> Result<Arc<Mind>, Failure> {
    let wanted = Wanted::of_orchestration(pipeline).leaning(tag);
    let choice = choice(&wanted, means)?;
    let brief = Brief {
        wanted,
        system: String::new(),
        usual: Map::new(),
        variables: None,
        tools: Vec::new(),
    };
    Ok(Arc::new(mind(&brief, &choice)))
}

fn choice(wanted: &Wanted, means: &Means) -> Result<Choice, Failure> {
    let none = |why: String| Failure::permanent("NoModelError", why);
    let chooser = means.toolbox.chooser().ok_or_else(|| none("no model is provided".to_owned()))?;
    chooser.choose(&means.options.workspace, wanted).map_err(|failed| {
        let nobody = nobody(&**chooser, wanted, &failed);
        none(nobody.help.map_or(nobody.message.clone(), |it| format!("{}; {it}", nobody.message)))
    })
}

fn mind(brief: &Brief, choice: &Choice) -> Mind {
    let model = &choice.model;
    let chosen = Chosen {
        model: model.full_name(),
        score: (!matches!(brief.wanted.ask, Ask::Named(_))).then(|| choice.score.total()),
        because: choice.because.clone(),
    };
    Mind {
        provider: model.provider.to_string(),
        model: model.name.to_string(),
        system: brief.system.clone(),
        variables: brief.variables.clone(),
        tools: brief.tools.clone(),
        calls_tools: model.can(Capability::Tools),
        prices: Prices {
            input: model.input_price,
            output: model.output_price,
            cached: model.cached_price,
        },
        chosen: Some(Arc::new(chosen)),
        instead: choice.instead.clone(),
    }
}
