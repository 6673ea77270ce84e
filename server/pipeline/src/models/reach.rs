//! Which models can be had: who has a key, which servers answer. Found outside, an input here.

/// What is known of the providers.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reach {
    /// Nobody looked: every provider of the catalogue counts as open.
    #[default]
    NotKnown,
    /// These are all that were looked at, and the others are closed.
    Known(Vec<Server>),
}

/// A provider, as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The name that stands before `:` in a model's name.
    pub provider: String,
    /// Where it runs, or would run.
    pub place: Place,
    /// Whether it can be asked.
    pub access: Access,
}

/// Whether a provider can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// It can.
    Open {
        /// The models that it has, where it was asked; `None`: those of the catalogue, and any other by name.
        models: Option<Vec<Listed>>,
    },
    /// It is not set up: what is missing, and what to do, in words ("set `OPENAI_API_KEY`").
    Closed(String),
    /// It is set up, and cannot be asked all the same: what was tried, and what to do, in words.
    Failing(String),
}

/// A model, as its provider lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name there.
    pub name: String,
    /// Most tokens that it reads at once; `None`: the provider does not say.
    pub context: Option<u32>,
}

/// A server that an author's files name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnServer {
    /// The name that stands before `:` in a model's name.
    pub name: String,
    /// Where it runs, by its address.
    pub place: Place,
}

/// Where a provider runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the author's own machine, where models cost nothing.
    OwnMachine,
    /// Anywhere else.
    Elsewhere,
}

impl Reach {
    /// What was found of a provider; nothing where nobody looked.
    #[must_use]
    pub fn server(&self, provider: &str) -> Option<&Server> {
        let Self::Known(servers) = self else { return None };
        servers.iter().find(|it| it.provider.eq_ignore_ascii_case(provider))
    }
}
