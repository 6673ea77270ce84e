//! Lowering that remembers: what was lowered from a segment holds as long as the segment, and the anchors that it reads of
//! other segments, are the same.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use rustc_hash::FxHashMap;
use syntax::{Document, Finding, Role, Segment};

use super::allow::{Comment, allow, comments};
use super::data::{ALIAS_BUDGET, Anchors, External};
use super::misread::{self, Lost};
use super::top::{self, Lowered, Parts, Place};
use crate::catalogue::Catalogue;
use crate::language::{self, Level};
use crate::models::Terms;
use crate::{InputSection, Pipeline, Placed, Problem, Steps, spread};

/// Lowering that remembers: a segment whose `Arc` is the same is not lowered again, and its steps and inputs keep their
/// `Arc`s. One per open document.
#[derive(Debug, Default)]
pub struct Lowering {
    kept: Vec<Kept>,
    /// The steps of the last version.
    steps: Steps,
    /// Nodes that aliases stand for, over all segments.
    alias_nodes: usize,
    /// Whether the budget ran out: then nothing that is kept may be used again.
    exhausted: bool,
    /// What the last version says of models beside its steps.
    terms: Terms,
}

/// A segment and what it was lowered to.
#[derive(Clone, Debug)]
struct Kept {
    segment: Arc<Segment>,
    place: Place,
    lowered: Lowered,
    externals: Box<[External]>,
    alias_nodes: usize,
    comments: Box<[Comment]>,
    lost: Lost,
}

/// Which of the pieces were lowered again.
struct Changed {
    /// How many stand before them.
    before: usize,
    /// How many steps stood in their place.
    old_steps: usize,
    /// How many there are now.
    new: usize,
}

/// A segment of the document at hand.
#[derive(Clone, Copy)]
struct Piece<'d> {
    base: u32,
    segment: &'d Arc<Segment>,
    place: Place,
}

impl Kept {
    fn holds(&self, piece: &Piece<'_>, anchors: &mut Anchors<'_>) -> bool {
        Arc::ptr_eq(&self.segment, piece.segment)
            && self.place.is(piece.place)
            && self.reads_the_same(anchors)
    }

    fn reads_the_same(&self, anchors: &mut Anchors<'_>) -> bool {
        self.externals.iter().all(|(name, before)| match (anchors.segment(name), before) {
            (Some(now), Some(before)) => Arc::ptr_eq(now, before),
            (None, None) => true,
            _ => false,
        })
    }
}

impl Lowering {
    /// Lowers a document. Costs a linear walk over pointers, and the lowering of the segments that changed.
    pub fn lower(&mut self, document: &Document, catalogue: &Catalogue) -> Pipeline {
        let mut anchors = Anchors::new(document);
        let mut pipeline = Pipeline { syntax: document.findings(), ..Pipeline::default() };
        let pieces = pieces(document, &mut pipeline.syntax);
        pipeline.misread.damaged = pipeline.syntax.iter().any(misread::is_damage);
        let changed = self.update(&pieces, &mut anchors, catalogue);
        self.place(&pieces, &changed);
        pipeline.steps = self.steps.clone();
        for (base, _, segment) in document.outline().take_while(|(_, role, _)| *role == Role::Other)
        {
            let own = comments(segment);
            pipeline.allows.extend(own.iter().map(|comment| allow(document, base, comment)));
        }
        for (piece, kept) in pieces.iter().zip(&self.kept) {
            let own = kept.comments.iter().map(|comment| allow(document, piece.base, comment));
            pipeline.allows.extend(own);
            kept.lost.add_to(&mut pipeline.misread);
            if let Lowered::Parts(parts) = &kept.lowered {
                add(&mut pipeline, parts, piece.base);
            }
        }
        pipeline.inputs.sort_by_key(|input| input.section != InputSection::Inputs);
        pipeline.syntax.sort_by_key(|finding| (finding.span.start, finding.span.end));
        pipeline.is_pipeline = looks_like_one(&pipeline);
        pipeline.terms = self.terms.follow(&pipeline);
        pipeline
    }

