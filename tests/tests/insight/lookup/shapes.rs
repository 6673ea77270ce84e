//! Pipelines of every form that a sentence can be about, and changes that make what is said of them wrong.

/// Pipelines of shapes that few real ones have.
pub(crate) const SHAPES: &[(&str, &str)] = &[
    ("nothing", "name: n\nsteps: []\n"),
    ("no purpose", "name: n\nsteps:\n  - id: a\n    action: echo hi\n"),
    (
        "cycle",
        "name: n\nsteps:\n  - id: a\n    action: echo {{ b.result }}\n  - id: b\n    action: echo {{ a.result }}\n  - id: c\n    action: echo c\n",
    ),
    (
        "secret",
        "name: n\ninputs:\n  key: {type: string, secret: true}\n  pin: {type: integer, secret: true, default: 1234}\nsteps:\n  - id: a\n    action: echo hi\n",
    ),
    (
        "own body",
        "name: n\nsteps:\n  - id: l\n    for_each: [a, b, c]\n    action: generate\n    parameters: {prompt: '{{ item }}', model: gpt-4o}\n  - id: w\n    while: '{{ iteration < 3 }}'\n    max_iterations: 3\n    steps:\n      - id: x\n        for_each: [1, 2]\n        steps:\n          - id: y\n            action: generate\n            parameters: {prompt: hi}\n",
    ),
    (
        "queue",
        "name: n\nsteps:\n  - id: q\n    create_parallel_queue:\n      on: [a, b]\n      action_loop:\n        - {action: echo hi}\n        - {name: second, tool: web-search, parameters: {query: '{{ action_0.result }}'}}\n  - id: p\n    parallel:\n      - {id: left, action: echo l}\n      - {id: right, action: echo '{{ left.result }}'}\n",
    ),
    (
        "handlers",
        "name: n\nglobal_error_handlers:\n  - {handler_task_id: mend}\n  - {fallback_value: 1}\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {command: ls}\n    on_error: {handler_task_id: mend}\n    on_failure: skip\n  - id: mend\n    action: echo mended\n  - id: b\n    action: echo b\n    retry: 1\n    timeout: 30s\n",
    ),
    (
        "routes",
        "name: n\nsteps:\n  - id: a\n    action: echo a\n    on_failure: c\n    goto: \"{{ 'c' if a.success else 'b' }}\"\n  - id: b\n    action: echo {{ a.result }}\n    on_success: a\n  - id: c\n    action: echo c\n    condition: 'true'\n    on_false: d\n  - id: d\n    action: echo `d`\n    goto: '{{ c.result }}'\n",
    ),
    (
        "same calls",
        "name: n\nsteps:\n  - id: a\n    tool: web-search\n    parameters: {query: tea, max_results: 3}\n  - id: b\n    tool: web-search\n    parameters: {max_results: 3, query: tea}\n  - id: c\n    tool: web-search\n    cache: 1h\n    parameters: {query: milk}\n  - id: d\n    action: generate\n    parameters: {prompt: 'Sum up {{ a.results }}', model: gpt-4, max_tokens: 20}\n",
    ),
    (
        "experts",
        "name: n\ndefault_model: gpt-4o\nexperts:\n  critic: {model: claude-3-5-haiku-20241022}\nsteps:\n  - id: a\n    action: generate\n    parameters: {prompt: hi}\n  - id: b\n    action: generate\n    expert: critic\n    parameters: {prompt: hi}\n  - id: c\n    tool: pipeline-executor\n    parameters: {pipeline: x.yaml}\n",
    ),
    (
        "many",
        "name: n\nsteps:\n  - {id: s1, action: echo 1}\n  - {id: s2, action: echo 2}\n  - {id: s3, action: echo 3}\n  - {id: s4, action: echo 4}\n  - {id: s5, action: echo 5}\n  - {id: s6, action: echo 6}\n  - {id: s7, action: echo 7}\n  - {id: s8, action: echo 8}\n  - {id: s9, action: echo 9}\n  - {id: s10, action: echo 10}\n  - {id: s11, action: echo 11}\n  - {id: s12, action: echo 12}\n  - {id: s13, action: echo 13}\n  - {id: s14, action: echo '{{ s1.result }} {{ s13.result }}'}\n",
    ),
    (
        "products",
        "name: n\nsteps:\n  - id: a\n    action: generate\n    parameters: {prompt: hi, model: '{{ x | default(\"gpt-4o\") }}'}\n    vars: {text: a text, note: a note}\n    products: {text: out/a.md, note: out/b.md}\n  - id: b\n    action: echo {{ text }}\n    dependencies: [a]\n",
    ),
    (
        "behind a cycle",
        "name: '*n* and `n`'\nsteps:\n  - id: a\n    action: echo {{ b.result }}\n  - id: b\n    action: echo {{ a.result }}\n  - id: c\n    action: echo {{ b.result }}\n  - id: d\n    action: echo {{ c.result }}\n",
    ),
    (
        "few rounds",
        "name: n\nsteps:\n  - id: none\n    for_each: []\n    steps: [{id: a, action: echo a}]\n  - id: one\n    for_each: [1]\n    max_parallel: 3\n    steps: [{id: a, action: echo a}]\n  - id: once\n    while: '{{ iteration < 3 }}'\n    max_iterations: 1\n    steps: [{id: a, action: echo a}]\n  - id: never\n    while: '{{ iteration < 3 }}'\n    max_iterations: 0\n    steps: [{id: a, action: echo a}]\n  - id: open\n    for_each: '{{ one.results }}'\n    max_parallel: '{{ one.count }}'\n    steps: [{id: a, action: echo a}]\n",
    ),
    (
        "queue that ends",
        "name: n\nsteps:\n  - id: q\n    create_parallel_queue:\n      on: [a, b]\n      until: '{{ index > 0 }}'\n      action_loop:\n        - {action: echo hi}\n  - id: r\n    create_parallel_queue:\n      on: '{{ q.results }}'\n      until: '{{ index > 0 }}'\n      action_loop:\n        - {action: echo hi}\n",
    ),
    (
        "routes in a loop",
        "name: n\nsteps:\n  - id: l\n    for_each: [1, 2]\n    steps:\n      - id: a\n        action: echo a\n        on_failure: c\n        goto: \"{{ 'b' if item == 1 else 'c' }}\"\n      - id: b\n        action: echo b\n        on_failure: continue\n      - id: c\n        action: echo c\n        condition: '{{ is_first }}'\n        on_false: d\n      - id: d\n        action: echo d\n        goto: '{{ b.result }}'\n",
    ),
    (
        "handlers that act",
        "name: n\nsteps:\n  - id: a\n    action: echo a\n    on_error: {action: generate, parameters: {prompt: why}}\n  - id: b\n    action: echo b\n    on_failure: continue\n",
    ),
    (
        "lent tools",
        "name: n\nsteps:\n  - id: a\n    action: generate\n    tools: [web-search, terminal, unheard-of]\n    parameters: {prompt: hi, model: gpt-4, max_tokens: 1}\n  - id: b\n    action: generate\n    parameters: {prompt: hi, model: gpt-4, max_tokens: 1}\n",
    ),
    (
        "AUTO",
        "name: n\nsteps:\n  - id: a\n    action: echo a\n    depends_on: <AUTO>what fits</AUTO>\n  - id: b\n    action: echo b\n    condition: <AUTO>is it so</AUTO>\n",
    ),
    (
        "a story",
        "name: n\ninputs:\n  who: {type: string, required: true}\n  what: {type: string, default: tea}\nsteps:\n  - id: alpha\n    action: generate\n    parameters: {prompt: '{{ who }} {{ what }}'}\n  - id: beta\n    tool: web-search\n    parameters: {query: '{{ alpha.result }}'}\n  - id: gamma\n    tool: filesystem\n    action: write\n    condition: beta.success\n    parameters: {path: out.txt, content: '{{ alpha.result }}'}\n  - id: side\n    action: echo {{ beta.total_results }}\n  - id: delta\n    for_each: '{{ beta.results }}'\n    dependencies: [gamma]\n    steps:\n      - id: in\n        tool: filesystem\n        action: read\n        parameters: {path: '{{ item }}'}\n      - id: out\n        action: echo {{ in.content }}\n        condition: in.size > 3\noutputs:\n  plain: a text\n  echoed: '{{ who }} again'\n  both: '{{ who }} {{ delta.count }}'\n",
    ),
    (
        "a long story",
        "name: n\nsteps:\n  - {id: a1, action: echo 1}\n  - {id: a2, tool: terminal, parameters: {command: ls}, dependencies: [a1]}\n  - {id: a3, action: echo 3, dependencies: [a2]}\n  - {id: a4, tool: terminal, parameters: {command: ls}, dependencies: [a3]}\n  - {id: a5, action: echo 5, dependencies: [a4]}\n  - {id: a6, tool: terminal, parameters: {command: ls}, dependencies: [a5]}\n  - {id: a7, action: echo 7, dependencies: [a6]}\n  - {id: a8, tool: terminal, parameters: {command: ls}, dependencies: [a7]}\n  - {id: a9, action: echo 9, dependencies: [a8]}\n  - {id: b1, tool: terminal, parameters: {command: ls}, dependencies: [a9]}\n  - {id: b2, action: echo 2, dependencies: [b1]}\n  - {id: b3, tool: terminal, parameters: {command: ls}, dependencies: [b2]}\n  - {id: b4, action: echo 4, dependencies: [b3]}\n  - {id: b5, action: echo 5, dependencies: [b4]}\n  - {id: b6, action: echo 6, dependencies: [b5]}\n",
    ),
    (
        "empty",
        "name: n\ninputs:\n  a: {type: string, default: ''}\n  b: {type: string, default: 'x `y` z'}\nsteps:\n  - id: s\n    action: echo {{ a }} {{ b }}\n",
    ),
];

