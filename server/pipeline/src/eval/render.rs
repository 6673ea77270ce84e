//! The text of a template.

use std::sync::{Arc, Mutex};

use syntax::Span;
use syntax::template::{ExprKind, Parameter, Part, each_expression, parse_template};

use super::access;
use super::args::Args;
use super::error::{Answer, Code, EvalError, Fault};
use super::machine::{MAX_TEXT, Machine, Outcome, Statement, check_depth};
use super::markup;
use super::native::{LoopState, Native};
use crate::Value;

/// Files may include files this deep.
pub const MAX_INCLUDES: u32 = 10;

impl<'a> Machine<'a> {
    /// Renders pieces behind what is already in `out`.
    pub(super) fn parts(&mut self, parts: &'a [Part], out: &mut String) -> Outcome<()> {
        for part in parts {
            self.deeper(part.span(), |machine| machine.part(part, out))?;
            if out.len() > MAX_TEXT {
                return Err(Fault::limit(format!(
                    "the text would be longer than {MAX_TEXT} bytes"
                ))
                .at(part.span()));
            }
        }
        Ok(())
    }

    /// Renders pieces whose names end with them.
    fn scoped(&mut self, parts: &'a [Part], out: &mut String) -> Outcome<()> {
        let locals = self.locals.len();
        let outcome = self.parts(parts, out);
        self.locals.truncate(locals);
        outcome
    }

    /// What pieces render to, as a value: marked as safe where it was escaped.
    fn captured(&mut self, parts: &'a [Part]) -> Outcome {
        let mut out = String::new();
        self.scoped(parts, &mut out)?;
        Ok(self.marked_here(Value::from(out)))
    }

    /// A text that was made here: marked as safe where what is printed is escaped.
    fn marked_here(&self, value: Value) -> Value {
        if self.escaping { markup::mark_all(Value::from(value.to_text())) } else { value }
    }

