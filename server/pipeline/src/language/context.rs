use super::Form::{Bool, Duration, Integer, Number, Word};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Context, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "timeout",
        &[Duration],
        "How long an attempt of a step may take that does not say. `metadata.default_timeout` comes before it.\n\n```yaml\ntimeout: 60\n```",
    ),
    key(
        "max_retries",
        &[Integer { min: 0 }],
        "Attempts in all of steps that do not say.\n\n```yaml\nmax_retries: 2\n```",
    ),
    key(
        "max_cost",
        &[Number],
        "US dollars that the run may cost. A model call that could cost more than is left is not made, and the run stops \
         there; `downbeat resume RUN --max-cost USD` goes on. `--max-cost` comes before it.\n\n```yaml\nmax_cost: 0.50\n```",
    ),
    key(
        "max_tokens",
        &[Integer { min: 0 }],
        "Tokens that the run may take, those that models read and those that they write. A model call that could take more \
         than are left is not made. `--max-tokens` comes before it.\n\n```yaml\nmax_tokens: 100000\n```",
    ),
    key(
        "max_time",
        &[Duration],
        "How long the whole run may take. Then everything in flight is stopped; pauses do not count. `--max-time` comes \
         before it.\n\n```yaml\nmax_time: 30m\n```",
    ),
    key(
        "allow_unknown",
        &[Bool],
        "Whether model calls are made under `max_cost` or `max_tokens` of which nobody knows beforehand what they use.\n\n\
         ```yaml\nallow_unknown: true\n```",
    )
    .default("false"),
    key(
        "checkpoint_strategy",
        &[Word(&["adaptive", "fixed", "none"])],
        "Has no effect: every run can be resumed.",
    )
    .ignored(),
];
