//! Tokens that are kept from version to version of a document.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use pipeline::{Pipeline, Step};
use rustc_hash::{FxHashMap, FxHasher};
use syntax::Segment;

use super::layout::Layout;
use super::names::Items;
use super::pieces::{Piece, pieces};
use super::{Token, Tokens, segment};
use crate::Snapshot;

/// Tokens remembered per segment, each with what was made of them. One per open document.
#[derive(Debug)]
pub struct TokenMemo<M> {
    kept: Vec<Kept<M>>,
    /// Names of the last version.
    names: Option<(Arc<pipeline::names::Names>, u64)>,
}

/// A segment and its tokens.
#[derive(Clone, Debug)]
struct Kept<M> {
    segment: Arc<Segment>,
    layout: Layout,
    /// The step that it is, if it is one.
    step: Option<Arc<Step>>,
    /// Fingerprint of what its names mean.
    names: u64,
    tokens: Box<[Token]>,
    made: Option<M>,
}

impl<M> Default for TokenMemo<M> {
    fn default() -> Self {
        Self { kept: Vec::new(), names: None }
    }
}

impl<M> Kept<M> {
    fn is_of(&self, piece: &Piece<'_>) -> bool {
        Arc::ptr_eq(&self.segment, piece.segment) && self.layout == piece.layout
    }

    /// Whether it is the same step, read with the same names.
    fn is_step(&self, piece: &Piece<'_>) -> bool {
        match (&self.step, piece.step) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            _ => false,
        }
    }
}

impl<M: Clone> TokenMemo<M> {
    /// The tokens of the whole document, segments without any left out; and a place for what is made of them, which is
    /// emptied when they change. Costs a walk over pointers, the tokens of the segments that changed, and, where names of
    /// the document changed, a look at every name.
    pub fn read<'m>(
        &'m mut self,
        snapshot: &'m Snapshot,
    ) -> impl Iterator<Item = (Tokens<'m>, &'m mut Option<M>)> {
        let pieces = pieces(snapshot);
        let names = (Arc::clone(&snapshot.names), further_names(&snapshot.pipeline));
        let same_names = self
            .names
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(&before.0, &names.0) && before.1 == names.1);
        let is_of = |(kept, piece): &(&Kept<M>, &Piece<'_>)| kept.is_of(piece);
        let head = self.kept.iter().zip(&pieces).take_while(is_of).count();
        let shorter = self.kept.len().min(pieces.len()) - head;
        let pairs = self.kept.iter().rev().zip(pieces.iter().rev()).take(shorter);
        let tail = pairs.take_while(is_of).count();

        let items = Items::new(&snapshot.pipeline);
        let (old_end, new_end) = (self.kept.len() - tail, pieces.len() - tail);
        let old = self.kept.get(head..old_end).unwrap_or_default();
        let moved: FxHashMap<*const Segment, &Kept<M>> =
            old.iter().map(|kept| (Arc::as_ptr(&kept.segment), kept)).collect();
        let fresh: Vec<_> = pieces
            .get(head..new_end)
            .unwrap_or_default()
            .iter()
            .map(|piece| {
                let known = moved.get(&Arc::as_ptr(piece.segment)).filter(|it| it.is_of(piece));
                known.map(|it| (*it).clone()).unwrap_or_else(|| fresh(piece, &items, snapshot))
            })
            .collect();
        self.kept.splice(head..old_end, fresh);
        for (kept, piece) in self.kept.iter_mut().zip(&pieces) {
            if !(same_names && kept.is_step(piece)) {
                renew(kept, piece, &items, snapshot);
            }
        }
        self.names = Some(names);
        let all = pieces.into_iter().zip(&mut self.kept);
        all.filter(|(_, kept)| !kept.tokens.is_empty()).map(|(piece, kept)| {
            let Kept { tokens, made, .. } = kept;
            let (base, line, segment) = (piece.base, piece.line, &**piece.segment);
            (Tokens { base, line, segment, tokens: Cow::Borrowed(tokens) }, made)
        })
    }
}

fn fresh<M>(piece: &Piece<'_>, items: &Items<'_>, snapshot: &Snapshot) -> Kept<M> {
    let names = items.at(piece.base).names(snapshot);
    Kept {
        segment: Arc::clone(piece.segment),
        layout: piece.layout,
        step: piece.step.map(Arc::clone),
        names: names.fingerprint(),
        tokens: segment::tokens(piece.segment, &names, piece.layout).into(),
        made: None,
    }
}

/// Brings a kept segment up to date where its names mean something else now.
fn renew<M>(kept: &mut Kept<M>, piece: &Piece<'_>, items: &Items<'_>, snapshot: &Snapshot) {
    let names = items.at(piece.base).names(snapshot);
    let fingerprint = names.fingerprint();
    kept.step = piece.step.map(Arc::clone);
    if kept.names != fingerprint {
        kept.names = fingerprint;
        kept.made = None;
        kept.tokens = segment::tokens(piece.segment, &names, piece.layout).into();
    }
}

/// Hash of the declared names that are not in the index of names.
fn further_names(pipeline: &Pipeline) -> u64 {
    let mut hasher = FxHasher::default();
    for it in pipeline.experts.iter().chain(&pipeline.personalities) {
        it.name.value.hash(&mut hasher);
    }
    hasher.finish()
}
