//! What is told from beginning to end: stage by stage, who does what.

use pipeline::{Step, StepKind};

use super::{
    flow::{items, most},
    steps::{Found, find, outer, reaches},
    text::{codes, number},
};
use crate::World;

/// Sentences that are not true, and why.
pub(super) fn wrong(world: &World, sentences: &[String]) -> Vec<String> {
    let mut stage = 0;
    let mut wrong = Vec::new();
    for sentence in sentences {
        if let Err(why) = judge(world, sentence, &mut stage) {
            wrong.push(format!("{why}: {sentence}"));
        }
    }
    if stage != world.plan.stages.len() {
        wrong.push(format!("{stage} of {} stages are told", world.plan.stages.len()));
    }
    wrong
}

fn judge(world: &World, sentence: &str, stage: &mut usize) -> Result<(), String> {
    let steps = &world.pipeline.steps;
    let holds = |it: bool| if it { Ok(()) } else { Err("not true".to_owned()) };
    match sentence {
        "It has no steps" => return holds(steps.is_empty()),
        "None of its steps runs by itself" => {
            return holds(!steps.is_empty() && world.plan.stages.is_empty());
        }
        "It takes no inputs and declares no outputs" => {
            return holds(world.pipeline.inputs.is_empty() && world.pipeline.outputs.is_empty());
        }
        _ => {}
    }
    if sentence.starts_with("It takes ") {
        let inputs = pipeline::facts::inputs(&world.pipeline).map(|it| it.name.value.clone());
        return holds(is_start(&inputs.collect::<Vec<_>>(), sentence));
    }
    if sentence.starts_with("It gives ") {
        let outputs = world.pipeline.outputs.iter().map(|it| it.name.value.clone());
        return holds(is_start(&outputs.collect::<Vec<_>>(), sentence));
    }
    if sentence.ends_with(" more stages follow") || sentence.ends_with(" more stage follows") {
        *stage += number(sentence).ok_or("no number")?;
        return Ok(());
    }
    if let Some(behind) = sentence.strip_prefix("Inside of ") {
        let holder = codes(behind).into_iter().next().ok_or("no holder")?;
        let clauses = behind.split_once("`, ").ok_or("no clauses")?.1;
        let around = find(world, &holder).ok_or("no such holder")?;
        let told = clauses_of(world, &around.step().body, Some(&holder), clauses)?;
        return holds(told.count == around.step().body.len());
    }
    for (number, act) in sentence.split("; ").enumerate() {
        act_of(world, act, number == 0, stage)?;
    }
    Ok(())
}

/// Whether the names stand there from the first, and the others are counted.
fn is_start(names: &[String], sentence: &str) -> bool {
    let told = codes(sentence);
    let counted = sentence.split_once(" more ").map_or(0, |_| {
        number(sentence.rsplit_once("` and ").map_or(sentence, |(_, it)| it)).unwrap_or_default()
    });
    names.starts_with(&told) && told.len() + counted == names.len() && !told.is_empty()
}

/// Steps that are told together.
fn act_of(world: &World, act: &str, begins: bool, stage: &mut usize) -> Result<(), String> {
    let last = world.plan.stages.len() - 1;
    let leads = ["First", "Then", "At last", "then", "at last"];
    let lead = leads
        .into_iter()
        .find(|it| act.strip_prefix(*it).is_some_and(|behind| behind.starts_with([' ', ','])));
    let mut text = lead.map_or(act, |it| &act[it.len()..]).trim_start();
    let only = text.strip_prefix("Its only step, ");
    if only.is_some() && world.pipeline.steps.len() != 1 {
        return Err("more than one step".to_owned());
    }
    let only = only.map(|it| it.replacen("`, ", "` ", 1));
    text = only.as_deref().unwrap_or(text);
    let apart =
        [", independently, ", "Independently, "].into_iter().find_map(|it| text.strip_prefix(it));
    text = apart.unwrap_or(text);
    let told = clauses_of(
        world,
        &world.pipeline.steps.iter().map(|it| it.item.clone()).collect::<Vec<_>>(),
        None,
        text,
    )?;
    let stages = if told.in_a_row { told.count } else { 1 };
    let covered = world.plan.stages.get(*stage..*stage + stages).ok_or("too many stages")?.concat();
    let in_order = match lead {
        Some("First") => begins && *stage == 0,
        Some("At last" | "at last") => *stage > 0 && *stage + stages == last + 1,
        Some(_) => *stage > 0,
        None => *stage == 0 && stages == last + 1,
    };
    if !in_order || covered.len() != told.count {
        return Err(format!(
            "stage {stage} holds {} steps, {} are told",
            covered.len(),
            told.count
        ));
    }
    let at: Vec<usize> = told.ids.iter().filter_map(|it| outer(world, it)).collect();
    if !at.iter().all(|it| covered.contains(it)) || at.len() != told.ids.len() {
        return Err("a step of another stage".to_owned());
    }
    let waits = at.windows(2).all(|it| reaches(world, it[0], it[1], None));
    let waits_not = at.iter().all(|a| at.iter().all(|b| a == b || !reaches(world, *a, *b, None)));
    if told.in_a_row && !waits || (apart.is_some() || !told.in_a_row) && !waits_not {
        return Err("they do not wait so".to_owned());
    }
    *stage += stages;
    Ok(())
}

