//! What a run may use: as its caller says, else as the pipeline's `context` says.

use pipeline::{Data, Located, Pipeline};

use super::Refusal;
use crate::budget::{Budget, Unknown};

/// The budget of a run; what of `context` cannot be read goes into `refusals`.
pub(super) fn budget(pipeline: &Pipeline, given: &Budget, refusals: &mut Vec<Refusal>) -> Budget {
    let Some(entry) = pipeline.entry("context") else { return *given };
    let mut read = |key: &str, wanted: &str, has: &dyn Fn(&Data) -> bool| {
        let value = entry.value.value.get(key)?;
        if has(&value.value) {
            return Some(value);
        }
        refusals.push(Refusal {
            code: "bad-budget",
            message: format!("`{key}` of the `context` is {wanted}"),
            help: None,
            step: None,
            span: Some(entry.absolute(value.span)),
            within: None,
        });
        None
    };
    let cost = read("max_cost", "a number of US dollars, 0 or more", &|it| dollars(it).is_some());
    let tokens =
        read("max_tokens", "a whole number of tokens, 0 or more", &|it| whole(it).is_some());
    let time =
        read("max_time", "seconds or a time such as `5m`", &|it| pipeline::duration(it).is_some());
    let unknown = read("allow_unknown", "`true` or `false`", &|it| matches!(it, Data::Bool(_)));
    let value = |found: Option<&Located<Data>>| found.map(|it| it.value.clone());
    Budget {
        cost: given.cost.or_else(|| dollars(&value(cost)?)),
        tokens: given.tokens.or_else(|| whole(&value(tokens)?)),
        time: given.time.or_else(|| pipeline::duration(&value(time)?)),
        unknown: match value(unknown) {
            Some(Data::Bool(true)) => Unknown::Allow,
            _ => given.unknown,
        },
    }
}

fn dollars(data: &Data) -> Option<f64> {
    let dollars = match data {
        Data::Int(whole) => *whole as f64,
        Data::Float(number) => *number,
        _ => return None,
    };
    (dollars.is_finite() && dollars >= 0.0).then_some(dollars)
}

fn whole(data: &Data) -> Option<u64> {
    if let Data::Int(whole) = data { u64::try_from(*whole).ok() } else { None }
}
