//! Recorded cases: small pipelines, each about one thing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    sync::Mutex,
    thread,
};

use serde_json::{Map, Value as Json, json};

use crate::{
    compare::{Difference, differences, older},
    rounds,
    rules::rule,
    run::{Ours, run},
    tally::Tally,
};

/// Case, place of the difference, and the rule that makes it; at `exit` also the code that refuses.
const DIFFERENT: &str = include_str!("../data/run_cases.tsv");

/// Cases at one time: several of them only wait.
const WORKERS: usize = 4;

#[test]
fn recorded_cases_run_as_they_did() {
    let Some(shared) = tests::shared() else {
        return tests::skipped("recorded_cases_run_as_they_did", "no recorded answers");
    };
    let text = fs::read_to_string(shared.join("oracle/cases.jsonl")).unwrap();
    let cases: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listed: BTreeSet<(&str, &str)> = DIFFERENT
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<_> = line.split('\t').collect();
            assert!(cells.len() == 3 && !cells[2].is_empty(), "three cells a row: {line}");
            (cells[0], cells[1])
        })
        .collect();
    let queue = Mutex::new(cases.iter());
    let results = Mutex::new((Tally::default(), String::new(), BTreeSet::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = { queue.lock().unwrap().next() } {
                    let Some(found) = compare(case) else { continue };
                    let mut results = results.lock().unwrap();
                    let (tally, wrong, seen) = &mut *results;
                    let id = case["id"].as_str().unwrap();
                    match found {
                        Found::Equal => tally.equal += 1,
                        Found::ByRule => tally.by_rule += 1,
                        Found::Places(places) => {
                            let known = |it: &String| listed.contains(&(id, it.as_str()));
                            if places.iter().all(|(place, _)| known(place)) {
                                tally.by_rule += 1;
                            } else {
                                tally.unsettled += 1;
                            }
                            for (place, what) in places {
                                if !listed.contains(&(id, place.as_str())) {
                                    writeln!(wrong, "{id}\t{place}\t{what}").unwrap();
                                }
                                seen.insert((id.to_owned(), place));
                            }
                        }
                    }
                }
            });
        }
    });
    let (tally, mut wrong, seen) = results.into_inner().unwrap();
    for (id, place) in &listed {
        if !seen.contains(&((*id).to_owned(), (*place).to_owned())) {
            writeln!(wrong, "listed, and equal: {id}\t{place}").unwrap();
        }
    }
    tally.settle("cases run", &wrong);
}

enum Found {
    Equal,
    /// Every difference is one that a function in `rules` allows.
    ByRule,
    /// Places of differences that no function allows, with what differs.
    Places(Vec<(String, String)>),
}

/// Nothing for a case whose run was not recorded.
fn compare(case: &Json) -> Option<Found> {
    let expected = &case["expect"];
    let exit = expected["run_exit"].as_i64()?;
    let given = texts(&case["files_in"]);
    let (mut document, files) = match run(case["yaml"].as_str().unwrap(), &case["inputs"], &given) {
        // What their checker refuses they may run all the same; here nothing runs that has an error.
        Ours::Wrong(_) if exit == 2 || expected["validate"] == "error" => {
            return Some(if exit == 2 { Found::Equal } else { Found::ByRule });
        }
        Ours::Wrong(errors) => {
            return Some(Found::Places(vec![("exit".to_owned(), errors.join("; "))]));
        }
        // Their refusals were for the pipeline's sake; not to be able to run it would be no answer.
        Ours::Refused(refusals)
            if exit == 2 && refusals.iter().all(|it| it.code != "not-supported-yet") =>
        {
            return Some(Found::Equal);
        }
        Ours::Refused(refusals) => {
            let codes: Vec<_> =
                refusals.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
            return Some(Found::Places(vec![("exit".to_owned(), codes.join("; "))]));
        }
        Ours::Ran { document, files } => (older(&document), files),
    };
    let success = document["success"] == true;
    let mut places = Vec::new();
    let mut found = Vec::new();
    let looped = document.clone();
    rounds::spread(&mut document);
    let mut recorded = theirs(expected, &document);
    rounds::level(&mut recorded, &looped);
    differences("", &recorded, &picked(&recorded, &document), &mut found);
    let all = found.len();
    found.retain(|it| {
        rule(it, &document, &case["inputs"]).is_none() && stopped(it, &document).is_none()
    });
    let mut excused = found.len() < all;
    places.extend(
        found.into_iter().map(|it| (it.place.clone(), format!("{} here {}", it.theirs, it.ours))),
    );
    if !expected["steps_status"].is_object() || (exit == 0) != success {
        let code = i64::from(!success);
        if code != exit {
            places.push(("exit".to_owned(), format!("{exit} here {code}")));
        }
    }
    for (path, text) in texts(&expected["files"]) {
        let here = files.get(&path);
        if here == Some(&text) {
            continue;
        }
        if is_pending_write(&path, &document) {
            excused = true;
        } else {
            places.push((format!("files/{path}"), format!("{text:?} here {here:?}")));
        }
    }
    Some(match (places.is_empty(), excused) {
        (false, _) => Found::Places(places),
        (true, true) => Found::ByRule,
        (true, false) => Found::Equal,
    })
}