    /// Makes `steps` those of the pieces.
    fn place(&mut self, pieces: &[Piece<'_>], changed: &Changed) {
        let count = |kept: &[Kept]| kept.iter().map(|it| it.lowered.steps().len()).sum();
        let (before, behind) = self.kept.split_at(changed.before);
        let fresh = behind.get(..changed.new).unwrap_or_default();
        let placed = pieces.iter().zip(&self.kept).skip(changed.before).take(fresh.len());
        let new = placed.flat_map(|(piece, kept)| {
            let steps = kept.lowered.steps().iter();
            steps.map(|step| Placed { base: piece.base, item: Arc::clone(step) })
        });
        let bases = pieces
            .iter()
            .zip(&self.kept)
            .flat_map(|(piece, kept)| std::iter::repeat_n(piece.base, kept.lowered.steps().len()));
        self.steps.update(count(before), changed.old_steps, new.collect(), bases);
    }

    /// Makes `kept` match the pieces one by one.
    fn update<'d>(
        &mut self,
        pieces: &[Piece<'d>],
        anchors: &mut Anchors<'d>,
        catalogue: &Catalogue,
    ) -> Changed {
        if std::mem::take(&mut self.exhausted) {
            self.kept.clear();
            self.steps = Steps::default();
            self.alias_nodes = 0;
        }
        let same = |(kept, piece): &(&Kept, &Piece<'d>), anchors: &mut Anchors<'d>| {
            kept.holds(piece, anchors)
        };
        let before = self.kept.iter().zip(pieces).take_while(|pair| same(pair, anchors)).count();
        let longest = self.kept.len().min(pieces.len()) - before;
        let behind = self
            .kept
            .iter()
            .rev()
            .zip(pieces.iter().rev())
            .take(longest)
            .take_while(|pair| same(pair, anchors))
            .count();
        let old_end = self.kept.len() - behind;
        let changed = pieces.get(before..pieces.len() - behind).unwrap_or_default();
        let old = self.kept.get(before..old_end).unwrap_or_default();
        let mut nodes = self.alias_nodes - old.iter().map(|kept| kept.alias_nodes).sum::<usize>();
        let moved: FxHashMap<usize, &Kept> =
            old.iter().map(|kept| (Arc::as_ptr(&kept.segment).addr(), kept)).collect();
        let made = AtomicUsize::new(0);
        let lower_again = |anchors: &mut Anchors<'d>, index: usize| {
            let piece = changed.get(index)?;
            if nodes + made.load(Ordering::Relaxed) > ALIAS_BUDGET {
                return None;
            }
            let known = moved.get(&Arc::as_ptr(piece.segment).addr());
            let kept = known.filter(|kept| kept.holds(piece, anchors)).map_or_else(
                || lower(piece, anchors, catalogue, ALIAS_BUDGET),
                |kept| (*kept).clone(),
            );
            let before = made.fetch_add(kept.alias_nodes, Ordering::Relaxed);
            (nodes + before + kept.alias_nodes <= ALIAS_BUDGET).then_some(kept)
        };
        let fresh = spread(changed.len(), || anchors.beside(), lower_again);
        let Some(fresh) = fresh.into_iter().collect::<Option<Vec<_>>>() else {
            return self.lower_within_budget(pieces, anchors, catalogue);
        };
        nodes += made.into_inner();
        let old_steps = old.iter().map(|kept| kept.lowered.steps().len()).sum();
        let changed = Changed { before, old_steps, new: fresh.len() };
        self.kept.splice(before..old_end, fresh);
        self.alias_nodes = nodes;
        changed
    }

    /// Lowers everything anew, in order, each segment with what the ones before it left of the budget: what is cut does
    /// not depend on the order of edits. Only documents that are nothing but aliases come here.
    fn lower_within_budget<'d>(
        &mut self,
        pieces: &[Piece<'d>],
        anchors: &mut Anchors<'d>,
        catalogue: &Catalogue,
    ) -> Changed {
        let old_steps = self.steps.len();
        self.kept.clear();
        self.exhausted = true;
        let mut nodes = 0;
        for piece in pieces {
            let kept = lower(piece, anchors, catalogue, ALIAS_BUDGET.saturating_sub(nodes));
            nodes += kept.alias_nodes;
            self.kept.push(kept);
        }
        self.alias_nodes = nodes;
        Changed { before: 0, old_steps, new: self.kept.len() }
    }
}

fn lower<'d>(
    piece: &Piece<'d>,
    anchors: &mut Anchors<'d>,
    catalogue: &Catalogue,
    budget: usize,
) -> Kept {
    let (lowered, made) = top::lower(anchors, piece.segment, piece.place, catalogue, budget);
    Kept {
        segment: Arc::clone(piece.segment),
        place: piece.place,
        lost: Lost::of(piece.segment, piece.place, &lowered),
        lowered,
        comments: comments(piece.segment),
        externals: made.externals.into(),
        alias_nodes: made.alias_nodes,
    }
}

