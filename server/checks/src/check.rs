//! Runs the rules.

use pipeline::{Entry, Pipeline, Step, spread};

use crate::{
    Diagnostic, Input,
    allowed::Allowed,
    calm::{Places, Trouble, calm_document},
    configuration::Level,
    facts::{StepFacts, Whole},
    findings::{Draft, Findings},
    kept::{Changed, Kept},
    nested::check_nested,
    rule::{Look, Rule},
    rules::RULES,
    view::{Arrivals, Gathered, Part, Scope, StepView, Taint, gather},
};

/// All findings, by position.
#[must_use]
pub fn check(input: &Input<'_>) -> Vec<Diagnostic> {
    let steps = &input.pipeline.steps;
    let (facts, found): (Vec<_>, Vec<_>) = look_at_steps(input, |index, step| {
        (StepFacts::of(input, index, step), check_step(input, index, step))
    })
    .into_iter()
    .unzip();
    let whole = Whole::new(input, &facts);
    let header = check_header(input);
    let mut drafts = check_document(&whole, &header, &mut Looks::default(), &Changed::all());
    let base_of = |step: usize| steps.get(step).map_or(0, |step| step.base);
    let arrivals = Arrivals::new(&whole);
    let taint = Taint { whole: &whole, arrivals: &arrivals };
    let mut all: Vec<_> = check_sinks(&taint, 0..steps.len())
        .into_iter()
        .map(|draft| draft.diagnostic.settled(draft.home.unwrap_or_default(), base_of))
        .collect();
    for (step, found) in steps.iter().zip(found) {
        for draft in found {
            let draft = draft.shifted(step.base);
            if draft.is_unfinished() {
                drafts.push(draft);
            } else {
                all.push(draft.diagnostic);
            }
        }
    }
    let allowed = Allowed::new(input.pipeline);
    all.retain(|it| allowed.keeps(it, 0));
    all.extend(finish_document(input, drafts, &allowed, || Trouble::of(all.iter())));
    sort(&mut all);
    all
}

/// What `look` sees in every step, in order.
fn look_at_steps<T: Send>(input: &Input<'_>, look: impl Fn(usize, &Step) -> T + Sync) -> Vec<T> {
    let steps = &input.pipeline.steps;
    let each = |(): &mut (), index: usize| steps.get(index).map(|step| look(index, step));
    spread(steps.len(), || (), each).into_iter().flatten().collect()
}

/// What is said in the end about the document, and in steps about names. The other findings must have been asked before
/// whether they are allowed.
pub(crate) fn finish_document(
    input: &Input<'_>,
    mut drafts: Vec<Draft>,
    allowed: &Allowed<'_>,
    trouble: impl FnOnce() -> Trouble,
) -> Vec<Diagnostic> {
    if !allowed.is_empty() {
        drafts.retain(|it| allowed.keeps(&it.diagnostic, 0));
        drafts.extend(check_allowed(input, allowed));
    }
    calm_document(input.pipeline, trouble, &mut drafts);
    drafts.into_iter().map(|draft| draft.finish(input)).collect()
}

/// Findings about comments that allow findings. The document's own findings must have been asked for before.
fn check_allowed(input: &Input<'_>, allowed: &Allowed<'_>) -> Vec<Draft> {
    let mut findings = Findings::new();
    for (rule, look) in looks() {
        if let Look::Allowed(look) = look {
            report(input, rule, &mut findings, |findings| look(allowed, findings));
        }
    }
    findings.into_drafts()
}

fn looks() -> impl Iterator<Item = (&'static Rule, &'static Look)> {
    RULES.iter().flat_map(|rule| rule.looks.iter().map(move |look| (rule, look)))
}

/// What `look` finds is the work of `rule`, and weighs what the author wants.
fn report(
    input: &Input<'_>,
    rule: &Rule,
    findings: &mut Findings,
    look: impl FnOnce(&mut Findings),
) {
    let level = input.settings.level(rule.info.code);
    if level == Some(Level::Off) {
        return;
    }
    findings.begin(rule.info.code, rule.info.severity);
    let mark = findings.len();
    look(findings);
    if let Some(level) = level {
        findings.weigh_from(mark, level);
    }
}

/// By position, the heavier first.
pub(crate) fn sort(all: &mut [Diagnostic]) {
    all.sort_by_key(|it| (it.span.start, it.severity, it.span.end));
}

/// Findings of one outermost step and its body, relative to its base.
pub(crate) fn check_step(input: &Input<'_>, index: usize, step: &Step) -> Vec<Draft> {
    let mut findings = Findings::new();
    if step.in_damage {
        return Vec::new();
    }
    let mut places = Places::default();
    walk(input, index, &mut Vec::new(), step, &mut places, &mut findings);
    check_nested(input, step, &mut findings);
    findings.calm_from(0, &places);
    findings.into_drafts()
}

fn walk<'a>(
    input: &Input<'a>,
    index: usize,
    path: &mut Vec<&'a Step>,
    step: &'a Step,
    places: &mut Places,
    findings: &mut Findings,
) {
    path.push(step);
    let siblings: Vec<&Entry> = step.keys.iter().collect();
    let scope = Scope { input, path, index: Some(index) };
    let item = gather(scope, Part::Step(step), &siblings);
    look_at(input, &item, findings);
    places.texts.extend(item.texts.iter().map(|text| text.span));
    places.steps.push(step.span);
    for inner in &step.body {
        walk(input, index, path, inner, places, findings);
    }
    path.pop();
}

