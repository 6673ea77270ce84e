//! Drawings of pipelines.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::snapshot;
use crate::graph::{Graph, graph};

fn drawn(text: &str) -> Graph {
    let snapshot = snapshot(text);
    graph(&snapshot.pipeline, &snapshot.names, &snapshot.plan, &snapshot.report.diagnostics())
}

/// A line a node, a line a link.
fn dump(text: &str) -> String {
    let graph = drawn(text);
    let mut out = String::new();
    for node in &graph.nodes {
        let depth = std::iter::successors(node.parent, |at| graph.nodes[*at].parent).count();
        write!(out, "{}{} {:?} `{}`", "  ".repeat(depth), node.id, node.kind, node.detail).unwrap();
        let place = node.place.and_then(|place| text.get(place.focus.range()));
        write!(out, " at {}", place.unwrap_or("-")).unwrap();
        if let Some(stage) = node.stage {
            write!(out, " stage {stage}").unwrap();
        }
        if let Some(condition) = &node.condition {
            write!(out, " if {condition}").unwrap();
        }
        if let Some(repeats) = &node.repeats {
            write!(out, " {} {}", repeats.kind, repeats.bound).unwrap();
        }
        for problem in &node.problems {
            write!(out, " {}!", problem.code).unwrap();
        }
        out.push('\n');
    }
    for link in &graph.links {
        writeln!(
            out,
            "{} -> {} {} {}: {} at {}",
            graph.nodes[link.from].id,
            graph.nodes[link.to].id,
            link.origin.word(),
            link.standing.word(),
            link.because,
            text.get(link.span.range()).unwrap_or("-").lines().next().unwrap_or_default(),
        )
        .unwrap();
    }
    out
}

#[expect(clippy::needless_pass_by_value, reason = "how `expect!` is used")]
fn draws(text: &str, expected: Expect) {
    expected.assert_eq(&dump(text));
}

