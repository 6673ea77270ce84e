use super::frame::{Frame, Shape, Slot};
use super::{Builder, Scope};
use crate::lex::{Kind, Token, UNINDENTED};
use crate::tree::NodeKind;
use crate::tree::arena::{Form, NONE, NodeData, Props};
use crate::{FindingKind, Span};

impl Builder {
    /// An indicator or a key. `column` is missing behind a tab; `head` says that it is the first thing on its line.
    /// False if there is no place for the line.
    pub(super) fn entry(
        &mut self,
        token: Token,
        span: Span,
        column: Option<i64>,
        head: bool,
    ) -> bool {
        let shape = Self::shape_of(token.kind);
        if head {
            if self.is_item_start(token.kind) {
                self.begin_item(span, column);
                return true;
            }
            self.judge_entry(span, column);
            let seated = match column {
                Some(column) => self.seat(shape, column, span),
                None => self.seat_anywhere(shape, span),
            };
            if !seated {
                return false;
            }
        } else {
            let below = self.frames.last().map_or(0, |top| top.column + 1);
            if !self.open_collection(shape, column.unwrap_or(below), span) {
                return false;
            }
        }
        let last = self.frames.len() - 1;
        match token.kind {
            Kind::Dash => {
                self.close_slot(last);
                self.open_slot(Slot::Value, span.end);
            }
            Kind::Question => {
                self.close_slot(last);
                self.open_slot(Slot::Key, span.end);
            }
            Kind::ExplicitColon => {
                if !self
                    .frames
                    .get(last)
                    .is_some_and(|top| top.unpaired && top.slot == Slot::Closed)
                {
                    self.key_of_explicit_colon(last, span);
                }
                self.open_slot(Slot::Value, span.end);
            }
            _ => self.close_slot(last),
        }
        true
    }

    /// The first key of an entry of the root stands where the others stand.
    fn judge_entry(&mut self, span: Span, column: Option<i64>) {
        let is_first = self.frames.len() == 1;
        if let (Scope::Entry(expected), true, Some(column)) = (self.scope, is_first, column)
            && column != i64::from(expected)
        {
            self.report(FindingKind::BadIndentation, span);
        }
    }

    /// The dash of the one item that this scope holds.
    fn is_item_start(&self, kind: Kind) -> bool {
        matches!(self.scope, Scope::Item(_))
            && kind == Kind::Dash
            && self.frames.last().is_some_and(|top| top.column == -2)
    }

    fn begin_item(&mut self, span: Span, column: Option<i64>) {
        let Scope::Item(expected) = self.scope else { return };
        let column = column.unwrap_or(i64::from(expected));
        if column != i64::from(expected) {
            self.report(FindingKind::BadIndentation, span);
        }
        if let Some(top) = self.frames.last_mut() {
            top.column = column;
            top.open(Slot::Value, span.end);
        }
    }

    fn open_slot(&mut self, slot: Slot, at: u32) {
        if let Some(top) = self.frames.last_mut() {
            top.open(slot, at);
        }
    }

    /// The key before a `:` on a line of its own: an open `?` without a node, or nothing at all.
    fn key_of_explicit_colon(&mut self, frame: usize, span: Span) {
        let Some(top) = self.frames.get(frame) else { return };
        let mut props = Props::default();
        if top.slot == Slot::Key {
            let null = NodeData::new(NodeKind::Null, Form::Block, Span::empty(top.slot_at));
            self.place(null, &mut props);
        } else {
            self.close_slot(frame);
            let null = NodeData::new(NodeKind::Null, Form::Block, Span::empty(span.start));
            self.place_key(null, &mut props);
        }
    }

    /// Makes the collection of this shape and column the top of the stack.
    fn seat(&mut self, shape: Shape, column: i64, span: Span) -> bool {
        let mut keep = self.frames.len();
        while keep > 1 {
            let Some(frame) = self.frames.get(keep - 1) else { break };
            let fits = frame.column < column
                || frame.column == column
                    && (frame.shape == shape || holds_unindented(frame, shape));
            if fits {
                break;
            }
            keep -= 1;
        }
        let Some(frame) = self.frames.get(keep - 1).copied() else { return false };
        if frame.column == column && frame.shape == shape {
            self.close_frames(keep);
            return true;
        }
        let below = frame.column < column || holds_unindented(&frame, shape);
        if frame.slot != Slot::Closed && below {
            self.close_frames(keep);
            return self.open_collection(shape, column, span);
        }
        self.seat_misplaced(shape, column, span)
    }

