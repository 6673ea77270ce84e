//! The tree of one segment, or of one whole text.

pub(crate) mod arena;
mod finding;
mod node;

pub use finding::{Finding, FindingKind};
pub use node::{Entry, Node, NodeId, NodeKind};

use crate::Span;
use crate::build::{Builder, Scope};
use crate::lex::Lexer;
use arena::{NONE, NodeData, Props};

/// An immutable parsed text with its own copy of that text. Spans are relative to its start.
#[derive(Debug, PartialEq, Eq)]
pub struct Tree {
    pub(crate) text: Box<str>,
    pub(crate) nodes: Box<[NodeData]>,
    pub(crate) props: Box<[Props]>,
    pub(crate) findings: Box<[Finding]>,
    pub(crate) comments: Box<[Span]>,
    pub(crate) root: u32,
}

impl Tree {
    /// Parses a whole text (one document's worth; further documents are reported and ignored).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = crate::document::within_limit(text);
        let mut lexer = Lexer::new(text);
        let mut builder = Builder::new();
        builder.start(Scope::Stream, 0);
        while let Some(line) = lexer.line() {
            builder.line(lexer.text, line, &lexer.tokens, &lexer.findings);
        }
        builder.finish(text)
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The outermost node, unless the text holds none.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        (self.root != NONE).then(|| self.node(NodeId(self.root)))
    }

    /// The node of that id, which must be one of this tree.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Everything that was wrong, by position.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Comments, by position (`#` included).
    pub fn comments(&self) -> impl Iterator<Item = Span> + '_ {
        self.comments.iter().copied()
    }

    /// The node that carries anchor `name`: the last one, as later anchors replace earlier ones.
    #[must_use]
    pub fn anchor(&self, name: &str) -> Option<Node<'_>> {
        if self.props.is_empty() {
            return None;
        }
        self.all_nodes()
            .filter(|node| node.anchor() == Some(name))
            .max_by_key(|node| node.span().start)
    }

    /// Every anchored node with the name of its anchor, in no order; costs nothing where there is none.
    pub fn anchors(&self) -> impl Iterator<Item = (&str, Node<'_>)> {
        let nodes = (!self.props.is_empty()).then(|| self.all_nodes());
        nodes.into_iter().flatten().filter_map(|node| Some((node.anchor()?, node)))
    }

    pub(crate) fn all_nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(NONE)).map(|id| self.node(NodeId(id)))
    }

    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}
