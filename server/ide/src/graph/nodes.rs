//! Steps as nodes.

use checks::{Diagnostic, Severity};
use pipeline::{Pipeline, Plan, Step, StepKind, names::body_name};
use rustc_hash::FxHashSet;
use syntax::Span;

use super::{Node, NodeKind, Place, Problem, Repeats};
use crate::facts;

/// Where every step sits; a seat's index is that of its node.
pub(super) struct Seats<'p> {
    pub(super) all: Vec<Seat<'p>>,
    /// The seats of `pipeline.steps`.
    pub(super) outermost: Vec<usize>,
}

/// A step and what is around it.
pub(super) struct Seat<'p> {
    /// From the outermost step to this one.
    pub(super) path: Vec<&'p Step>,
    /// The seats of `path`.
    pub(super) seats: Vec<usize>,
    /// The outermost step's index in `pipeline.steps`.
    pub(super) outer: usize,
    /// The step's number among those beside it, from 0.
    pub(super) number: usize,
    /// What spans are relative to.
    pub(super) base: u32,
    /// The seats of its body steps.
    pub(super) body: Vec<usize>,
}

impl<'p> Seat<'p> {
    pub(super) fn step(&self) -> &'p Step {
        self.path[self.path.len() - 1]
    }

    pub(super) fn is_inner(&self) -> bool {
        self.path.len() > 1
    }

    /// The seat of the step around it.
    pub(super) fn parent(&self) -> Option<usize> {
        self.seats.iter().rev().nth(1).copied()
    }

    /// The name under which its neighbours read it, if there is one.
    pub(super) fn name(&self) -> Option<String> {
        match self.path.iter().rev().nth(1) {
            Some(holder) => body_name(holder, self.step(), self.number).map(|it| it.to_string()),
            None => self.step().id.as_ref().map(|id| id.value.to_string()),
        }
    }
}

impl<'p> Seats<'p> {
    pub(super) fn new(pipeline: &'p Pipeline) -> Self {
        let mut seats = Self { all: Vec::new(), outermost: Vec::new() };
        for (outer, step) in pipeline.steps.iter().enumerate() {
            let seat = Seat {
                path: vec![&step.item],
                seats: Vec::new(),
                outer,
                number: outer,
                base: step.base,
                body: Vec::new(),
            };
            let at = seats.take(seat);
            seats.outermost.push(at);
        }
        seats
    }

    fn take(&mut self, mut seat: Seat<'p>) -> usize {
        let at = self.all.len();
        seat.seats.push(at);
        let (path, around, outer, base) =
            (seat.path.clone(), seat.seats.clone(), seat.outer, seat.base);
        let step = seat.step();
        self.all.push(seat);
        if is_shorthand(step) {
            return at;
        }
        let mut body = Vec::with_capacity(step.body.len());
        for (number, inner) in step.body.iter().enumerate() {
            let path = path.iter().copied().chain([inner]).collect();
            let seats = around.clone();
            body.push(self.take(Seat { path, seats, outer, number, base, body: Vec::new() }));
        }
        self.all[at].body = body;
        at
    }

    /// The body step of `holder` that is read under `name`.
    pub(super) fn body_step(&self, holder: usize, name: &str) -> Option<usize> {
        let mut body = self.all[holder].body.iter().copied();
        body.find(|&inner| self.all[inner].name().as_deref() == Some(name))
    }
}

/// Whether a loop is its own body.
fn is_shorthand(step: &Step) -> bool {
    match &step.kind {
        StepKind::ForEach(it) => it.shorthand,
        StepKind::While(it) => it.shorthand,
        _ => false,
    }
}

/// A node for every seat.
pub(super) fn draw(plan: &Plan, seats: &Seats<'_>) -> Vec<Node> {
    let mut taken = FxHashSet::default();
    let mut nodes: Vec<Node> = Vec::with_capacity(seats.all.len());
    for seat in &seats.all {
        let step = seat.step();
        let parent = seat.parent();
        let around = parent.map_or_else(String::new, |at| format!("{}.", nodes[at].id));
        let number = format!("#{}", seat.number + 1);
        let named = seat.name().filter(|name| !name.is_empty());
        let mut id = format!("{around}{}", named.as_deref().unwrap_or(&number));
        if taken.contains(&id) {
            id = format!("{around}{number}");
        }
        while !taken.insert(id.clone()) {
            id.push('\'');
        }
        let whole = step.span.shift(seat.base);
        let focus = step.id.as_ref().map(|id| id.span.shift(seat.base));
        let focus = focus.filter(|it| whole.covers(*it)).unwrap_or(Span::empty(whole.start));
        nodes.push(Node {
            id,
            title: named.unwrap_or_else(|| format!("step {}", seat.number + 1)),
            kind: kind(step),
            stage: if seat.is_inner() { None } else { plan.stage_of(seat.outer) },
            detail: detail(seat.step()),
            condition: step.condition.as_ref().map(|it| facts::one_line(&it.text.value)),
            repeats: repeats(step),
            parent,
            place: Some(Place { whole, focus }),
            problems: Vec::new(),
        });
    }
    nodes
}

fn detail(step: &Step) -> String {
    let does = match step.body.first() {
        Some(inner) if is_shorthand(step) => facts::does(inner),
        _ => facts::does(step),
    };
    does.replace('`', "")
}

const fn kind(step: &Step) -> NodeKind {
    match step.kind {
        StepKind::Tool { .. } => NodeKind::Tool,
        StepKind::Action(_)
        | StepKind::Echo(_)
        | StepKind::Debug(_)
        | StepKind::FileProse(_)
        | StepKind::Auto(_) => NodeKind::Action,
        StepKind::ForEach(_)
        | StepKind::While(_)
        | StepKind::ActionLoop(_)
        | StepKind::Queue(_) => NodeKind::Loop,
        StepKind::Parallel => NodeKind::Group,
        StepKind::Unknown(_) => NodeKind::Unknown,
    }
}

fn repeats(step: &Step) -> Option<Repeats> {
    let kind = match &step.kind {
        StepKind::ForEach(_) => "for_each",
        StepKind::While(it) if it.test.is_none() => "until",
        StepKind::While(_) => "while",
        StepKind::ActionLoop(_) => "action_loop",
        StepKind::Queue(_) => "create_parallel_queue",
        _ => return None,
    };
    facts::bound(step).map(|bound| Repeats { kind, bound: bound.replace('`', "") })
}

/// Puts every error and warning at the innermost step that it is in.
pub(super) fn attach(nodes: &mut [Node], seats: &Seats<'_>, findings: &[Diagnostic]) {
    let weighty = |found: &&Diagnostic| found.severity <= Severity::Warning;
    for found in findings.iter().filter(weighty) {
        let starts_before = |seat: &usize| {
            nodes[*seat].place.is_some_and(|place| place.whole.start <= found.span.start)
        };
        let after = seats.outermost.partition_point(starts_before);
        let Some(mut at) = after.checked_sub(1).map(|before| seats.outermost[before]) else {
            continue;
        };
        let holds = |seat: usize| {
            nodes[seat].place.is_some_and(|place| {
                place.whole.start <= found.span.start && found.span.start <= place.whole.end
            })
        };
        if !holds(at) {
            continue;
        }
        while let Some(&inner) = seats.all[at].body.iter().find(|&&inner| holds(inner)) {
            at = inner;
        }
        nodes[at].problems.push(Problem {
            severity: found.severity,
            code: found.code,
            message: found.message.clone(),
        });
    }
}
