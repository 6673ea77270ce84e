//! Models that could answer: those of the catalogue and those that a server lists, and whether they can be had.

use std::borrow::Cow;

use super::{Access, Capability, LOCAL, Listed, Model, OwnServer, Place, Reach, names};

/// What a choice looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'f> {
    /// In the order in which equals are taken.
    pub(super) models: &'f [Model],
    /// Servers that an author's files name: where nobody looked for them, they count as open.
    pub(super) servers: &'f [OwnServer],
    pub(super) reach: &'f Reach,
}

impl<'f> Field<'f> {
    fn own(self, provider: &str) -> Option<&'f OwnServer> {
        self.servers.iter().find(|it| it.name.eq_ignore_ascii_case(provider))
    }

    /// Whether anything is known of a provider of that name.
    fn serves(self, provider: &str) -> bool {
        self.reach.server(provider).is_some()
            || self.own(provider).is_some()
            || self.models.iter().any(|it| it.provider.eq_ignore_ascii_case(provider))
    }

    /// Where a provider runs, or would run; nothing where nobody knows.
    fn place(self, provider: &str) -> Option<Place> {
        if provider == LOCAL {
            return Some(Place::OwnMachine);
        }
        let found = self.reach.server(provider).map(|it| it.place);
        found.or_else(|| self.own(provider).map(|it| it.place))
    }
}

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
pub(super) fn all(field: Field<'_>) -> Vec<Candidate<'_>> {
    let mut all: Vec<_> =
        field.models.iter().map(|model| as_served(Cow::Borrowed(model), field)).collect();
    let Reach::Known(servers) = field.reach else { return all };
    for server in servers {
        let Access::Open { models: Some(listed) } = &server.access else { continue };
        for listed in listed {
            let is_there = |it: &Candidate<'_>| {
                it.model.provider.eq_ignore_ascii_case(&server.provider)
                    && it.model.name.eq_ignore_ascii_case(&listed.name)
            };
            if !all.iter().any(is_there) {
                let model = Model::unknown(&server.provider, &listed.name);
                all.push(as_served(Cow::Owned(model), field));
            }
        }
    }
    all
}

/// The model that an author means by a name; nothing where nobody is known to serve it.
pub(super) fn named<'f>(written: &str, field: Field<'f>) -> Option<Candidate<'f>> {
    let serves = |provider: &str| field.serves(provider);
    let name = names::parse(written, &serves);
    let mut found: Vec<_> = all(field).into_iter().filter(|it| it.is_called(written)).collect();
    let open = found.iter().position(|it| it.closed.is_none()).unwrap_or_default();
    if !found.is_empty() {
        return Some(found.swap_remove(open));
    }
    let provider = name.provider.or_else(|| names::family(name.name))?;
    Some(as_served(Cow::Owned(Model::unknown(provider, name.name)), field))
}

/// The model with what its server says of it, and whether that can be asked.
fn as_served<'m>(mut model: Cow<'m, Model>, field: Field<'_>) -> Candidate<'m> {
    if field.place(&model.provider) == Some(Place::OwnMachine) {
        make_free(&mut model);
    }
    let server = field.reach.server(&model.provider);
    let closed = match server.map(|it| &it.access) {
        Some(Access::Open { models: Some(listed) }) => {
            let is_it = |it: &&Listed| it.name.eq_ignore_ascii_case(&model.name);
            match listed.iter().find(is_it) {
                Some(listed) => {
                    take_window(&mut model, listed.context);
                    None
                }
                None if model.provider != LOCAL => {
                    Some(format!("`{}` does not have it", model.provider))
                }
                // A path says all that there is to say.
                None if names::is_file(&model.name) => None,
                None => Some(format!(
                    "it is not on this machine; `downbeat models pull {}` brings it",
                    model.name
                )),
            }
        }
        _ => closed(&model.provider, field),
    };
    if model.provider == LOCAL && model.capabilities.is_none() {
        // Its answers are forced into any shape, and it has no other sense than words.
        model.to_mut().capabilities = Some(vec![Capability::StructuredOutput]);
    }
    Candidate { model, closed }
}

/// Why a provider cannot be asked, whatever it has.
pub(super) fn closed(provider: &str, field: Field<'_>) -> Option<String> {
    if *field.reach == Reach::NotKnown {
        return None;
    }
    match field.reach.server(provider).map(|it| &it.access) {
        Some(Access::Closed(why) | Access::Failing(why)) => Some(why.clone()),
        Some(Access::Open { .. }) => None,
        None if field.own(provider).is_some() => None,
        None => Some(format!("no provider `{provider}` is set up")),
    }
}

/// A server knows best how it was started.
fn take_window(model: &mut Cow<'_, Model>, context: Option<u32>) {
    if context.is_some() && context != model.context {
        model.to_mut().context = context;
    }
}

/// What runs at home costs nothing, as long as nobody says otherwise.
fn make_free(model: &mut Cow<'_, Model>) {
    let is_elsewhere = model.name.ends_with("cloud");
    if !is_elsewhere && model.input_price.is_none() && model.output_price.is_none() {
        let model = model.to_mut();
        model.input_price = Some(0.0);
        model.output_price = Some(0.0);
    }
}
