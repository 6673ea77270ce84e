use super::{Builder, MAX_DEPTH};
use crate::lex::{Kind, Token};
use crate::tree::NodeKind;
use crate::tree::arena::{Form, NONE, NodeData, Props};
use crate::{FindingKind, Span};

/// What a flow collection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// A key or an item.
    Entry,
    /// The key behind `?`.
    ExplicitKey,
    /// The colon behind a key.
    Colon,
    Value,
    /// A comma or the end.
    Comma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Mapping,
    Sequence,
    /// A `key: value` in a sequence: a mapping of one entry without brackets.
    Pair,
}

/// An open flow collection.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlowFrame {
    node: u32,
    shape: Shape,
    expect: Expect,
}

/// One past the token that closes the collection opened at `open`.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::MapOpen | Kind::SeqOpen => depth += 1,
            Kind::FlowClose => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

impl Builder {
    /// Adds the node of the outermost flow collection.
    pub(super) fn begin_flow(&mut self, token: Token, props: &mut Props, key: bool) -> u32 {
        let node = self.flow_node(token);
        if key {
            return self.place_key(node, props);
        }
        match self.place(node, props) {
            NONE => self.add(node, props),
            id => id,
        }
    }

    fn flow_node(&self, token: Token) -> NodeData {
        let kind = if token.kind == Kind::MapOpen { NodeKind::Mapping } else { NodeKind::Sequence };
        NodeData::new(kind, Form::Flow, self.span(token))
    }

    /// Builds what `tokens` hold, from the opening bracket of `root` to its closing one.
    pub(super) fn flow_collection(&mut self, text: &[u8], tokens: &[Token], root: u32) {
        self.flow.clear();
        let mut props = Props::default();
        let mut skipped = 0usize;
        for &token in tokens {
            let span = self.span(token);
            if skipped > 0 {
                match token.kind {
                    Kind::MapOpen | Kind::SeqOpen => skipped += 1,
                    Kind::FlowClose => skipped -= 1,
                    _ => {}
                }
                continue;
            }
            match token.kind {
                Kind::Comment => self.comments.push(span),
                Kind::Anchor | Kind::Tag => self.property(&mut props, token),
                Kind::MapOpen | Kind::SeqOpen => {
                    if self.frames.len() + self.flow.len() >= MAX_DEPTH {
                        if !std::mem::replace(&mut self.flow_too_deep, true) {
                            self.report(FindingKind::TooDeep, span);
                        }
                        skipped = 1;
                        continue;
                    }
                    let id = if self.flow.is_empty() {
                        root
                    } else {
                        let node = self.flow_node(token);
                        self.flow_place(node, &mut props)
                    };
                    let shape =
                        if token.kind == Kind::MapOpen { Shape::Mapping } else { Shape::Sequence };
                    self.flow.push(FlowFrame { node: id, shape, expect: Expect::Entry });
                }
                Kind::FlowClose => {
                    self.flow_end_entry(span, &mut props);
                    if let Some(frame) = self.flow.pop() {
                        self.end_node(frame.node, span.end);
                    }
                }
                Kind::Comma => {
                    let empty = self.flow.last().is_some_and(|top| top.expect == Expect::Entry)
                        && props.is_empty();
                    if empty {
                        self.report(FindingKind::UnexpectedToken, span);
                    }
                    self.flow_end_entry(span, &mut props);
                }
                Kind::FlowColon => self.flow_colon(text, span, &mut props),
                Kind::FlowQuestion => self.flow_question(span),
                _ => {
                    let node = self.leaf(token);
                    self.flow_place(node, &mut props);
                }
            }
        }
    }

