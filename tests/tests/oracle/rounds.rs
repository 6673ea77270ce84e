//! Loops in the older form: there every round's steps were steps of the pipeline, called `<loop>_<round>_<step>`, and a
//! loop itself was there only sometimes. Here rounds are in the record of their loop (rulings 9 and 26).

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

/// Puts the steps of every round beside their loop, and with each round the marker that followed it.
pub(crate) fn spread(document: &mut Json) {
    let mut flat = Map::new();
    for (id, step) in steps(document) {
        spread_step(id, step, &mut flat);
    }
    if let Some(steps) = document["steps"].as_object_mut() {
        steps.extend(flat);
    }
}

fn spread_step(id: &str, step: &Json, flat: &mut Map<String, Json>) {
    for round in step["iterations"].as_array().into_iter().flatten() {
        let index = &round["index"];
        let mut results = Map::new();
        for (inner, record) in steps(round) {
            let name = format!("{id}_{index}_{inner}");
            spread_step(&name, record, flat);
            results.insert(inner.clone(), record["value"].clone());
            flat.insert(name, record.clone());
        }
        let marker = json!({
            "result": format!("Iteration {index} completed"),
            "status": "success",
            "loop_id": id,
            "iteration": index,
            "iteration_results": results,
        });
        flat.insert(
            format!("{id}_{index}_result"),
            json!({ "status": "completed", "success": true, "value": marker }),
        );
    }
}

/// Leaves out what only one side has by design: the value of a loop, which there says nothing of its rounds and here is
/// their results, the marker behind a loop, and in the levels the loops and their rounds.
pub(crate) fn level(theirs: &mut Json, document: &Json) {
    let loops: Vec<String> = steps(document)
        .filter(|(_, step)| step["iterations"].is_array())
        .map(|(id, _)| id.clone())
        .collect();
    if let Some(steps) = theirs["steps"].as_object_mut() {
        for id in &loops {
            steps.remove(&format!("{id}_complete"));
            let value = &document["steps"][id]["value"];
            let rounds = document["steps"][id]["iterations"].as_array().map_or(0, Vec::len);
            if let Some(step) = steps.get_mut(id).filter(|_| value["count"] == rounds) {
                step["value"] = value.clone();
            }
        }
    }
    let own = document["execution_levels"].clone();
    if theirs["execution_levels"].is_array() && !loops.is_empty() {
        let others = |levels: &Json| rest(levels, &loops);
        if others(&theirs["execution_levels"]) == others(&own) {
            theirs["execution_levels"] = own;
        }
    }
}

/// The levels without loops and their rounds; empty levels are left out.
fn rest(levels: &Json, loops: &[String]) -> Vec<BTreeSet<String>> {
    let of_loop = |id: &str| {
        loops.iter().any(|it| {
            let behind = id.strip_prefix(it.as_str());
            behind.is_some_and(|behind| {
                behind.is_empty()
                    || behind == "_complete"
                    || behind.starts_with('_')
                        && behind[1..].starts_with(|c: char| c.is_ascii_digit())
            })
        })
    };
    let texts = |level: &Json| {
        let ids = level.as_array().into_iter().flatten().filter_map(Json::as_str);
        ids.filter(|id| !of_loop(id)).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    levels.as_array().into_iter().flatten().map(texts).filter(|level| !level.is_empty()).collect()
}

fn steps(holder: &Json) -> impl Iterator<Item = (&String, &Json)> {
    holder["steps"].as_object().into_iter().flatten()
}