/// The segments that hold something, each with what it is; findings of those that no entry and no step carries.
fn pieces<'d>(document: &'d Document, syntax: &mut Vec<Finding>) -> Vec<Piece<'d>> {
    let mut pieces = Vec::new();
    let mut below = Place::Stray;
    for (base, role, segment) in document.outline() {
        let place = match role {
            Role::Entry if is_bare(segment) => Place::Stray,
            Role::Entry => Place::Top,
            Role::Head => {
                below = place_below(segment);
                Place::Top
            }
            Role::Item => below,
            Role::Other => Place::Stray,
        };
        if place != Place::Top && place != STEPS {
            syntax.extend(
                segment
                    .tree
                    .findings()
                    .iter()
                    .map(|finding| Finding { span: finding.span.shift(base), ..finding.clone() }),
            );
        }
        if role != Role::Other {
            pieces.push(Piece { base, segment, place });
        }
    }
    pieces
}

const STEPS: Place = Place::Below("steps");

/// Whether it is a pair of braces, or less, with nothing between.
fn is_bare(segment: &Segment) -> bool {
    segment.tree.root().is_none_or(|root| root.entries().next().is_none())
}

/// The place of items below a head.
fn place_below(head: &Segment) -> Place {
    let entry = head.tree.root().and_then(|root| root.entries().next());
    entry
        .and_then(|entry| language::key(Level::Top, &entry.name()))
        .map_or(Place::Stray, |key| Place::Below(key.name))
}

fn add(pipeline: &mut Pipeline, parts: &Parts, base: u32) {
    fn place<T>(items: &[Arc<T>], base: u32) -> impl Iterator<Item = Placed<T>> + '_ {
        items.iter().map(move |item| Placed { base, item: Arc::clone(item) })
    }
    fn first<T>(slot: &mut Option<Placed<T>>, item: Option<&Arc<T>>, base: u32) {
        if slot.is_none() {
            *slot = item.map(|item| Placed { base, item: Arc::clone(item) });
        }
    }
    pipeline.entries.extend(place(&parts.entries, base));
    first(&mut pipeline.id, parts.id.as_ref(), base);
    first(&mut pipeline.name, parts.name.as_ref(), base);
    first(&mut pipeline.description, parts.description.as_ref(), base);
    pipeline.inputs.extend(place(&parts.inputs, base));
    pipeline.outputs.extend(place(&parts.outputs, base));
    pipeline.constants.extend(place(&parts.constants, base));
    pipeline.experts.extend(place(&parts.experts, base));
    pipeline.personalities.extend(place(&parts.personalities, base));
    pipeline.global_error_handlers.extend(place(&parts.handlers, base));
    pipeline.default_timeout = pipeline.default_timeout.or(parts.default_timeout);
    pipeline.context_timeout = pipeline.context_timeout.or(parts.context_timeout);
    pipeline.default_attempts = pipeline.default_attempts.or(parts.default_attempts);
    let absolute =
        |problem: &Problem| Problem { kind: problem.kind.clone(), span: problem.span.shift(base) };
    pipeline.problems.extend(parts.problems.iter().map(absolute));
}

fn looks_like_one(pipeline: &Pipeline) -> bool {
    let has = |key: &str| pipeline.entry(key).is_some();
    let named = has("id") || has("name");
    has("steps")
        || has("pipeline")
        || (named && (has("inputs") || has("parameters") || has("outputs")))
}
