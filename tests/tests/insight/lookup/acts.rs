//! Sentences about what steps do: the models that they ask, what they change, the files, and what follows from failures.

use pipeline::{Data, FailurePolicy, Step, StepKind, catalogue::Effect};

use super::{
    flow::{items, more, most},
    steps::{all, asks, calls_pipeline, effects, find, names, own_body},
    text::{codes, number, one_line, short},
};
use crate::World;

/// How often models are asked at most.
pub(super) fn calls(world: &World) -> Option<u64> {
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

pub(super) fn models(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
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
        "What that costs at most stands in the plan, as far as it is known" => true,
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

pub(super) fn whom_fits(world: &World, step: &Step, whom: &str, behind: &[String]) -> bool {
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

pub(super) fn side_effects(
    world: &World,
    sentence: &str,
    form: &str,
    codes: &[String],
) -> Option<bool> {
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
            if inside == "as told above" {
                return *effect == Effect::Model
                    && doing.len() > 2
                    && doing.iter().all(|it| asks(it));
            }
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
    } else if form == "Its steps only compute" {
        steps.iter().all(|it| effects(it.acting()).iter().all(|it| *it == Effect::Pure))
    } else if form == "What its error handlers do is not told here" {
        let own = steps.iter().flat_map(|it| &it.step().handlers);
        let mut handlers =
            own.chain(world.pipeline.global_error_handlers.iter().map(|it| &*it.item));
        handlers.any(|it| it.action.is_some())
    } else if form.starts_with("What the pipelines do that ") {
        codes.iter().all(|it| find(world, it).is_some_and(|it| calls_pipeline(it.acting())))
    } else if form.ends_with("would do is not known") {
        codes.iter().all(|it| find(world, it).is_some_and(|it| effects(it.acting()).is_empty()))
    } else {
        return None;
    })
}

pub(super) fn files(world: &World, form: &str, codes: &[String]) -> bool {
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

pub(super) fn failures(
    world: &World,
    sentence: &str,
    form: &str,
    codes: &[String],
) -> Option<bool> {
    if more(form) {
        return Some(true);
    }
    let outer = || world.pipeline.steps.iter();
    let is_stop = |step: &Step| step.on_failure == FailurePolicy::Fail;
    if form.starts_with("If any other step") {
        return Some(outer().any(|it| is_stop(it)) && !outer().all(|it| is_stop(it)));
    }
    if form.ends_with(" fails and nothing mends it, the run stops") {
        return Some(outer().all(|it| is_stop(it)));
    }
    if form.contains("for all steps") {
        let count = world.pipeline.global_error_handlers.len();
        return Some(if form.starts_with("A handler") {
            count == 1
        } else {
            number(sentence) == Some(count)
        });
    }
    let limits = [" is tried ", " is given ", " are each tried ", " are each given "];
    let (said_of, words) = match form.split_once(" fails, ") {
        Some((_, words)) => (Said::Consequence, words),
        None => {
            let limit = limits.iter().find(|it| form.contains(*it))?;
            let verb = limit.trim_start_matches(" is").trim_start_matches(" are each");
            (Said::Limits, &form[form.find(limit)? + limit.len() - verb.len()..])
        }
    };
    let ids = match said_of {
        Said::Consequence => self::codes(sentence.split_once(" fails, ")?.0),
        Said::Limits => codes.to_vec(),
    };
    if words.contains("goes on") {
        let inside = ids.iter().all(|it| find(world, it).is_some_and(|it| it.path.len() > 1));
        if words.contains("the round goes on") != inside {
            return Some(false);
        }
    }
    let all: Option<Vec<bool>> = ids
        .iter()
        .map(|id| {
            let found = find(world, id)?;
            Some(match said_of {
                Said::Consequence => consequence(found.step(), words),
                Said::Limits => limited(found.step(), found.acting(), words),
            })
        })
        .collect();
    all.map(|it| it.into_iter().all(|it| it))
}

#[derive(Clone, Copy)]
enum Said {
    Consequence,
    Limits,
}

fn consequence(step: &Step, words: &str) -> bool {
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
    handlers && policy
}

fn limited(step: &Step, acting: &Step, words: &str) -> bool {
    let attempts =
        [step.attempts, acting.attempts].into_iter().find(|it| it.explicit).map(|it| it.total);
    let timeout = step.timeout.as_ref().or(acting.timeout.as_ref());
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
    tries && time
}

/// What this build cannot run. What the sheet is made with can run everything that is declared.
pub(super) fn this_build(
    world: &World,
    sentence: &str,
    form: &str,
    codes: &[String],
) -> Option<bool> {
    if form.ends_with("steps of which it is not known what they would do") {
        let unknown = all(world).into_iter().filter(|it| {
            let holds = !it.step().body.is_empty() && !own_body(it.step());
            !holds && !calls_pipeline(it.acting()) && effects(it.acting()).is_empty()
        });
        return Some(number(sentence) == Some(unknown.count()));
    }
    Some(form.starts_with("It cannot run ") && codes.iter().all(|it| find(world, it).is_some()))
}
