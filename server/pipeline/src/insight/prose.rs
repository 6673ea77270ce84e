//! The sheet in sentences. Each follows from the sheet; what the sheet does not know is said to be unknown.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::say::{code, effect, flat, listed, one_line};
use super::sheet::{
    Bound, Chance, FileUse, Id, ModelCall, Policy, Repeats, Route, Sheet, StepFact,
};
use crate::catalogue::Effect;

/// The most names in a row, and the most sentences of a kind.
const MOST: usize = 12;

/// What a pipeline is for, as its author states it, and how it works, as its text says: Markdown, paragraph by paragraph.
/// The same sheet gives the same words.
#[must_use]
pub fn intention(sheet: &Sheet) -> String {
    let mut text = format!("{}\n\n", title(sheet));
    match &sheet.purpose {
        Some(purpose) => text.push_str(purpose),
        None => text.push_str("Its purpose is not stated: it has no `description`."),
    }
    let paragraphs = [
        ("In and out", in_and_out(sheet)),
        ("Order", order(sheet)),
        ("Steps", Vec::new()),
        ("Data", some(sheet.flows.len(), data(sheet), "reading")),
        ("Branches", branches(sheet)),
        ("Loops", each(sheet, repeats)),
        ("Models", models(sheet)),
        ("Side effects", effects(sheet)),
        ("Files", files(sheet)),
        ("On failure", failures(sheet)),
        ("Worth a look", sheet.chances.iter().take(MOST).map(chance).collect()),
        ("This build", provided(sheet)),
    ];
    for (lead, sentences) in paragraphs {
        if lead == "Steps" {
            stages(sheet, &mut text);
        } else if !sentences.is_empty() {
            text.push_str(&format!("\n\n**{lead}.** {}", sentences.join(" ")));
        }
    }
    text
}

/// The title on a line, strong where it has no marks of its own.
fn title(sheet: &Sheet) -> String {
    let title = flat(sheet.title.as_deref().unwrap_or_default());
    match title.as_str() {
        "" => "**pipeline**".to_owned(),
        marked if marked.contains(['*', '`', '<', '[', '\\']) => code(marked),
        plain => format!("**{plain}**"),
    }
}

/// Ids as code, the first of many.
pub(super) fn ids<T: AsRef<str>>(all: &[T]) -> String {
    let mut words: Vec<String> = all.iter().take(MOST).map(|it| code(it.as_ref())).collect();
    if let Some(more @ 1..) = all.len().checked_sub(MOST) {
        words.push(format!("{more} more"));
    }
    listed(&words)
}

/// The start of a text as code.
fn brief(text: &str) -> String {
    code(&one_line(text))
}

fn count(count: usize, one: &str) -> String {
    count_of(count as u64, one)
}

