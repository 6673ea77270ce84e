//! Where `goto` leads: an id, a template that gives one, or `condition ? a : b`.

use pipeline::{Text, eval, names::Names};

use crate::{render, scope::StepScope, tool::Failure};

/// The target of a `goto` that is no plain id; `None` when it leads nowhere.
pub(super) fn target(
    goto: &Text,
    names: &Names,
    scope: &StepScope,
) -> Result<Option<usize>, Failure> {
    let written = goto.value.trim();
    let id = if goto.template.is_some() {
        render::text(goto, scope)
            .map(|value| value.to_text())
            .map_err(|error| unresolved(&error.message))?
    } else if written.contains('?') {
        let condition = syntax::template::parse_condition(written);
        eval::evaluate(&condition, written, scope)
            .map(|value| value.to_text())
            .map_err(|error| unresolved(&error.message))?
    } else {
        written.to_owned()
    };
    match id.trim() {
        "" => Ok(None),
        id => {
            names.step(id).map(Some).ok_or_else(|| unresolved(&format!("there is no step `{id}`")))
        }
    }
}

fn unresolved(why: &str) -> Failure {
    Failure::permanent("RoutingError", format!("`goto`: {why}"))
}