    fn end_node(&mut self, id: u32, end: u32) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.end = end;
        }
    }

    fn expect(&mut self, expect: Expect) {
        if let Some(top) = self.flow.last_mut() {
            top.expect = expect;
        }
    }

    /// A node in its place; where a comma is missing, it is reported and thought to be there.
    fn flow_place(&mut self, node: NodeData, props: &mut Props) -> u32 {
        let mut top = self.flow.last().copied();
        if top.is_some_and(|top| matches!(top.expect, Expect::Comma | Expect::Colon)) {
            self.report(FindingKind::MissingComma, node.span());
            self.flow_end_entry(Span::empty(node.start), &mut Props::default());
            top = self.flow.last().copied();
        }
        let id = self.add(node, props);
        let Some(top) = top else { return id };
        self.append(top.node, id);
        let keyed = top.shape != Shape::Sequence;
        self.expect(match top.expect {
            Expect::Entry | Expect::ExplicitKey if keyed => Expect::Colon,
            _ => Expect::Comma,
        });
        id
    }

    fn flow_null(&mut self, at: u32, props: &mut Props) {
        let null = NodeData::new(NodeKind::Null, Form::Block, Span::empty(at));
        let id = self.add(null, props);
        if let Some(top) = self.flow.last() {
            self.append(top.node, id);
        }
    }

    /// Completes the entry or item before a comma or a closing bracket.
    fn flow_end_entry(&mut self, span: Span, props: &mut Props) {
        let Some(top) = self.flow.last().copied() else { return };
        let at = span.start;
        match (top.shape, top.expect) {
            (Shape::Sequence, Expect::Entry) if !props.is_empty() => self.flow_null(at, props),
            (Shape::Mapping, Expect::Entry) if !props.is_empty() => {
                self.flow_null(at, props);
                self.flow_null(at, props);
            }
            (_, Expect::ExplicitKey) => {
                self.flow_null(at, props);
                self.flow_null(at, props);
            }
            (_, Expect::Colon | Expect::Value) => self.flow_null(at, props),
            _ => {}
        }
        if !props.is_empty() {
            let left = props.anchor.or(props.tag).unwrap_or(span);
            self.report(FindingKind::UnexpectedToken, left);
            *props = Props::default();
        }
        if top.shape == Shape::Pair {
            self.flow.pop();
            let last = self.nodes.get(top.node as usize).map_or(NONE, |node| node.last);
            let end = self.nodes.get(last as usize).map_or(at, |node| node.end);
            self.end_node(top.node, end);
        }
        self.expect(Expect::Entry);
    }

    fn flow_colon(&mut self, text: &[u8], span: Span, props: &mut Props) {
        let Some(top) = self.flow.last().copied() else { return };
        match (top.shape, top.expect) {
            (Shape::Mapping | Shape::Pair, Expect::Entry | Expect::ExplicitKey) => {
                self.flow_null(span.start, props);
                self.expect(Expect::Value);
            }
            (_, Expect::Colon) => self.expect(Expect::Value),
            (Shape::Sequence, Expect::Entry) => {
                let node = NodeData::new(NodeKind::Mapping, Form::Flow, Span::empty(span.start));
                let pair = self.flow_place(node, &mut Props::default());
                self.flow.push(FlowFrame { node: pair, shape: Shape::Pair, expect: Expect::Value });
                self.flow_null(span.start, props);
            }
            (Shape::Sequence, Expect::Comma) => self.last_item_becomes_pair(text, top, span),
            _ => self.report(FindingKind::UnexpectedToken, span),
        }
    }

    fn flow_question(&mut self, span: Span) {
        let Some(top) = self.flow.last().copied() else { return };
        match (top.shape, top.expect) {
            (Shape::Mapping, Expect::Entry) => self.expect(Expect::ExplicitKey),
            (Shape::Sequence, Expect::Entry) => {
                let node = NodeData::new(NodeKind::Mapping, Form::Flow, span);
                let pair = self.flow_place(node, &mut Props::default());
                self.flow.push(FlowFrame {
                    node: pair,
                    shape: Shape::Pair,
                    expect: Expect::ExplicitKey,
                });
            }
            _ => self.report(FindingKind::UnexpectedToken, span),
        }
    }

    /// A colon behind an item of a sequence: the item is the key of a mapping of one entry.
    fn last_item_becomes_pair(&mut self, text: &[u8], sequence: FlowFrame, colon: Span) {
        let id = self.nodes.get(sequence.node as usize).map_or(NONE, |node| node.last);
        let Some(item) = self.nodes.get(id as usize).copied() else { return };
        let between = (item.start + self.base) as usize..(colon.start + self.base) as usize;
        if text.get(between).is_some_and(|text| memchr::memchr2(b'\n', b'\r', text).is_some()) {
            self.report(FindingKind::UnexpectedToken, colon);
        }
        let mut pair = NodeData::new(NodeKind::Mapping, Form::Flow, item.span());
        pair.parent = item.parent;
        if let Some(node) = self.nodes.get_mut(id as usize) {
            *node = pair;
        }
        let key = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(item);
        if matches!(item.kind, NodeKind::Mapping | NodeKind::Sequence) {
            let mut child = item.first;
            while let Some(node) = self.nodes.get_mut(child as usize) {
                node.parent = key;
                child = node.next;
            }
        }
        self.append(id, key);
        self.expect(Expect::Comma);
        self.flow.push(FlowFrame { node: id, shape: Shape::Pair, expect: Expect::Value });
    }
}