/// The items outside steps that are looked at by themselves, each with its base.
fn parts(pipeline: &Pipeline) -> impl Iterator<Item = (u32, Part<'_>)> {
    let entries = pipeline.entries.iter().map(|it| (it.base, Part::Entry(it)));
    let inputs = pipeline.inputs.iter().map(|it| (it.base, Part::Input(it)));
    let outputs = pipeline.outputs.iter().map(|it| (it.base, Part::Output(it)));
    let handlers = pipeline.global_error_handlers.iter().map(|it| (it.base, Part::Handler(it)));
    entries.chain(inputs).chain(outputs).chain(handlers)
}

/// What is found in the items outside steps, each by itself, relative to its base.
pub(crate) fn check_header(input: &Input<'_>) -> Vec<Vec<Draft>> {
    let scope = Scope { input, path: &[], index: None };
    let siblings: Vec<&Entry> = input.pipeline.entries.iter().map(|it| &it.entry).collect();
    let found = parts(input.pipeline).map(|(_, part)| {
        let mut findings = Findings::new();
        let item = gather(scope, part, &siblings);
        look_at(input, &item, &mut findings);
        let texts = item.texts.iter().map(|text| text.span).collect();
        findings.calm_from(0, &Places { texts, steps: Vec::new() });
        findings.into_drafts()
    });
    found.collect()
}

/// What looks at the whole found before, in the order of their register.
#[derive(Debug, Default)]
pub(crate) struct Looks(Vec<Kept>);

/// Findings outside steps, and of the rules that look at the whole; absolute. `header`: what [`check_header`] found.
/// `changed`: what is different from what `looks` saw.
pub(crate) fn check_document(
    whole: &Whole<'_>,
    header: &[Vec<Draft>],
    looks: &mut Looks,
    changed: &Changed,
) -> Vec<Draft> {
    let input = whole.input;
    let pipeline = input.pipeline;
    let mut findings = Findings::new();
    for ((base, _), found) in parts(pipeline).zip(header) {
        findings.extend(found.iter().map(|draft| draft.clone().shifted(base)));
    }
    let rest = Gathered {
        syntax: &pipeline.syntax,
        problems: pipeline.problems.iter().collect(),
        ..Gathered::default()
    };
    let mark = findings.len();
    look_at(input, &rest, &mut findings);
    findings.calm_from(mark, &Places::default());
    findings.calm_header();
    let mut turn = 0;
    for (rule, look) in self::looks() {
        match look {
            Look::Pipeline(look) => {
                report(input, rule, &mut findings, |findings| look(whole, findings));
            }
            Look::Kept(reads, look) => {
                if looks.0.len() == turn {
                    looks.0.push(Kept::default());
                }
                let kept = &mut looks.0[turn];
                turn += 1;
                if let Some(found) = kept.moved(pipeline, changed, *reads) {
                    findings.extend(found);
                    continue;
                }
                let mark = findings.len();
                report(input, rule, &mut findings, |findings| look(whole, findings));
                kept.keep(pipeline, findings.since(mark));
            }
            _ => {}
        }
    }
    findings.into_drafts()
}

/// What is found in those of `steps` to which text comes that nobody has looked at; each at home in its step.
pub(crate) fn check_sinks(taint: &Taint<'_>, steps: impl Iterator<Item = usize>) -> Vec<Draft> {
    let mut findings = Findings::new();
    for step in steps.filter(|step| taint.is_sink(*step)) {
        for (rule, look) in looks() {
            if let Look::Sink(look) = look {
                report(taint.whole.input, rule, &mut findings, |findings| {
                    look(taint, step, findings);
                });
            }
        }
    }
    findings.into_drafts()
}

fn look_at(input: &Input<'_>, item: &Gathered<'_>, findings: &mut Findings) {
    for (rule, look) in looks() {
        report(input, rule, findings, |findings| match look {
            Look::Syntax(look) => item.syntax.iter().for_each(|it| look(it, findings)),
            Look::Problem(look) => item.problems.iter().for_each(|it| look(it, findings)),
            Look::Key(look) => item.keys.iter().for_each(|it| look(it, findings)),
            Look::Text(look) => item.texts.iter().for_each(|it| look(it, findings)),
            Look::Reference(look) => item.references.iter().for_each(|it| look(it, findings)),
            Look::Call(look) => each_call(input, item, &mut |call| look(call, findings)),
            Look::Step(look) => item.step.iter().for_each(|it| look(it, findings)),
            Look::Pipeline(_) | Look::Kept(..) | Look::Sink(_) | Look::Allowed(_) => {}
        });
    }
}

/// Calls `visit` for the step, and for what its error handlers do.
fn each_call(input: &Input<'_>, item: &Gathered<'_>, visit: &mut dyn FnMut(&StepView<'_>)) {
    item.step.iter().for_each(&mut *visit);
    for action in &item.actions {
        let around = item.step.and_then(|it| it.scope.path.split_last()).map_or(&[][..], |it| it.1);
        let path: Vec<&Step> = around.iter().copied().chain([action]).collect();
        let index = item.step.and_then(|it| it.scope.index);
        visit(&StepView { scope: Scope { input, path: &path, index }, step: action });
    }
}
