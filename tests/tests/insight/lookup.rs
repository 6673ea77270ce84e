//! Looks up in a pipeline and its plan what a sentence says. A sentence of no known form is wrong.
//!
//! The answers come from the pipeline itself, by other ways than the sheet takes.

use std::collections::BTreeSet;

use pipeline::catalogue::{Catalogue, Effect};
use pipeline::{Data, FailurePolicy, Origin, Step, StepKind, facts, names::Meaning};

use crate::World;

/// Sentences that are not true, and why.
pub(crate) fn wrong(world: &World, said: &str) -> Vec<String> {
    let Some(start) = said.find("**In and out.**") else {
        return vec!["nothing is told".to_owned()];
    };
    let mut wrong = Vec::new();
    for paragraph in said[start..].split("\n\n") {
        if paragraph.starts_with("1. ") {
            wrong.extend(paragraph.lines().filter_map(|it| stage(world, it).err()));
            continue;
        }
        if paragraph.starts_with("and ") {
            continue;
        }
        let Some((lead, text)) = paragraph.strip_prefix("**").and_then(|it| it.split_once(".** "))
        else {
            wrong.push(format!("no paragraph: {paragraph}"));
            continue;
        };
        for sentence in sentences(text) {
            match judge(world, lead, &sentence) {
                Some(true) => {}
                Some(false) => wrong.push(format!("not true: {sentence}")),
                None => wrong.push(format!("no known form: {lead}: {sentence}")),
            }
        }
    }
    wrong
}

/// Sentences without their full stops; one in code ends nothing.
fn sentences(text: &str) -> Vec<String> {
    let (mut all, mut now, mut code) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        code ^= char == '`';
        if char == '.' && !code && chars.peek().is_none_or(|it| *it == ' ') {
            all.push(std::mem::take(&mut now));
            chars.next();
        } else {
            now.push(char);
        }
    }
    assert!(now.is_empty(), "no full stop: {text}");
    all
}

/// What stands in code, in order.
fn codes(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('`') {
        if let Some(inner) = behind.strip_prefix("` ") {
            let Some((code, behind)) = inner.split_once(" ``") else { break };
            all.push(code.to_owned());
            rest = behind;
        } else {
            let Some((code, behind)) = behind.split_once('`') else { break };
            all.push(code.to_owned());
            rest = behind;
        }
    }
    all
}

/// The words with each piece of code as `_`.
fn form(text: &str) -> String {
    let mut form = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('`') {
        form.push_str(before);
        form.push('_');
        let double = behind.strip_prefix("` ").and_then(|it| it.split_once(" ``"));
        rest = double.or_else(|| behind.split_once('`')).map_or("", |(_, it)| it);
    }
    form + rest
}

/// `_, _ and _` and the like as `…`.
fn short(form: &str) -> String {
    let mut form = form.to_owned();
    for _ in 0..40 {
        form = form.replace("_, _", "_").replace("_ and _", "_").replace("… and _", "…");
    }
    form
}

fn number(text: &str) -> Option<usize> {
    text.split(|it: char| !it.is_ascii_digit()).find(|it| !it.is_empty())?.parse().ok()
}

struct Found<'w> {
    path: Vec<&'w Step>,
    outer: usize,
}

impl<'w> Found<'w> {
    fn step(&self) -> &'w Step {
        self.path.last().unwrap()
    }

    fn acting(&self) -> &'w Step {
        if own_body(self.step()) { &self.step().body[0] } else { self.step() }
    }
}

fn own_body(step: &Step) -> bool {
    let shorthand = match &step.kind {
        StepKind::ForEach(it) => it.shorthand,
        StepKind::While(it) => it.shorthand,
        _ => false,
    };
    shorthand && !step.body.is_empty()
}

fn all<'w>(world: &'w World) -> Vec<Found<'w>> {
    fn into<'w>(path: &[&'w Step], outer: usize, found: &mut Vec<Found<'w>>) {
        found.push(Found { path: path.to_vec(), outer });
        let step = path.last().unwrap();
        if !own_body(step) {
            for inner in &step.body {
                into(&[path, &[inner]].concat(), outer, found);
            }
        }
    }
    let mut found = Vec::new();
    for (outer, step) in world.pipeline.steps.iter().enumerate() {
        into(&[&step.item], outer, &mut found);
    }
    found
}

