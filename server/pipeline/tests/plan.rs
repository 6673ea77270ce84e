//! The graph of a pipeline: why each edge is there, stages, knots, routes, parts.

mod dump;

use expect_test::{Expect, expect};
use pipeline::{Plan, Selection};

#[expect(clippy::needless_pass_by_value, reason = "how `expect!` is used")]
fn plan(text: &str, expected: Expect) {
    expected.assert_eq(&dump::plan(text));
}

#[test]
fn edges_say_why() {
    plan(
        "inputs: {c: 1}
steps:
  - {id: a, action: echo a}
  - {id: b, action: 'echo {{ a.x }} {{ a.y }}', dependencies: [a]}
  - {id: c-d, action: echo c, if: b.ok and c}
  - {id: e, for_each: '{{ steps[\"c-d\"].rows }}', steps: [{id: a, action: 'echo {{ b }}'}, {id: g, action: 'echo {{ a }} {{ e }}'}]}
  - {id: f, action: 'echo {{ g }} {{ score }}'}
  - {id: v, prompt: x, vars: [{score: number}]}
",
        expect![[r#"
            | a v
            | b
            | c-d
            | e
            | f
            a -> b declared because `dependencies` names `a` at `a`
            a -> b template because `action` reads `{{ a.x }}` at `a.x`
            b -> c-d control_flow because `if` reads `{{ b.ok }}` at `b.ok`
            c-d -> e control_flow because `for_each` reads `{{ steps['c-d'].rows }}` at `steps["c-d"].rows`
            b -> e template because `action` reads `{{ b }}` at `b`
            e -> f template because `action` reads `{{ g }}` at `g`
            v -> f template because `action` reads `{{ score }}` at `score`
        "#]],
    );
}

#[test]
fn knots() {
    plan(
        "steps:
  - {id: a, action: 'echo {{ c }}'}
  - {id: b, action: 'echo {{ a }}'}
  - {id: c, action: 'echo {{ b }}'}
  - {id: d, action: 'echo {{ c }} {{ d }}'}
  - {id: e, action: echo e, dependencies: [f, e]}
  - {id: f, action: echo f, dependencies: [e]}
  - {id: g, action: echo g}
",
        expect![[r#"
            | g
            c -> a template because `action` reads `{{ c }}` at `c`
            a -> b template because `action` reads `{{ a }}` at `a`
            b -> c template because `action` reads `{{ b }}` at `b`
            c -> d template because `action` reads `{{ c }}` at `c`
            f -> e declared because `dependencies` names `f` at `f`
            e -> f declared because `dependencies` names `e` at `e`
            cycle a b c
            cycle e f
            own d at `d`
            own e at `e`
        "#]],
    );
}

#[test]
fn routes_wait_and_never_go_back() {
    plan(
        "steps:
  - {id: a, action: echo a, on_false: c, on_failure: d}
  - {id: b, action: 'echo {{ a }}', on_success: a}
  - {id: c, action: echo c, goto: 'x ? d : a'}
  - {id: d, action: echo d, on_success: d}
",
        expect![[r#"
            | a
            | b c
            | d
            a -> b template because `action` reads `{{ a }}` at `a`
            a -> c routing because `on_false` may route to it at `c`
            a -> d routing because `on_failure` may route to it at `d`
            c -> d routing because `goto` may route to it at `d`
            own d at `d`
            backward b -> a
            backward c -> a
        "#]],
    );
}

#[test]
fn parts_of_a_pipeline() {
    let (pipeline, plan) = dump::planned(
        "steps:
  - {id: a, action: echo a}
  - {id: b, action: 'echo {{ a }}'}
  - {id: c, action: 'echo {{ b }}'}
  - {id: d, action: echo d, on_false: c}
",
    );
    let selected = |selection: &Selection| {
        let selected = pipeline.selected(&plan, selection);
        (selected.chosen, selected.needed)
    };
    assert_eq!(selected(&Selection::default()), (vec![0, 1, 2, 3], vec![]));
    assert_eq!(
        selected(&Selection { only: vec![2], ..Selection::default() }),
        (vec![2], vec![0, 1])
    );
    assert_eq!(
        selected(&Selection { until: vec![1], ..Selection::default() }),
        (vec![0, 1], vec![])
    );
    assert_eq!(
        selected(&Selection { from: vec![1], ..Selection::default() }),
        (vec![1, 2], vec![0])
    );
    assert_eq!(
        selected(&Selection { from: vec![1], until: vec![1], ..Selection::default() }),
        (vec![1], vec![0])
    );
    assert_eq!(plan.dependencies(2), [1, 3]);
    assert_eq!(plan.descendants(0), [1, 2]);
    assert_eq!(plan.ancestors(2), [0, 1, 3]);
}

/// A small generator of numbers: the same ones each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn random_graphs_are_layered() {
    let mut numbers = Numbers(7);
    for _ in 0..300 {
        let count = 1 + numbers.below(12);
        let mut text = String::from("steps:\n");
        for step in 0..count {
            let reads = numbers.below(count + 2);
            let waits = numbers.below(count + 2);
            let routes = numbers.below(count + 4);
            text.push_str(&format!("  - {{id: s{step}, action: 'echo {{{{ s{reads} }}}}', dependencies: [s{waits}], on_false: s{routes}}}\n"));
        }
        check(&text);
    }
}

fn check(text: &str) {
    let (pipeline, plan) = dump::planned(text);
    let on_cycle = |step: usize| plan.ancestors(step).contains(&step);
    for step in 0..pipeline.steps.len() {
        let before = plan.ancestors(step);
        let blocked = on_cycle(step) || before.iter().any(|&it| on_cycle(it));
        assert_eq!(plan.stage_of(step).is_none(), blocked, "{text}");
        if let Some(stage) = plan.stage_of(step) {
            let longest = plan
                .dependencies(step)
                .into_iter()
                .filter_map(|it| plan.stage_of(it))
                .max()
                .map_or(0, |it| it + 1);
            assert_eq!(stage, longest, "{text}");
            assert!(plan.stages[stage].contains(&step));
        }
    }
    for cycle in &plan.cycles {
        assert!(is_cycle(&plan, cycle), "{cycle:?} of {text}");
    }
    assert_eq!(plan.cycles.is_empty(), !(0..pipeline.steps.len()).any(on_cycle), "{text}");
    assert!(plan.stages.iter().all(|stage| stage.is_sorted()));
}

fn is_cycle(plan: &Plan, cycle: &[usize]) -> bool {
    let next = cycle.iter().skip(1).chain(cycle.first());
    cycle.iter().zip(next).all(|(&from, &to)| plan.dependents(from).any(|it| it == to))
}

#[test]
fn steps_that_only_handlers_call_are_in_no_stage() {
    let text = "steps:
  - {id: a, action: echo a, on_error: {handler_task_id: mend}}
  - {id: b, action: 'echo {{ a }}', on_error: {handler_task_id: read}}
  - {id: mend, action: 'echo {{ a }}'}
  - {id: read, action: echo r}
  - {id: routed, action: 'echo {{ b }}'}
  - {id: c, action: 'echo {{ read }}', on_failure: routed}
  - id: loop
    for_each: [1]
    steps:
      - {id: inner, action: echo i, on_error: {handler_task_id: fix}}
      - {id: deep, action: echo d, on_error: {handler_task_id: far}}
      - {id: fix, action: echo f}
  - {id: fix, action: echo f}
  - {id: far, action: echo f}
  - {id: common, action: echo c}
global_error_handlers:
  - {handler_task_id: common}
  - {handler_task_id: routed}
";
    let (pipeline, plan) = dump::planned(text);
    let id = |step: &usize| pipeline.steps[*step].id_text().to_owned();
    let on_call: Vec<String> = plan.on_call.iter().map(id).collect();
    assert_eq!(on_call, ["mend", "far", "common"]);
    let staged: Vec<String> = plan.stages.concat().iter().map(id).collect();
    assert_eq!(staged, ["a", "read", "loop", "fix", "b", "c", "routed"]);
    assert!(plan.on_call.iter().all(|step| plan.stage_of(*step).is_none()));
    let names = pipeline::names::Names::new(&pipeline);
    let holder: &pipeline::Step = &pipeline.steps[6];
    let order = pipeline::BodyOrder::new(&pipeline, &names, &[holder]);
    assert_eq!(order.on_call, [2]);
}