fn count_of(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The first sentences of many, and how many were left out.
fn some(all: usize, mut sentences: Vec<String>, one: &str) -> Vec<String> {
    sentences.truncate(MOST);
    if let Some(more @ 1..) = all.checked_sub(sentences.len()) {
        let (is, s) = if more == 1 { ("is", "") } else { ("are", "s") };
        sentences.push(format!("There {is} {more} more {one}{s}."));
    }
    sentences
}

/// A sentence for each step that has something to say; what is not told is not put into words.
fn each<'s, W: FnOnce() -> String>(
    sheet: &'s Sheet,
    say: impl Fn(&'s StepFact) -> Option<W>,
) -> Vec<String> {
    let (all, said) = firsts(sheet.steps.iter().map(|it| &**it).filter_map(say));
    some(all, said, "such step")
}

/// How many there are, and the words of the first.
fn firsts<W: FnOnce() -> String>(all: impl Iterator<Item = W>) -> (usize, Vec<String>) {
    let (mut count, mut said) = (0, Vec::new());
    for word in all {
        count += 1;
        if count <= MOST {
            said.push(word());
        }
    }
    (count, said)
}

fn in_and_out(sheet: &Sheet) -> Vec<String> {
    let inputs = sheet.inputs.iter().map(|input| {
        move || {
            let ty = input.ty.clone().unwrap_or_else(|| "any type".to_owned());
            let need = match &input.default {
                _ if input.secret && input.has_default => ", secret, has a default".to_owned(),
                _ if input.secret => ", secret".to_owned(),
                Some(empty) if empty.is_empty() => ", default an empty text".to_owned(),
                Some(default) => format!(", default {}", code(default)),
                None if input.has_default => ", has a default".to_owned(),
                None if input.required => ", required".to_owned(),
                None => ", optional".to_owned(),
            };
            format!("{} ({ty}{need})", code(&input.name))
        }
    });
    let outputs = sheet.outputs.iter().map(|output| {
        move || match output.from.as_slice() {
            [] => format!("{} from no step", code(&output.name)),
            from => format!("{} from {}", code(&output.name), ids(from)),
        }
    });
    vec![
        row(inputs)
            .map_or_else(|| "It takes no inputs.".to_owned(), |it| format!("It takes {it}.")),
        row(outputs)
            .map_or_else(|| "It declares no outputs.".to_owned(), |it| format!("It gives {it}.")),
    ]
}

/// Words in a row, the first of many; nothing where there are none.
fn row<W: FnOnce() -> String>(all: impl Iterator<Item = W>) -> Option<String> {
    let (count, mut words) = firsts(all);
    if let Some(more @ 1..) = count.checked_sub(MOST) {
        words.push(format!("{more} more"));
    }
    (count > 0).then(|| listed(&words))
}

fn order(sheet: &Sheet) -> Vec<String> {
    let outer = sheet.steps.iter().filter(|it| it.inside.is_none()).count();
    if outer == 0 {
        return vec!["It has no steps.".to_owned()];
    }
    let mut said =
        vec![format!("It has {} in {}.", count(outer, "step"), count(sheet.stages.len(), "stage"))];
    let inner = sheet.steps.len() - outer;
    if inner > 0 {
        said.push(format!("{} inside of others.", stands(inner)));
    }
    let widest = sheet.stages.iter().map(Vec::len).max().unwrap_or(0);
    match sheet.stages.len() {
        0 | 1 if widest < 2 => {}
        _ if widest < 2 => said.push("They run one after another.".to_owned()),
        _ => {
            said.push(format!("Up to {widest} steps of one stage may run at once."));
        }
    }
    if sheet.longest_path.len() > 1 && widest > 1 {
        said.push(format!("The longest chain is {}.", chain(&sheet.longest_path)));
    }
    if !sheet.on_call.is_empty() {
        said.push(format!("Only an error handler calls {}.", ids(&sheet.on_call)));
    }
    let cycles = sheet.cycles.iter().take(MOST);
    said.extend(
        cycles.map(|it| format!("These wait for each other and can never run: {}.", ids(it))),
    );
    said.extend(behind_cycles(sheet));
    said
}

/// Steps that wait for what can never run.
fn behind_cycles(sheet: &Sheet) -> Option<String> {
    let stuck: FxHashSet<&Id> = sheet.cycles.iter().flatten().chain(&*sheet.on_call).collect();
    let waits =
        |it: &&Arc<StepFact>| it.inside.is_none() && it.stage.is_none() && !stuck.contains(&it.id);
    let waiting: Vec<&Id> = sheet.steps.iter().filter(waits).map(|it| &it.id).collect();
    let verb = if waiting.len() == 1 { "waits" } else { "wait" };
    (!waiting.is_empty())
        .then(|| format!("{} {verb} for them and can never run either.", ids(&waiting)))
}

fn stands(count: usize) -> String {
    if count == 1 { "1 more step stands".to_owned() } else { format!("{count} more steps stand") }
}

/// Ids in the order in which they run; of many the first and the last.
fn chain(all: &[Id]) -> String {
    match all {
        [first, .., last] if all.len() > MOST => {
            format!("{} steps long, from {} to {}", all.len(), code(first), code(last))
        }
        _ => all.iter().map(|it| code(it)).collect::<Vec<_>>().join(", then "),
    }
}

/// A numbered list: what the steps of each stage do.
fn stages(sheet: &Sheet, text: &mut String) {
    const LONGEST: usize = 30;
    let told = sheet.stages.len().min(LONGEST);
    let mut of_stage: Vec<Vec<&StepFact>> = vec![Vec::new(); told];
    for step in &sheet.steps {
        let steps = step.stage.and_then(|it| of_stage.get_mut(it));
        steps.into_iter().for_each(|it| it.push(step));
    }
    for (number, steps) in of_stage.iter().enumerate() {
        let said = steps.iter().map(|it| move || format!("{} ({})", code(&it.id), it.own.does));
        let gap = if number == 0 { "\n\n" } else { "\n" };
        text.push_str(&format!("{gap}{}. {}", number + 1, row(said).unwrap_or_default()));
    }
    if let Some(more @ 1..) = sheet.stages.len().checked_sub(LONGEST) {
        let s = if more == 1 { "" } else { "s" };
        text.push_str(&format!("\n\nand {more} more stage{s}"));
    }
}

fn data(sheet: &Sheet) -> Vec<String> {
    let flows = sheet.flows.iter().take(MOST);
    flows
        .map(|flow| match flow.fields.as_slice() {
            [] => format!("{} reads {}.", code(&flow.to), code(&flow.from)),
            fields => format!("{} reads {} of {}.", code(&flow.to), ids(fields), code(&flow.from)),
        })
        .collect()
}

fn branches(sheet: &Sheet) -> Vec<String> {
    let mut said = each(sheet, |step| {
        let whole = step.own.condition.as_ref().map(|it| ("runs", it));
        let round = step.own.round_condition.as_ref().map(|it| ("goes round", it));
        let (verb, condition) = whole.or(round)?;
        Some(move || format!("{} {verb} only if {}.", code(&step.id), brief(condition)))
    });
    let routed = sheet.steps.iter().flat_map(|step| step.routes.iter().map(move |it| (step, it)));
    let several =
        |step: &StepFact, key: &str| step.routes.iter().filter(|it| it.key == key).count() > 1;
    let words = routed.map(|(step, it)| move || route(step, it, several(step, it.key)));
    let (all, routes) = firsts(words);
    said.extend(some(all, routes, "route"));
    said
}

fn route(step: &StepFact, route: &Route, is_one_of_several: bool) -> String {
    let id = code(&step.id);
    let what = whole(step);
    let when = match route.key {
        "on_false" => format!("Where the condition of {id} is false"),
        "on_success" => format!("Where {id} succeeds"),
        "on_failure" => format!("Where {id} fails"),
        _ => format!("Behind {id}"),
    };
    match &route.to {
        Some(to) if route.key == "goto" || is_one_of_several => {
            format!("{when} {what} may go on at {}.", code(to))
        }
        Some(to) => format!("{when}, {what} goes on at {}.", code(to)),
        None => format!("{when} {what} goes on where its `{}` says then.", route.key),
    }
}

/// What goes on behind a step.
const fn whole(step: &StepFact) -> &'static str {
    if step.inside.is_some() { "the round" } else { "the run" }
}