/// Pieces of what is told, and what makes them false.
pub(crate) const CHANGES: &[(&str, &str)] = &[
    ("It has 1 step in", "It has 2 steps in"),
    ("in 2 stages.", "in 3 stages."),
    ("4 more steps stand", "5 more steps stand"),
    ("for each of 3 items", "for each of 4 items"),
    ("at most 3 times", "at most 2 times"),
    ("makes at most 9 calls", "makes at most 3 calls"),
    ("It takes no inputs.", "It takes `who` (string, required)."),
    ("It declares no outputs.", "It gives `answer` from `a`."),
    ("`pin` (integer, secret, has a default)", "`pin` (integer, default `1234`)"),
    ("`mend`.", "`b`."),
    ("its handler is tried", "its 2 handlers are tried"),
    ("what depends on it is skipped", "the run goes on"),
    ("tried at most 2 times", "tried at most 3 times"),
    ("given at most 30 s", "given at most 60 s"),
    ("`a` and `b` both make the same call", "`a` and `c` both make the same call"),
    ("the model `gpt-4o`, named by", "the model `gpt-3.5`, named by"),
    ("Its steps may run code (`a`)", "Its steps may write files (`a`)"),
    ("It has none: its steps only compute.", "Its steps may ask a person (`a`)."),
    (
        "These wait for each other and can never run: `a` and `b`",
        "These wait for each other and can never run: `c` and `b`",
    ),
    ("Up to 13 steps", "Up to 14 steps"),
    ("`c` and `d` wait for them", "`a` and `d` wait for nobody"),
    ("`none` goes round for no item", "`one` goes round for no item"),
    ("`one` goes round once, for 1 item", "`one` goes round at most once, for 1 item"),
    ("`once` goes round at most once.", "`never` goes round at most once."),
    ("`never` never goes round", "`once` never goes round"),
    ("`q` goes round at most once for each of", "`q` goes round once for each of"),
    ("`r` goes round at most once for each item", "`r` goes round once for each item"),
    (
        "Where `l.a` fails, the round goes on at `l.c`",
        "Where `l.a` fails, the round goes on at `l.b`",
    ),
    ("Where `l.a` fails, the round goes", "Where `l.a` fails, the run goes"),
    ("Its steps only compute.", "It has none: its steps ask nobody."),
    ("If any other step fails", "If a step fails"),
    ("and ask a model (`a` and `b`)", "and ask a person (`a` and `b`)"),
    ("`d` draws on `a`", "`a` draws on `d`"),
    (
        "`s1`, `s2`, `s3`, `s4` and 9 more steps print texts",
        "`s1`, `s2`, `s3`, `s4` and 8 more steps print texts",
    ),
    ("First `alpha` has a model write a text", "First `beta` has a model write a text"),
    ("`beta` searches the web", "`beta` runs a command"),
    ("`beta` searches the web", "`beta` may search the web"),
    ("`gamma` may write `out.txt`", "`gamma` writes `out.txt`"),
    ("`gamma` may write `out.txt`", "`gamma` may write `other.txt`"),
    ("Inside of `delta`, `in` reads `{{ item }}`", "Inside of `delta`, `in` writes `{{ item }}`"),
    ("draws on `beta` (`total_results`)", "draws on `beta` (`no_such_field`)"),
    ("looks at how `beta` ended", "looks at how `alpha` ended"),
    ("At last `delta` goes through a list", "At last `delta` goes through a list of 2 items"),
    ("It takes `who` and `what`", "It takes `what` and `who`"),
    ("`plain` from a fixed text", "`plain` from the input `who`"),
    ("`echoed` from the input `who`", "`echoed` from the input `what`"),
    ("4 more stages follow", "3 more stages follow"),
    ("wants at most 20 tokens", "wants at most 200 tokens"),
];
