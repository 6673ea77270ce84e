//! What texts mean: every form of the language, as compact views of the lowered pipeline.

mod dump;

use expect_test::{Expect, expect};

#[expect(clippy::needless_pass_by_value, reason = "how `expect!` is used")]
fn steps(text: &str, expected: Expect) {
    expected.assert_eq(&dump::steps(text));
}

#[expect(clippy::needless_pass_by_value, reason = "how `expect!` is used")]
fn inputs(text: &str, expected: Expect) {
    expected.assert_eq(&dump::inputs(text));
}

#[expect(clippy::needless_pass_by_value, reason = "how `expect!` is used")]
fn outputs(text: &str, expected: Expect) {
    expected.assert_eq(&dump::outputs(text));
}

#[test]
fn a_pipeline_in_braces_says_what_one_in_lines_does() {
    let braces = r#"{"name": "tides", "inputs": {"quay": "north", "depth": {"type": "number"}},
  "steps": [{"id": "look", "tool": "filesystem", "action": "read", "parameters": {"path": "{{ quay }}.txt"}},
    {"id": "say", "action": "echo {{ look.content }}", "dependencies": ["look"]}],
  "outputs": {"said": "{{ say.result }}"}}"#;
    let lines = "name: tides
inputs: {quay: north, depth: {type: number}}
steps:
  - {id: look, tool: filesystem, action: read, parameters: {path: '{{ quay }}.txt'}}
  - id: say
    action: echo {{ look.content }}
    dependencies: [look]
outputs: {said: '{{ say.result }}'}
";
    for dump in [dump::steps, dump::inputs, dump::outputs] {
        assert_eq!(dump(braces), dump(lines));
    }
    assert!(dump::steps(braces).contains("say: echo"));
}

