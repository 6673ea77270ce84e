//! What orders steps: the edges of the plan, what happens inside of loops, and what leads nowhere.

use pipeline::names::{Meaning, Names, OF_HANDLERS};
use pipeline::{BodyOrder, Edge, Origin, Pipeline, Plan, Reference, ReferenceOrigin, StepKind};
use rustc_hash::FxHashSet;
use syntax::Span;

use super::ghosts::Ghosts;
use super::nodes::{Seat, Seats};
use super::{Link, LinkOrigin, Node, Standing};

/// All links; ghosts are added to `nodes`.
pub(super) fn draw(
    pipeline: &Pipeline,
    names: &Names,
    plan: &Plan,
    seats: &Seats<'_>,
    nodes: &mut Vec<Node>,
) -> Vec<Link> {
    let planned = |edge: &Edge, standing| Link {
        from: seats.outermost[edge.from],
        to: seats.outermost[edge.to],
        origin: LinkOrigin::Plan(edge.origin),
        because: plan.because(pipeline, edge),
        standing,
        span: edge.span,
    };
    let mut links: Vec<Link> = Vec::with_capacity(plan.edges.len());
    links.extend(plan.edges.iter().map(|edge| match edge.origin {
        Origin::Routing => planned(edge, Standing::Maybe),
        Origin::Declared | Origin::Template | Origin::ControlFlow => {
            planned(edge, Standing::Always)
        }
    }));
    let idle = plan.self_references.iter().chain(&plan.backward);
    links.extend(idle.map(|edge| planned(edge, Standing::Never)));
    let drawn = links.iter().map(|link| (link.from, link.to, link.origin)).collect();
    let mut pen = Pen { pipeline, names, seats, ghosts: Ghosts::new(nodes), links, drawn };
    for (at, seat) in seats.all.iter().enumerate() {
        pen.declared(at, seat);
        pen.read(at, seat);
        pen.routed(at, seat);
        pen.handled(at, seat);
    }
    pen.handled_anywhere();
    for holder in &seats.all {
        pen.order(holder);
        pen.follow(holder);
    }
    pen.links
}

struct Pen<'p, 'n> {
    pipeline: &'p Pipeline,
    names: &'p Names,
    seats: &'p Seats<'p>,
    ghosts: Ghosts<'n>,
    links: Vec<Link>,
    /// One link for each of these is enough.
    drawn: FxHashSet<(usize, usize, LinkOrigin)>,
}

/// What the plan already has, the seat of a neighbour, or nothing.
enum Named {
    Planned,
    Neighbour(usize),
    Nobody,
}

impl Pen<'_, '_> {
    fn add(
        &mut self,
        [from, to]: [usize; 2],
        origin: LinkOrigin,
        standing: Standing,
        span: Span,
        because: String,
    ) {
        if self.drawn.insert((from, to, origin)) {
            self.links.push(Link { from, to, origin, because, standing, span });
        }
    }

    /// What an id means where a step waits for it or leads to it.
    fn named(&self, seat: &Seat<'_>, id: &str) -> Named {
        let around = seat.seats.iter().rev().skip(1);
        let neighbour = around.filter_map(|&holder| self.seats.body_step(holder, id)).next();
        match neighbour {
            Some(neighbour) => Named::Neighbour(neighbour),
            None if self.names.step(id).is_some() => Named::Planned,
            None => Named::Nobody,
        }
    }

    fn declared(&mut self, at: usize, seat: &Seat<'_>) {
        let origin = LinkOrigin::Plan(Origin::Declared);
        for dependency in &seat.step().dependencies {
            let id = &*dependency.value;
            let span = dependency.span.shift(seat.base);
            let because = || format!("`dependencies` names `{id}`");
            match self.named(seat, id) {
                Named::Planned => {}
                Named::Neighbour(from) => {
                    let to = self.beside(from, seat).unwrap_or(at);
                    let standing = if from == to { Standing::Never } else { Standing::Always };
                    self.add([from, to], origin, standing, span, because());
                }
                Named::Nobody => {
                    let from = self.ghosts.missing(id);
                    self.add([from, at], origin, Standing::Unknown, span, because());
                }
            }
        }
        if let Some(dynamic) = &seat.step().dynamic_dependencies {
            let from = self.ghosts.open(at, "depends_on");
            let because = "`depends_on` is known only in the run".to_owned();
            let span = dynamic.span.shift(seat.base);
            self.add([from, at], origin, Standing::Unknown, span, because);
        }
    }

