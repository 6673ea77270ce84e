//! Jinja templates and condition expressions: one grammar, tolerant, with ranges.
//!
//! Spans are byte offsets in the (decoded) text that was parsed; they lie on character boundaries and nest. Where the two
//! languages differ (`**` binds to the right only in conditions; a condition ends at a bare line break) the condition is
//! Python and the template is Jinja.

mod collections;
mod expressions;
mod free_paths;
mod lexer;
mod literals;
mod operands;
mod pieces;
mod postfix;
mod statements;
mod tags;
mod tree;
mod walk;
mod words;

pub use expressions::{TOO_DEEP, parse_condition};
pub use free_paths::{FreePath, free_paths, free_paths_of};
pub use pieces::parse_template;
pub use tree::*;
pub use walk::{each_bound, each_expression, each_expression_of, each_include};
pub use words::{Word, WordKind, condition_words, template_words};

/// The expression when the whole text is exactly one `{{ expr }}`; white space around it is text, so then there is none.
#[must_use]
pub fn sole_expression(template: &Template) -> Option<&Expr> {
    match template.parts.as_slice() {
        [Part::Print { span, expr, .. }] if span.start == 0 && span.end == template.len => {
            Some(expr)
        }
        _ => None,
    }
}

/// Whether text holds any template or include marker: cheap, before parsing. May say yes for nothing, never no for something.
#[must_use]
pub fn has_markers(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(2).any(|pair| matches!(pair, b"{{" | b"{%" | b"{#" | b"<<"))
}