fn repeats(step: &StepFact) -> Option<impl FnOnce() -> String> {
    let repeats = step.own.repeats.as_ref()?;
    Some(move || round_words(step, repeats))
}

fn round_words(step: &StepFact, repeats: &Repeats) -> String {
    let id = code(&step.id);
    let at_most = if repeats.may_end_early { "at most " } else { "" };
    let often = match &repeats.bound {
        Bound::Items(0) => return format!("{id} goes round for no item: its list is empty."),
        Bound::Items(1) => return format!("{id} goes round {at_most}once, for 1 item."),
        Bound::AtMost(0) => return format!("{id} never goes round: at most 0 times."),
        Bound::AtMost(1) => return format!("{id} goes round at most once."),
        Bound::Items(items) => format!("{at_most}once for each of {items} items"),
        Bound::List => format!("{at_most}once for each item of a list known when it starts"),
        Bound::AtMost(times) => format!("at most {times} times"),
        Bound::Written(text) => format!("at most {} times", brief(text)),
    };
    let at_once = match repeats.at_once {
        Some(1) => "one at a time".to_owned(),
        Some(many) => format!("up to {many} at once"),
        None => "as many at once as a template says".to_owned(),
    };
    format!("{id} goes round {often}, {at_once}.")
}

fn models(sheet: &Sheet) -> Vec<String> {
    let mut said = Vec::new();
    let asking: Vec<&StepFact> =
        sheet.steps.iter().map(|it| &**it).filter(|it| it.model.is_some()).collect();
    let mut kinds: Vec<(&ModelCall, Vec<&str>)> = Vec::new();
    let mut known: FxHashMap<_, usize> = FxHashMap::default();
    for step in &asking {
        let Some(call) = &step.model else { continue };
        let by = Some(&call.source).filter(|_| !call.is_own && !call.models.is_empty());
        let kind = *known.entry((&call.models, &call.template, by)).or_insert(kinds.len());
        match kinds.get_mut(kind) {
            Some((_, ids)) => ids.push(&step.id),
            None => kinds.push((call, vec![&step.id])),
        }
    }
    for (call, asking) in kinds.iter().take(MOST) {
        let verb = if asking.len() == 1 { "asks" } else { "ask" };
        said.push(format!("{} {verb} {}.", ids(asking), whom(call)));
    }
    let auto: Vec<&str> =
        sheet.steps.iter().filter(|it| it.own.has_auto).map(|it| &*it.id).collect();
    if !auto.is_empty() {
        let verb = if auto.len() == 1 { "leaves" } else { "leave" };
        said.push(format!("{} {verb} values open for a model by AUTO.", ids(&auto)));
    }
    if !asking.is_empty() {
        said.push(match sheet.model_calls {
            Some(most) => format!(
                "That makes at most {}, further attempts, AUTO and error handlers not counted.",
                count_of(most, "call")
            ),
            None => "How many calls that makes is not known before the run.".to_owned(),
        });
    }
    let called: Vec<&str> =
        sheet.steps.iter().filter(|it| it.own.calls_pipeline).map(|it| &*it.id).collect();
    if asking.is_empty() && auto.is_empty() && called.is_empty() {
        said.push("No step asks a model.".to_owned());
    } else {
        said.push(match &sheet.cost {
            Some(cost) => super::cost::sentence(cost),
            None => "What that costs at most stands in the plan, as far as it is known.".to_owned(),
        });
    }
    said
}

