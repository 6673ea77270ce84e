use pipeline::{Entry, Step, StepKind, catalogue::Effect};

use syntax::Span;

use crate::{Fix, Severity, Tags, findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("key-without-effect", Warning, "key_without_effect.md", Step(detect));

/// A key, whether it has an effect on a step, and which steps it has one on.
struct Limited {
    keys: &'static [&'static str],
    works: fn(&StepView<'_>) -> bool,
    on: &'static str,
    severity: Severity,
}

const LIMITED: &[Limited] = &[
    Limited {
        keys: &["max_iterations"],
        works: |it| matches!(it.step.kind, StepKind::While(_) | StepKind::ActionLoop(_)),
        on: "loops with `while`, `until` or `action_loop`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["max_parallel"],
        works: |it| matches!(it.step.kind, StepKind::ForEach(_) | StepKind::Queue(_)),
        on: "`for_each` and `create_parallel_queue`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["on_quality", "min_quality", "vars"],
        works: |it| does_one_thing(it.step),
        on: "steps that call a tool or an action",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["loop_var"],
        works: |it| matches!(it.step.kind, StepKind::ForEach(_)),
        on: "`for_each`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["loop_name"],
        works: |it| matches!(it.step.kind, StepKind::ForEach(_) | StepKind::While(_)),
        on: "`for_each` and `while`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["break_on_error", "iteration_timeout"],
        works: |it| matches!(it.step.kind, StepKind::ActionLoop(_)),
        on: "`action_loop`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["on", "task"],
        works: |it| matches!(it.step.kind, StepKind::Queue(_)),
        on: "`create_parallel_queue`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["steps"],
        works: |it| !does_one_thing(it.step) || has_loop_key(it.step),
        on: "loops",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["on_false"],
        works: |it| it.step.condition.is_some() || it.step.kind.is_shorthand(),
        on: "steps with a `condition`",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["parameters"],
        works: |it| !is_loop(it.step) || it.step.kind.is_shorthand(),
        on: "steps that call a tool or an action",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["expert", "personality", "selection", "requires_model"],
        works: may_ask_model,
        on: "steps that ask a model",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["model"],
        works: |it| may_ask_model(it) || has_parameter(it, "model"),
        on: "steps that ask a model",
        severity: Severity::Warning,
    },
    Limited {
        keys: &["output_description"],
        works: |it| ["produces", "location"].iter().any(|key| it.step.key(key).is_some()),
        on: "steps with `produces` or `location`",
        severity: Severity::Hint,
    },
];

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    if matches!(view.step.kind, StepKind::Unknown(_)) {
        return;
    }
    for (index, entry) in view.step.keys.iter().enumerate() {
        let Some(known) = entry.known.filter(|_| says_something(entry)) else { continue };
        let Some(limited) = LIMITED.iter().find(|it| it.keys.contains(&known.name)) else {
            continue;
        };
        if !(limited.works)(view) {
            let words = words(&entry.key.value, limited.on);
            findings
                .report(entry.key.span, words)
                .severity(limited.severity)
                .tag(Tags::Unnecessary)
                .fix(view.step.keys.get(index + 1).and_then(|next| remove(entry, next)));
        }
    }
}

/// Takes the key away, up to the one behind it. What came through an alias, or stands in quotes, stays for its author.
fn remove(entry: &Entry, next: &Entry) -> Option<Fix> {
    let (key, value, end) = (&entry.key, entry.value.span, next.key.span.start);
    let is_plain = key.span.len() as usize == key.value.len()
        && next.key.span.len() as usize == next.key.value.len();
    let in_order = key.span.end <= value.start && value.end <= end;
    (is_plain && in_order).then(|| {
        Fix::suggestion(format!("remove `{}`", key.value), Span::new(key.span.start, end), "")
    })
}

fn says_something(entry: &Entry) -> bool {
    match &entry.value.value {
        pipeline::Data::Null => false,
        // That a step needs no model is said of what needs none.
        pipeline::Data::Text(text) => !text.value.trim().eq_ignore_ascii_case("none"),
        pipeline::Data::List(items) => !items.is_empty(),
        pipeline::Data::Map(entries) => !entries.is_empty(),
        _ => true,
    }
}

const fn is_loop(step: &Step) -> bool {
    matches!(
        step.kind,
        StepKind::ForEach(_) | StepKind::While(_) | StepKind::ActionLoop(_) | StepKind::Parallel
    )
}

const fn does_one_thing(step: &Step) -> bool {
    matches!(
        step.kind,
        StepKind::Action(_)
            | StepKind::Tool { .. }
            | StepKind::Echo(_)
            | StepKind::Debug(_)
            | StepKind::FileProse(_)
            | StepKind::Auto(_)
    )
}

/// Then two kinds are named, which is said elsewhere.
fn has_loop_key(step: &Step) -> bool {
    ["for_each", "while", "until", "action_loop", "create_parallel_queue"]
        .iter()
        .any(|key| step.key(key).is_some())
}

/// Whether the step, or one inside it, may ask a model; what is not known may.
fn may_ask_model(view: &StepView<'_>) -> bool {
    let catalogue = view.scope.input.catalogue;
    view.step.walk().into_iter().any(|step| match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) | StepKind::FileProse(_) => false,
        StepKind::Action(_) | StepKind::Tool { .. } => pipeline::facts::signature(step, catalogue)
            .is_none_or(|it| it.effects.contains(&Effect::Model)),
        StepKind::Auto(_) | StepKind::Unknown(_) => true,
        _ => false,
    })
}

fn has_parameter(view: &StepView<'_>, name: &str) -> bool {
    view.signature().is_none_or(|it| it.parameter(name).is_some())
}

fn words(key: &str, on: &str) -> String {
    format!("`{key}` has no effect here: it belongs to {on}")
}
