//! Where a value of a step stands in the text.

use pipeline::{Data, Located, Step};

/// The value at a place as the run document names it: `parameters.rows[0].size`, `for_each`, `condition`.
pub(super) fn find<'s>(
    step: &'s Step,
    written: &'s Step,
    place: &str,
) -> Option<&'s Located<Data>> {
    let (key, rest) = match place.find(['.', '[']) {
        Some(at) => place.split_at_checked(at)?,
        None => (place, ""),
    };
    if key == "parameters" {
        let rest = rest.strip_prefix('.')?;
        let (name, rest) = match rest.find(['.', '[']) {
            Some(at) => rest.split_at_checked(at)?,
            None => (rest, ""),
        };
        return below(&step.parameter(name)?.value, rest);
    }
    let own = written.key(key).map(|entry| &entry.value);
    let queue = || written.key("create_parallel_queue")?.value.value.get(key);
    below(own.or_else(queue)?, rest)
}

fn below<'d>(value: &'d Located<Data>, path: &str) -> Option<&'d Located<Data>> {
    if path.is_empty() {
        return Some(value);
    }
    if let Some(rest) = path.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        return below(value.value.as_list()?.get(index.parse::<usize>().ok()?)?, rest);
    }
    let path = path.strip_prefix('.')?;
    // A key may itself hold a dot: the longest that is there counts.
    let entries = value.value.as_map()?;
    let fits = |name: &str| {
        let rest = path.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
    };
    let found = entries.iter().filter_map(|(name, inner)| Some((inner, fits(&name.value)?)));
    let (inner, rest) = found.min_by_key(|(_, rest)| rest.len())?;
    below(inner, rest)
}

/// Every value inside, itself included.
pub(super) fn each<'d>(value: &'d Located<Data>, visit: &mut dyn FnMut(&'d Located<Data>)) {
    visit(value);
    match &value.value {
        Data::List(items) => items.iter().for_each(|item| each(item, visit)),
        Data::Map(entries) => entries.iter().for_each(|(_, value)| each(value, visit)),
        _ => {}
    }
}
