//! Compact views of a lowered pipeline, one a feature.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::fmt::Write as _;
use std::path::PathBuf;

use pipeline::catalogue::Catalogue;
use pipeline::names::Names;
use pipeline::{
    Condition, Count, Data, FailurePolicy, Input, Located, Pipeline, Placed, Plan, Problem,
    Reference, ReferenceOrigin, Step, StepKind, lower,
};
use syntax::{Document, Span};

pub(crate) fn lowered(text: &str) -> Pipeline {
    lower(&Document::new(text), &Catalogue::declared())
}

pub(crate) fn planned(text: &str) -> (Pipeline, Plan) {
    let pipeline = lowered(text);
    let plan = Plan::new(&pipeline, &Names::new(&pipeline));
    (pipeline, plan)
}

/// `../shared` beside the repository.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("DOWNBEAT_SHARED").map_or(beside, PathBuf::from);
    let there = shared.join("corpus").is_dir().then_some(shared);
    if there.is_none() {
        let mut loud = std::io::stderr();
        let _ = std::io::Write::write_all(
            &mut loud,
            b"SKIPPED: no ../shared beside the repository (set DOWNBEAT_SHARED)\n",
        );
    }
    there
}

/// All pipelines of the corpus.
pub(crate) fn corpus() -> Vec<(PathBuf, String)> {
    let mut open: Vec<PathBuf> = shared().map(|shared| shared.join("corpus")).into_iter().collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()),
            );
        } else if path.extension().is_some_and(|it| it == "yaml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push((path, text));
        }
    }
    files.sort();
    files
}

/// The steps: what they are, what they read, what is wrong.
pub(crate) fn steps(text: &str) -> String {
    let pipeline = lowered(text);
    let mut out = String::new();
    for step in &pipeline.steps {
        write_step(&mut out, text, step.base, step, 0);
    }
    out
}

fn write_step(out: &mut String, text: &str, base: u32, step: &Step, depth: usize) {
    let pad = "  ".repeat(depth);
    let _ = writeln!(
        out,
        "{pad}{}: {}",
        if step.id.is_some() { step.id_text() } else { "-" },
        kind(&step.kind)
    );
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(out, "{pad}  {label} {value}");
        }
    };
    line("after", step.dependencies.iter().map(|it| &*it.value).collect::<Vec<_>>().join(", "));
    line(
        "after some of",
        step.dynamic_dependencies.iter().map(|it| it.value.value.to_string()).collect(),
    );
    line("if", step.condition.iter().map(|it| condition(it)).collect());
    for parameter in &step.parameters {
        line("given", format!("{}: {}", parameter.name.value, data(&parameter.value.value)));
    }
    line("false ->", step.routing.on_false.iter().map(|it| it.value.to_string()).collect());
    line("success ->", step.routing.on_success.iter().map(|it| it.value.to_string()).collect());
    line("failure ->", step.routing.on_failure.iter().map(|it| it.value.to_string()).collect());
    line(
        "goto",
        step.routing
            .goto_targets
            .iter()
            .map(|it| it.value.to_string())
            .collect::<Vec<_>>()
            .join(" | "),
    );
    if step.on_failure != FailurePolicy::Fail {
        line("failure:", format!("{:?}", step.on_failure));
    }
    if step.attempts.explicit {
        line("attempts", step.attempts.total.to_string());
    }
    line("timeout", step.timeout.iter().map(|it| format!("{:?}", it.value)).collect());
    for handler in &step.handlers {
        let action = handler.action.as_ref().map(|it| it.value.value.to_string());
        line(
            "handler",
            format!(
                "{:?} {:?} {}",
                handler.task.as_ref().map(|it| &*it.value),
                action,
                problems(text, base, &handler.problems)
            ),
        );
    }
    for variable in &step.vars {
        line("var", format!("{}: {}", variable.value.name, data(&variable.value.declaration)));
    }
    for product in &step.products {
        line("product", format!("{} -> {}", product.variable.value, product.file.value.value));
    }
    line("model", step.model.iter().map(|it| data(&it.value)).collect());
    for it in &step.references {
        line("reads", reference(text, base, it));
    }
    line("!", problems(text, base, &step.problems));
    for inner in &step.body {
        write_step(out, text, base, inner, depth + 1);
    }
}

fn kind(kind: &StepKind) -> String {
    let count = |it: &Option<Located<Count>>| match it {
        None => String::new(),
        Some(Located { value: Count::Fixed(number), .. }) => format!(" x{number}"),
        Some(Located { value: Count::Text(text), .. }) => format!(" x{}", text.value),
    };
    let test = |it: &Option<Condition>, word: &str| {
        it.iter().map(|it| format!(" {word} {}", condition(it))).collect::<String>()
    };
    match kind {
        StepKind::Action(name) => format!("action {}", name.value),
        StepKind::Tool { tool, operation: None } => format!("tool {}", tool.value),
        StepKind::Tool { tool, operation: Some(operation) } => {
            format!("tool {} {}", tool.value, operation.value)
        }
        StepKind::Echo(text) => format!("echo <{}>", text.value.value),
        StepKind::Debug(text) => {
            format!("debug {:?}", text.as_ref().map(|it| it.value.value.to_string()))
        }
        StepKind::FileProse(text) => format!("file prose <{}>", text.value.value),
        StepKind::Auto(text) => format!("auto <{}>", text.value.value),
        StepKind::ForEach(it) => {
            let name = it
                .loop_name
                .as_ref()
                .map(|name| format!(" named {}", name.value))
                .unwrap_or_default();
            format!("for each {}{}{name}", data(&it.items.value), count(&it.max_parallel))
        }
        StepKind::While(it) => format!(
            "while{}{}{}",
            test(&it.test, "on"),
            test(&it.until, "until"),
            count(&it.max_iterations)
        ),
        StepKind::ActionLoop(it) => format!(
            "action loop{}{}{}",
            test(&it.test, "on"),
            test(&it.until, "until"),
            count(&it.max_iterations)
        ),
        StepKind::Queue(it) => {
            let on = it.on.as_ref().map(|on| data(&on.value)).unwrap_or_default();
            format!(
                "queue {on}{}{}{}",
                test(&it.test, "on"),
                test(&it.until, "until"),
                count(&it.max_parallel)
            )
        }
        StepKind::Parallel => "parallel".to_owned(),
        StepKind::Unknown(text) => {
            format!("unknown {:?}", text.as_ref().map(|it| it.value.value.to_string()))
        }
    }
}