/// Nothing more starts after a failure, so what they went on to do is left undone.
fn stopped(difference: &Difference, ours: &Json) -> Option<&'static str> {
    let parts: Vec<_> = difference.place.split('/').skip(1).collect();
    let ["steps", id, ..] = parts[..] else { return None };
    let cut_short = ours["status"] == "failed" && ours["error"].is_string();
    (cut_short && ours["steps"][id]["status"] == "pending")
        .then_some("any failed step stops scheduling")
}

/// Whether a file is missing because the step that writes it was never reached.
fn is_pending_write(path: &str, ours: &Json) -> bool {
    let stem = path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    ours["status"] == "failed"
        && ours["error"].is_string()
        && ours["steps"][stem]["status"] == "pending"
}

fn texts(files: &Json) -> BTreeMap<String, String> {
    let text = |file: &Json| file.as_str().or_else(|| file["content"].as_str()).map(str::to_owned);
    files
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(path, file)| Some((path.clone(), text(file)?)))
        .collect()
}

/// The recorded part of a document.
fn theirs(expected: &Json, ours: &Json) -> Json {
    let mut steps = Map::new();
    for (id, status) in expected["steps_status"].as_object().into_iter().flatten() {
        steps.insert(id.clone(), json!({ "status": status[0], "success": status[1] }));
    }
    for (id, value) in expected["step_values"].as_object().into_iter().flatten() {
        let mut value = value.clone();
        share_clocks(&mut value, &ours["steps"][id]["value"]);
        steps.entry(id.clone()).or_insert_with(|| json!({}))["value"] = value;
    }
    for (id, retries) in expected["retries"].as_object().into_iter().flatten() {
        steps.entry(id.clone()).or_insert_with(|| json!({}))["retries"] = retries.clone();
    }
    let mut document = json!({ "steps": steps });
    for key in ["outputs", "execution_levels"] {
        if !expected[key].is_null() {
            document[key] = expected[key].clone();
        }
    }
    document
}

/// They return the timeout as the time that a command took; here it is measured.
fn share_clocks(theirs: &mut Json, ours: &Json) {
    for (key, value) in theirs.as_object_mut().into_iter().flatten() {
        match key.as_str() {
            "execution_time" => *value = ours[key].clone(),
            _ => share_clocks(value, &ours[key]),
        }
    }
}

/// The same part of ours.
fn picked(theirs: &Json, ours: &Json) -> Json {
    let mut picked = json!({ "steps": {} });
    for (id, step) in theirs["steps"].as_object().into_iter().flatten() {
        for key in step.as_object().into_iter().flat_map(Map::keys) {
            picked["steps"][id][key] = ours["steps"][id][key].clone();
        }
    }
    for key in ["outputs", "execution_levels"] {
        if !theirs[key].is_null() {
            picked[key] = ours[key].clone();
        }
    }
    picked
}