    /// Finds a place for an entry whose column fits nowhere.
    fn seat_misplaced(&mut self, shape: Shape, column: i64, span: Span) -> bool {
        if shape == Shape::Mapping && self.alone_becomes_key(column) {
            return true;
        }
        self.report(FindingKind::BadIndentation, span);
        let same = |frame: &Frame| frame.column == column && frame.shape == shape;
        if let Some(found) =
            self.ghost.iter().rposition(same).filter(|found| !self.is_sealed(*found))
        {
            self.reopen(found + 1);
            return true;
        }
        let distance = |frame: &Frame| (frame.column - column).abs();
        let nearest = self
            .frames
            .iter()
            .enumerate()
            .rev()
            .filter(|(index, frame)| frame.shape == shape && !self.is_sealed(*index))
            .min_by_key(|(_, frame)| distance(frame))
            .map(|(index, _)| index);
        if let Some(nearest) = nearest {
            self.close_frames(nearest + 1);
            return true;
        }
        self.frames.last().is_some_and(|top| top.slot != Slot::Closed)
            && self.open_collection(shape, column, span)
    }

    /// Finds a place for an entry whose column is hidden by a tab.
    fn seat_anywhere(&mut self, shape: Shape, span: Span) -> bool {
        let Some(top) = self.frames.last() else { return false };
        if top.slot != Slot::Closed {
            let column = top.column.max(-1) + 1;
            return self.open_collection(shape, column, span);
        }
        let found = self.frames.iter().rposition(|frame| frame.shape == shape);
        match found.filter(|found| !self.is_sealed(*found)) {
            Some(found) => {
                self.close_frames(found + 1);
                true
            }
            None => false,
        }
    }

    /// A scalar alone on its line, followed by entries in its column, was meant as a key: makes it one.
    fn alone_becomes_key(&mut self, column: i64) -> bool {
        let Some((id, _)) = self.alone.filter(|(_, at)| *at == column) else { return false };
        let Some(scalar) = self.nodes.get(id as usize).copied() else { return false };
        let Some(holder) = self.frames.iter().rposition(|frame| frame.node == scalar.parent) else {
            return false;
        };
        self.report(FindingKind::MissingColon, scalar.span());
        self.close_frames(holder + 1);
        let mut mapping = NodeData::new(NodeKind::Mapping, Form::Block, scalar.span());
        mapping.parent = scalar.parent;
        mapping.next = scalar.next;
        if let Some(node) = self.nodes.get_mut(id as usize) {
            *node = mapping;
        }
        let key = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(NodeData { next: NONE, ..scalar });
        self.append(id, key);
        let mut frame = Frame::collection(id, Shape::Mapping, column);
        frame.unpaired = true;
        frame.slot_at = scalar.end;
        self.frames.push(frame);
        true
    }

    /// Puts the first `count` collections of the last closed stack back.
    fn reopen(&mut self, count: usize) {
        let ghost = std::mem::take(&mut self.ghost);
        self.close_frames(0);
        self.frames.extend(ghost.iter().take(count).map(|frame| Frame {
            slot: Slot::Closed,
            unpaired: false,
            props: Props::default(),
            ..*frame
        }));
        self.ghost = ghost;
    }

    /// Whether the lone node at `start` fits here. If not, it is reported, and plain text in the column of a mapping
    /// becomes a key without a value: most likely it is one that is being typed.
    pub(super) fn alone_fits(&mut self, text: &[u8], start: Token, rest: &[Token]) -> bool {
        let Some(top) = self.frames.last() else { return false };
        let column = i64::from(start.aux);
        if top.slot != Slot::Closed && (start.aux == UNINDENTED || top.column < column) {
            return true;
        }
        let Some(first) = rest.iter().find(|t| t.kind != Kind::Comment) else { return false };
        let last = rest.iter().rev().find(|t| t.kind != Kind::Comment).unwrap_or(first);
        let span = self.span(Token { end: last.end.max(first.end), ..*first });
        let one_line = text
            .get(first.start as usize..first.end as usize)
            .is_none_or(|text| memchr::memchr2(b'\n', b'\r', text).is_none());
        let mapping = self
            .frames
            .iter()
            .rposition(|frame| frame.shape == Shape::Mapping && frame.column == column);
        match mapping.filter(|_| first.kind == Kind::Plain && one_line) {
            Some(found) => {
                self.report(FindingKind::MissingColon, span);
                if !self.is_sealed(found) {
                    self.close_frames(found + 1);
                    self.close_slot(found);
                    let node = self.leaf(*first);
                    self.place_key(node, &mut Props::default());
                }
            }
            None => self.report(FindingKind::UnexpectedText, span),
        }
        false
    }