fn condition(condition: &Condition) -> String {
    format!("{}({})", condition.key, condition.text.value)
}

pub(crate) fn data(value: &Data) -> String {
    match value {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::Text(text) => format!("{:?}", text.value),
        Data::List(items) => format!(
            "[{}]",
            items.iter().map(|item| data(&item.value)).collect::<Vec<_>>().join(", ")
        ),
        Data::Map(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(key, value)| format!("{}: {}", key.value, data(&value.value)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn reference(text: &str, base: u32, it: &Reference) -> String {
    let mut line = format!("{} in {}", it.path(), it.place);
    match it.origin {
        ReferenceOrigin::Template => {}
        ReferenceOrigin::ControlFlow => line.push_str(" (control)"),
        ReferenceOrigin::Inert => line.push_str(" (inert)"),
    }
    for (flag, word) in [
        (it.guarded, "guarded"),
        (it.called, "called"),
        (it.in_auto, "in auto"),
        (it.aliased, "aliased"),
    ] {
        if flag {
            let _ = write!(line, " {word}");
        }
    }
    let _ =
        write!(line, " at `{}` root `{}`", at(text, base, it.span), at(text, base, it.root_span));
    for (_, span) in &it.fields {
        let _ = write!(line, " `{}`", at(text, base, *span));
    }
    line
}

fn at(text: &str, base: u32, span: Span) -> &str {
    text.get(span.shift(base).range()).unwrap_or("<outside>")
}

pub(crate) fn problems(text: &str, base: u32, problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|it| format!("{:?} at `{}`", it.kind, at(text, base, it.span)))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Inputs and what is wrong with them.
pub(crate) fn inputs(text: &str) -> String {
    lowered(text).inputs.iter().map(|input| format!("{}\n", one_input(text, input))).collect()
}

fn one_input(text: &str, input: &Placed<Input>) -> String {
    let mut line = input.name.value.clone();
    if let Some(ty) = &input.ty {
        let _ = write!(line, ": {}", ty.value);
    }
    if input.required {
        line.push_str(" required");
    }
    if let Some(default) = &input.default {
        let _ = write!(line, " = {}", data(&default.value));
    }
    if let Some(choices) = &input.choices {
        let _ = write!(
            line,
            " of {}",
            choices.iter().map(|it| data(&it.value)).collect::<Vec<_>>().join("|")
        );
    }
    if input.min.is_some() || input.max.is_some() {
        let _ = write!(line, " {:?}..{:?}", input.min, input.max);
    }
    if input.shortest.is_some() || input.longest.is_some() {
        let _ = write!(line, " long {:?}..{:?}", input.shortest, input.longest);
    }
    if let Some(pattern) = &input.pattern {
        let _ = write!(line, " like {}", pattern.value);
    }
    if input.secret {
        line.push_str(" secret");
    }
    if !input.problems.is_empty() {
        let _ = write!(line, " ! {}", problems(text, input.base, &input.problems));
    }
    line
}

/// Outputs and what they read.
pub(crate) fn outputs(text: &str) -> String {
    let pipeline = lowered(text);
    let mut out = String::new();
    for output in &pipeline.outputs {
        let _ = writeln!(out, "{} = {}", output.name.value, data(&output.value.value));
        for it in &output.references {
            let _ = writeln!(out, "  reads {}", reference(text, output.base, it));
        }
    }
    out
}

/// Stages, edges with their reasons, and knots.
pub(crate) fn plan(text: &str) -> String {
    let (pipeline, plan) = planned(text);
    let id = |step: usize| pipeline.steps[step].id_text().to_owned();
    let ids = |steps: &[usize]| steps.iter().map(|&step| id(step)).collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    for stage in &plan.stages {
        let _ = writeln!(out, "| {}", ids(stage));
    }
    for edge in &plan.edges {
        let because = plan.because(&pipeline, edge);
        let _ = writeln!(
            out,
            "{} -> {} {} because {because} at `{}`",
            id(edge.from),
            id(edge.to),
            edge.origin.word(),
            at(text, 0, edge.span)
        );
    }
    for cycle in &plan.cycles {
        let _ = writeln!(out, "cycle {}", ids(cycle));
    }
    for edge in &plan.self_references {
        let _ = writeln!(out, "own {} at `{}`", id(edge.from), at(text, 0, edge.span));
    }
    for edge in &plan.backward {
        let _ = writeln!(out, "backward {} -> {}", id(edge.from), id(edge.to));
    }
    out
}
