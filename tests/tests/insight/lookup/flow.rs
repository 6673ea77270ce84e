//! Sentences about what goes in and out, the order of steps, the way of values, branches and loops.

use pipeline::{Origin, Step, StepKind, facts, names::Meaning};

use super::{
    steps::{Found, all, find, outer, own_body, reaches},
    text::{codes, number, one_line},
};
use crate::World;

/// `2. _ (…) and _ (…)`: no two wait for each other, and each waits for one of the stage before.
pub(super) fn stage(world: &World, line: &str) -> Result<(), String> {
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

pub(super) fn in_and_out(
    world: &World,
    sentence: &str,
    form: &str,
    codes: &[String],
) -> Option<bool> {
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
                    let from = format!("`{}` from ", output.name.value);
                    let behind = sentence.split_once(&from).map_or("", |(_, it)| it);
                    let of_input = |name: &str| {
                        output.references.iter().any(|it| {
                            matches!(
                                world.names.meaning(pipeline, &[], it),
                                Meaning::Input(input) if pipeline.inputs[input].name.value == name
                            )
                        })
                    };
                    let without = ["no step", "a fixed text", "the input "]
                        .iter()
                        .any(|it| behind.starts_with(it));
                    let input =
                        behind.strip_prefix("the input `").or(behind.strip_prefix("the inputs `"));
                    let none = without || input.is_some();
                    let input = input.and_then(|it| it.split('`').next());
                    let own = behind.starts_with("a fixed text");
                    codes.contains(&output.name.value)
                        && input.is_none_or(of_input)
                        && (!own || output.references.is_empty())
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

pub(super) fn order(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
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
    } else if form.ends_with("for them and can never run either") {
        let mut ids = codes.iter().filter_map(|it| outer(world, it));
        let is_stuck = |at: usize| reaches(world, at, at, None);
        ids.all(|at| (0..count).any(|it| it != at && is_stuck(it) && reaches(world, it, at, None)))
    } else {
        return None;
    })
}

pub(super) fn more(form: &str) -> bool {
    (form.starts_with("There are ") || form.starts_with("There is ")) && form.contains(" more ")
}

/// `Inside of _, _ draws on _ (_, _) and _; _ looks at how _ ended`
pub(super) fn data(world: &World, sentence: &str, form: &str) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let (holder, clauses) = match sentence.strip_prefix("Inside of ") {
        Some(behind) => (codes(behind).into_iter().next(), behind.split_once("`, ")?.1),
        None => (None, sentence),
    };
    let whole = |name: &str| {
        let inside = holder.as_ref().map(|it| format!("{it}.{name}"));
        inside.filter(|it| find(world, it).is_some()).unwrap_or_else(|| name.to_owned())
    };
    clauses
        .split("; ")
        .map(|clause| reading(world, &whole, clause))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.into_iter().all(|it| it))
}

fn reading(world: &World, whole: &dyn Fn(&str) -> String, clause: &str) -> Option<bool> {
    let verbs = [" draws on ", " draw on ", " looks at how ", " look at how "];
    let begin = verbs.iter().filter_map(|it| clause.find(it)).min()?;
    let (readers, behind) = clause.split_at(begin);
    let (drawn, asked) = match behind.split_once(" at how ") {
        Some((drawn, asked)) => (drawn, asked.strip_suffix(" ended")?),
        None => (behind, ""),
    };
    let mut all = true;
    for reader in codes(readers) {
        let reader = find(world, &whole(&reader))?;
        for (given, fields) in givers(drawn) {
            all &= reads(world, &reader, &whole(&given), &fields)?;
        }
        for (given, _) in givers(asked) {
            let of = |field: &str| reads(world, &reader, &whole(&given), &[field.to_owned()]);
            let ends = ["status", "success", "skipped", "error", "reason"];
            all &= ends.iter().any(|it| of(it) == Some(true)) && of("result") == Some(false);
        }
    }
    Some(all)
}