/// The step of an id as it is told.
fn find<'w>(world: &'w World, id: &str) -> Option<Found<'w>> {
    all(world).into_iter().find(|it| names(it, id))
}

fn names(found: &Found<'_>, id: &str) -> bool {
    let mut rest = id;
    for (depth, step) in found.path.iter().enumerate() {
        let own = if step.id_text().is_empty() {
            let number = match depth {
                0 => found.outer,
                _ => found.path[depth - 1]
                    .body
                    .iter()
                    .position(|it| std::ptr::eq(it, *step))
                    .unwrap(),
            };
            let looped = depth > 0
                && matches!(
                    found.path[depth - 1].kind,
                    StepKind::ActionLoop(_) | StepKind::Queue(_)
                );
            if looped { format!("action_{number}") } else { format!("#{}", number + 1) }
        } else {
            step.id_text().to_owned()
        };
        let number = format!("#{}", found.outer + 1);
        let Some(behind) =
            rest.strip_prefix(&own).or_else(|| rest.strip_prefix(&number).filter(|_| depth == 0))
        else {
            return false;
        };
        let last = depth + 1 == found.path.len();
        rest = match behind.strip_prefix('.') {
            Some(behind) if !last => behind,
            None if last && behind.trim_matches('\'').is_empty() => "",
            _ => return false,
        };
    }
    rest.is_empty()
}

fn one_line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &flat[..at]),
        None => flat,
    }
}

fn effects(step: &Step) -> Vec<Effect> {
    let catalogue = Catalogue::declared();
    let own = match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => vec![Effect::Pure],
        StepKind::FileProse(_) => vec![Effect::Writes],
        StepKind::Auto(_) => vec![Effect::Model],
        StepKind::Tool { tool, operation } => catalogue
            .tool(&tool.value)
            .map(|it| it.effects_of(operation.as_ref().map(|it| it.value.as_str())).to_vec())
            .unwrap_or_default(),
        StepKind::Action(name) => {
            catalogue.action(&name.value).map(|it| it.effects_of(None).to_vec()).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    own.into_iter().chain((!step.products.is_empty()).then_some(Effect::Writes)).collect()
}

/// Whether one step can only start when the other is over, by the edges alone.
fn reaches(world: &World, from: usize, to: usize, without: Option<(usize, usize)>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for edge in
            world.plan.edges.iter().filter(|it| it.from == at && Some((it.from, it.to)) != without)
        {
            if edge.to == to {
                return true;
            }
            if seen.insert(edge.to) {
                open.push(edge.to);
            }
        }
    }
    false
}

fn outer(world: &World, id: &str) -> Option<usize> {
    find(world, id).filter(|it| it.path.len() == 1).map(|it| it.outer)
}

/// `2. _ (…) and _ (…)`: no two wait for each other, and each waits for one of the stage before.
fn stage(world: &World, line: &str) -> Result<(), String> {
    let wrong = || Err(format!("stage: {line}"));
    let Some(number) = number(line).and_then(|it| it.checked_sub(1)) else { return wrong() };
    let Some(stage) = world.plan.stages.get(number) else { return wrong() };
    // The first of many are told.
    for &step in stage.iter().take(12) {
        let told = codes(line).iter().any(|it| outer(world, it) == Some(step));
        let apart = stage.iter().all(|other| *other == step || !reaches(world, *other, step, None));
        let behind = number == 0
            || world.plan.stages[number - 1]
                .iter()
                .any(|before| reaches(world, *before, step, None));
        if !told || !apart || !behind {
            return wrong();
        }
    }
    Ok(())
}

