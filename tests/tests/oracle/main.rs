//! What the program that the language comes from answered: to templates and conditions, to the same pipelines when they
//! were checked and when they were run.
//!
//! An answer is equal, or every single difference is allowed by a rule of the language, which a predicate or a row of
//! `data/*.tsv` states. Anything else fails its test. `--nocapture` shows how many there are of each.
#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

mod cases;
mod check;
mod compare;
mod expressions;
mod rounds;
mod rules;
mod run;
mod tally;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use serde_json::Value as Json;

use compare::{differences, older};
use rules::{rule, unrendered};
use run::{Ours, run};
use tally::Tally;

#[test]
fn real_pipelines_run_as_they_did() {
    let Some(shared) = tests::shared() else {
        return tests::skipped("real_pipelines_run_as_they_did", "no recorded answers");
    };
    let runs = fs::read_to_string(shared.join("oracle/runs.jsonl")).unwrap();
    let (mut wrong, mut tally) = (String::new(), Tally::default());
    for recorded in runs.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        if recorded["supported"] != true || recorded["deterministic"] != true {
            continue;
        }
        let before = wrong.len();
        let mut excused = false;
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
                let all = found.len();
                found.retain(|difference| rule(difference, &here, inputs).is_none());
                excused |= found.len() < all;
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
                    excused |= a != b;
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
        tally.add(match (wrong.len() > before, excused) {
            (true, _) => Tally { unsettled: 1, ..Tally::default() },
            (false, true) => Tally { by_rule: 1, ..Tally::default() },
            (false, false) => Tally { equal: 1, ..Tally::default() },
        });
    }
    tally.settle("real pipelines run", &wrong);
    let count = tally.equal + tally.by_rule;
    assert!(count >= 15, "only {count} recorded runs were looked at");
}