/// Names, each with the names that stand in brackets behind it.
fn givers(text: &str) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for (number, part) in text.split('`').enumerate() {
        match (number % 2, inside) {
            (0, _) => inside = (inside || part.contains('(')) && !part.contains(')'),
            (_, false) => all.push((part.to_owned(), Vec::new())),
            (_, true) => all.last_mut().unwrap().1.push(part.to_owned()),
        }
    }
    all
}

/// Whether one step reads all those fields of the other.
fn reads(world: &World, to: &Found<'_>, from: &str, fields: &[String]) -> Option<bool> {
    let from = find(world, from)?;
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

pub(super) fn branches(world: &World, form: &str, codes: &[String]) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let found = match form {
        _ if form.starts_with("Where the condition of ") => find(world, codes.first()?)?,
        _ => find(world, codes.first()?)?,
    };
    let step = found.step();
    let (whole, other) = match found.path.len() {
        1 => ("the run ", "the round "),
        _ => ("the round ", "the run "),
    };
    if form.contains(other) {
        return Some(false);
    }
    let forward = |target: &String, key: &str| {
        let Some(last) = find(world, target) else { return false };
        let target = if found.path.len() > 1 { last.step().id_text() } else { target.as_str() };
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
    let of_run = form.replace(whole, "the run ");
    Some(match of_run.as_str() {
        it if it.ends_with(" only if _") => {
            let (condition, ids) = codes.split_last()?;
            let of_step = it.ends_with(" runs only if _") || it.ends_with(" run only if _");
            ids.iter().all(|id| {
                let found = find(world, id);
                let step = found.as_ref().map(|it| if of_step { it.step() } else { it.acting() });
                let written = step.and_then(|it| it.condition.as_ref());
                written.is_some_and(|it| one_line(&it.text.value) == *condition)
            })
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
pub(super) fn most(step: &Step) -> Option<Result<u64, String>> {
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

pub(super) fn items(step: &Step) -> Option<Option<usize>> {
    match &step.kind {
        StepKind::ForEach(it) => Some(it.items.value.as_list().map(<[_]>::len)),
        StepKind::Queue(it) => {
            Some(it.on.as_ref().and_then(|it| it.value.as_list()).map(<[_]>::len))
        }
        _ => None,
    }
}

pub(super) fn loops(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let ids = codes.iter().filter(|it| !it.contains(['{', '<'])).count();
    let several: Option<Vec<bool>> = codes[..ids]
        .iter()
        .map(|id| {
            let step = find(world, id)?;
            rounds(step.step(), sentence, form, codes.get(ids))
        })
        .collect();
    several.map(|it| !it.is_empty() && it.into_iter().all(|it| it))
}

fn rounds(step: &Step, sentence: &str, form: &str, written: Option<&String>) -> Option<bool> {
    let form =
        form.replace("each go round", "goes round").replace("never go round", "never goes round");
    let times = |text: &str| {
        let behind = sentence.split_once(text)?.1;
        behind.split(' ').next()?.parse::<u64>().ok()
    };
    let ends_early =
        matches!(&step.kind, StepKind::Queue(it) if it.until.is_some() || it.test.is_some());
    let earlier = ["at most once for ", "at most once, for "].iter().any(|it| form.contains(it));
    if earlier != (ends_early && items(step) != Some(Some(0))) {
        return Some(false);
    }
    let form = form.replace("at most once for ", "once for ").replace("at most once, ", "once, ");
    Some(if form.contains("goes round once for each item of a list") {
        items(step) == Some(None)
    } else if form.contains("goes round once for each of ") {
        times("once for each of ") == items(step)?.map(|it| it as u64)
    } else if form.ends_with("goes round once, for 1 item") {
        items(step) == Some(Some(1))
    } else if form.ends_with("goes round for no item: its list is empty") {
        items(step) == Some(Some(0))
    } else if form.contains("goes round at most _ times") {
        most(step) == Some(Err(written?.clone()))
    } else if form.ends_with("goes round at most once") {
        most(step) == Some(Ok(1))
    } else if form.ends_with("never goes round: at most 0 times") {
        most(step) == Some(Ok(0))
    } else if form.contains("goes round at most ") {
        most(step) == Some(Ok(times("at most ")?))
    } else {
        return None;
    })
}