/// Whether a sentence is true; `None` where its form is not known.
fn judge(world: &World, lead: &str, sentence: &str) -> Option<bool> {
    let codes = codes(sentence);
    let form = form(sentence);
    match lead {
        "In and out" => in_and_out(world, sentence, &form, &codes),
        "Order" => order(world, sentence, &form, &codes),
        "Data" => data(world, &form, &codes),
        "Branches" => branches(world, &form, &codes),
        "Loops" => loops(world, sentence, &form, &codes),
        "Models" => models(world, sentence, &form, &codes),
        "Side effects" => side_effects(world, sentence, &form, &codes),
        "Files" => Some(files(world, &form, &codes)),
        "On failure" => failures(world, sentence, &form, &codes),
        "Worth a look" => worth(world, sentence, &form, &codes),
        "This build" => Some(codes.iter().all(|it| find(world, it).is_some())),
        _ => None,
    }
}

fn in_and_out(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    let pipeline = &world.pipeline;
    Some(match form {
        "It takes no inputs" => pipeline.inputs.is_empty(),
        "It declares no outputs" => pipeline.outputs.is_empty(),
        _ if form.starts_with("It takes ") => {
            let mut told = facts::inputs(pipeline).take(12);
            let count = facts::inputs(pipeline).count().min(12);
            sentence.matches("` (").count() == count
                && told.all(|input| {
                    let name = format!("`{}` (", input.name.value);
                    let Some((_, words)) = sentence.split_once(&name) else { return false };
                    let words = words.split_once(')').map_or(words, |(it, _)| it);
                    let ty = input.ty.as_ref().map_or("any type", |it| it.value.as_str());
                    let secret_hides = !input.secret || !words.contains(", default ");
                    let need = match &input.default {
                        Some(_) => words.contains("default"),
                        None if input.secret => words.contains("secret"),
                        None if input.required => words.contains("required"),
                        None => words.contains("optional"),
                    };
                    words.starts_with(ty) && need && secret_hides
                })
        }
        _ if form.starts_with("It gives ") => {
            let mut outputs = pipeline.outputs.iter().take(12);
            let count = pipeline.outputs.len().min(12);
            sentence.matches("` from ").count() == count
                && outputs.all(|output| {
                    let read = output.references.iter().any(|it| {
                        !matches!(
                            world.names.meaning(pipeline, &[], it),
                            Meaning::Input(_)
                                | Meaning::Builtin(_)
                                | Meaning::Constants(_)
                                | Meaning::Unknown
                        )
                    });
                    let none = sentence.contains(&format!("`{}` from no step", output.name.value));
                    codes.contains(&output.name.value)
                        && (none != read
                            || pipeline
                                .outputs
                                .iter()
                                .filter(|it| it.name.value == output.name.value)
                                .count()
                                > 1)
                })
        }
        _ => return None,
    })
}

fn order(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    let plan = &world.plan;
    let count = world.pipeline.steps.len();
    let widest = plan.stages.iter().map(Vec::len).max().unwrap_or(0);
    Some(if form == "It has no steps" {
        count == 0
    } else if form.starts_with("It has ") {
        let s =
            |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        *sentence == format!("It has {} in {}", s(count, "step"), s(plan.stages.len(), "stage"))
    } else if form.ends_with("inside of others") {
        number(sentence) == Some(all(world).len() - count)
    } else if form == "They run one after another" {
        let all = plan.stages.concat();
        all.windows(2).all(|pair| reaches(world, pair[0], pair[1], None))
    } else if form.ends_with("may run at once") {
        number(sentence) == Some(widest)
    } else if form.starts_with("The longest chain is ") {
        let ids: Vec<_> = codes.iter().filter_map(|it| outer(world, it)).collect();
        let whole = form.contains("steps long") || ids.len() == plan.stages.len();
        whole && ids.windows(2).all(|pair| reaches(world, pair[0], pair[1], None))
    } else if form.starts_with("Only an error handler calls ") {
        codes.iter().all(|it| {
            outer(world, it)
                .is_some_and(|at| plan.on_call.contains(&at) && plan.stage_of(at).is_none())
        })
    } else if form.starts_with("These wait for each other") {
        let ids: Vec<_> = codes.iter().filter_map(|it| outer(world, it)).collect();
        ids.iter().all(|at| reaches(world, *at, *at, None))
    } else {
        return None;
    })
}

