use pipeline::{
    Text,
    types::{self, Locals},
};
use syntax::{
    ScalarStyle, Span,
    auto::AutoTag,
    template::{
        Condition, Expr, FreePath, SyntaxError, Template, each_include, free_paths, free_paths_of,
    },
};

use super::{Scope, each_expression, each_expression_of};
use crate::{Edit, Fix, Safety};

/// Quotes as word processors set them.
const CURLY: [char; 6] = ['“', '”', '„', '‘', '’', '‚'];

/// A text with something in it: templates, AUTO tags, a condition.
#[derive(Clone, Copy)]
pub(crate) struct TextView<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) text: &'a Text,
    /// Of the whole value, relative to the item.
    pub(crate) span: Span,
    pub(crate) field: Field<'a>,
    pub(crate) parsed: Parsed<'a>,
}

/// The key that a text stands under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// Canonical spelling of the outermost key.
    pub(crate) key: &'a str,
    /// The innermost key of the data: the parameter's name, or the same as `key`.
    pub(crate) inner: &'a str,
    /// Whether templates there are rendered.
    pub(crate) rendered: bool,
}

/// What a text was parsed as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parsed<'a> {
    Template(&'a Template),
    Condition(&'a Condition),
    /// AUTO tags only.
    Plain,
}

impl<'a> TextView<'a> {
    pub(crate) fn errors(&self) -> &'a [SyntaxError] {
        match self.parsed {
            Parsed::Template(template) => &template.errors,
            Parsed::Condition(condition) => &condition.errors,
            Parsed::Plain => &[],
        }
    }

    pub(crate) const fn is_condition(&self) -> bool {
        matches!(self.parsed, Parsed::Condition(_))
    }

    /// Every expression in it, outer ones first.
    pub(crate) fn expressions(&self) -> Vec<&'a Expr> {
        let mut found = Vec::new();
        match self.parsed {
            Parsed::Template(template) => {
                each_expression(&template.parts, &mut |expr| found.push(expr))
            }
            Parsed::Condition(condition) => {
                each_expression_of(&condition.expr, &mut |expr| found.push(expr))
            }
            Parsed::Plain => {}
        }
        found
    }

    /// Every outermost expression with the names that the text itself binds there.
    pub(crate) fn each_typed(&self, visit: &mut dyn FnMut(&Expr, &Locals)) {
        match self.parsed {
            Parsed::Template(template) => each_typed_in(&self.scope, template, visit),
            Parsed::Condition(condition) if self.text.autos.is_empty() => {
                types::each_in_condition(&self.scope.types(), self.scope.path, condition, visit);
            }
            Parsed::Condition(_) | Parsed::Plain => {}
        }
    }

    pub(crate) fn free_paths(&self) -> Vec<FreePath> {
        match self.parsed {
            Parsed::Template(template) => free_paths(template),
            Parsed::Condition(condition) => free_paths_of(&condition.expr),
            Parsed::Plain => Vec::new(),
        }
    }

    /// Ids of steps with `-` that are written as if they were names, and so are read as a subtraction.
    pub(crate) fn dashed(&self) -> Vec<(Span, &'a str)> {
        let mut found: Vec<(Span, &str)> = Vec::new();
        for path in self.free_paths() {
            // `steps.a-b` is `steps.a` minus `b`.
            let is_space = matches!(
                path.root.as_str(),
                "steps" | "results" | "previous_results" | "step_results"
            );
            let inner = path.fields.first().filter(|_| is_space).map(|it| it.1);
            let root = path.root_span.start;
            let start = inner.map_or(root, |it| it.start);
            if found.last().is_some_and(|(span, _)| span.covers(path.root_span)) {
                continue;
            }
            let rest = self.text.value.get(start as usize..).unwrap_or_default();
            let word = rest
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
                .next()
                .unwrap_or_default();
            if word.contains('-') && self.scope.knows_step(word) {
                found.push((Span::new(root, start + word.len() as u32), word));
            }
        }
        found
    }

    /// Whether a span of the text lies in the body of an AUTO tag.
    pub(crate) fn in_auto(&self, span: Span) -> bool {
        self.text.autos.iter().any(|tag| tag.body.covers(span))
    }

    /// Include directives in it: path and its place in the item.
    pub(crate) fn includes(&self) -> Vec<(&'a str, Span)> {
        let Parsed::Template(template) = self.parsed else { return Vec::new() };
        let mut found = Vec::new();
        each_include(&template.parts, &mut |path, span| found.push((path, self.source(span))));
        found
    }

    /// Syntax errors to tell: all texts in curly quotes count for one.
    pub(crate) fn told_errors(&self) -> impl Iterator<Item = &'a SyntaxError> {
        let curly = self.errors().iter().position(|it| self.is_curly(it));
        let told = move |(at, it): &(usize, &SyntaxError)| !self.is_curly(it) || curly == Some(*at);
        self.errors().iter().enumerate().filter(told).map(|(_, it)| it)
    }

    fn is_curly(&self, error: &SyntaxError) -> bool {
        self.slice(error.span).starts_with(CURLY)
    }

    /// Straight quotes for all curly ones.
    fn straighten(&self) -> Option<Fix> {
        let quote = self.free_quote();
        let curly = self.errors().iter().filter(|it| self.is_curly(it));
        let edit = |error: &SyntaxError| {
            let inside = self.slice(error.span).trim_matches(CURLY);
            let span = self.source(error.span);
            // A quote at the start of a plain scalar would begin another one.
            let begins_plain = self.text.is_plain() && span.start == self.span.start;
            let is_simple = !inside.contains(['\'', '"', '\\']);
            (is_simple && !begins_plain)
                .then(|| Edit { span, text: format!("{quote}{inside}{quote}") })
        };
        let edits: Vec<Edit> = curly.map(edit).collect::<Option<_>>()?;
        Some(Fix { title: "put straight quotes".to_owned(), safety: Safety::Suggestion, edits })
    }

    /// The quote that the scalar leaves free.
    pub(crate) fn free_quote(&self) -> char {
        if self.text.style == ScalarStyle::SingleQuoted { '"' } else { '\'' }
    }

    /// The mending of a syntax error, where one word stands for another.
    pub(crate) fn repair(&self, error: &SyntaxError) -> Option<Fix> {
        if self.text.aliased.is_none() && self.is_curly(error) {
            return self.straighten();
        }
        let to = match self.slice(error.span) {
            "=<" => "<=",
            "=>" => ">=",
            "===" => "==",
            "!==" | "<>" => "!=",
            "$" if self.behind(error.span).starts_with("{{") => {
                let is_ours = self.text.aliased.is_none();
                return is_ours
                    .then(|| Fix::suggestion("remove the `$`", self.source(error.span), ""));
            }
            "&&" => "and",
            "||" => "or",
            "!" => "not ",
            "=" => "==",
            "elseif" | "elsif" => "elif",
            _ => return None,
        };
        let title = format!("change to `{}`", to.trim());
        let is_ours = self.text.aliased.is_none();
        is_ours.then(|| Fix::suggestion(title, self.source(error.span), to))
    }

    /// The item's span of a span in the text.
    pub(crate) fn source(&self, span: Span) -> Span {
        self.text.source(span)
    }

    /// The text behind a span.
    fn behind(&self, span: Span) -> &'a str {
        self.text.value.get(span.end as usize..).unwrap_or_default()
    }

    /// What stands in a span of the text.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.text.value.get(span.range()).unwrap_or_default()
    }
}

/// As [`TextView::each_typed`], of a template at a place.
pub(crate) fn each_typed_in(
    scope: &Scope<'_>,
    template: &Template,
    visit: &mut dyn FnMut(&Expr, &Locals),
) {
    types::each_in_template(&scope.types(), scope.path, template, visit);
}

/// Calls `visit` for each tag and those inside it.
pub(crate) fn each_tag<'t>(tags: &'t [AutoTag], visit: &mut dyn FnMut(&'t AutoTag)) {
    for tag in tags {
        visit(tag);
        each_tag(&tag.nested, visit);
    }
}
