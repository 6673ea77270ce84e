//! The rules of the language that allow a difference, each as a predicate.

use serde_json::{Map, Value as Json};

use crate::compare::Difference;

/// The rule that allows a difference between run documents, if one does.
pub(crate) fn rule(difference: &Difference, ours: &Json, inputs: &Json) -> Option<&'static str> {
    let Difference { place, theirs, ours: here } = difference;
    let parts: Vec<_> = place.split('/').skip(1).collect();
    let step = |id: &str| &ours["steps"][id];
    let failed = |id: &str| step(id)["status"] == "failed" && step(id)["error"].is_string();
    match parts[..] {
        ["steps", id, "value", "recovery"] if failed(id) && here == "(absent)" => {
            Some("no advice that nobody acts on")
        }
        ["steps", id, "error"] | ["steps", id, "value", "error"]
            if step(id)["error_type"] == "TimeoutError"
                && both(theirs, here, |it| it.contains("timeout")) =>
        {
            Some("errors in our own words")
        }
        ["steps", id, "status"] if failed(id) && theirs == "completed" => {
            Some("a step that ends in an error is failed")
        }
        ["steps", id, "error_type"] if failed(id) && theirs == "str" => {
            Some("an error has a kind, not the type of its text")
        }
        _ if both_texts(theirs, here)
            .is_some_and(|(theirs, here)| unrendered(theirs, here, inputs)) =>
        {
            Some("values that callers supply are never rendered")
        }
        _ => None,
    }
}

fn both_texts<'a>(a: &'a Json, b: &'a Json) -> Option<(&'a str, &'a str)> {
    Some((a.as_str()?, b.as_str()?))
}

fn both(a: &Json, b: &Json, holds: impl Fn(&str) -> bool) -> bool {
    both_texts(a, b).is_some_and(|(a, b)| holds(a) && holds(b))
}

/// Whether `here` is `theirs` but for a template in an input, which they rendered: the same word stands wherever the
/// template does, and everything else is equal.
pub(crate) fn unrendered(theirs: &str, here: &str, inputs: &Json) -> bool {
    let templates =
        inputs.as_object().into_iter().flat_map(Map::values).filter_map(Json::as_str).filter_map(
            |text| {
                let (start, end) = (text.find("{{")?, text.rfind("}}")? + 2);
                text.get(start..end)
            },
        );
    templates.into_iter().any(|template| {
        let pieces: Vec<_> = here.split(template).collect();
        let [first, .., last] = pieces[..] else { return false };
        let word = theirs.strip_prefix(first).and_then(|rest| match pieces.len() {
            2 => rest.strip_suffix(last),
            _ => rest.split_once(pieces[1]).map(|(word, _)| word),
        });
        word.is_some_and(|word| !word.is_empty() && pieces.join(word) == theirs)
    })
}