fn more(form: &str) -> bool {
    (form.starts_with("There are ") || form.starts_with("There is ")) && form.ends_with(" more")
}

fn data(world: &World, form: &str, codes: &[String]) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let (reader, [fields @ .., read]) = (codes.first()?, &codes[1..]) else { return None };
    let (to, from) = (find(world, reader)?, find(world, read)?);
    let mut references: Vec<_> = to.step().references.iter().collect();
    if own_body(to.step()) {
        references.extend(&to.step().body[0].references);
    }
    let of_from = |root: &str| {
        let step = from.step();
        step.id_text() == root
            || step
                .walk()
                .iter()
                .any(|it| it.id_text() == root || it.vars.iter().any(|var| var.value.name == root))
            || root.starts_with(step.id_text())
            || pipeline::names::loop_name(step) == Some(root)
            || step.walk().iter().any(|it| pipeline::names::loop_name(it) == Some(root))
            || root.starts_with("action_")
    };
    let read: Vec<_> = references.into_iter().filter(|it| of_from(&it.root)).collect();
    let has = |field: &String| {
        read.iter().any(|it| {
            let path: Vec<&str> = it.fields.iter().map(|(name, _)| &**name).collect();
            path.join(".").starts_with(field.as_str())
        })
    };
    Some(!read.is_empty() && fields.iter().all(has))
}

fn branches(world: &World, form: &str, codes: &[String]) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let found = match form {
        _ if form.starts_with("Where the condition of ") => find(world, codes.first()?)?,
        _ => find(world, codes.first()?)?,
    };
    let step = found.step();
    let forward = |target: &str, key: &str| {
        let written = match key {
            "on_false" => step.routing.on_false.as_ref(),
            "on_success" => step.routing.on_success.as_ref(),
            "on_failure" => step.routing.on_failure.as_ref(),
            _ => step.routing.goto_targets.iter().find(|it| *it.value == *target),
        };
        let acts =
            found.path.len() > 1
                || outer(world, target).is_some_and(|to| {
                    world.plan.edges.iter().any(|it| {
                        it.from == found.outer && it.to == to && it.origin == Origin::Routing
                    })
                });
        written.is_some_and(|it| *it.value == *target) && acts
    };
    Some(match form {
        "_ runs only if _" => {
            step.condition.as_ref().is_some_and(|it| one_line(&it.text.value) == codes[1])
        }
        "_ goes round only if _" => {
            found.acting().condition.as_ref().is_some_and(|it| one_line(&it.text.value) == codes[1])
        }
        "Where the condition of _ is false, the run goes on at _" => forward(&codes[1], "on_false"),
        "Where _ succeeds, the run goes on at _" => forward(&codes[1], "on_success"),
        "Where _ fails, the run goes on at _" => forward(&codes[1], "on_failure"),
        "Behind _ the run may go on at _" => forward(&codes[1], "goto"),
        "Behind _ the run goes on where its _ says then" => {
            step.routing.goto.is_some() && step.routing.goto_targets.is_empty()
        }
        _ => return None,
    })
}

/// Most rounds as the text says them; `Err` with the template.
fn most(step: &Step) -> Option<Result<u64, String>> {
    let (count, default) = match &step.kind {
        StepKind::While(it) => (it.max_iterations.as_ref(), 10),
        StepKind::ActionLoop(it) => (it.max_iterations.as_ref(), 100),
        _ => return None,
    };
    Some(match count.map(|it| &it.value) {
        None => Ok(default),
        Some(pipeline::Count::Fixed(count)) => Ok(*count),
        Some(pipeline::Count::Text(text)) => Err(one_line(&text.value)),
    })
}

fn items(step: &Step) -> Option<Option<usize>> {
    match &step.kind {
        StepKind::ForEach(it) => Some(it.items.value.as_list().map(<[_]>::len)),
        StepKind::Queue(it) => {
            Some(it.on.as_ref().and_then(|it| it.value.as_list()).map(<[_]>::len))
        }
        _ => None,
    }
}