    /// The seat on the way to `seat` that is in the same body as `neighbour`.
    fn beside(&self, neighbour: usize, seat: &Seat<'_>) -> Option<usize> {
        seat.seats.get(self.seats.all[neighbour].path.len() - 1).copied()
    }

    fn read(&mut self, at: usize, seat: &Seat<'_>) {
        let bodies = if seat.body.is_empty() { &seat.step().body[..] } else { &[] };
        // A loop that is its own body has no node for it.
        for reference in &seat.step().references {
            self.reference(at, seat, &seat.path, reference);
        }
        for inner in bodies {
            let path: Vec<_> = seat.path.iter().copied().chain([inner]).collect();
            for reference in &inner.references {
                self.reference(at, seat, &path, reference);
            }
        }
    }

    fn reference(
        &mut self,
        at: usize,
        seat: &Seat<'_>,
        path: &[&pipeline::Step],
        reference: &Reference,
    ) {
        let origin = match reference.origin {
            ReferenceOrigin::Template => LinkOrigin::Plan(Origin::Template),
            ReferenceOrigin::ControlFlow => LinkOrigin::Plan(Origin::ControlFlow),
            ReferenceOrigin::Inert => return,
        };
        let meaning = self.names.meaning(self.pipeline, path, reference);
        let span = reference.span.shift(seat.base);
        let because = format!("`{}` reads `{}`", reference.place, reference.path());
        match &meaning {
            Meaning::BodyStep(name) | Meaning::PreviousRound(name) => {
                let owner = self.names.owner(path, reference, &meaning);
                let holder = owner.and_then(|owner| seat.seats.get(owner).copied());
                let Some(from) = holder.and_then(|it| self.seats.body_step(it, name)) else {
                    return;
                };
                // A loop's own test reads its body without waiting for it.
                let Some(to) = self.beside(from, seat) else { return };
                let rounds = owner.and_then(|owner| path.get(owner)).map(|step| &step.kind);
                let standing = match rounds {
                    _ if matches!(meaning, Meaning::PreviousRound(_)) => Standing::Earlier,
                    _ if from != to => Standing::Always,
                    Some(StepKind::While(_) | StepKind::ActionLoop(_)) => Standing::Earlier,
                    _ => Standing::Never,
                };
                self.add([from, to], origin, standing, span, because);
            }
            // What is known only to whom a failure calls.
            Meaning::Unknown if OF_HANDLERS.contains(&&*reference.root) => {}
            Meaning::Unknown if !reference.guarded && !reference.called && !reference.in_auto => {
                let from = self.ghosts.missing(&reference.root);
                self.add([from, at], origin, Standing::Unknown, span, because);
            }
            _ => {}
        }
    }

    fn routed(&mut self, at: usize, seat: &Seat<'_>) {
        let origin = LinkOrigin::Plan(Origin::Routing);
        let routing = &seat.step().routing;
        for (key, target) in routing.targets() {
            let span = target.span.shift(seat.base);
            let because = format!("`{key}` may route to it");
            match self.named(seat, &target.value) {
                Named::Planned => {}
                Named::Neighbour(to) => {
                    let standing = if to == at { Standing::Never } else { Standing::Maybe };
                    self.add([at, to], origin, standing, span, because);
                }
                Named::Nobody => {
                    let to = self.ghosts.missing(&target.value);
                    self.add([at, to], origin, Standing::Unknown, span, because);
                }
            }
        }
        for (key, written) in routing.open() {
            let to = self.ghosts.open(at, key);
            let because = format!("`{key}` is known only in the run");
            self.add([at, to], origin, Standing::Unknown, written.span.shift(seat.base), because);
        }
    }