    /// Fills the open slot of the top collection; [`NONE`] if none is open.
    pub(super) fn place(&mut self, node: NodeData, props: &mut Props) -> u32 {
        let Some(top) = self.frames.last().copied().filter(|top| top.slot != Slot::Closed) else {
            self.report(FindingKind::UnexpectedText, node.span());
            *props = Props::default();
            return NONE;
        };
        let mut merged = if top.props.is_empty() {
            std::mem::take(props)
        } else {
            self.merged(top.props, props)
        };
        let id = self.add(node, &mut merged);
        if top.shape == Shape::Root {
            if let Some(document) = &mut self.document {
                document.root = id;
            }
        } else {
            self.append(top.node, id);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.unpaired = top.slot == Slot::Key;
            frame.slot = Slot::Closed;
            frame.slot_at = node.end;
            frame.props = Props::default();
        }
        id
    }

    /// Adds a key to the top mapping.
    pub(super) fn place_key(&mut self, node: NodeData, props: &mut Props) -> u32 {
        let id = self.add(node, props);
        if let Some(top) = self.frames.last_mut() {
            top.unpaired = true;
            top.slot_at = node.end;
            let mapping = top.node;
            self.append(mapping, id);
        }
        id
    }

    /// Opens a collection in the open slot of the top one.
    fn open_collection(&mut self, shape: Shape, column: i64, span: Span) -> bool {
        if self.is_too_deep(self.frames.len(), span) {
            return false;
        }
        let kind = if shape == Shape::Sequence { NodeKind::Sequence } else { NodeKind::Mapping };
        let id = self.place(
            NodeData::new(kind, Form::Block, Span::empty(span.start)),
            &mut Props::default(),
        );
        if id == NONE {
            return false;
        }
        self.frames.push(Frame::collection(id, shape, column));
        true
    }

    /// Fills what a collection still waits for with nulls.
    pub(super) fn close_slot(&mut self, frame: usize) {
        let Some(found) = self.frames.get(frame).copied() else { return };
        let is_item = matches!(self.scope, Scope::Item(_));
        if found.shape == Shape::Root
            && found.props.is_empty()
            && !(is_item && found.slot != Slot::Closed)
        {
            return;
        }
        if found.slot == Slot::Closed && !found.unpaired {
            return;
        }
        let mut props = found.props;
        let null = NodeData::new(NodeKind::Null, Form::Block, Span::empty(found.slot_at));
        let mut fill = |builder: &mut Self| {
            let id = builder.add(null, &mut props);
            if found.shape != Shape::Root {
                builder.append(found.node, id);
            } else if let Some(document) = &mut builder.document {
                document.root = id;
            }
        };
        fill(self);
        if found.slot == Slot::Key {
            fill(self);
        }
        if let Some(frame) = self.frames.get_mut(frame) {
            frame.slot = Slot::Closed;
            frame.unpaired = false;
            frame.props = Props::default();
        }
    }

    /// Closes collections until `keep` are left.
    pub(super) fn close_frames(&mut self, keep: usize) {
        if self.frames.len() <= keep {
            return;
        }
        self.ghost.clone_from(&self.frames);
        while self.frames.len() > keep {
            self.close_slot(self.frames.len() - 1);
            let Some(frame) = self.frames.pop() else { break };
            let last = self.nodes.get(frame.node as usize).map_or(NONE, |node| node.last);
            let end = self.nodes.get(last as usize).map_or(0, |child| child.end);
            if let Some(node) = self.nodes.get_mut(frame.node as usize) {
                node.end = node.end.max(end);
            }
        }
    }
}

/// A sequence may stand in the column of the key whose value it is.
fn holds_unindented(frame: &Frame, shape: Shape) -> bool {
    shape == Shape::Sequence && frame.shape == Shape::Mapping && frame.slot != Slot::Closed
}