fn loops(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let step = find(world, codes.first()?)?.step();
    let times = |text: &str| {
        let behind = sentence.split_once(text)?.1;
        behind.split(' ').next()?.parse::<u64>().ok()
    };
    Some(if form.contains("goes round once for each item of a list") {
        items(step) == Some(None)
    } else if form.contains("goes round once for each of ") {
        times("once for each of ") == items(step)?.map(|it| it as u64)
    } else if form.contains("goes round at most _ times") {
        most(step) == Some(Err(codes[1].clone()))
    } else if form.contains("goes round at most ") {
        most(step) == Some(Ok(times("at most ")?))
    } else {
        return None;
    })
}

fn calls_pipeline(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Tool { tool, .. } if tool.value == "pipeline-executor")
}

fn asks(found: &Found<'_>) -> bool {
    !calls_pipeline(found.acting()) && effects(found.acting()).contains(&Effect::Model)
}

/// How often models are asked at most.
fn calls(world: &World) -> Option<u64> {
    let mut sum = 0_u64;
    for found in all(world).iter().filter(|it| asks(it)) {
        let mut times = 1_u64;
        for step in &found.path {
            times = times.checked_mul(match (items(step), most(step)) {
                (Some(items), _) => items? as u64,
                (_, Some(most)) => most.ok()?,
                _ => 1,
            })?;
        }
        sum = sum.checked_add(times)?;
    }
    Some(sum)
}

fn models(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    let steps = all(world);
    let asking = steps.iter().filter(|it| asks(it)).count();
    let has_auto = |step: &Step| {
        format!(
            "{:?}",
            (
                &step.kind,
                &step.parameters,
                &step.condition,
                &step.routing.goto,
                &step.location,
                &step.dynamic_dependencies
            )
        )
        .contains("AutoTag")
    };
    Some(match short(form).as_str() {
        "No step asks a model" => {
            asking == 0 && !steps.iter().any(|it| calls_pipeline(it.acting()))
        }
        "What they cost at most stands in the plan, as far as it is known" => true,
        "How many calls that makes is not known before the run" => {
            asking > 0 && calls(world).is_none()
        }
        it if it.starts_with("That makes at most ") => {
            number(sentence).map(|it| it as u64) == calls(world)
        }
        it if it.ends_with("values open for a model by AUTO") => codes.iter().all(|it| {
            find(world, it).is_some_and(|it| has_auto(it.step()) || has_auto(it.acting()))
        }),
        it => {
            let (ids, whom) = it.split_once(" asks ").or_else(|| it.split_once(" ask "))?;
            if ids != "_" && !ids.ends_with(" more") {
                return None;
            }
            let before = sentence.split(" ask").next()?;
            let ids = self::codes(before);
            let behind = &codes[ids.len()..];
            ids.iter().all(|id| {
                let Some(found) = find(world, id) else { return false };
                asks(&found) && whom_fits(world, found.acting(), whom, behind)
            })
        }
    })
}

fn whom_fits(world: &World, step: &Step, whom: &str, behind: &[String]) -> bool {
    let written = step.model.as_ref().map(|it| format!("{:?}", it.value)).unwrap_or_default();
    let header = ["model", "default_model", "experts", "requires_model"]
        .iter()
        .filter_map(|key| world.pipeline.entry(key).or(None))
        .map(|it| format!("{:?}", it.value.value))
        .chain(step.keys.iter().map(|it| format!("{:?}", it.value.value)))
        .collect::<String>();
    let experts =
        world.pipeline.experts.iter().map(|it| format!("{:?}", it.item)).collect::<String>();
    if whom.ends_with(", named by the tool _") {
        let is_tool = |said: &String| matches!(&step.kind, StepKind::Tool { tool, .. } if tool.value == *said);
        behind.last().is_some_and(is_tool)
    } else if whom.starts_with("the model _") || whom.starts_with("one of the models _") {
        let places = format!("{written}{header}{experts}");
        behind.first().is_some_and(|it| places.contains(it.trim_end_matches('…')))
    } else if whom.starts_with("a model that _ names") {
        matches!(step.model.as_ref().map(|it| &it.value), Some(Data::Text(text)) if text.template.is_some())
    } else if whom.starts_with("a model that no name fixes") {
        let plain = step.model.as_ref().and_then(|it| it.value.as_text());
        plain.is_none_or(|it| !it.autos.is_empty() || it.value.trim().eq_ignore_ascii_case("auto"))
    } else {
        false
    }
}