#[test]
fn steps_stand_in_stages_and_links_say_why() {
    draws(
        "inputs: {topic: tides}
steps:
  - {id: fetch, tool: web-search, action: search, parameters: {query: '{{ topic }}'}}
  - {id: draft, action: 'echo {{ fetch.results }}', if: fetch.total_results > 0, on_false: notice}
  - {id: notice, action: echo nothing}
",
        expect![[r#"
            fetch Tool `search of web-search` at fetch stage 0
            draft Action `prints a text` at draft stage 1 if fetch.total_results > 0 routing-backward!
            notice Action `prints a text` at notice stage 0
            fetch -> draft template always: `action` reads `{{ fetch.results }}` at fetch.results
            fetch -> draft control_flow always: `if` reads `{{ fetch.total_results }}` at fetch.total_results
            draft -> notice routing never: `on_false` may route to it at notice
        "#]],
    );
}

#[test]
fn loops_hold_their_bodies() {
    draws(
        "steps:
  - {id: a, action: echo a}
  - id: each
    for_each: '{{ a.rows }}'
    steps:
      - {id: one, action: 'echo {{ item }}'}
      - {id: two, action: 'echo {{ one }} {{ a }}', on_failure: three}
      - {id: three, action: echo 3, dependencies: [two]}
  - id: again
    while: 'work.left > 0'
    max_iterations: 4
    steps:
      - {id: work, action: 'echo {{ work }}'}
      - id: inner
        for_each: [1, 2]
        steps:
          - {id: deep, action: 'echo {{ work }}'}
  - id: rounds
    action_loop:
      - {action: echo one}
      - {name: named, action: 'echo {{ action_0 }} {{ prev_named }}'}
    until: '{{ iteration > 2 }}'
  - {id: short, for_each: [1], action: 'echo {{ item }} {{ each }}'}
  - id: side
    parallel:
      - {id: left, action: echo l}
      - {id: right, action: echo r}
",
        expect![[r#"
            a Action `prints a text` at a stage 0
            each Loop `a loop over a list` at each stage 1 for_each once for each item of a list known when it starts undefined-field!
              each.one Action `prints a text` at one
              each.two Action `prints a text` at two
              each.three Action `prints a text` at three
            again Loop `a loop over a condition` at again stage 0 while at most 4 rounds undefined-field!
              again.work Action `prints a text` at work
              again.inner Loop `a loop over a list` at inner for_each 2 items
                again.inner.deep Action `prints a text` at deep
            rounds Loop `a repeated list of actions` at rounds stage 0 action_loop at most 100 rounds
              rounds.action_0 Action `prints a text` at 
              rounds.named Action `prints a text` at named
            short Loop `prints a text` at short stage 2 for_each 1 item
            side Group `steps side by side` at side stage 0
              side.left Action `prints a text` at left
              side.right Action `prints a text` at right
            a -> each control_flow always: `for_each` reads `{{ a.rows }}` at a.rows
            a -> each template always: `action` reads `{{ a }}` at a
            each -> short template always: `action` reads `{{ each }}` at each
            each.one -> each.two template always: `action` reads `{{ one }}` at one
            each.two -> each.three routing maybe: `on_failure` may route to it at three
            each.two -> each.three declared always: `dependencies` names `two` at two
            again.work -> again.work template earlier: `action` reads `{{ work }}` at work
            again.work -> again.inner template always: `action` reads `{{ work }}` at work
            rounds.action_0 -> rounds.named template always: `action` reads `{{ action_0 }}` at action_0
            rounds.named -> rounds.named template earlier: `action` reads `{{ prev_named }}` at prev_named
        "#]],
    );
}

#[test]
fn links_in_a_body_say_which_round_they_read() {
    draws(
        "steps:
  - id: again
    while: 'ok'
    steps:
      - {id: one, action: 'echo {{ two }}'}
      - {id: two, action: 'echo {{ one }} {{ deep }}'}
      - {id: inner, for_each: [1], steps: [{id: deep, action: echo d}]}
  - id: rounds
    action_loop:
      - {name: first, action: 'echo {{ second }}'}
      - {name: second, action: echo s}
      - {name: third, action: echo t}
    until: '{{ iteration > 2 }}'
",
        expect![[r#"
            again Loop `a loop over a condition` at again stage 0 while at most 10 rounds undefined-variable!
              again.one Action `prints a text` at one
              again.two Action `prints a text` at two body-step-outside-loop!
              again.inner Loop `a loop over a list` at inner for_each 1 item
                again.inner.deep Action `prints a text` at deep
            rounds Loop `a repeated list of actions` at rounds stage 0 action_loop at most 100 rounds
              rounds.first Action `prints a text` at first
              rounds.second Action `prints a text` at second
              rounds.third Action `prints a text` at third
            ?ok Missing `is not in this file` at -
            ?ok -> again control_flow unknown: `while` reads `{{ ok }}` at ok
            again.two -> again.one template earlier: `action` reads `{{ two }}` at two
            again.one -> again.two template always: `action` reads `{{ one }}` at one
            rounds.second -> rounds.first template earlier: `action` reads `{{ second }}` at second
            again.inner -> again.two template always: it reads what is inside of it at {id: two, action: 'echo {{ one }} {{ deep }}'}
            rounds.first -> rounds.second sequence always: the actions of a round follow one another at {name: second, action: echo s}
            rounds.second -> rounds.third sequence always: the actions of a round follow one another at {name: third, action: echo t}
        "#]],
    );
}

#[test]
fn what_is_wrong_is_drawn_too() {
    draws(
        "steps:
  - {id: a, action: 'echo {{ c }}', dependencies: [nobody]}
  - {id: b, action: 'echo {{ a }} {{ steps.gone.x }} {{ typo.y }}'}
  - {id: c, action: 'echo {{ b }}'}
  - {id: c, action: echo again, on_success: nowhere, on_failure: a}
  - {action: 'echo {{ maybe | default(1) }}'}
  - {id: d, goto: '{{ later }}', action: echo d}
  - {id: e, action: echo e, on_error: {handler_task_id: rescue}, depends_on: <AUTO>choose</AUTO>}
  - {id: rescue, action: echo r, dependencies: [rescue]}
  - {id:
",
        expect![[r#"
            a Action `prints a text` at a unknown-step!
            b Action `prints a text` at b unknown-step! undefined-variable!
            c Action `prints a text` at c cycle!
            #4 Action `prints a text` at c stage 0 duplicate-id! routing-target-unknown!
            #5 Action `prints a text` at  stage 0 missing-required! undefined-variable!
            d Action `prints a text` at d stage 0 undefined-variable!
            e Action `prints a text` at e stage 0
            rescue Action `prints a text` at rescue self-dependency!
            #9 Unknown `nothing yet` at  stage 0 unclosed-bracket!
            ?nobody Missing `is not in this file` at -
            ?gone Missing `is not in this file` at -
            ?typo Missing `is not in this file` at -
            ?nowhere Missing `is not in this file` at -
            ?later Missing `is not in this file` at -
            ?d:goto Open `known only in the run` at -
            ?e:depends_on Open `known only in the run` at -
            c -> a template always: `action` reads `{{ c }}` at c
            #4 -> a routing maybe: `on_failure` may route to it at a
            a -> b template always: `action` reads `{{ a }}` at a
            b -> c template always: `action` reads `{{ b }}` at b
            rescue -> rescue declared never: `dependencies` names `rescue` at rescue
            ?nobody -> a declared unknown: `dependencies` names `nobody` at nobody
            ?gone -> b template unknown: `action` reads `{{ steps.gone.x }}` at steps.gone.x
            ?typo -> b template unknown: `action` reads `{{ typo.y }}` at typo.y
            #4 -> ?nowhere routing unknown: `on_success` may route to it at nowhere
            ?later -> d control_flow unknown: `goto` reads `{{ later }}` at later
            d -> ?d:goto routing unknown: `goto` is known only in the run at '{{ later }}'
            ?e:depends_on -> e declared unknown: `depends_on` is known only in the run at <AUTO>choose</AUTO>
            e -> rescue handler maybe: it handles a failure at rescue
        "#]],
    );
}

#[test]
fn inputs_and_outputs_name_the_steps_that_touch_them() {
    let graph = drawn(
        "inputs: {x: 1, y: 2}
steps:
  - {id: a, action: 'echo {{ x }}'}
  - {id: l, for_each: [1], steps: [{id: b, action: 'echo {{ inputs.x }} {{ a }}'}]}
outputs: {o: '{{ l.results }} {{ a }}', p: '{{ x }}'}
",
    );
    let ports = |ports: &[crate::graph::Port]| {
        ports
            .iter()
            .map(|port| {
                let nodes: Vec<_> = port.nodes.iter().map(|at| &*graph.nodes[*at].id).collect();
                format!("{}: {}", port.name, nodes.join(" "))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(ports(&graph.inputs), ["x: a l", "y: "]);
    assert_eq!(ports(&graph.outputs), ["o: a l", "p: "]);
}

#[test]
fn a_text_without_steps_has_an_empty_drawing() {
    for text in ["", "steps:", "steps: {a: b}", "id: x\nsteps: []", "{{{"] {
        assert_eq!(drawn(text).nodes, [], "{text}");
    }
}

#[test]
fn handlers_of_the_pipeline_see_to_any_failure() {
    draws(
        "steps:
  - {id: a, action: echo a, on_error: {handler_task_id: own}}
  - {id: own, action: echo own}
  - {id: common, action: echo common}
global_error_handlers:
  - {handler_task_id: common}
",
        expect![[r#"
            a Action `prints a text` at a stage 0
            own Action `prints a text` at own
            common Action `prints a text` at common
            ?failure Open `a failure that no handler of its own step mends` at -
            a -> own handler maybe: it handles a failure at own
            ?failure -> common handler maybe: `global_error_handlers` has it handle failures at common
        "#]],
    );
}
