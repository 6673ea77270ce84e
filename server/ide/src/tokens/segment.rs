//! The tokens of one segment: a walk over its tree, with the names that lowering found put in their places.

use pipeline::language::{self, Level};
use syntax::{Entry, Node, NodeKind, Role, Scalar, ScalarStyle, ScalarType, Segment, Span};

use super::layout::{Layout, Value, below};
use super::names::Names;
use super::template::{self, Words};
use super::{Class, Modifier, Token, TokenKind};

/// The tokens of a segment whose root is read as `layout` and whose names are `names`, by position.
pub(super) fn tokens(segment: &Segment, names: &Names, layout: Layout) -> Vec<Token> {
    let text = segment.tree.text();
    let mut walk = Walk { ink: Ink { text, tokens: Vec::new() }, names };
    for name in names.iter() {
        if let Some(class) = name.class {
            walk.ink.name(name.span, class);
        }
    }
    for comment in segment.tree.comments() {
        walk.ink.put(comment, Class::plain(TokenKind::Comment));
    }
    if let Some(root) = segment.tree.root() {
        match segment.role {
            Role::Entry | Role::Head => walk.node(root, layout),
            Role::Item => walk.item(root, layout),
            Role::Other => {}
        }
    }
    walk.ink.finish()
}

/// Where tokens are collected.
pub(super) struct Ink<'t> {
    text: &'t str,
    tokens: Vec<Token>,
}

impl Ink<'_> {
    /// A token, cut at line breaks; indentation and white space at line ends are no part of it.
    pub(super) fn put(&mut self, span: Span, class: Class) {
        let Class { kind, modifiers } = class;
        let Some(source) = self.text.get(span.range()) else { return };
        let mut start = span.start;
        for line in source.split_inclusive(['\n', '\r']) {
            let word = line.trim();
            let indent = (line.len() - line.trim_start().len()) as u32;
            if !word.is_empty() {
                let span = Span::new(start + indent, start + indent + word.len() as u32);
                self.tokens.push(Token { span, kind, modifiers });
            }
            start += line.len() as u32;
        }
    }

    /// A token on a name, without the quotes round it. What came through an alias stands there as `*name` and is no name.
    fn name(&mut self, span: Span, class: Class) {
        let source = self.text.get(span.range()).unwrap_or_default();
        match source.as_bytes() {
            [b'*' | b'|' | b'>', ..] => {}
            [open @ (b'"' | b'\''), .., close] if open == close => {
                self.put(Span::new(span.start + 1, span.end - 1), class);
            }
            _ => self.put(span, class),
        }
    }

    /// By position; of two at one place the first that was put there stays, and none reaches into the next.
    fn finish(self) -> Vec<Token> {
        let mut tokens = self.tokens;
        tokens.sort_by_key(|token| token.span.start);
        let mut end = 0;
        tokens.retain(|token| {
            let free = token.span.start >= end;
            end = end.max(token.span.end);
            free
        });
        tokens
    }
}

struct Walk<'t, 'n> {
    ink: Ink<'t>,
    names: &'n Names,
}

