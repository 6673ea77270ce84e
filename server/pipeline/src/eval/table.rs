//! The one table of filters, tests and functions: completion, checks and evaluation read it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::args::Bound;
use super::error::Answer;
use super::machine::Machine;
use super::predicates;
use crate::Value;

/// What completion, checks and evaluation know of a filter, test or function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// As written.
    pub name: &'static str,
    /// `name(a, b=1)`: parameters behind the value; `*rest` takes any further ones.
    pub signature: &'static str,
    /// Markdown: what it does.
    pub doc: &'static str,
    /// How many arguments behind the value it takes, at least and at most.
    pub arity: (u8, u8),
    pub(super) run: Run,
}

/// What evaluation calls: the value first where there is one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    Value(fn(&mut Machine<'_>, &Value, &Bound) -> Answer),
    /// The same; what it makes of text that is marked as safe is marked too.
    Keeping(fn(&mut Machine<'_>, &Value, &Bound) -> Answer),
    /// It is given marks and all.
    Marked(fn(&mut Machine<'_>, &Value, &Bound) -> Answer),
    Test(fn(&mut Machine<'_>, &Value, &Bound) -> Answer<bool>),
    Call(fn(&mut Machine<'_>, &Bound) -> Answer),
}

/// An entry from its signature.
pub(super) fn entry(signature: &'static str, doc: &'static str, run: Run) -> Function {
    let (name, rest) = signature.split_once('(').unwrap_or((signature, ""));
    let mut arity = (0u8, 0u8);
    for parameter in parameters(rest) {
        if parameter.starts_with('*') {
            arity.1 = u8::MAX;
        } else {
            arity.0 += u8::from(!parameter.contains('='));
            arity.1 = arity.1.saturating_add(1);
        }
    }
    Function { name, signature, doc, arity, run }
}

/// The parameters of a signature behind its parenthesis; a default may hold a comma in quotes.
fn parameters(rest: &'static str) -> impl Iterator<Item = &'static str> {
    let mut quoted = false;
    let inner = rest.strip_suffix(')').unwrap_or(rest);
    let split = inner.split(move |it| {
        quoted ^= it == '\'';
        it == ',' && !quoted
    });
    split.map(str::trim).filter(|it| !it.is_empty())
}

impl Function {
    /// The names of the parameters behind the value, `*rest` left out.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        let rest = self.signature.split_once('(').map_or("", |it| it.1);
        parameters(rest)
            .filter(|it| !it.starts_with('*'))
            .map(|it| it.split('=').next().unwrap_or(it).trim())
    }
}

/// Entries and where each name stands.
struct Table {
    entries: Vec<Function>,
    names: FxHashMap<&'static str, usize>,
}

impl Table {
    fn new(mut entries: Vec<Function>) -> Self {
        entries.sort_by_key(|it| it.name);
        let names = entries.iter().enumerate().map(|(index, it)| (it.name, index)).collect();
        Self { entries, names }
    }

    fn get(&self, name: &str) -> Option<&Function> {
        self.names.get(name).and_then(|it| self.entries.get(*it))
    }
}

static FILTERS: LazyLock<Table> = LazyLock::new(|| Table::new(super::filters::all()));
static TESTS: LazyLock<Table> = LazyLock::new(|| Table::new(predicates::all()));
static FUNCTIONS: LazyLock<Table> = LazyLock::new(|| Table::new(super::functions::globals()));
static CONDITION_FUNCTIONS: LazyLock<Table> =
    LazyLock::new(|| Table::new(super::functions::of_conditions()));

/// All filters, by name.
#[must_use]
pub fn filters() -> &'static [Function] {
    &FILTERS.entries
}

/// All tests, by name.
#[must_use]
pub fn tests() -> &'static [Function] {
    &TESTS.entries
}

/// All functions, by name.
#[must_use]
pub fn functions() -> &'static [Function] {
    &FUNCTIONS.entries
}

/// Further functions of conditions (`len`, `str`, ...), by name.
#[must_use]
pub fn condition_functions() -> &'static [Function] {
    &CONDITION_FUNCTIONS.entries
}

pub(super) fn filter(name: &str) -> Option<&'static Function> {
    FILTERS.get(name)
}

pub(super) fn test(name: &str) -> Option<&'static Function> {
    TESTS.get(name)
}

pub(super) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name)
}

pub(super) fn condition_function(name: &str) -> Option<&'static Function> {
    CONDITION_FUNCTIONS.get(name)
}
