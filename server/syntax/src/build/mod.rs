//! Logical lines to nodes.
//!
//! A stack of open block collections, each with its column, takes one line after the other. A line that fits nowhere
//! is reported and put where it most likely belongs: into the collection of that column which was closed last, or the
//! open one nearest to it. Nothing is thrown away because of a line elsewhere.

mod block;
mod finish;
mod flow;
mod frame;

use crate::lex::{Kind, Line, Token};
use crate::tree::NodeKind;
use crate::tree::arena::{Form, NONE, NodeData, Props};
use crate::{Finding, FindingKind, ScalarStyle, Span};
use flow::FlowFrame;
pub(crate) use frame::DocumentRoot;
use frame::{Frame, Shape, Slot, merge};

/// Collections within collections; a deeper text is reported and cut there.
pub(crate) const MAX_DEPTH: usize = 128;

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Whole documents.
    Stream,
    /// A piece of a document that is neither entry nor item.
    Other,
    /// One entry of the root mapping, which should be in this column; no other may join it.
    Entry(u32),
    /// One item of a block sequence; its dash should be in this column.
    Item(u32),
}

/// Builds trees; reusable, so that its buffers are allocated once.
pub(crate) struct Builder {
    scope: Scope,
    /// Offset of the tree in the lexed text.
    base: u32,
    nodes: Vec<NodeData>,
    props: Vec<Props>,
    findings: Vec<Finding>,
    comments: Vec<Span>,
    directives: Vec<Span>,
    documents: Vec<DocumentRoot>,
    document: Option<DocumentRoot>,
    frames: Vec<Frame>,
    /// The stack before the last collection was closed.
    ghost: Vec<Frame>,
    flow: Vec<FlowFrame>,
    /// The last scalar that stands alone on its line, and its column: it may turn out to be a key without a colon.
    alone: Option<(u32, i64)>,
    too_deep: bool,
    flow_too_deep: bool,
    aliases: bool,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            scope: Scope::Stream,
            base: 0,
            nodes: Vec::new(),
            props: Vec::new(),
            findings: Vec::new(),
            comments: Vec::new(),
            directives: Vec::new(),
            documents: Vec::new(),
            document: None,
            frames: Vec::new(),
            ghost: Vec::new(),
            flow: Vec::new(),
            alone: None,
            too_deep: false,
            flow_too_deep: false,
            aliases: false,
        }
    }

    /// Starts a tree whose text starts at `base` of the lexed text.
    pub(crate) fn start(&mut self, scope: Scope, base: u32) {
        self.scope = scope;
        self.base = base;
        self.nodes.clear();
        self.props.clear();
        self.findings.clear();
        self.comments.clear();
        self.directives.clear();
        self.documents.clear();
        self.document = None;
        self.frames.clear();
        self.ghost.clear();
        self.alone = None;
        self.too_deep = false;
        self.flow_too_deep = false;
        self.aliases = false;
    }

    /// Takes the next logical line. `text` is the lexed text.
    pub(crate) fn line(&mut self, text: &[u8], line: Line, tokens: &[Token], findings: &[Finding]) {
        for finding in findings {
            let span = Span::new(finding.span.start - self.base, finding.span.end - self.base);
            self.findings.push(Finding { kind: finding.kind, span });
        }
        let mut rest = tokens;
        if let [first, tail @ ..] = tokens {
            match first.kind {
                Kind::Directive => {
                    self.directive(text, *first);
                    return;
                }
                Kind::DocumentStart => {
                    self.end_document();
                    self.begin_document(self.span(*first).start, true);
                    rest = tail;
                }
                Kind::DocumentEnd => {
                    if let Some(document) = &mut self.document {
                        document.explicit_end = true;
                    }
                    self.end_document();
                    rest = tail;
                }
                _ => {}
            }
        }
        self.nodes_of_line(text, line, rest);
    }

    fn nodes_of_line(&mut self, text: &[u8], line: Line, tokens: &[Token]) {
        let mut props = Props::default();
        let mut head = true;
        let mut key = false;
        let mut at = 0;
        while let Some(&token) = tokens.get(at) {
            at += 1;
            if token.kind == Kind::Comment {
                self.comments.push(self.span(token));
                continue;
            }
            if self.document.is_none() {
                self.begin_document(self.span(token).start, false);
            }
            if self.too_deep {
                continue;
            }
            match token.kind {
                Kind::Anchor | Kind::Tag => self.property(&mut props, token),
                Kind::Dash | Kind::Question | Kind::ExplicitColon | Kind::Key => {
                    let column =
                        if line.indent == u32::MAX { None } else { Some(i64::from(token.aux)) };
                    let mut span = self.span(token);
                    if token.kind == Kind::Key {
                        let named = tokens.get(at..).unwrap_or_default().iter();
                        let last = named.take_while(|token| token.kind != Kind::Colon).last();
                        span.end = last.map_or(span.end, |token| token.end - self.base);
                    }
                    if !self.entry(token, span, column, head) {
                        self.alone = None;
                        return;
                    }
                    head = false;
                    key = token.kind == Kind::Key;
                }
                Kind::Colon => {
                    if key {
                        self.place_key(
                            NodeData::new(
                                NodeKind::Null,
                                Form::Block,
                                Span::empty(self.span(token).start),
                            ),
                            &mut props,
                        );
                    }
                    key = false;
                    let end = self.span(token).end;
                    if let Some(top) = self.frames.last_mut() {
                        top.open(Slot::Value, end);
                    }
                }
                Kind::Start => {
                    if head && !self.alone_fits(text, token, tokens.get(at..).unwrap_or_default()) {
                        self.alone = None;
                        return;
                    }
                }
                Kind::MapOpen | Kind::SeqOpen => {
                    let close = flow::closing(tokens, at - 1);
                    let id = self.begin_flow(token, &mut props, key);
                    key = false;
                    let inner = tokens.get(at - 1..close).unwrap_or_default();
                    self.flow_collection(text, inner, id);
                    at = close;
                }
                _ => {
                    let node = self.leaf(token);
                    if key {
                        self.place_key(node, &mut props);
                        key = false;
                    } else {
                        let id = self.place(node, &mut props);
                        let alone = token.kind == Kind::Plain && id != NONE;
                        self.alone = alone.then_some((id, i64::from(token.aux)));
                    }
                }
            }
        }
        self.keep_props(props);
    }

    fn span(&self, token: Token) -> Span {
        Span::new(token.start - self.base, token.end - self.base)
    }

    fn report(&mut self, kind: FindingKind, span: Span) {
        self.findings.push(Finding { kind, span });
    }

    fn property(&mut self, props: &mut Props, token: Token) {
        let span = self.span(token);
        let slot = if token.kind == Kind::Anchor { &mut props.anchor } else { &mut props.tag };
        if slot.replace(span).is_some() {
            self.report(FindingKind::BadAnchor, span);
        }
    }

    /// A scalar or alias as a node.
    fn leaf(&mut self, token: Token) -> NodeData {
        let style = match token.kind {
            Kind::Alias => {
                self.aliases = true;
                return NodeData::new(NodeKind::Alias, Form::Block, self.span(token));
            }
            Kind::Single => ScalarStyle::SingleQuoted,
            Kind::Double => ScalarStyle::DoubleQuoted,
            Kind::Literal => ScalarStyle::Literal,
            Kind::Folded => ScalarStyle::Folded,
            Kind::Auto => ScalarStyle::Auto,
            _ => ScalarStyle::Plain,
        };
        let mut node = NodeData::new(NodeKind::Scalar, Form::Scalar(style), self.span(token));
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            node.first = token.aux;
        }
        node
    }

    /// Gives a node its properties, those on lines of their own included, and a place in the arena.
    fn add(&mut self, mut node: NodeData, props: &mut Props) -> u32 {
        let props = std::mem::take(props);
        if !props.is_empty() {
            if node.kind == NodeKind::Alias {
                self.report(FindingKind::BadAnchor, node.span());
            }
            node.props = u32::try_from(self.props.len()).unwrap_or(NONE);
            self.props.push(props);
        }
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(node);
        id
    }

    /// Makes `child` the last child of `parent`.
    fn append(&mut self, parent: u32, child: u32) {
        let Some(node) = self.nodes.get_mut(parent as usize) else { return };
        let before = std::mem::replace(&mut node.last, child);
        if before == NONE {
            node.first = child;
        } else if let Some(before) = self.nodes.get_mut(before as usize) {
            before.next = child;
        }
        if let Some(child) = self.nodes.get_mut(child as usize) {
            child.parent = parent;
        }
    }

    /// Merges properties on a line of their own with those on the node's line.
    fn merged(&mut self, outer: Props, inner: &mut Props) -> Props {
        let inner = std::mem::take(inner);
        merge(outer, inner).unwrap_or_else(|twice| {
            self.report(FindingKind::BadAnchor, twice);
            Props { anchor: inner.anchor.or(outer.anchor), tag: inner.tag.or(outer.tag) }
        })
    }

    /// Keeps properties that no node followed on their line.
    fn keep_props(&mut self, mut props: Props) {
        if props.is_empty() {
            return;
        }
        match self.frames.last() {
            Some(top) if top.slot != Slot::Closed => {
                let merged = self.merged(top.props, &mut props);
                if let Some(top) = self.frames.last_mut() {
                    top.props = merged;
                }
            }
            _ => {
                let span = props.anchor.or(props.tag).unwrap_or_default();
                self.report(FindingKind::UnexpectedToken, span);
            }
        }
    }

    fn begin_document(&mut self, start: u32, explicit_start: bool) {
        let own = self.directives.len() - self.documents.last().map_or(0, |d| d.directives.0);
        if own > 0 && !explicit_start {
            let span = self.directives.last().copied().unwrap_or_default();
            self.report(FindingKind::BadDirective, span);
        }
        self.document = Some(DocumentRoot {
            root: NONE,
            first_node: u32::try_from(self.nodes.len()).unwrap_or(NONE),
            start,
            explicit_start,
            explicit_end: false,
            directives: (self.directives.len(), own),
        });
        self.too_deep = false;
        self.frames.clear();
        self.ghost.clear();
        let column = match self.scope {
            Scope::Item(_) => -2,
            _ => -1,
        };
        self.frames.push(Frame::root(column, Slot::Value));
        if let Some(root) = self.frames.last_mut() {
            root.slot_at = start;
        }
    }

    fn end_document(&mut self) {
        self.close_frames(0);
        if let Some(document) = self.document.take() {
            self.documents.push(document);
        }
    }

    /// Whether nodes may be added to the mapping of this frame by a line that does not fit.
    fn is_sealed(&self, frame: usize) -> bool {
        match self.scope {
            Scope::Stream | Scope::Other => false,
            Scope::Entry(_) => frame <= 1,
            Scope::Item(_) => frame == 0,
        }
    }

    fn is_too_deep(&mut self, depth: usize, span: Span) -> bool {
        if depth >= MAX_DEPTH && !self.too_deep {
            self.too_deep = true;
            self.report(FindingKind::TooDeep, span);
        }
        self.too_deep
    }

    fn shape_of(kind: Kind) -> Shape {
        if kind == Kind::Dash { Shape::Sequence } else { Shape::Mapping }
    }
}