impl<'t> Walk<'t, '_> {
    fn node(&mut self, node: Node<'t>, layout: Layout) {
        match (node.kind(), layout) {
            (NodeKind::Null | NodeKind::Alias, _) => {}
            (NodeKind::Scalar, layout) => {
                let value = if let Layout::Value(value) = layout { value } else { Value::Inert };
                if let Some(scalar) = node.scalar() {
                    self.scalar(&scalar, value);
                }
            }
            (NodeKind::Sequence, layout) => {
                for item in node.items() {
                    self.item(item, layout);
                }
            }
            (NodeKind::Mapping, Layout::Keys(level) | Layout::List(level)) => {
                for entry in node.entries() {
                    self.keyed(entry, level);
                }
            }
            (NodeKind::Mapping, Layout::Declared(level)) => {
                for entry in node.entries() {
                    self.declaration(entry, level);
                }
            }
            (NodeKind::Mapping, Layout::Value(value)) => {
                for entry in node.entries() {
                    self.own(entry, value);
                }
            }
        }
    }

    /// An item of a list that is read that way.
    fn item(&mut self, item: Node<'t>, layout: Layout) {
        match layout {
            Layout::Declared(level) if item.get("name").is_some() => {
                self.node(item, Layout::Keys(level));
            }
            Layout::Keys(_) => self.node(item, Layout::Value(Value::Inert)),
            layout => self.node(item, layout),
        }
    }

    /// A key of the language and its value.
    fn keyed(&mut self, entry: Entry<'t>, level: Level) {
        let name = entry.name();
        let Some(key) = language::key(level, &name) else {
            if name == "<<" {
                return self.node(entry.value, Layout::Keys(level));
            }
            return self.own(entry, Value::Inert);
        };
        let class = if key.name == name {
            Class::plain(TokenKind::Keyword)
        } else {
            Class::with(TokenKind::Keyword, Modifier::Deprecated)
        };
        self.ink.name(entry.key.span(), class);
        self.node(entry.value, below(level, key));
    }

    /// A name that the author declares, and its declaration or plain value.
    fn declaration(&mut self, entry: Entry<'t>, level: Level) {
        let value = entry.value;
        let plain = value.kind() != NodeKind::Mapping || self.names.is_plain(value.span());
        let layout = if plain { Layout::Value(Value::Rendered) } else { Layout::Keys(level) };
        self.ink.name(entry.key.span(), Class::plain(TokenKind::Property));
        self.node(value, layout);
    }

    /// A key that the language does not name, and its value.
    fn own(&mut self, entry: Entry<'t>, value: Value) {
        let name = entry.name();
        if name != "<<" {
            self.ink.name(entry.key.span(), Class::plain(TokenKind::Property));
        }
        let scalar = entry.value.scalar();
        // A pipeline that is written out in this one is a document of its own.
        if name == "pipeline" && scalar.is_some_and(|it| it.value().trim().contains('\n')) {
            return;
        }
        let value = match value {
            Value::Inert => Value::Inert,
            _ => Value::Rendered,
        };
        self.node(entry.value, Layout::Value(value));
    }

    fn scalar(&mut self, scalar: &Scalar<'t>, value: Value) {
        let span = scalar.span();
        let text = scalar.value();
        let has_names = self.names.any_in(span);
        if template::is_active(&text) {
            let words = match value {
                Value::Condition if !text.contains("<AUTO") => Words::Condition,
                Value::Route if is_ternary(&text) => Words::Condition,
                Value::Inert | Value::Type(_) | Value::Word(_) if !has_names => Words::None,
                _ => Words::Template,
            };
            return template::tokens(&mut self.ink, self.names, scalar, &text, words);
        }
        let ternary = matches!(value, Value::Route) && is_ternary(&text);
        let is_text = scalar.ty() == ScalarType::Str;
        if ternary || matches!(value, Value::Condition) && is_text {
            return template::tokens(&mut self.ink, self.names, scalar, &text, Words::Condition);
        }
        let word = |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(text.trim()));
        let kind = match (scalar.ty(), value) {
            (_, Value::Word(words)) if word(words) => TokenKind::EnumMember,
            (_, Value::Type(words)) if word(words) => TokenKind::Type,
            (ScalarType::Int(_) | ScalarType::Float(_), _) => TokenKind::Number,
            (ScalarType::Bool(_) | ScalarType::Null, _) => TokenKind::Keyword,
            (ScalarType::Str, _) => return,
        };
        if matches!(scalar.style(), ScalarStyle::Literal | ScalarStyle::Folded) {
            return;
        }
        self.ink.name(span, Class::plain(kind));
    }
}

/// `condition ? this : that`, with or without braces round the condition; not one expression in braces.
fn is_ternary(text: &str) -> bool {
    let text = text.trim();
    let in_braces =
        text.starts_with("{{") && text.find("}}").is_some_and(|at| at + 2 == text.len());
    text.contains('?') && !in_braces && !text.contains("<AUTO")
}