    fn handled(&mut self, at: usize, seat: &Seat<'_>) {
        let tasks = seat.step().handlers.iter().filter_map(|handler| handler.task.as_ref());
        for task in tasks {
            let span = task.span.shift(seat.base);
            let (to, standing) = match self.named(seat, &task.value) {
                Named::Neighbour(to) => (to, Standing::Maybe),
                Named::Planned => match self.names.step(&task.value) {
                    Some(step) => (self.seats.outermost[step], Standing::Maybe),
                    None => continue,
                },
                Named::Nobody => (self.ghosts.missing(&task.value), Standing::Unknown),
            };
            let because = "it handles a failure".to_owned();
            self.add([at, to], LinkOrigin::Handler, standing, span, because);
        }
    }

    /// The pipeline's own error handlers see to failures of every step.
    fn handled_anywhere(&mut self) {
        for handler in &self.pipeline.global_error_handlers {
            let Some(task) = &handler.task else { continue };
            let (to, standing) = match self.names.step(&task.value) {
                Some(step) => (self.seats.outermost[step], Standing::Maybe),
                None => (self.ghosts.missing(&task.value), Standing::Unknown),
            };
            let from = self.ghosts.failing();
            let because = "`global_error_handlers` has it handle failures".to_owned();
            let span = task.span.shift(handler.base);
            self.add([from, to], LinkOrigin::Handler, standing, span, because);
        }
    }

    /// Brings the links inside a body to the order that the engine keeps.
    fn order(&mut self, holder: &Seat<'_>) {
        if holder.body.is_empty() {
            return;
        }
        let order = BodyOrder::new(self.pipeline, self.names, &holder.path);
        for (to, before) in order.waits.iter().enumerate() {
            for &from in before {
                self.add_hidden(holder, from, to);
            }
        }
        let earlier: FxHashSet<(usize, usize)> = match holder.step().kind {
            StepKind::While(_) => order
                .earlier
                .iter()
                .map(|&(reader, read)| (holder.body[read], holder.body[reader]))
                .collect(),
            // An action comes before the next one, so what it reads of a later one is of the round before.
            StepKind::ActionLoop(_) => holder
                .body
                .iter()
                .enumerate()
                .flat_map(|(at, &to)| holder.body.iter().skip(at + 1).map(move |&from| (from, to)))
                .collect(),
            _ => return,
        };
        for link in &mut self.links {
            if link.standing == Standing::Always && earlier.contains(&(link.from, link.to)) {
                link.standing = Standing::Earlier;
            }
        }
    }

    /// A body step waits for the one beside it that holds what it reads, however deep.
    fn add_hidden(&mut self, holder: &Seat<'_>, from: usize, to: usize) {
        let (Some(&from), Some(&to)) = (holder.body.get(from), holder.body.get(to)) else { return };
        if !self.is_ordered(from, to) {
            let span = self.seats.all[to].step().span.shift(holder.base);
            let because = "it reads what is inside of it".to_owned();
            let origin = LinkOrigin::Plan(Origin::Template);
            self.add([from, to], origin, Standing::Always, span, because);
        }
    }

    /// Whether a link says already that one comes before the other.
    fn is_ordered(&self, from: usize, to: usize) -> bool {
        let ordering = [Origin::Declared, Origin::Template, Origin::ControlFlow];
        ordering.into_iter().any(|it| self.drawn.contains(&(from, to, LinkOrigin::Plan(it))))
    }

    /// The actions of a round follow one another, whatever they read.
    fn follow(&mut self, holder: &Seat<'_>) {
        if !matches!(holder.step().kind, StepKind::ActionLoop(_) | StepKind::Queue(_)) {
            return;
        }
        for pair in holder.body.windows(2) {
            let &[from, to] = pair else { continue };
            if !self.is_ordered(from, to) {
                let span = self.seats.all[to].step().span.shift(holder.base);
                let because = "the actions of a round follow one another".to_owned();
                self.add([from, to], LinkOrigin::Sequence, Standing::Always, span, because);
            }
        }
    }
}