fn whom(call: &ModelCall) -> String {
    let by = if call.is_own { String::new() } else { format!(", named by {}", call.source) };
    match (call.models.as_slice(), &call.template) {
        ([], Some(template)) => format!("a model that {} names", brief(template)),
        ([], None) => "a model that no name fixes: it is chosen when the step starts".to_owned(),
        ([model], _) => format!("the model {}{by}", code(model)),
        (several, _) => format!("one of the models {}{by}", ids(several)),
    }
}

fn effects(sheet: &Sheet) -> Vec<String> {
    let mut found: Vec<(Effect, Vec<&str>)> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    let mut called: Vec<&str> = Vec::new();
    for step in &sheet.steps {
        let own = &step.own;
        if own.calls_pipeline {
            called.push(&step.id);
            continue;
        }
        if own.effects_alone.is_empty() && !own.holds {
            unknown.push(&step.id);
        }
        for effect in own.effects_alone.iter().chain(&own.effects_lent) {
            match found.iter_mut().find(|(known, _)| known == effect) {
                _ if *effect == Effect::Pure => {}
                Some((_, ids)) if ids.last() == Some(&&*step.id) => {}
                Some((_, ids)) => ids.push(&step.id),
                None => found.push((*effect, vec![&step.id])),
            }
        }
    }
    found.sort_by_key(|(effect, _)| *effect);
    let words: Vec<String> =
        found.iter().map(|(it, steps)| format!("{} ({})", may(*it), ids(steps))).collect();
    let mut said = Vec::new();
    let handlers_act = sheet.handlers_act || sheet.steps.iter().any(|it| it.own.handlers_act);
    let has_auto = sheet.steps.iter().any(|it| it.own.has_auto);
    if !words.is_empty() {
        said.push(format!("Its steps may {}.", listed(&words)));
    } else if unknown.is_empty() && called.is_empty() && !sheet.steps.is_empty() {
        match (has_auto, handlers_act) {
            (true, _) => {}
            (false, true) => said.push("Its steps only compute.".to_owned()),
            (false, false) => said.push("It has none: its steps only compute.".to_owned()),
        }
    }
    if handlers_act {
        said.push("What its error handlers do is not told here.".to_owned());
    }
    if !called.is_empty() {
        said.push(format!("What the pipelines do that {} run is not told here.", ids(&called)));
    }
    if !unknown.is_empty() {
        said.push(format!("What {} would do is not known.", ids(&unknown)));
    }
    said
}

const fn may(it: Effect) -> &'static str {
    match it {
        Effect::Reads => "read files",
        Effect::Writes => "write files",
        Effect::RunsCode => "run code",
        Effect::Network => "use the network",
        Effect::Model => "ask a model",
        Effect::AsksPerson => "ask a person",
        Effect::Pure => effect(it),
    }
}

