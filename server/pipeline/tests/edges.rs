//! Every name that evaluation looks up was a reference, so whatever the engine resolves was an edge of the plan.

mod dump;

use std::cell::RefCell;
use std::sync::Arc;

use pipeline::eval::{self, Scope};
use pipeline::facts::writes_out_a_pipeline;
use pipeline::names::{Meaning, Names};
use pipeline::{
    Condition, Parameter, Pipeline, Plan, ReferenceOrigin, Step, StepKind, Text, Value,
};

/// Answers every name with text, and remembers who was asked for.
#[derive(Default)]
struct Recorder {
    asked: RefCell<Vec<String>>,
}

impl Scope for Recorder {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.asked.borrow_mut().push(name.to_owned());
        Some(Value::Text(Arc::from("7")))
    }
}

/// What evaluation asks for when the rendered fields of a step are rendered.
fn asked(step: &Step) -> Vec<String> {
    let recorder = Recorder::default();
    let text = |text: &Text| {
        if let Some(template) = &text.template {
            let _ = eval::render(template, &text.value, &recorder);
        }
    };
    let condition = |condition: &Condition| {
        if condition.text.autos.is_empty() {
            let _ = eval::evaluate(&condition.parsed, &condition.text.value, &recorder);
        }
    };
    let own =
        |parameter: &&Parameter| parameter.name.value != "pipeline" || !writes_out_a_pipeline(step);
    for parameter in step.parameters.iter().filter(own) {
        parameter.value.value.texts("", &mut |_, found| text(found));
    }
    if let Some(action) = step.key("action") {
        action.value.value.texts("", &mut |_, found| text(found));
    }
    step.location.iter().for_each(|location| text(&location.value));
    step.condition.as_deref().into_iter().for_each(condition);
    match &step.kind {
        StepKind::ForEach(it) => it.items.value.texts("", &mut |_, found| text(found)),
        StepKind::While(it) => [&it.test, &it.until].into_iter().flatten().for_each(condition),
        StepKind::ActionLoop(it) => [&it.test, &it.until].into_iter().flatten().for_each(condition),
        StepKind::Queue(it) => {
            it.on.iter().for_each(|on| on.value.texts("", &mut |_, found| text(found)));
            [&it.test, &it.until].into_iter().flatten().for_each(condition);
        }
        _ => {}
    }
    recorder.asked.into_inner()
}

/// References of a step; those of a loop with an action of its own stand partly on the loop, partly on the body.
fn read(step: &Step) -> Vec<&str> {
    let shorthand = match &step.kind {
        StepKind::ForEach(it) => it.shorthand,
        StepKind::While(it) => it.shorthand,
        _ => false,
    };
    let inner = step.body.iter().filter(|_| shorthand).flat_map(|inner| &inner.references);
    let all = step.references.iter().chain(inner);
    all.flat_map(|it| [Some(&*it.root), it.namespace.as_ref().map(|(word, _)| &**word)])
        .flatten()
        .collect()
}

fn check(text: &str, name: &str) -> usize {
    let pipeline = dump::lowered(text);
    let mut count = 0;
    for step in pipeline.steps.iter().flat_map(|step| step.walk()) {
        let read = read(step);
        for asked in asked(step) {
            count += 1;
            assert!(
                read.contains(&asked.as_str()),
                "{name}: `{}` asks for `{asked}`",
                step.id_text()
            );
        }
    }
    edges(&pipeline, name);
    count
}

/// Every reference to another step is an edge.
fn edges(pipeline: &Pipeline, name: &str) {
    let names = Names::new(pipeline);
    let plan = Plan::new(pipeline, &names);
    for (to, step) in pipeline.steps.iter().enumerate() {
        let dependencies = plan.dependencies(to);
        for reference in step.references.iter().filter(|it| it.origin != ReferenceOrigin::Inert) {
            if let Meaning::Step(from) = names.meaning(pipeline, &[&**step], reference)
                && from != to
            {
                assert!(dependencies.contains(&from), "{name}: {}", reference.path());
            }
        }
    }
}

#[test]
fn what_real_pipelines_ask_for_was_a_reference() {
    let asked: usize =
        dump::corpus().iter().map(|(path, text)| check(text, &path.to_string_lossy())).sum();
    assert!(asked > 200 || dump::shared().is_none(), "{asked}");
}

#[test]
fn what_templates_ask_for_was_a_reference() {
    let asked = check(
        "inputs: {t: 1}
steps:
  - {id: a, action: echo a}
  - id: b
    action: 'echo {{ a.x }} {{ steps[\"a\"].y }}'
    if: a.ok is defined and results.a.z or t in [c for c in a]
    parameters:
      one: '{% for i in a %}{{ i }}{{ t }}{% endfor %}{% set v = a %}{{ v }}'
      two: '{{ {\"k\": inputs.t}.k ~ (t | default(a)) }}'
  - {id: c, for_each: '{{ a }}', action: 'echo {{ item }} {{ b }}'}
  - {id: d, until: 'iteration > t', steps: [{id: e, action: 'echo {{ c }}'}]}
",
        "text",
    );
    assert!(asked > 12, "{asked}");
}
