//! Comprehensions, and how items are bound to names.

use syntax::Span;
use syntax::template::{Clause, ComprehensionKind, Expr, Shape, Target, Targets};

use super::access;
use super::dict::Dict;
use super::error::{Answer, Fault};
use super::expressions::set;
use super::machine::{MAX_ITEMS, Machine, Outcome};
use crate::Value;

impl<'a> Machine<'a> {
    pub(super) fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        element: &'a Expr,
        value: Option<&'a Expr>,
        clauses: &'a [Clause],
        span: Span,
    ) -> Outcome {
        let locals = self.locals.len();
        let mut found = Vec::new();
        let outcome = self.clauses(element, value, clauses, &mut found);
        self.locals.truncate(locals);
        outcome?;
        let built = match kind {
            ComprehensionKind::List | ComprehensionKind::Generator => {
                Ok(Value::list(found.into_iter().map(|it| it.0).collect()))
            }
            ComprehensionKind::Set => set(found.into_iter().map(|it| it.0).collect()),
            ComprehensionKind::Dict => {
                let entries = found.into_iter().map(|(key, it)| (key, it.unwrap_or(Value::Null)));
                Dict::from_pairs(entries).map(Dict::into_value)
            }
        };
        built.map_err(|it| it.at(span))
    }

    fn clauses(
        &mut self,
        element: &'a Expr,
        value: Option<&'a Expr>,
        clauses: &'a [Clause],
        found: &mut Vec<(Value, Option<Value>)>,
    ) -> Outcome<()> {
        let Some((clause, further)) = clauses.split_first() else {
            if found.len() >= MAX_ITEMS {
                return Err(Fault::limit(format!(
                    "the list would have more than {MAX_ITEMS} items"
                ))
                .at(element.span));
            }
            let item = self.value(element)?;
            let value = value.map(|it| self.value(it)).transpose()?;
            found.push((item, value));
            return Ok(());
        };
        let iterated = self.value(&clause.iter)?;
        let items = access::items(&iterated).map_err(|it| it.at(clause.iter.span))?;
        'items: for item in items {
            let locals = self.locals.len();
            self.spend(1).map_err(|it| it.at(clause.iter.span))?;
            self.unpack(&clause.targets, item).map_err(|it| it.at(clause.iter.span))?;
            for condition in &clause.conditions {
                if !self.truth(condition)? {
                    self.locals.truncate(locals);
                    continue 'items;
                }
            }
            self.clauses(element, value, further, found)?;
            self.locals.truncate(locals);
        }
        Ok(())
    }

    /// Binds a value to one name, or its items to several.
    pub(super) fn unpack(&mut self, targets: &Targets, value: Value) -> Answer<()> {
        self.unpack_into(&mut targets.names.iter(), &targets.shape, value)
    }

    /// The same for a part of the names; those that are used up are taken from `names`.
    fn unpack_into(
        &mut self,
        names: &mut std::slice::Iter<'_, Target>,
        shape: &Shape,
        value: Value,
    ) -> Answer<()> {
        let Shape::Group(parts) = shape else {
            return names.next().map_or(Ok(()), |(name, _)| self.bind(name, value));
        };
        let items = access::items(&value)?;
        if items.len() != parts.len() {
            return Err(Fault::type_error(format!(
                "{} items cannot be bound to {} names",
                items.len(),
                parts.len()
            )));
        }
        parts.iter().zip(items).try_for_each(|(part, item)| self.unpack_into(names, part, item))
    }
}