fn files(sheet: &Sheet) -> Vec<String> {
    let named = |wanted: FileUse| {
        let all =
            sheet.steps.iter().flat_map(|step| step.own.files.iter().map(move |it| (step, it)));
        let all = all.filter(move |(_, it)| it.usage == wanted);
        row(all.map(|(step, it)| move || format!("{} ({})", brief(&it.path), code(&step.id))))
    };
    let left =
        sheet.steps.iter().flat_map(|step| step.own.products.iter().map(move |it| (step, it)));
    let products = row(left.map(|(step, it)| {
        move || format!("{} with {} of {}", brief(&it.file), code(&it.variable), code(&step.id))
    }));
    let kinds = [
        ("reads", named(FileUse::Reads)),
        ("writes", named(FileUse::Writes)),
        ("leaves", products),
    ];
    let said = kinds.into_iter().filter_map(|(verb, files)| Some((verb, files?)));
    said.map(|(verb, files)| format!("It {verb} {files}.")).collect()
}

fn if_it_fails(step: &StepFact) -> String {
    let failure = &step.own.failure;
    let goes_on = format!("{} goes on", whole(step));
    let handled = match failure.handlers {
        0 => None,
        1 => Some("its handler is tried".to_owned()),
        more => Some(format!("its {more} handlers are tried")),
    };
    let route = step.routes.iter().find(|it| it.key == "on_failure");
    let policy = match failure.policy {
        Policy::Stop => None,
        Policy::Skip => Some("what depends on it is skipped".to_owned()),
        Policy::GoOn | Policy::Route => Some(match route.and_then(|it| it.to.as_ref()) {
            Some(to) => format!("{goes_on} at {}", code(to)),
            None => goes_on,
        }),
    };
    let words: Vec<String> = handled.into_iter().chain(policy).collect();
    format!("If {} fails, {}.", code(&step.id), words.join(", then "))
}

fn failures(sheet: &Sheet) -> Vec<String> {
    if sheet.steps.is_empty() {
        return Vec::new();
    }
    let mut said = each(sheet, |step| {
        let failure = &step.own.failure;
        let says = failure.handlers > 0 || failure.policy != Policy::Stop;
        says.then_some(move || if_it_fails(step))
    });
    let outer = || sheet.steps.iter().filter(|it| it.inside.is_none());
    let stops = outer().filter(|it| it.own.failure.policy == Policy::Stop).count();
    let which = if stops == outer().count() { "a step" } else { "any other step" };
    let is_outside = sheet.steps.iter().any(|it| it.inside.is_some());
    let place = if is_outside { " outside of loops" } else { "" };
    if stops > 0 {
        said.push(format!("If {which}{place} fails and nothing mends it, the run stops."));
    }
    match sheet.handlers {
        0 => {}
        1 => said.push("A handler for all steps is tried behind a step's own.".to_owned()),
        more => said.push(format!("{more} handlers for all steps are tried behind a step's own.")),
    }
    said.extend(each(sheet, |step| {
        let failure = &step.own.failure;
        let tries = failure.attempts.map(|it| match it {
            1 => "tried once".to_owned(),
            more => format!("tried at most {more} times"),
        });
        let time = failure.timeout.map(|it| format!("given at most {it} s an attempt"));
        let words: Vec<String> = tries.into_iter().chain(time).collect();
        (!words.is_empty()).then_some(move || format!("{} is {}.", code(&step.id), listed(&words)))
    }));
    said
}

fn chance(chance: &Chance) -> String {
    match chance {
        Chance::Serial { from, to } => {
            let (verb, reads) =
                if to.len() == 1 { ("waits", "it reads") } else { ("wait", "they read") };
            format!(
                "{} {verb} for {} only because `dependencies` says so: {reads} nothing of it and would start earlier without.",
                ids(to),
                code(from)
            )
        }
        Chance::Repeated { steps } => {
            let verb = if steps.len() == 2 { "both make" } else { "all make" };
            format!("{} {verb} the same call.", ids(steps))
        }
        Chance::Uncached { steps } => {
            let verb = if steps.len() == 1 { "asks" } else { "ask" };
            format!(
                "{} {verb} the network anew in every run: no `cache` says how old an answer may be.",
                ids(steps)
            )
        }
        Chance::Large { step, model, tokens, price } => format!(
            "{} wants at most {} of {}, which costs {price} US dollars a million: a smaller model may do.",
            code(step),
            count_of(*tokens, "token"),
            code(model)
        ),
        Chance::Window { step, from, model, tokens } => format!(
            "The prompt of {} holds what {} gives, however long that is; {} reads at most {tokens} tokens at once.",
            code(step),
            code(from),
            code(model)
        ),
    }
}

fn provided(sheet: &Sheet) -> Vec<String> {
    let missing: Vec<&str> =
        sheet.steps.iter().filter(|it| !it.provided).map(|it| &*it.id).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    vec![format!("It cannot run {}.", ids(&missing))]
}
