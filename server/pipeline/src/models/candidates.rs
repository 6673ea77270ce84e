//! Models that could answer: those of the catalogue and those that a server lists, and whether they can be had.

use std::borrow::Cow;

use super::{Access, Capability, LOCAL, Listed, Model, Place, Reach, names};

/// A model, and what stands between it and a call.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'m> {
    pub(super) model: Cow<'m, Model>,
    /// Why it cannot be asked.
    pub(super) closed: Option<String>,
}

impl Candidate<'_> {
    pub(super) fn is_local(&self) -> bool {
        self.model.provider == LOCAL
    }

    /// Whether an author means this model by `written`.
    pub(super) fn is_called(&self, written: &str) -> bool {
        is_called(&self.model, written)
    }
}

/// Whether an author means this model by `written`.
pub(super) fn is_called(model: &Model, written: &str) -> bool {
    let own = |it: &str| it.eq_ignore_ascii_case(&model.provider);
    let name = names::parse(written, &own);
    let is_whole = || model.name.eq_ignore_ascii_case(written.trim());
    match name.provider {
        Some(provider) => {
            own(provider) && name.name.eq_ignore_ascii_case(&model.name) || is_whole()
        }
        None => is_whole(),
    }
}

/// All models that a choice without a name looks at, in the order in which equals are taken.
pub(super) fn all<'m>(models: &'m [Model], reach: &Reach) -> Vec<Candidate<'m>> {
    let mut all: Vec<_> = models.iter().map(|model| known(model, reach)).collect();
    let Reach::Known(servers) = reach else { return all };
    for server in servers {
        let Access::Open { models: Some(listed), .. } = &server.access else { continue };
        for listed in listed {
            let is_there = |it: &Candidate<'_>| {
                it.model.provider.eq_ignore_ascii_case(&server.provider)
                    && it.model.name.eq_ignore_ascii_case(&listed.name)
            };
            if !all.iter().any(is_there) {
                let model = Model::unknown(&server.provider, &listed.name);
                all.push(as_served(Cow::Owned(model), reach));
            }
        }
    }
    all
}

/// The model that an author means by a name; nothing where nobody is known to serve it.
pub(super) fn named<'m>(
    written: &str,
    models: &'m [Model],
    reach: &Reach,
) -> Option<Candidate<'m>> {
    let serves = |provider: &str| {
        reach.server(provider).is_some()
            || models.iter().any(|it| it.provider.eq_ignore_ascii_case(provider))
    };
    let name = names::parse(written, &serves);
    let mut found: Vec<_> =
        all(models, reach).into_iter().filter(|it| it.is_called(written)).collect();
    let open = found.iter().position(|it| it.closed.is_none()).unwrap_or_default();
    if !found.is_empty() {
        return Some(found.swap_remove(open));
    }
    let provider = name.provider.or_else(|| names::family(name.name))?;
    Some(as_served(Cow::Owned(Model::unknown(provider, name.name)), reach))
}

fn known<'m>(model: &'m Model, reach: &Reach) -> Candidate<'m> {
    as_served(Cow::Borrowed(model), reach)
}

/// The model with what its server says of it, and whether that can be asked.
fn as_served<'m>(mut model: Cow<'m, Model>, reach: &Reach) -> Candidate<'m> {
    if *reach == Reach::NotKnown {
        return Candidate { model, closed: None };
    }
    let closed = match reach.server(&model.provider).map(|it| &it.access) {
        None | Some(Access::Closed(_) | Access::Failing(_)) => closed(&model.provider, reach),
        Some(Access::Open { models: Some(listed), place }) => {
            let is_it = |it: &&Listed| it.name.eq_ignore_ascii_case(&model.name);
            match listed.iter().find(is_it) {
                Some(listed) => {
                    add_facts(&mut model, listed.context, *place);
                    None
                }
                None if model.provider != LOCAL => {
                    Some(format!("`{}` does not have it", model.provider))
                }
                // A path says all that there is to say.
                None if names::is_file(&model.name) => {
                    add_facts(&mut model, None, *place);
                    None
                }
                None => Some(format!(
                    "it is not on this machine; `downbeat models pull {}` brings it",
                    model.name
                )),
            }
        }
        Some(Access::Open { models: None, place }) => {
            add_facts(&mut model, None, *place);
            None
        }
    };
    Candidate { model, closed }
}

/// Why a provider cannot be asked, whatever it has.
pub(super) fn closed(provider: &str, reach: &Reach) -> Option<String> {
    if *reach == Reach::NotKnown {
        return None;
    }
    match reach.server(provider).map(|it| &it.access) {
        None => Some(format!("no provider `{provider}` is set up")),
        Some(Access::Closed(why) | Access::Failing(why)) => Some(why.clone()),
        Some(Access::Open { .. }) => None,
    }
}

/// What a server knows better than the catalogue: how it was started, and that it runs at home.
fn add_facts(model: &mut Cow<'_, Model>, context: Option<u32>, place: Place) {
    if context.is_some() && context != model.context {
        model.to_mut().context = context;
    }
    let is_at_home = place == Place::OwnMachine && !model.name.ends_with("cloud");
    if is_at_home && model.input_price.is_none() && model.output_price.is_none() {
        let model = model.to_mut();
        model.input_price = Some(0.0);
        model.output_price = Some(0.0);
    }
    if model.provider == LOCAL && model.capabilities.is_none() {
        // Its answers are forced into any shape, and it has no other sense than words.
        model.to_mut().capabilities = Some(vec![Capability::StructuredOutput]);
    }
}