    /// Runs `work` with printing escaped or not.
    fn escaped_as<T>(&mut self, escaping: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.escaping, escaping);
        let outcome = work(self);
        self.escaping = outside;
        outcome
    }

    /// Keeps a statement for those who call it; returns its number.
    fn keep(&mut self, part: &'a Part) -> usize {
        self.statements.push(Statement { part, escaping: self.escaping });
        self.statements.len() - 1
    }

    fn copy(&mut self, span: Span, out: &mut String) -> Outcome<()> {
        self.spend(span.len() as usize / 64).map_err(|it| it.at(span))?;
        let text = self.text.get(span.range()).unwrap_or_default();
        // one kind of line break, whichever the file has
        if text.contains('\r') {
            out.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
        } else {
            out.push_str(text);
        }
        Ok(())
    }

    fn part(&mut self, part: &'a Part, out: &mut String) -> Outcome<()> {
        match part {
            Part::Text(span) => self.copy(*span, out),
            Part::Raw { text, .. } => self.copy(*text, out),
            Part::Comment(_) => Ok(()),
            Part::Print { span, expr, .. } => {
                let value = self.value(expr)?;
                let text = if self.escaping { markup::escaped(&value) } else { value.to_text() };
                self.spend(text.len() / 64).map_err(|it| it.at(*span))?;
                out.push_str(&text);
                Ok(())
            }
            Part::Include { span, path, path_span } => {
                let text = self.include(path, *path_span, *span)?;
                out.push_str(&text);
                Ok(())
            }
            Part::If { branches, otherwise, .. } => {
                for (test, body) in branches {
                    if self.truth(test)? {
                        return self.parts(body, out);
                    }
                }
                self.parts(otherwise, out)
            }
            Part::For { iter, .. } => {
                let items = self.value(iter)?;
                self.spend(1)
                    .and_then(|()| access::items(&items))
                    .map_err(|it| it.at(iter.span))
                    .and_then(|items| self.rounds(part, items, 0, out))
            }
            Part::Set { span, targets, value, .. } => {
                let value = self.value(value)?;
                self.unpack(targets, value).map_err(|it| it.at(*span))
            }
            Part::SetField { span, object, name, value, .. } => {
                let value = self.value(value)?;
                self.set_field(&object.0, &name.0, value).map_err(|it| it.at(*span))
            }
            Part::SetBlock { span, target, value, body, .. } => {
                let body = self.captured(body)?;
                self.bodies.push(body);
                let value = self.value(value);
                self.bodies.pop();
                let value = self.marked_here(value?);
                self.bind(&target.0, value).map_err(|it| it.at(*span))
            }
            Part::With { span, bindings, body, .. } => {
                let values =
                    bindings.iter().map(|it| self.value(&it.1)).collect::<Outcome<Vec<_>>>()?;
                let locals = self.locals.len();
                for ((target, _), value) in bindings.iter().zip(values) {
                    self.bind(&target.0, value).map_err(|it| it.at(*span))?;
                }
                let outcome = self.parts(body, out);
                self.locals.truncate(locals);
                outcome
            }
            Part::Autoescape { value, body, .. } => {
                let escaping = self.truth(value)?;
                self.escaped_as(escaping, |machine| machine.scoped(body, out))
            }
            Part::Filter { value, body, .. } => {
                let body = self.captured(body)?;
                self.bodies.push(body);
                let value = self.value(value);
                self.bodies.pop();
                out.push_str(&value?.to_text());
                Ok(())
            }
            Part::Macro { span, name, .. } => {
                let native = Native::Macro(self.keep(part));
                self.bind(&name.0, Value::Native(native)).map_err(|it| it.at(*span))
            }
            Part::Call { call, span, .. } => {
                let caller = Value::Native(Native::Caller(self.keep(part)));
                let locals = self.locals.len();
                self.bind("caller", caller).map_err(|it| it.at(*span))?;
                let value = self.value(call);
                self.locals.truncate(locals);
                out.push_str(&value?.to_text());
                Ok(())
            }
        }
    }

    /// The rounds of a loop over `items`.
    fn rounds(
        &mut self,
        part: &'a Part,
        items: Vec<Value>,
        depth: usize,
        out: &mut String,
    ) -> Outcome<()> {
        let Part::For { targets, iter, filter, recursive, body, otherwise, .. } = part else {
            return Ok(());
        };
        let mut kept = Vec::new();
        for item in items {
            let locals = self.locals.len();
            let wanted = match filter {
                None => true,
                Some(filter) => {
                    self.unpack(targets, item.clone()).map_err(|it| it.at(iter.span))?;
                    self.truth(filter)?
                }
            };
            self.locals.truncate(locals);
            if wanted {
                kept.push(item);
            }
        }
        if kept.is_empty() {
            return self.scoped(otherwise, out);
        }
        let statement = recursive.then(|| self.keep(part));
        let items: Arc<[Value]> = kept.into();
        let changed = Arc::new(Mutex::new(None));
        let mut outcome = Ok(());
        for (index, item) in items.iter().enumerate() {
            let locals = self.locals.len();
            let state = LoopState {
                items: Arc::clone(&items),
                index,
                depth,
                changed: Arc::clone(&changed),
                statement,
            };
            self.locals.push((Arc::from("loop"), Value::Native(Native::Loop(Arc::new(state)))));
            outcome = self
                .unpack(targets, item.clone())
                .map_err(|it| it.at(iter.span))
                .and_then(|()| self.parts(body, out));
            self.locals.truncate(locals);
            if outcome.is_err() {
                break;
            }
        }
        outcome
    }

    fn set_field(&mut self, object: &str, name: &str, value: Value) -> Answer<()> {
        check_depth(&value)?;
        match self.local(object) {
            Some(Value::Native(Native::Namespace(entries))) => {
                if matches!(&value, Value::Native(Native::Namespace(_))) {
                    return Err(Fault::new(Code::Forbidden, "a namespace cannot hold a namespace"));
                }
                if let Ok(mut entries) = entries.lock() {
                    entries.insert(name.into(), value);
                }
                Ok(())
            }
            Some(_) => Err(Fault::new(
                Code::Forbidden,
                format!("`{object}` is no `namespace(...)`; other values cannot be changed"),
            )),
            None => Err(Fault::new(Code::Undefined, format!("`{object}` is undefined"))),
        }
    }

    fn include(&mut self, path: &str, path_span: Span, span: Span) -> Outcome<String> {
        let fault = |message: String| Fault::new(Code::File, message).at(path_span);
        if self.includes >= MAX_INCLUDES {
            return Err(fault(format!(
                "files include each other deeper than {MAX_INCLUDES} levels"
            )));
        }
        let text = match self.scope.read_file(path, None) {
            None => return Err(fault("files cannot be inserted here".to_owned())),
            Some(Err(reason)) => return Err(fault(format!("`{path}` cannot be read: {reason}"))),
            Some(Ok(text)) => text,
        };
        let template = parse_template(&text);
        let within = |error: EvalError| EvalError {
            message: format!("in `{path}`: {}", error.message),
            span,
            ..error
        };
        if let Some(error) = template.errors.first() {
            return Err(within(Fault::new(Code::Syntax, error.message.clone()).at(span)));
        }
        let mut machine = self.inner(&text);
        let mut out = String::new();
        let outcome = machine.parts(&template.parts, &mut out).map_err(within);
        self.resume(&machine);
        outcome.map(|()| out)
    }

    /// Calls an object: a macro, `caller`, a recursive loop, a joiner.
    pub(super) fn call_native(&mut self, native: &Native, args: Args, span: Span) -> Outcome {
        match native {
            Native::Function(name) => match super::table::function(name) {
                Some(function) => self.run_function(function, args).map_err(|it| it.at(span)),
                None => Ok(Value::Null),
            },
            Native::Joiner(joiner) => {
                let (separator, called) = joiner.as_ref();
                let first = called.lock().is_ok_and(|mut it| !std::mem::replace(&mut *it, true));
                Ok(if first { Value::from("") } else { Value::Text(Arc::clone(separator)) })
            }
            Native::Macro(number) | Native::Caller(number) => {
                let foreign =
                    || Fault::type_error("the macro belongs to another template").at(span);
                let statement = self.statements.get(*number).copied().ok_or_else(foreign)?;
                let (name, parameters, body) = match statement.part {
                    Part::Macro { name, parameters, body, .. } => {
                        (name.0.as_str(), parameters, body)
                    }
                    Part::Call { parameters, body, .. } => ("caller", parameters, body),
                    _ => return Err(foreign()),
                };
                let value = self.escaped_as(statement.escaping, |machine| {
                    machine.call_macro(name, parameters, body, args, span)
                })?;
                Ok(self.marked_here(value))
            }
            Native::Loop(state) => {
                let Some(statement) =
                    state.statement.and_then(|it| self.statements.get(it)).copied()
                else {
                    return Err(Fault::type_error("only a `recursive` loop can be called").at(span));
                };
                let items = args.positional.first().cloned().unwrap_or(Value::Null);
                let items = access::items(&items).map_err(|it| it.at(span))?;
                let mut out = String::new();
                self.escaped_as(statement.escaping, |machine| {
                    machine.deeper(span, |machine| {
                        machine.rounds(statement.part, items, state.depth + 1, &mut out)
                    })?;
                    Ok(machine.marked_here(Value::from(out)))
                })
            }
            other => {
                Err(Fault::type_error(format!("a {} cannot be called", other.type_name())).at(span))
            }
        }
    }

    fn call_macro(
        &mut self,
        name: &str,
        parameters: &'a [Parameter],
        body: &'a [Part],
        args: Args,
        span: Span,
    ) -> Outcome {
        let locals = self.locals.len();
        let outcome = self.bind_parameters(name, parameters, body, args, span).and_then(|()| {
            let mut out = String::new();
            self.deeper(span, |machine| machine.parts(body, &mut out))?;
            Ok(Value::from(out))
        });
        self.locals.truncate(locals);
        outcome
    }

    fn bind_parameters(
        &mut self,
        name: &str,
        parameters: &'a [Parameter],
        body: &'a [Part],
        args: Args,
        span: Span,
    ) -> Outcome<()> {
        let wrong = |message: String| Fault::arguments(message).at(span);
        if args.positional.len() > parameters.len() && !self.reads(body, "varargs", span)? {
            return Err(wrong(format!("`{name}` takes {} arguments at most", parameters.len())));
        }
        let mut positional = args.positional.into_iter();
        let mut named = args.named;
        for parameter in parameters {
            let given = named
                .iter()
                .position(|it| it.0 == parameter.name.0)
                .map(|it| named.swap_remove(it).1);
            let value = match (positional.next().or(given), &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.value(default)?,
                (None, None) => Value::Undefined(
                    format!("`{}` is undefined: `{name}` was called without it", parameter.name.0)
                        .into(),
                ),
            };
            self.bind(&parameter.name.0, value).map_err(|it| it.at(span))?;
        }
        named.retain(|it| it.0 != "caller");
        if let Some((unknown, _)) = named.first()
            && !self.reads(body, "kwargs", span)?
        {
            return Err(wrong(format!("`{name}` has no parameter `{unknown}`")));
        }
        let rest = Value::Tuple(Arc::new(positional.collect()));
        self.bind("varargs", rest).map_err(|it| it.at(span))?;
        let named = named.into_iter().map(|(name, value)| (Arc::from(name), value)).collect();
        self.bind("kwargs", Value::map(named)).map_err(|it| it.at(span))
    }

    /// Whether a macro's body reads a name: as in Jinja, it takes further arguments then.
    fn reads(&mut self, body: &'a [Part], name: &str, span: Span) -> Outcome<bool> {
        let (mut found, mut seen) = (false, 0);
        each_expression(body, &mut |expr| {
            seen += 1;
            found |= matches!(&expr.kind, ExprKind::Name(it) if it == name);
        });
        self.spend(seen).map_err(|it| it.at(span))?;
        Ok(found)
    }
}
