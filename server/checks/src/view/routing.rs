use pipeline::Step;
use syntax::Span;

/// A step that a route names outright.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// The routing key.
    pub(crate) key: &'static str,
    pub(crate) id: &'a str,
    pub(crate) span: Span,
}

/// Targets of a step's routes; what a template, an AUTO tag or a choice leads to is known only at run time.
pub(crate) fn targets(step: &Step) -> Vec<Target<'_>> {
    let routing = &step.routing;
    let named = [
        ("on_false", &routing.on_false),
        ("on_success", &routing.on_success),
        ("on_failure", &routing.on_failure),
    ];
    let named = named
        .into_iter()
        .filter_map(|(key, target)| target.as_ref().map(|it| (key, &*it.value, it.span)));
    let goto = routing.goto.as_ref().filter(|goto| goto.value.is_static());
    let goto = goto.map(|goto| ("goto", goto.value.value.trim(), goto.span));
    let is_id = |id: &str| {
        !id.is_empty() && !id.contains(char::is_whitespace) && !id.contains(['{', '<', '?'])
    };
    named
        .chain(goto)
        .filter(|(_, id, _)| is_id(id))
        .map(|(key, id, span)| Target { key, id, span })
        .collect()
}