/// Who was told, and how many.
struct Told {
    ids: Vec<String>,
    count: usize,
    in_a_row: bool,
}

/// `_ reads _, _ and _ have a model write texts, and 3 more steps stand beside them`
fn clauses_of(
    world: &World,
    among: &[impl std::borrow::Borrow<Step>],
    holder: Option<&str>,
    text: &str,
) -> Result<Told, String> {
    let mut told = Told { ids: Vec::new(), count: 0, in_a_row: false };
    let mut rest = text;
    while !rest.is_empty() {
        rest = ["and ", ", and ", " and ", ", "]
            .into_iter()
            .find_map(|it| rest.strip_prefix(it))
            .unwrap_or(rest);
        let beside = ["more steps stand beside them", "more step stands beside them"];
        if let Some((count, words)) = rest.split_once(' ')
            && beside.contains(&words)
        {
            told.count += count.parse::<usize>().map_err(|_| "no count")?;
            break;
        }
        let (subjects, more, behind) = subjects(rest)?;
        let behind = match behind.strip_prefix(", one after another,") {
            Some(behind) => {
                told.in_a_row = true;
                behind
            }
            None => behind,
        };
        let behind = behind.strip_prefix(' ').ok_or("no predicate")?;
        let (may, behind) = match behind.strip_prefix("may ") {
            Some(behind) => (true, behind),
            None => (false, behind),
        };
        let full: Vec<String> = subjects
            .iter()
            .map(|it| match holder {
                Some(holder) if find(world, &format!("{holder}.{it}")).is_some() => {
                    format!("{holder}.{it}")
                }
                _ => it.clone(),
            })
            .collect();
        let singular = full.len() + more == 1 && !may;
        let mut end = 0;
        for id in &full {
            let found = find(world, id).ok_or_else(|| format!("no step {id}"))?;
            if may == is_sure(world, &found, among) {
                return Err(format!("whether {id} does so is told wrongly"));
            }
            end = predicate(&found, behind, singular)
                .ok_or_else(|| format!("{id} does not: {behind}"))?;
        }
        told.count += full.len() + more;
        told.ids.extend(full);
        rest = &behind[end..];
    }
    Ok(told)
}

/// Names at the beginning, how many more there are, and what stands behind them.
fn subjects(text: &str) -> Result<(Vec<String>, usize, &str), String> {
    let (mut names, mut rest) = (Vec::new(), text);
    loop {
        let behind = rest.strip_prefix('`').ok_or_else(|| format!("no name: {rest}"))?;
        let (name, behind) = behind.split_once('`').ok_or("no end of a name")?;
        names.push(name.to_owned());
        rest = behind;
        if let Some(next) = [", ", " and "].into_iter().find_map(|it| rest.strip_prefix(it)) {
            if next.starts_with('`') {
                rest = next;
                continue;
            }
            let counted = next.split_once(" more step").map(|(count, behind)| {
                (count.parse::<usize>(), behind.strip_prefix('s').unwrap_or(behind))
            });
            if let Some((Ok(count), behind)) = counted {
                return Ok((names, count, behind));
            }
        }
        return Ok((names, 0, rest));
    }
}

