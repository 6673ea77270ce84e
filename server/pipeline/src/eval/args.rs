//! Arguments, bound to the parameters of a signature.

use super::error::{Answer, Fault};
use super::table::Function;
use crate::Value;

/// Arguments as written.
#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(String, Value)>,
}

/// Arguments by parameter.
#[derive(Debug, Default)]
pub(super) struct Bound {
    slots: Vec<Option<Value>>,
    /// For `*rest`: what is left of the positional ones.
    pub(super) rest: Vec<Value>,
    /// For `*rest`: the named ones that are no parameter.
    pub(super) named: Vec<(String, Value)>,
}

impl Bound {
    /// Puts arguments into the slots of a signature.
    pub(super) fn new(function: &Function, args: Args) -> Answer<Self> {
        let names: Vec<_> = function.parameters().collect();
        let open = function.arity.1 == u8::MAX;
        let given = args.positional.len();
        let mut positional = args.positional.into_iter();
        let mut slots: Vec<_> = names.iter().map(|_| positional.next()).collect();
        let rest: Vec<_> = positional.collect();
        if !rest.is_empty() && !open {
            return Err(Fault::arguments(format!(
                "`{}` takes {} arguments at most, not {given}",
                function.signature,
                names.len()
            )));
        }
        let mut named = Vec::new();
        for (name, value) in args.named {
            match names.iter().position(|it| *it == name).and_then(|it| slots.get_mut(it)) {
                Some(slot) if slot.is_none() => *slot = Some(value),
                Some(_) => {
                    return Err(Fault::arguments(format!(
                        "`{name}` is given twice to `{}`",
                        function.signature
                    )));
                }
                None if open => named.push((name, value)),
                None => {
                    return Err(Fault::arguments(format!(
                        "`{}` has no parameter `{name}`",
                        function.signature
                    )));
                }
            }
        }
        let missing =
            names.iter().zip(&slots).take(function.arity.0.into()).find(|it| it.1.is_none());
        if let Some((name, _)) = missing {
            return Err(Fault::arguments(format!("`{}` needs `{name}`", function.signature)));
        }
        Ok(Self { slots, rest, named })
    }

    /// The argument of that slot, unless it is missing.
    pub(super) fn get(&self, slot: usize) -> Option<&Value> {
        self.slots.get(slot).and_then(Option::as_ref)
    }

    /// The argument of a slot that the signature requires.
    pub(super) fn value(&self, slot: usize) -> &Value {
        self.get(slot).unwrap_or(&Value::Null)
    }

    /// A text; `default` where it is missing or none.
    pub(super) fn text<'b>(&'b self, slot: usize, default: &'b str) -> Answer<&'b str> {
        match self.get(slot) {
            None | Some(Value::Null) => Ok(default),
            Some(other) => other.as_text().ok_or_else(|| {
                Fault::type_error(format!("expected text, found {}", other.type_name()))
            }),
        }
    }

    /// An integer; `default` where it is missing or none.
    pub(super) fn int(&self, slot: usize, default: i128) -> Answer<i128> {
        match self.get(slot) {
            None | Some(Value::Null) => Ok(default),
            Some(Value::Int(value)) => Ok(*value),
            Some(Value::Bool(value)) => Ok(i128::from(*value)),
            Some(other) => {
                Err(Fault::type_error(format!("expected an integer, found {}", other.type_name())))
            }
        }
    }

    /// A length: an integer that is not negative.
    pub(super) fn size(&self, slot: usize, default: usize) -> Answer<usize> {
        let value = self.int(slot, default as i128)?;
        Ok(usize::try_from(value.max(0)).unwrap_or(usize::MAX))
    }

    /// The truth of an argument; `default` where it is missing.
    pub(super) fn truth(&self, slot: usize, default: Truth) -> bool {
        self.get(slot).map_or(default == Truth::True, Value::is_truthy)
    }
}

/// The truth of an argument that is not given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
}