fn side_effects(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    let kinds = [
        ("read files", Effect::Reads),
        ("write files", Effect::Writes),
        ("run code", Effect::RunsCode),
        ("use the network", Effect::Network),
        ("ask a model", Effect::Model),
        ("ask a person", Effect::AsksPerson),
    ];
    let steps = all(world);
    Some(if form.starts_with("Its steps may ") {
        kinds.iter().all(|(words, effect)| {
            let doing: Vec<_> = steps
                .iter()
                .filter(|it| !calls_pipeline(it.acting()) && effects(it.acting()).contains(effect))
                .collect();
            let Some((_, behind)) = sentence.split_once(&format!("{words} (")) else {
                return doing.is_empty();
            };
            let inside = behind.split_once(')').map_or(behind, |(it, _)| it);
            let told = self::codes(inside);
            told.len() == doing.len().min(12)
                && told.iter().all(|id| doing.iter().any(|it| names(it, id)))
        })
    } else if form == "It has none: its steps only compute" {
        steps.iter().all(|it| {
            let holds = !it.step().body.is_empty() && !own_body(it.step());
            let all = effects(it.acting());
            all.iter().all(|it| *it == Effect::Pure) && (holds || !all.is_empty())
        })
    } else if form.starts_with("What the pipelines do that ") {
        codes.iter().all(|it| find(world, it).is_some_and(|it| calls_pipeline(it.acting())))
    } else if form.ends_with("would do is not known") {
        codes.iter().all(|it| find(world, it).is_some_and(|it| effects(it.acting()).is_empty()))
    } else {
        return None;
    })
}

fn files(world: &World, form: &str, codes: &[String]) -> bool {
    let kinds = ["It reads ", "It writes ", "It leaves "];
    if !kinds.iter().any(|it| form.starts_with(it)) {
        return false;
    }
    let chunk = if form.starts_with("It leaves ") { 3 } else { 2 };
    codes.chunks(chunk).all(|group| {
        let Some(found) = group.last().and_then(|id| find(world, id)) else { return false };
        let step = found.acting();
        let mut texts: Vec<String> =
            step.products.iter().map(|it| one_line(&it.file.value.value)).collect();
        for parameter in &step.parameters {
            parameter.value.value.each_text(&mut |it| {
                texts.push(one_line(it.value.trim().trim_start_matches("./")))
            });
        }
        let variable = chunk == 2 || step.products.iter().any(|it| it.variable.value == group[1]);
        variable && texts.contains(&group[0])
    })
}

fn failures(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let outer = || world.pipeline.steps.iter();
    let is_stop = |step: &Step| step.on_failure == FailurePolicy::Fail;
    if form.ends_with(" fails and nothing mends it, the run stops") {
        return Some(outer().all(|it| is_stop(it)));
    }
    if form.ends_with(" fails of which nothing else is said, the run stops") {
        return Some(outer().any(|it| is_stop(it)) && !outer().all(|it| is_stop(it)));
    }
    if form.contains("for all steps") {
        let count = world.pipeline.global_error_handlers.len();
        return Some(if form.starts_with("A handler") {
            count == 1
        } else {
            number(sentence) == Some(count)
        });
    }
    let found = find(world, codes.first()?)?;
    let step = found.step();
    if let Some((_, words)) = form.split_once("If _ fails, ") {
        let handlers = match step.handlers.len() {
            0 => !words.contains("handler"),
            1 => words.starts_with("its handler is tried"),
            more => words.starts_with(&format!("its {more} handlers are tried")),
        };
        let policy = match step.on_failure {
            FailurePolicy::Fail => !words.contains("goes on") && !words.contains("skipped"),
            FailurePolicy::Continue | FailurePolicy::Retry => words.ends_with(" goes on"),
            FailurePolicy::Skip => words.ends_with("what depends on it is skipped"),
            FailurePolicy::Route => words.contains(" goes on"),
        };
        return Some(handlers && policy);
    }
    let (_, words) = form.split_once("_ is ")?;
    let attempts = [step.attempts, found.acting().attempts]
        .into_iter()
        .find(|it| it.explicit)
        .map(|it| it.total);
    let timeout = step.timeout.as_ref().or(found.acting().timeout.as_ref());
    let tries = match attempts {
        None => !words.contains("tried"),
        Some(1) => words.contains("tried once"),
        Some(more) => words.contains(&format!("tried at most {more} times")),
    };
    let time = match timeout {
        None => !words.contains("given"),
        Some(it) => {
            words.contains(&format!("given at most {} s an attempt", it.value.as_secs_f64()))
        }
    };
    Some(tries && time)
}