/// Whether a step does what it does whenever nothing fails.
fn is_sure(world: &World, found: &Found<'_>, among: &[impl std::borrow::Borrow<Step>]) -> bool {
    let routes = |it: &Step| {
        let routing = &it.routing;
        routing.goto.is_some() || routing.on_success.is_some() || routing.on_false.is_some()
    };
    let unconditional = found.step().condition.is_none() && found.acting().condition.is_none();
    let plan = &world.plan;
    let unrouted = if found.path.len() > 1 {
        // A route that leads backward leads nowhere.
        !among.iter().any(|it| routes(it.borrow()) && leads_on(among, it.borrow()))
    } else {
        let stage = plan.stage_of(found.outer);
        !plan.edges.iter().any(|edge| {
            edge.origin == pipeline::Origin::Routing
                && routes(&world.pipeline.steps[edge.from])
                && only_failure(&world.pipeline.steps[edge.from], &world.pipeline.steps[edge.to])
                    .is_none()
                && plan.stage_of(edge.from) < stage
        })
    };
    unconditional && unrouted
}

/// `Some`: the only route from one to the other is that of a failure.
fn only_failure(from: &Step, to: &Step) -> Option<()> {
    let routing = &from.routing;
    let named = [&routing.on_success, &routing.on_false];
    let other = named.into_iter().flatten().any(|it| *it.value == *to.id_text())
        || routing.goto_targets.iter().any(|it| *it.value == *to.id_text());
    (!other).then_some(())
}

fn leads_on(among: &[impl std::borrow::Borrow<Step>], step: &Step) -> bool {
    let place = |id: &str| among.iter().position(|it| it.borrow().id_text() == id);
    let at = place(step.id_text());
    let routing = &step.routing;
    let named = [&routing.on_success, &routing.on_false];
    let mut targets = named
        .into_iter()
        .flatten()
        .map(|it| it.value.to_string())
        .chain(routing.goto_targets.iter().map(|it| it.value.to_string()));
    targets.any(|it| place(&it) > at)
}

/// Where the predicate of a step ends that stands at the beginning of a text, if it is true.
fn predicate(found: &Found<'_>, text: &str, singular: bool) -> Option<usize> {
    let verb_end = text.find(' ').unwrap_or(text.len());
    let (verb, behind) = text.split_at(verb_end);
    let base = if singular { base(verb)? } else { verb.to_owned() };
    let words = format!("{base}{behind}");
    let end = deed(found.acting(), &words).or_else(|| holder(found.step(), &words))?;
    let mut at = end;
    if super::steps::own_body(found.step()) {
        at += round(found.step(), &words[end..])?;
    }
    // The verb may be shorter in its base form.
    Some(at + verb.len() - base.len())
}

fn base(verb: &str) -> Option<String> {
    Some(match verb {
        "has" => "have".to_owned(),
        "goes" => "go".to_owned(),
        "does" => "do".to_owned(),
        "searches" => "search".to_owned(),
        "copies" => "copy".to_owned(),
        "never" => "never".to_owned(),
        other => other.strip_suffix('s')?.to_owned(),
    })
}

fn start(words: &str, deed: &str) -> Option<usize> {
    words.starts_with(deed).then_some(deed.len())
}

fn first(words: &str, deeds: &[&str]) -> Option<usize> {
    deeds.iter().find_map(|it| start(words, it))
}

fn code_behind(words: &str, verb: &str, is: impl Fn(&str) -> bool) -> Option<usize> {
    let behind = words.strip_prefix(verb)?.strip_prefix(" `")?;
    let (code, _) = behind.split_once('`')?;
    is(code).then_some(verb.len() + 2 + code.len() + 1)
}

