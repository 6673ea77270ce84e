//! What the program that the language comes from did with the same pipelines: documents and files.
//!
//! A run is equal, or every single difference is allowed by a rule of the language, which a function in `rules` or a row of
//! `data/run_cases.tsv` states; or the pipeline needs what this version refuses by name. Anything else fails the test.
#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

mod cases;
mod compare;
mod rounds;
mod rules;
mod run;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use serde_json::Value as Json;

use compare::{differences, older};
use rules::{rule, unrendered};
use run::{Ours, run};

#[test]
fn real_pipelines_run_as_they_did() {
    let Some(shared) = tests::shared() else {
        return tests::skipped("real_pipelines_run_as_they_did", "no recorded answers");
    };
    let runs = fs::read_to_string(shared.join("oracle/runs.jsonl")).unwrap();
    let (mut wrong, mut count) = (String::new(), 0);
    for recorded in runs.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        if recorded["supported"] != true || recorded["deterministic"] != true {
            continue;
        }
        count += 1;
        let name = format!("{} {}", recorded["path"].as_str().unwrap(), recorded["inputs"]);
        let text =
            fs::read_to_string(shared.join("corpus").join(recorded["path"].as_str().unwrap()))
                .unwrap();
        match run(&text, &recorded["inputs"], &BTreeMap::new()) {
            Ours::Wrong(findings) => writeln!(wrong, "{name}: {findings:?}").unwrap(),
            Ours::Refused(refusals) => writeln!(wrong, "{name}: {refusals:?}").unwrap(),
            Ours::Ran { document, files } => {
                let here = older(&document);
                let mut found = Vec::new();
                differences("", &recorded["result"], &here, &mut found);
                let inputs = &recorded["inputs"];
                found.retain(|difference| rule(difference, &here, inputs).is_none());
                for difference in found {
                    writeln!(wrong, "{name}: {difference:?}").unwrap();
                }
                let theirs: BTreeMap<_, _> = recorded["files"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(path, file)| {
                        (path.clone(), file["content"].as_str().unwrap_or_default().to_owned())
                    })
                    .collect();
                for path in theirs.keys().chain(files.keys()).collect::<BTreeSet<_>>() {
                    let (a, b) = (theirs.get(path), files.get(path));
                    let allowed =
                        matches!((a, b), (Some(a), Some(b)) if a == b || unrendered(a, b, inputs));
                    if !allowed {
                        writeln!(wrong, "{name}: the file {path} is {a:?}, here {b:?}").unwrap();
                    }
                }
                if (recorded["exit"] == 0) != document.success {
                    writeln!(
                        wrong,
                        "{name}: exit {}, here success {}",
                        recorded["exit"], document.success
                    )
                    .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 15, "only {count} recorded runs were looked at");
}
