use super::Form::{
    Any, Bool, Condition, Duration, Id, Ids, Integer, List, Map, Number, Parameters, Prose, Steps,
    Template, Text, Word,
};
use super::top::STRATEGIES;
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Step, name, forms, doc)
}

const COUNT: &[Form] = &[Integer { min: 1 }, Template];

pub(super) const KEYS: &[Key] = &[
    key(
        "id",
        &[Text],
        "The step's own name, by which others depend on it and read its result: letters, digits, `_` and `-`, beginning \
         with a letter, used once. With a `-` in it, templates must write `steps['the-id']`.\n\n```yaml\n- id: fetch_data\n```",
    )
    .default("made of `name`"),
    key("name", &[Text], "What people call the step. Never rendered.").default("the `id`"),
    key("description", &[Text], "Prose for readers. Has no effect and is never rendered."),
    key(
        "action",
        &[Text],
        "What the step does: a built-in action (`generate`, `analyze_text`, ...), the operation of its `tool`, an \
         instruction such as `echo hello` or `write the report to a.md`, or an AUTO tag.\n\n\
         ```yaml\naction: generate\nparameters: {prompt: \"Sum up {{ read.content }}\"}\n```",
    )
    .rendered(),
    key(
        "tool",
        &[Text],
        "The tool that does the work; `action` is then one of its operations. `_` and `-` are the same here.\n\n\
         ```yaml\ntool: filesystem\naction: read\nparameters: {path: notes.md}\n```",
    ),
    key(
        "parameters",
        &[Parameters],
        "What the tool or action is given. Templates are rendered just before the step runs, at any depth; a value that \
         is exactly one `{{ expression }}` keeps its type. Whatever is read here is waited for.\n\n\
         ```yaml\nparameters:\n  path: out/{{ topic }}.md\n  content: \"{{ draft.result }}\"\n```",
    )
    .default("{}")
    .rendered(),
    key(
        "prompt",
        &[Text],
        "What a model is asked: alone it makes the step an `action: generate`, beside an action it is the parameter \
         `prompt`.\n\n```yaml\n- id: greet\n  prompt: Greet {{ name }} in one line.\n```",
    )
    .rendered(),
    key(
        "tools",
        &[List, Text],
        "Tools that a model may use while it works on the step.\n\n```yaml\ntools: [web-search, filesystem]\n```",
    )
    .default("[]"),
    key(
        "dependencies",
        &[Ids],
        "Steps that must be finished first, beyond those that templates and conditions read anyway.\n\n\
         ```yaml\ndependencies: [fetch, clean]\n```",
    )
    .alias(&["depends_on"])
    .default("[]"),
    key(
        "condition",
        &[Condition],
        "The step runs only if this is true; otherwise it is skipped, and steps that depend on it still run. The names \
         it reads are waited for.\n\n```yaml\ncondition: fetch.total_results > 0 and mode == 'full'\n```",
    )
    .alias(&["if"])
    .rendered(),
    key(
        "on_false",
        &[Id],
        "Where the run goes on when the condition is false: a later step. What lies between and depends on this step is \
         skipped.\n\n```yaml\ncondition: check.valid\non_false: report_problem\n```",
    )
    .alias(&["else"]),
    key(
        "on_success",
        &[Id],
        "Where the run goes on when the step succeeds: a later step. What lies between and depends on this step is \
         skipped. `choices` of an AUTO tag name the steps that a model chooses from.\n\n```yaml\non_success: publish\n```",
    ),
    key(
        "on_failure",
        &[Id],
        "What a failure means. `fail` stops the run, `continue` goes on, `skip` skips everything that depends on the step, \
         `retry` is `continue` once all attempts are spent; an id goes on at that later step.\n\n```yaml\non_failure: continue\n```",
    )
    .default("fail"),
    key(
        "goto",
        &[Text],
        "Where the run goes on when the step is finished and no other route applies: an id, a template that yields one, or \
         `condition ? this : that`. Only forward.\n\n```yaml\ngoto: \"{{ 'publish' if check.valid else 'mend' }}\"\n```",
    )
    .rendered(),
    key(
        "timeout",
        &[Duration],
        "How long one attempt may take: seconds, or text such as `30s`, `5m`, `1h`. What is still running then is ended \
         with all its processes.\n\n```yaml\ntimeout: 30s\n```",
    )
    .default("`metadata.default_timeout`, else none"),
    key(
        "max_retries",
        &[Integer { min: 0 }],
        "How many attempts there are in all; 0 and 1 both mean one. Only failures that may pass are tried again, after a \
         growing pause.\n\n```yaml\nmax_retries: 5\n```",
    )
    .default("3"),
    key("retry", &[Integer { min: 0 }], "How many attempts follow the first one.\n\n```yaml\nretry: 2   # as max_retries: 3\n```"),
    key(
        "on_quality",
        &[Word(&["fail", "retry"])],
        "What a value of too low a quality means, before anything reads it: `fail` fails the step (then `on_failure` and error \
         handlers say how it goes on), `retry` tries it again within `max_retries` and fails it when that was in vain. The \
         quality is found without a model: is there something, is it no refusal and no draft with gaps, does it have the \
         `format`, `output_schema`, `size_limit` and `outputs` that the step declares.\n\n\
         ```yaml\non_quality: retry\nmin_quality: 0.8\n```",
    )
    .default("`fail` beside `min_quality`, else any quality will do"),
    key(
        "min_quality",
        &[Number],
        "The least quality that will do, from 0 to 1. See `on_quality`.\n\n```yaml\nmin_quality: 0.8\n```",
    )
    .default("0.7 beside `on_quality`"),
    key(
        "retry_config",
        &[Map],
        "Older form of `max_retries`: only its `max_retries` has an effect.\n\n```yaml\nretry_config: {max_retries: 3}\n```",
    ),
    key(
        "cache",
        &[Bool, Duration],
        "Whether an earlier run's answer to the same call may stand for a new one. `false`: never. `true`, or a time: \
         also where the call reaches the network or runs code, at any age or up to that one. What writes files or asks \
         a person is always done again.\n\n```yaml\ncache: 30m\n```",
    )
    .default("true for what only computes or reads files, else false"),
    key(
        "continue_on_error",
        &[Bool],
        "`true` is `on_failure: continue`.\n\n```yaml\ncontinue_on_error: true\n```",
    )
    .default("false"),
    key(
        "on_error",
        &[Map, List, Text],
        "What to do about a failure: a handler, a list of them, or one of the words of `on_failure`. The first handler \
         that fits runs; where it succeeds, so does the step.\n\n\
         ```yaml\non_error:\n  handler_action: echo using the cache\n  error_types: [TimeoutError]\n  fallback_value: []\n```",
    ),
    key(
        "error_handlers",
        &[List, Map, Text],
        "A list of error handlers, tried by `priority`.\n\n\
         ```yaml\nerror_handlers:\n  - error_codes: [429]\n    handler_task_id: wait_a_bit\n```",
    ),
    key(
        "for_each",
        &[Template, List, Prose],
        "Repeats the step's `steps` (or its own action) for every item of a list. The body reads `{{ item }}`, `{{ index }}` \
         and more; the step's `.results` are the iterations' results in order.\n\n\
         ```yaml\n- id: sizes\n  for_each: \"{{ list.items }}\"\n  max_parallel: 4\n  steps:\n\
         \x20   - id: one\n      action: echo {{ item.name }}\n```",
    )
    .alias(&["foreach"])
    .rendered(),
    key(
        "while",
        &[Condition],
        "Repeats the step's `steps` (or its own action) as long as this is true, tested before each round. `{{ iteration }}` \
         counts from 0.\n\n\
         ```yaml\n- id: refine\n  while: iteration < 3 and not judge.good\n  steps:\n    - id: judge\n      prompt: Is it good?\n```",
    )
    .alias(&["while_condition"])
    .rendered(),
    key(
        "until",
        &[Condition],
        "Ends the loop once this is true, tested after each round. Without `while` the loop goes on until then.\n\n\
         ```yaml\nuntil: check.valid or iteration >= 4\n```",
    )
    .rendered(),
    key(
        "steps",
        &[Steps],
        "The body of a loop. Its steps read each other by id and are ordered by that.\n\n\
         ```yaml\nfor_each: [a, b]\nsteps:\n  - id: say\n    action: echo {{ item }}\n```",
    ),
    key(
        "max_iterations",
        &[Integer { min: 0 }, Template],
        "Most rounds of a `while`, `until` or `action_loop`.\n\n```yaml\nmax_iterations: 5\n```",
    )
    .default("10; 100 for an `action_loop`")
    .rendered(),
    key(
        "max_parallel",
        COUNT,
        "How many iterations may run at once.\n\n```yaml\nmax_parallel: 4\n```",
    )
    .alias(&["max_concurrent"])
    .default("1; 10 for a queue")
    .rendered(),
    key(
        "loop_var",
        &[Text],
        "A further name for the item of a `for_each`.\n\n```yaml\nloop_var: file   # {{ file }} is {{ item }}\n```",
    )
    .default("$item"),
    key(
        "loop_name",
        &[Text],
        "A name for the loop, by which inner loops and later steps read it: `{{ outer.item }}`.\n\n```yaml\nloop_name: outer\n```",
    ),
    key(
        "add_completion_task",
        &[Bool],
        "Has no effect: a loop always ends with a result of its own under its id.",
    )
    .ignored(),
    key(
        "action_loop",
        &[List],
        "Actions that are repeated in order until `until` is true or `while` is false, tested after each round. Later \
         actions read earlier ones by name, and the last round's as `prev_<name>`.\n\n\
         ```yaml\n- id: polish\n  action_loop:\n    - name: draft\n      action: generate\n      parameters: {prompt: Improve it}\n\
         \x20 until: iteration >= 2\n```",
    ),
    key("break_on_error", &[Bool], "Whether a failed action ends the `action_loop`.").default("false"),
    key("iteration_timeout", &[Duration], "How long one round of an `action_loop` may take.\n\n```yaml\niteration_timeout: 2m\n```"),
    key(
        "create_parallel_queue",
        &[Map],
        "Does a list of actions for every item of a list, several at once.\n\n\
         ```yaml\n- id: verify\n  create_parallel_queue:\n    on: \"{{ find.results }}\"\n    max_parallel: 5\n\
         \x20   action_loop:\n      - action: generate\n        parameters: {prompt: \"Check {{ item }}\"}\n```",
    ),
    key(
        "on",
        &[Template, List, Text],
        "With `action: create_parallel_queue`: the list whose items are worked on.\n\n```yaml\non: \"{{ find.results }}\"\n```",
    )
    .alias(&["true"])
    .rendered(),
    key(
        "task",
        &[Map],
        "With `action: create_parallel_queue`: holds the `action_loop`.\n\n```yaml\ntask:\n  action_loop: [{action: echo hi}]\n```",
    ),
    key(
        "parallel",
        &[Steps, Bool],
        "A list of steps that run in no order. (A boolean has no effect: steps that need nothing of each other run at once \
         anyway.)\n\n```yaml\n- id: both\n  parallel:\n    - {id: a, action: echo a}\n    - {id: b, action: echo b}\n```",
    ),
    key(
        "model",
        &[Text, Map],
        "The model of this step, before any other choice: `name`, `provider:name`, or an AUTO tag.\n\n\
         ```yaml\nmodel: anthropic:claude-sonnet-4-20250514\n```",
    )
    .rendered(),
    key(
        "requires_model",
        &[Map, Text],
        "What a model must be able to do to be chosen for this step; `none` means that no model is needed, other text names \
         one.\n\n```yaml\nrequires_model:\n  min_size: 7B\n  expertise: high\n  capabilities: [vision]\n```",
    ),
    key(
        "selection",
        &[Word(STRATEGIES), Map],
        "What matters most when a model is chosen for this step.\n\n```yaml\nselection: cost\n```",
    )
    .default("the document's"),
    key("expert", &[Text], "An expert of the document's `experts` that does this step.\n\n```yaml\nexpert: critic\n```"),
    key(
        "personality",
        &[Text],
        "The system prompt: a name of `personalities`, a file of that name beside the pipeline, or, with white space in it, \
         the prompt itself.\n\n```yaml\npersonality: You are a patient teacher.\n```",
    )
    .default("standard"),
    key(
        "vars",
        &[List, Map],
        "Variables that the step must produce, each with words or a type that say what it holds. Later steps read them as \
         `{{ name }}` or `{{ step.name }}`.\n\n```yaml\nvars:\n  - score: float between 0-1\n  - verdict: one sentence\n```",
    ),
    key(
        "products",
        &[List, Map],
        "Files that the step leaves: a variable or field of its result, and the file it is written to. The extension \
         decides the format.\n\n```yaml\nproducts:\n  - verdict: verdict.md\n```",
    ),
    key(
        "produces",
        &[Text],
        "What kind of thing the step makes, such as `markdown-file`, `json-data`, `pdf`. Recorded; must agree with \
         `location` and `format`.\n\n```yaml\nproduces: markdown-file\n```",
    ),
    key(
        "location",
        &[Text],
        "Where the thing that the step makes is found. Recorded; what it reads is waited for.\n\n\
         ```yaml\nlocation: out/{{ topic }}.md\n```",
    )
    .rendered(),
    key("format", &[Text], "MIME type or short format of what the step makes.\n\n```yaml\nformat: text/markdown\n```").default("inferred"),
    key(
        "output_schema",
        &[Map, Text],
        "JSON Schema of what the step makes.\n\n```yaml\noutput_schema: {type: object, required: [title]}\n```",
    )
    .alias(&["schema"]),
    key("size_limit", &[Integer { min: 1 }], "Most bytes that the step's thing may have."),
    key("output_description", &[Text], "Prose about what the step makes."),
    key(
        "inputs",
        &[Map],
        "On a step without `parameters`, another spelling of them.\n\n```yaml\nparameters: {path: a.txt}   # rather than inputs\n```",
    )
    .rendered(),
    key(
        "outputs",
        &[Map, List],
        "Fields that the step's result will have; others may then be relied on to be wrong.\n\n```yaml\noutputs: [title, body]\n```",
    ),
    key(
        "tags",
        &[List, Text],
        "Words by which `downbeat.toml` limits how many such steps run at once, or begin in a minute. Those of a loop hold \
         for the calls in it.\n\n```yaml\ntags: [heavy]\n```",
    ),
    key(
        "metadata",
        &[Map],
        "The author's own data. Only `timeout` has an effect: seconds, where the step sets no `timeout` itself. Never rendered.",
    )
    .default("{}"),
    key("condition_cache_key", &[Text], "Has no effect: a condition is evaluated once for each step.").ignored(),
    key("fallback_action", &[Any], "Has no effect. Use `on_error` with `handler_action`.").ignored(),
    key("error_classification", &[Any], "Has no effect. Use `on_error` with `error_types`.").ignored(),
    key("output", &[Any], "Has no effect. The step's result is read by its id.").ignored(),
    key("output_metadata", &[Any], "Has no effect. Use `produces`, `location` and `format`.").ignored(),
];
