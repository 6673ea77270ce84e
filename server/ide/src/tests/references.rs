use super::marked;
use crate::references;

/// Whether exactly the marked places are found from the cursor, and from each of them.
#[track_caller]
fn found(text: &str) {
    let (snapshot, cursor, marks) = marked(text);
    assert!(!marks.is_empty());
    let source = snapshot.document.rope().to_string();
    let words = |at: u32| {
        let shown = |it: &crate::Occurrence| (it.span.start, &source[it.span.range()], it.access);
        references(&snapshot, at)
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
            .iter()
            .map(|it| format!("{it:?}"))
            .collect::<Vec<_>>()
    };
    let expected: Vec<_> = marks
        .iter()
        .map(|it| format!("{:?}", (it.span.start, &source[it.span.range()], it.access)))
        .collect();
    assert_eq!(words(cursor), expected, "from the cursor in\n{source}");
    for mark in &marks {
        assert_eq!(words(mark.span.start), expected, "from {:?} in\n{source}", mark.span);
        assert_eq!(words(mark.span.end), expected, "from the end of {:?} in\n{source}", mark.span);
    }
}

#[test]
fn a_step_by_every_key_that_names_it() {
    found(
        "steps:
  - id: «fet$0ch»
    action: echo x
  - id: b
    action: echo y
    dependencies: [‹fetch›, '‹fetch›']
    on_false: ‹fetch›
    on_success: \"‹fetch›\"
    on_failure: ‹fetch›
    goto: ‹fetch›
    on_error:
      - handler_task_id: ‹fetch›
  - id: c
    action: echo z
    depends_on: b, ‹fetch›
    goto: \"{{ '‹fetch›' if b.ok else 'b' }}\"
  - id: d
    action: echo z
    goto: b.ok ? ‹fetch› : b
global_error_handlers:
  - handler_task_id: ‹fetch›
  - handler_action: echo {{ ‹fetch›.result }}
",
    );
}