#[test]
fn ordinary_steps() {
    steps(
        "steps:
  - id: fetch
    tool: FileSystem
    action: read
    parameters: {path: '{{ dir }}/a.txt'}
  - id: sum
    action: generate_text
    dependencies: [fetch]
    if: fetch.size > 3
    timeout: 5m
    max_retries: 0
    parameters:
      prompt: \"Sum up {{ fetch.content }} of {{ inputs.topic }}\"
  - id: say
    action: echo hello {{ sum.result }}
  - id: ask
    prompt: How are you?
",
        expect![[r#"
            fetch: tool filesystem read
              given path: "{{ dir }}/a.txt"
              reads {{ dir }} in parameters.path at `dir` root `dir`
            sum: action generate
              after fetch
              if if(fetch.size > 3)
              given prompt: "Sum up {{ fetch.content }} of {{ inputs.topic }}"
              attempts 1
              timeout 300s
              reads {{ fetch.size }} in if (control) at `fetch.size` root `fetch` `size`
              reads {{ fetch.content }} in parameters.prompt at `fetch.content` root `fetch` `content`
              reads {{ inputs.topic }} in parameters.prompt at `inputs.topic` root `topic`
            say: echo <echo hello {{ sum.result }}>
              reads {{ sum.result }} in action at `sum.result` root `sum` `result`
            ask: action generate
              given prompt: "How are you?"
        "#]],
    );
}

#[test]
fn every_family_and_synonym() {
    steps(
        "steps:
  - {id: a, action: llm_call, parameters: {prompt: x}}
  - {id: b, action: debug, parameters: {message: '{{ a.result }}'}}
  - {id: c, action: Write the report to notes.md}
  - {id: d, action: <AUTO>do it with {{ a }}</AUTO>}
  - {id: e, action: web_search, parameters: {query: x}}
  - {id: f, action: Fetch data from API}
  - {id: g, tool: filesystem, action: execute, parameters: {action: list, path: .}}
  - {id: h, tool: mcp_memory, parameters: {action: store}}
  - {id: i, tool: nonsense, action: x}
",
        expect![[r#"
            a: action generate
              given prompt: "x"
            b: debug Some("{{ a.result }}")
              given message: "{{ a.result }}"
              reads {{ a.result }} in parameters.message at `a.result` root `a` `result`
            c: file prose <Write the report to notes.md>
            d: auto <<AUTO>do it with {{ a }}</AUTO>>
              reads {{ a }} in action in auto at `a` root `a`
            e: tool web-search
              given query: "x"
            f: unknown Some("Fetch data from API")
            g: tool filesystem list
              given action: "list"
              given path: "."
              ! OperationFromParameters { operation: "list" } at `execute`
            h: tool mcp-memory store
              given action: "store"
            i: tool nonsense x
        "#]],
    );
}

#[test]
fn positions_through_escapes_folding_and_subscripts() {
    steps(
        "steps:
  - id: a
    action: generate
    parameters:
      one: \"tab\\t\\\"{{ results.b.x }}\\\" {{ steps['c-d'].y }}\"
      two: >
        folded
        {{ previous_results.e }} and
        {{ parameters.topic }}
      three: 'it''s {{ f.items }}{{ g | default(h) }}'
      four: |
        {% if i is defined %}{{ i.x }}{% endif %}
        {% for it in j.rows %}{{ it.name }}{% endfor %}
        {{ now() }}
",
        expect![[r#"
            a: action generate
              given one: "tab\t\"{{ results.b.x }}\" {{ steps['c-d'].y }}"
              given two: "folded {{ previous_results.e }} and {{ parameters.topic }}\n"
              given three: "it's {{ f.items }}{{ g | default(h) }}"
              given four: "{% if i is defined %}{{ i.x }}{% endif %}\n{% for it in j.rows %}{{ it.name }}{% endfor %}\n{{ now() }}\n"
              reads {{ steps.b.x }} in parameters.one at `results.b.x` root `b` `x`
              reads {{ steps['c-d'].y }} in parameters.one at `steps['c-d'].y` root `c-d` `y`
              reads {{ steps.e }} in parameters.two at `previous_results.e` root `e`
              reads {{ inputs.topic }} in parameters.two at `parameters.topic` root `topic`
              reads {{ f.items }} in parameters.three at `f.items` root `f` `items`
              reads {{ g }} in parameters.three guarded at `g` root `g`
              reads {{ h }} in parameters.three at `h` root `h`
              reads {{ i }} in parameters.four guarded at `i` root `i`
              reads {{ i.x }} in parameters.four guarded at `i.x` root `i` `x`
              reads {{ j.rows }} in parameters.four at `j.rows` root `j` `rows`
              reads {{ now }} in parameters.four called at `now` root `now`
        "#]],
    );
}

#[test]
fn dependencies_in_all_forms() {
    steps(
        "steps:
  - {id: a, action: echo a, dependencies: b, depends_on: [c, b]}
  - {id: d, action: echo d, depends_on: 'a, b'}
  - {id: e, action: echo e, depends_on: <AUTO>all that fetch</AUTO>}
  - {id: f, action: echo f, dependencies: {a: b}}
",
        expect![[r#"
            a: echo <echo a>
              after b, c
              ! BothSpellings { canonical: "dependencies", alias: "depends_on", merged: Union } at `depends_on`
            d: echo <echo d>
              after a, b
            e: echo <echo e>
              after some of <AUTO>all that fetch</AUTO>
            f: echo <echo f>
              ! WrongType { key: "dependencies", expected: "a list of step ids", found: "a map" } at `{a: b}`
        "#]],
    );
}

#[test]
fn routing_policies_and_attempts() {
    steps(
        "steps:
  - {id: a, action: echo a, else: b, on_success: c, on_failure: ' Continue '}
  - {id: b, action: echo b, on_failure: c, retry: 2}
  - {id: c, action: echo c, continue_on_error: true, goto: d}
  - {id: d, action: echo d, on_error: skip, goto: 'd.ok ? e : f-g'}
  - {id: e, action: echo e, goto: \"{{ 'f' if x.y else 'h' }}\", retry_config: {max_retries: 4}}
  - id: f
    action: echo f
    metadata: {timeout: 7}
    on_error:
      - handler_action: echo {{ error_message }}
        error_codes: 500
      - handler_task_id: e
        prioriti: 3
      - just say so
",
        expect![[r#"
            a: echo <echo a>
              false -> b
              success -> c
              failure: Continue
              ! OtherCase { usual: "continue" } at `' Continue '`
            b: echo <echo b>
              failure -> c
              failure: Route
              attempts 3
            c: echo <echo c>
              goto d
              failure: Continue
            d: echo <echo d>
              goto e | f-g
              failure: Skip
              reads {{ d.ok }} in goto (inert) at `d.ok` root `d` `ok`
            e: echo <echo e>
              goto f | h
              attempts 4
              reads {{ x.y }} in goto (control) at `x.y` root `x` `y`
              ! MovedKey { written: "retry_config.max_retries", canonical: "max_retries" } at `retry_config`
            f: echo <echo f>
              timeout 7s
              handler None Some("echo {{ error_message }}") 
              handler Some("e") None UnknownKey { key: "prioriti", level: Handler } at `prioriti`
              handler None Some("just say so") 
              reads {{ error_message }} in on_error[0].handler_action (inert) at `error_message` root `error_message`
        "#]],
    );
}

#[test]
fn loops() {
    steps(
        "steps:
  - id: each
    foreach: \"{{ list.items }}\"
    max_concurrent: 3
    loop_name: outer
    steps:
      - {id: read, tool: filesystem, action: read, parameters: {path: '{{ $item }}'}}
      - {id: show, action: 'echo {{ read.content }} {{ $outer.index }}'}
  - id: short
    for_each: [a, b]
    action: echo {{ item }}
    condition: item != 'a'
    timeout: 3
  - id: once
    for_each: [a, b]
    action: echo {{ item }}
    condition: mode == 'x'
  - id: again
    while: 'true'
    max_iterations: '{{ n }}'
    until: \"{{ judge.good }}\"
    steps: [{id: judge, prompt: Good?}]
  - id: until_true
    until: iteration > 2
    action: echo hi
  - id: both
    parallel:
      - {id: p, action: echo p}
      - {id: q, action: echo q}
",
        expect![[r#"
            each: for each "{{ list.items }}" x3 named outer
              reads {{ list.items }} in foreach (control) at `list.items` root `list` `items`
              read: tool filesystem read
                given path: "{{ $item }}"
                reads {{ item }} in parameters.path at `$item` root `item`
              show: echo <echo {{ read.content }} {{ $outer.index }}>
                reads {{ read.content }} in action at `read.content` root `read` `content`
                reads {{ outer.index }} in action at `$outer.index` root `outer` `index`
            short: for each ["a", "b"]
              -: echo <echo {{ item }}>
                if condition(item != 'a')
                timeout 3s
                reads {{ item }} in action at `item` root `item`
                reads {{ item }} in condition (control) at `item` root `item`
            once: for each ["a", "b"]
              if condition(mode == 'x')
              reads {{ mode }} in condition (control) at `mode` root `mode`
              -: echo <echo {{ item }}>
                reads {{ item }} in action at `item` root `item`
            again: while on while(true) until until({{ judge.good }}) x{{ n }}
              reads {{ n }} in max_iterations (control) at `n` root `n`
              reads {{ judge.good }} in until (control) at `judge.good` root `judge` `good`
              judge: action generate
                given prompt: "Good?"
            until_true: while until until(iteration > 2)
              reads {{ iteration }} in until (control) at `iteration` root `iteration`
              -: echo <echo hi>
            both: parallel
              p: echo <echo p>
              q: echo <echo q>
        "#]],
    );
}

#[test]
fn action_loops_and_queues() {
    steps(
        "steps:
  - id: polish
    action: action_loop
    while_condition: iteration < 3
    break_on_error: yes
    action_loop:
      - {name: draft, action: generate, parameters: {prompt: '{{ prev_draft.result }}'}}
      - {action: 'echo {{ draft }}'}
  - id: verify
    create_parallel_queue:
      on: <AUTO>list of sources in {{ polish.result }}</AUTO>
      tool: headless-browser
      task:
        action_loop:
          - {action: verify, parameters: {url: '{{ item }}'}}
        until: all done
  - id: asked
    action: create_parallel_queue
    parameters:
      on: [1, 2]
      max_parallel: 2
      action_loop: [{action: 'echo {{ item }}'}]
  - id: flat
    action: create_parallel_queue
    on: '{{ asked.results }}'
    action_loop: [{action: 'echo {{ item }}'}]
  - id: empty
    create_parallel_queue: {}
",
        expect![[r#"
            polish: action loop on while_condition(iteration < 3)
              reads {{ iteration }} in while_condition (control) at `iteration` root `iteration`
              draft: action generate
                given prompt: "{{ prev_draft.result }}"
                reads {{ prev_draft.result }} in parameters.prompt at `prev_draft.result` root `prev_draft` `result`
              -: echo <echo {{ draft }}>
                reads {{ draft }} in action at `draft` root `draft`
            verify: queue "<AUTO>list of sources in {{ polish.result }}</AUTO>" until until(all done)
              reads {{ polish.result }} in create_parallel_queue.on (control) in auto at `polish.result` root `polish` `result`
              reads {{ all }} in create_parallel_queue.until (control) at `all` root `all`
              -: tool headless-browser verify
                given url: "{{ item }}"
                reads {{ item }} in parameters.url at `item` root `item`
            asked: queue [1, 2] x2
              -: echo <echo {{ item }}>
                reads {{ item }} in action at `item` root `item`
            flat: queue "{{ asked.results }}"
              reads {{ asked.results }} in on (control) at `asked.results` root `asked` `results`
              -: echo <echo {{ item }}>
                reads {{ item }} in action at `item` root `item`
            empty: queue 
              ! MissingKey { key: "on" } at `create_parallel_queue`; MissingKey { key: "action_loop" } at `create_parallel_queue`
        "#]],
    );
}

#[test]
fn what_is_wrong_with_steps() {
    steps(
        "steps:
  - {id: none}
  - {id: 3 x, action: echo, for_each: [1], while: 'x'}
  - action: echo nameless
  - {name: The Named One!, action: echo x}
  - {id: t, action: echo t, timeout: 0, max_retries: -1, parameters: '{{ all }}', continue_on_error: perhaps}
  - just text
  - {id: u, tool: filesystem, action: read, foo: 1, x-mine: 2, inputs: {path: a}}
  - {id: v, action: [a]}
",
        expect![[r#"
            none: unknown None
              ! NoKind at `none`
            3 x: for each [1]
              reads {{ x }} in while (control) at `x` root `x`
              ! BadId { id: "3 x" } at `3 x`; SeveralKinds { keys: [Located { value: "action", span: Span { start: 14, end: 20 } }, Located { value: "for_each", span: Span { start: 28, end: 36 } }, Located { value: "while", span: Span { start: 43, end: 48 } }] } at `action`
              -: action echo
            -: echo <echo nameless>
              ! MissingKey { key: "id" } at `action`
            the-named-one: echo <echo x>
            t: echo <echo t>
              reads {{ all }} in parameters at `all` root `all`
              ! OutOfRange { key: "timeout", allowed: "more than 0 seconds" } at `0`; OutOfRange { key: "max_retries", allowed: "at least 0" } at `-1`; WrongType { key: "parameters", expected: "a map of parameters", found: "text" } at `'{{ all }}'`; WrongType { key: "continue_on_error", expected: "`true` or `false`", found: "text" } at `perhaps`
            -: unknown None
              ! WrongType { key: "steps", expected: "a map", found: "text" } at `just text`
            u: tool filesystem read
              given path: "a"
              ! InputsAsParameters at `inputs`
            v: unknown None
              ! WrongType { key: "action", expected: "text", found: "a list" } at `[a]`
        "#]],
    );
}

#[test]
fn variables_products_and_models() {
    steps(
        "steps:
  - id: a
    prompt: Judge {{ text }}
    model: '{{ fast }}'
    vars:
      - score: float between 0-1
      - name: verdict
        type: string
    products:
      - verdict: out/{{ topic }}.md
    location: '{{ dir }}/x'
  - id: b
    prompt: x
    vars: {one: text}
    parameters: {model: 'openai:x'}
",
        expect![[r#"
            a: action generate
              given prompt: "Judge {{ text }}"
              var score: "float between 0-1"
              var verdict: {name: "verdict", type: "string"}
              product verdict -> out/{{ topic }}.md
              model "{{ fast }}"
              reads {{ text }} in prompt at `text` root `text`
              reads {{ fast }} in model at `fast` root `fast`
              reads {{ topic }} in products[0].verdict (inert) at `topic` root `topic`
              reads {{ dir }} in location at `dir` root `dir`
            b: action generate
              given model: "openai:x"
              given prompt: "x"
              var one: "text"
              model "openai:x"
        "#]],
    );
}

#[test]
fn anchors_aliases_and_merges() {
    steps(
        "x-base: &base
  tool: filesystem
  action: read
  parameters: &p {path: '{{ a.path }}'}
steps:
  - id: one
    <<: *base
    action: list
  - id: two
    action: generate
    parameters: *p
  - id: three
    action: echo x
    parameters: &self {me: *self, other: *nowhere}
  - id: four
    <<: [1]
    action: echo x
",
        expect![[r#"
            one: tool filesystem list
              given path: "{{ a.path }}"
              reads {{ a.path }} in parameters.path aliased at `*base` root `*base` `*base`
            two: action generate
              given path: "{{ a.path }}"
              reads {{ a.path }} in parameters.path aliased at `*p` root `*p` `*p`
            three: echo <echo x>
              given me: {me: null, other: null}
              given other: null
              ! BadAlias { name: "self" } at `*self`; BadAlias { name: "nowhere" } at `*self`; BadAlias { name: "nowhere" } at `*nowhere`
            four: echo <echo x>
              ! BadMerge at `[1]`
        "#]],
    );
}

#[test]
fn inputs_in_all_forms() {
    inputs(
        "inputs:
  typed: {type: string, default: x, required: true}
  must: {type: integer, required: true, min: 1, max: 9}
  scalar: 3
  listed: [1, 2]
  nested: {a: 1}
  none: None
  null_one:
  chosen: {type: string, enum: [a, b]}
  ranged: {type: number, range: [0, 1]}
  checked: {type: string, validation: '^a', secret: true, typo: 1}
  twice: {type: string, default: {type: string, default: deep}}
  odd: {type: strnig}
parameters:
  - topic: None
  - name: named
    default: 4
  - plain
  - typed_too: {type: string}
",
        expect![[r#"
            typed: string required = "x"
            must: integer required Some(1.0)..Some(9.0)
            scalar = 3
            listed = [1, 2]
            nested = {a: 1}
            none required
            null_one required
            chosen: string of "a"|"b"
            ranged: number Some(0.0)..Some(1.0)
            checked: string like ^a secret ! UnknownKey { key: "typo", level: Input } at `typo`
            twice: string = "deep" ! NestedDefault at `{type: string, default: deep}`
            odd: strnig ! UnknownWord { key: "type", word: "strnig", allowed: ["string", "integer", "number", "boolean", "array", "object", "float", "int", "str", "bool", "list", "dict", "map", "text", "file", "path", "any"] } at `strnig`
            topic required
            named = 4
            plain required
            typed_too: string
        "#]],
    );
}

#[test]
fn outputs_in_all_forms() {
    outputs(
        "outputs:
  a: '{{ s.x }}'
  b: {value: '{{ s.y }}', type: string}
  c: {source: '{{ s.z }}', required: true}
  d: {deep: {er: '{{ s.w }}'}}
",
        expect![[r#"
            a = "{{ s.x }}"
              reads {{ s.x }} in outputs.a (inert) at `s.x` root `s` `x`
            b = "{{ s.y }}"
              reads {{ s.y }} in outputs.b (inert) at `s.y` root `s` `y`
            c = "{{ s.z }}"
              reads {{ s.z }} in outputs.c (inert) at `s.z` root `s` `z`
            d = {deep: {er: "{{ s.w }}"}}
              reads {{ s.w }} in outputs.d.deep.er (inert) at `s.w` root `s` `w`
        "#]],
    );
    outputs(
        "outputs:\n  - name: a\n    value: '{{ s }}'\n  - b: '{{ t }}'\n  - c\n",
        expect![[r#"
            a = "{{ s }}"
              reads {{ s }} in outputs.a (inert) at `s` root `s`
            b = "{{ t }}"
              reads {{ t }} in outputs.b (inert) at `t` root `t`
            c = "{{ c }}"
              reads {{ c }} in outputs.c (inert) at `c` root `c`
        "#]],
    );
}

#[test]
fn a_wrapped_pipeline_is_unwrapped() {
    let text = "pipeline:\n  id: p\n  inputs: [{name: a, default: 1}]\n  steps:\n    - {id: s, action: 'echo {{ a }}'}\n";
    let pipeline = dump::lowered(text);
    assert!(pipeline.is_pipeline);
    assert_eq!(pipeline.id.as_ref().map(|id| id.value.as_str()), Some("p"));
    steps(
        text,
        expect![[r#"
        s: echo <echo {{ a }}>
          reads {{ a }} in action at `a` root `a`
    "#]],
    );
    inputs(
        text,
        expect![[r#"
        a = 1
    "#]],
    );
}

#[test]
fn the_header() {
    let pipeline = dump::lowered(
        "id: 7\nname: N\nversion: 1.0\nmetadata: {default_timeout: 2m}\nvariables: {a: 1}\nconfig: {b: {c: 2}}\nexperts:\n  - web_search: m\n\
         personalities: {kind: {system_prompt: x}}\nglobal_error_handlers:\n  - log it\nfoo: 1\nsteps: []\n",
    );
    assert_eq!(pipeline.id.as_ref().map(|id| id.value.as_str()), Some("7"));
    assert_eq!(pipeline.default_timeout, Some(std::time::Duration::from_secs(120)));
    let context = dump::lowered("name: N\ncontext: {timeout: 30s, max_retries: 0}\nsteps: []\n");
    assert_eq!(context.context_timeout, Some(std::time::Duration::from_secs(30)));
    assert_eq!(context.default_attempts, Some(1));
    let names = |list: &[pipeline::Placed<pipeline::Definition>]| {
        list.iter().map(|it| it.name.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&pipeline.experts), ["web_search"]);
    assert_eq!(names(&pipeline.personalities), ["kind"]);
    assert_eq!(
        pipeline.constants.iter().map(|it| it.section).collect::<Vec<_>>(),
        ["variables", "config"]
    );
    assert_eq!(pipeline.global_error_handlers.len(), 1);
    assert_eq!(pipeline.entries.iter().filter(|entry| entry.known.is_none()).count(), 1);
}

#[test]
fn what_is_no_pipeline_says_nothing() {
    for text in ["", "just text", "- a\n- b\n", "services:\n  web: {image: x}\n", "name: x\n"] {
        let pipeline = dump::lowered(text);
        assert!(!pipeline.is_pipeline, "{text}");
        assert!(pipeline.steps.is_empty(), "{text}");
    }
}

#[test]
fn an_alias_bomb_is_bounded_and_reported() {
    let mut text = String::from("x-a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!("x-a{level}: &a{level} [{}]\n", [before.as_str(); 9].join(", ")));
    }
    text.push_str("steps:\n  - {id: a, action: echo x, parameters: {x: *a11}}\n");
    let pipeline = dump::lowered(&text);
    let problems = pipeline
        .entries
        .iter()
        .flat_map(|entry| &entry.item.problems)
        .chain(&pipeline.steps[0].problems);
    assert!(
        problems.filter(|it| matches!(it.kind, pipeline::ProblemKind::BadAlias { .. })).count() > 0
    );
}