fn worth(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    let steps = &world.pipeline.steps;
    if form.contains(" only because _ says so: ") {
        let waiting = &codes[..codes.len() - 2];
        let from = outer(world, codes.get(codes.len() - 2)?)?;
        return Some(waiting.iter().all(|id| {
            let Some(to) = outer(world, id) else { return false };
            let own: Vec<_> =
                world.plan.edges.iter().filter(|it| it.from == from && it.to == to).collect();
            let reads = steps[to]
                .walk()
                .iter()
                .any(|it| it.references.iter().any(|it| *it.root == *steps[from].id_text()));
            let stage = world.plan.stage_of(to).unwrap();
            let others = world.plan.dependencies(to).into_iter().filter(|it| *it != from);
            let earlier =
                others.map(|it| world.plan.stage_of(it).unwrap() + 1).max().unwrap_or(0) < stage;
            own.iter().all(|it| it.origin == Origin::Declared)
                && !own.is_empty()
                && !reads
                && earlier
        }));
    }
    if form.ends_with(" make the same call") {
        let said = |id: &String| {
            let step = find(world, id)?;
            let step = step.step();
            let kind = match &step.kind {
                StepKind::Tool { tool, operation } => {
                    format!("{} {:?}", tool.value, operation.as_ref().map(|it| &it.value))
                }
                StepKind::Action(name) => name.value.clone(),
                _ => return None,
            };
            let mut all: Vec<String> = Vec::new();
            for parameter in &step.parameters {
                parameter.value.value.texts(&parameter.name.value, &mut |place, text| {
                    all.push(format!("{place}={}", text.value))
                });
            }
            all.sort();
            Some((kind, all))
        };
        let first = said(codes.first()?)?;
        return Some(codes.len() > 1 && codes.iter().all(|it| said(it).as_ref() == Some(&first)));
    }
    if form.contains(" the network anew in every run: no _ says how old an answer may be") {
        let steps = &codes[..codes.len() - 1];
        return Some(steps.iter().all(|it| {
            find(world, it).is_some_and(|it| {
                let all = effects(it.acting());
                all.contains(&Effect::Network)
                    && !all.contains(&Effect::Writes)
                    && it.step().cache.is_none()
                    && it.acting().cache.is_none()
            })
        }));
    }
    if form.contains(" wants at most ") {
        let found = find(world, codes.first()?)?;
        let tokens = found.step().parameter("max_tokens").map(|it| it.value.value.clone());
        let model = pipeline::models::find(pipeline::models::models(), &codes[1])?;
        let price = format!("costs {} US dollars", model.output_price?);
        return Some(
            tokens == Some(Data::Int(number(sentence.split_once("at most")?.1)? as i128))
                && sentence.contains(&price),
        );
    }
    if form.starts_with("The prompt of _ holds what _ gives, however long that is") {
        let (to, from) = (find(world, &codes[0])?, find(world, &codes[1])?);
        let model = pipeline::models::find(pipeline::models::models(), &codes[2])?;
        let reads = to.step().references.iter().any(|it| *it.root == *from.step().id_text());
        return Some(reads && sentence.contains(&format!("at most {} tokens", model.context?)));
    }
    None
}

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
    ("`b` reads `result` of `a`", "`b` reads `stdout` of `a`"),
    ("wants at most 20 tokens", "wants at most 200 tokens"),
];