#[test]
fn a_step_in_templates_and_conditions_in_all_spellings() {
    found(
        "steps:
  - id: «fetch»
    action: echo x
  - id: b
    tool: terminal
    parameters:
      command: echo {{ ‹fet$0ch› }} {{ steps['‹fetch›'].x }} {{ results.‹fetch› }} {{ fetcher }}
      double: \"a \\\"{{ ‹fetch›.y }}\\\" {{ steps[\\\"‹fetch›\\\"].x }}\"
      single: '{{ ‹fetch›.y }} {{ steps[''‹fetch›''].x }}'
      folded: >
        one {{ ‹fetch›.x
        }} two {% if ‹fetch›.ok and ‹fetch›.fine %} fetch {% endif %}
      literal: |
        {% for fetch in ‹fetch›.items %}{{ fetch.x }}{% endfor %}
        {# fetch #} {{ 'fetch' }} {{ x.fetch }}
    condition: ‹fetch›.size > 1
    if: \"{{ previous_results.‹fetch›.size }} > 3\"
outputs:
  all: \"{{ ‹fetch›.result }}\"
  fetch: {value: \"{{ step_results['‹fetch›'] }}\"}
",
    );
}

#[test]
fn body_steps_are_those_of_the_nearest_loop() {
    found(
        "steps:
  - id: a
    action: echo x
  - id: loop
    for_each: [1]
    steps:
      - id: «a»
        action: echo x
      - id: two
        action: echo {{ ‹$0a›.result }} {{ steps.‹a›.result }}
        dependencies: [‹a›]
        on_failure: ‹a›
  - id: last
    action: echo {{ a.result }}
    dependencies: [a]
",
    );
    found(
        "steps:
  - id: l
    while: \"{{ ‹re$0ad›.more }}\"
    until: ‹read›.done
    steps:
      - id: «read»
        action: echo x
  - id: after
    action: echo {{ ‹read›.result }}
",
    );
}

#[test]
fn looped_actions_and_their_previous_round() {
    found(
        "steps:
  - id: l
    action_loop:
      - name: «dr$0aft»
        action: generate
        parameters: {prompt: \"{{ prev_‹draft› }} {{ ‹draft› }}\"}
    until: ‹draft›.success
",
    );
}

#[test]
fn a_loop_by_its_id_and_by_the_name_that_it_has_without_a_given_one() {
    found(
        "steps:
  - id: «ea$0ch»
    for_each: [1]
    steps:
      - id: b
        action: echo {{ ‹each›.item }}
  - id: c
    action: echo {{ ‹each›.results }} {{ $‹each›_loop_0.item }}
",
    );
}

#[test]
fn inputs_in_all_spellings() {
    found(
        "inputs:
  «to$0pic»: tides
  other: \"{{ ‹topic› }}\"
parameters:
  «topic»: x
steps:
  - id: a
    action: echo {{ ‹topic› }} {{ inputs.‹topic› }} {{ parameters['‹topic›'] }} {{ x.topic }}
    condition: ‹topic› == 'topic'
",
    );
    found(
        "inputs:
  - «to$0pic»: None
  - name: other
steps:
  - id: a
    action: echo {{ ‹topic› }}
",
    );
}

#[test]
fn bindings_of_the_loop_that_binds_them() {
    found(
        "steps:
  - id: outer
    loop_name: outermost
    for_each: [1]
    steps:
      - id: x
        action: echo {{ ‹item› }} {{ $‹item› }} {{ $outermost.‹item› }}
      - id: inner
        for_each: \"{{ ‹it$0em› }}\"
        steps:
          - id: y
            action: echo {{ item }} {{ outermost.‹item› }}
",
    );
    found(
        "steps:
  - id: l
    while: ‹iter$0ation› < 3
    steps:
      - id: y
        action: echo {{ ‹iteration› }}
",
    );
}

#[test]
fn names_that_a_loop_gives() {
    found(
        "steps:
  - id: l
    for_each: [1]
    loop_var: $«fi$0le»
    steps:
      - id: y
        action: echo {{ ‹file›.name }} {{ $‹file› }}
      - id: z
        action: echo {{ ‹file› }}
  - id: out
    action: echo {{ file }}
",
    );
    found(
        "steps:
  - id: l
    for_each: [1]
    loop_name: «ou$0ter»
    steps:
      - id: y
        action: echo {{ $‹outer›.item }} {{ loop_var('‹outer›', 'item') }} {{ 'outer' }}
        condition: loop_item_at('‹outer›', 0) == item
  - id: after
    action: echo {{ ‹outer›.index }}
",
    );
}

#[test]
fn variables_by_themselves_and_behind_their_step() {
    found(
        "steps:
  - id: a
    action: generate
    vars:
      - «sum$0mary»: the summary
      - title: the title
    products:
      - ‹summary›: out.md
  - id: b
    action: echo {{ ‹summary› }} {{ a.‹summary› }} {{ steps['a']['‹summary›'] }} {{ a.title }}
",
    );
}

#[test]
fn experts_personalities_constants_and_outputs() {
    found(
        "experts:
  «wri$0ter»: {model: x}
steps:
  - id: a
    expert: \"‹writer›\"
    prompt: x
  - id: b
    expert: ‹writer›
    prompt: x
",
    );
    found(
        "personalities:
  «ca$0lm»: {system_prompt: x}
  calmer: {system_prompt: y, extends: ‹calm›}
steps:
  - id: a
    personality: ‹calm›
    prompt: x
",
    );
    found("config:\n  «li$0mit»: 3\nsteps:\n  - id: a\n    action: echo {{ config.‹limit› }}\n");
    found("outputs:\n  «a$0ll»: x\n");
}

#[test]
fn anchors_and_aliases() {
    found(
        "x-common: &«pa$0rams»\n  a: 1\nsteps:\n  - id: a\n    parameters: *‹params›\n  - id: b\n    parameters:\n      <<: *‹params›\n",
    );
}

#[test]
fn a_name_that_comes_through_an_alias_stands_at_the_alias() {
    let (snapshot, cursor, _) = marked(
        "x-p: &p\n  command: echo {{ a.x }}\nsteps:\n  - id: $0a\n    action: echo x\n  - id: b\n    tool: terminal\n    parameters: *p\n",
    );
    let source = snapshot.document.rope().to_string();
    let words: Vec<_> =
        references(&snapshot, cursor).iter().map(|it| source[it.span.range()].to_owned()).collect();
    assert_eq!(words, ["a", "*p"]);
}

#[test]
fn broken_files_lose_no_place() {
    found(
        "steps:
  - id: «a»
    action: echo x
  - id: b
    action: \"open {{ ‹$0a›.x
  - id: c
    action: echo {{ ‹a›.
  - id: d
    dependencies: [‹a›, nobody
    condition: ‹a› ==
  - id: e
    on_false: ‹a›
",
    );
}

#[test]
fn an_inline_pipeline_has_names_of_its_own() {
    found(
        "steps:
  - id: «$0a»
    action: echo x
  - id: b
    tool: pipeline-executor
    parameters:
      inputs: {x: \"{{ ‹a›.x }}\"}
      pipeline: |
        steps:
          - id: a
            action: echo {{ a.x }}
",
    );
}