/// What a call does, by its own words.
fn deed(step: &Step, words: &str) -> Option<usize> {
    let names_file = |path: &str| {
        let mut found = false;
        for parameter in &step.parameters {
            parameter.value.value.each_text(&mut |it| {
                let flat = it.value.split_whitespace().collect::<Vec<_>>().join(" ");
                found |= flat.trim_start_matches("./") == path;
            });
        }
        found
    };
    match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => first(words, &["print texts", "print a text"]),
        StepKind::FileProse(_) => {
            let text = format!("{:?}", step.kind);
            first(words, &["write files", "write a file"])
                .or_else(|| code_behind(words, "write", |it| text.contains(it)))
        }
        StepKind::Auto(_) => start(words, "do what a model makes of its instruction"),
        StepKind::Unknown(Some(_)) => start(words, "name no known action"),
        StepKind::Unknown(None) => start(words, "name no action"),
        StepKind::Action(action) => match action.value.as_str() {
            "generate" | "generate_text" | "llm" => {
                first(words, &["have a model write texts", "have a model write a text"])
            }
            "generate_structured" | "generate-structured" => {
                start(words, "have a model write structured data")
            }
            "analyze_text" | "analyze" => {
                first(words, &["have a model analyze texts", "have a model analyze a text"])
            }
            "validate" => start(words, "validate data"),
            _ => None,
        }
        .or_else(|| code_behind(words, "call", |it| it == action.value)),
        StepKind::Tool { tool, operation } => {
            let operation = operation.as_ref().map_or("", |it| it.value.as_str());
            let file = |verb: &str| {
                first(words, &[&format!("{verb} files"), &format!("{verb} a file")])
                    .or_else(|| code_behind(words, verb, names_file))
            };
            match (tool.value.as_str(), operation) {
                ("filesystem", "read" | "write" | "copy") => file(operation),
                ("filesystem", "move" | "delete") => file(operation),
                ("filesystem", "mkdir") => first(words, &["make folders", "make a folder"]),
                ("filesystem", "exists") => {
                    first(words, &["look whether files exist", "look whether a file exists"])
                }
                ("filesystem", it) if it.starts_with("list") => {
                    first(words, &["list folders", "list a folder"])
                }
                ("web-search", _) | ("headless-browser", "search") => {
                    start(words, "search the web")
                }
                ("headless-browser", "scrape" | "scrape_js") => {
                    first(words, &["read web pages", "read a web page"])
                }
                ("headless-browser", "verify") => {
                    first(words, &["check web pages", "check a web page"])
                }
                ("terminal", _) => first(words, &["run commands", "run a command"]),
                ("python-executor", _) => start(words, "run Python code"),
                ("pipeline-executor", _) => {
                    first(words, &["run other pipelines", "run another pipeline"])
                }
                ("data-processing", it) => start(words, &format!("{it} data")),
                ("validation", "validate") => start(words, "validate data"),
                ("report-generator", _) => first(words, &["make reports", "make a report"]),
                ("pdf-compiler", _) => first(words, &["make PDFs", "make a PDF"]),
                ("visualization", "create_charts") => start(words, "draw charts"),
                ("image-generation", _) => start(words, "have a model make pictures"),
                ("image-analysis", _) => first(
                    words,
                    &["have a model look at pictures", "have a model look at a picture"],
                ),
                ("prompt-optimization", _) => {
                    first(words, &["have a model rewrite prompts", "have a model rewrite a prompt"])
                }
                ("user-prompt", _) => start(words, "ask a person"),
                ("approval-gate", _) => start(words, "ask a person for approval"),
                ("feedback-collection", _) => start(words, "ask a person for feedback"),
                _ => None,
            }
            .or_else(|| {
                let call = match operation {
                    "" => format!("call `{}`", tool.value),
                    it => format!("call `{it}` of `{}`", tool.value),
                };
                start(words, &call)
            })
        }
        _ => None,
    }
}

/// What a step that holds others does.
fn holder(step: &Step, words: &str) -> Option<usize> {
    match (&step.kind, items(step), most(step)) {
        (StepKind::Parallel, ..) => start(words, "hold steps that stand side by side"),
        (_, Some(Some(0)), _) => start(words, "go through an empty list"),
        (_, Some(Some(1)), _) => start(words, "go through a list of 1 item"),
        (_, Some(Some(many)), _) => start(words, &format!("go through a list of {many} items")),
        (_, Some(None), _) => first(words, &["go through lists", "go through a list"]),
        (_, _, Some(Ok(0))) => {
            start(words, "never go round").or_else(|| start(words, "never goes round"))
        }
        (_, _, Some(Ok(1))) => start(words, "go round at most once"),
        (_, _, Some(Ok(many))) => start(words, &format!("go round at most {many} times")),
        (_, _, Some(Err(_))) => start(words, "go round"),
        _ => None,
    }
}

/// How often a loop of its own does so.
fn round(step: &Step, words: &str) -> Option<usize> {
    let start = |it: &str| words.starts_with(it).then_some(it.len());
    match (items(step), most(step)) {
        (Some(Some(1)), _) => start(" for 1 item"),
        (Some(Some(many)), _) => start(&format!(" for each of {many} items")),
        (Some(None), _) => start(" for each item of a list"),
        (_, Some(Ok(1))) => start(" at most once"),
        (_, Some(Ok(many))) => start(&format!(" at most {many} times")),
        (_, Some(Err(_))) => start(" in rounds"),
        _ => None,
    }
}
