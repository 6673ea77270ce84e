//! One slip, few words: a clean pipeline with one damaged line gets at most two findings more, but for one damage in
//! `RARE`; and a pipeline that is full of damage is never called clean.
//!
//! `DOWNBEAT_DAMAGES` says how many damages are tried.

mod slips;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use checks::{Diagnostic, Severity};
use slips::SLIPS;
use tests::reading::{files, findings as found};

/// Findings that one damaged line may add.
const MOST: usize = 2;

/// Of so many damages one may add more: two steps that became one, a loop that lost its body.
const RARE: usize = 1000;

#[test]
fn one_damaged_line_gives_few_findings() {
    let Some(shared) = tests::shared() else {
        return tests::skipped(
            "one_damaged_line_gives_few_findings",
            "no folder of real pipelines",
        );
    };
    let wanted = std::env::var("DOWNBEAT_DAMAGES").ok().map_or(4000, |it| it.parse().unwrap());
    let clean = clean(&shared.join("corpus"));
    let lines: usize = clean.iter().map(|(_, text)| text.lines().count()).sum();
    let every = (lines * SLIPS.len() / wanted).max(1);
    let (mut turn, mut tried) = (7_u64, 0_usize);
    let mut many: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = String::new();
    for (name, text) in &clean {
        let before = found(text);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            for slip in SLIPS {
                let n = next(&mut turn);
                if !n.is_multiple_of(every) {
                    continue;
                }
                let Some(damaged) = (slip.make)(line, n / every) else { continue };
                tried += 1;
                let after = found(&alone(text, number, &damaged));
                let new = new(&before, &after);
                let count = many.entry(slip.name).or_default();
                count.0 += 1;
                if new.len() > MOST {
                    count.1 += 1;
                    writeln!(wrong, "{name}:{}: {}: {line} -> {damaged}", number + 1, slip.name)
                        .unwrap();
                    for it in &new {
                        writeln!(wrong, "    {} {}: {}", it.severity.word(), it.code, it.message)
                            .unwrap();
                    }
                }
            }
        }
    }
    let bad: usize = many.values().map(|it| it.1).sum();
    println!("{wrong}");
    println!(
        "{tried} damages of {} files, {bad} with more than {MOST} findings: {many:#?}",
        clean.len()
    );
    assert!(bad * RARE <= tried.max(RARE), "{wrong}");
}

#[test]
fn a_file_full_of_errors_is_never_called_clean() {
    let Some(shared) = tests::shared() else {
        return tests::skipped(
            "a_file_full_of_errors_is_never_called_clean",
            "no folder of real pipelines",
        );
    };
    let mut turn = 11;
    for (name, text) in clean(&shared.join("corpus")) {
        for every in [2, 5, 11] {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let mut errors = 0;
            for (number, line) in lines.iter_mut().enumerate() {
                let n = next(&mut turn);
                let Some(damaged) = (SLIPS[n % SLIPS.len()].make)(line, n) else { continue };
                if n.is_multiple_of(every) && number.is_multiple_of(every) {
                    errors += usize::from(has_error(&alone(&text, number, &damaged)));
                    *line = damaged;
                }
            }
            let all = lines.join("\n") + "\n";
            assert!(errors == 0 || has_error(&all), "{name}, {errors} errors:\n{all}");
        }
    }
}

/// `text` with another line `number`.
fn alone(text: &str, number: usize, line: &str) -> String {
    let lines = text.lines().enumerate();
    let all: Vec<&str> = lines.map(|(at, it)| if at == number { line } else { it }).collect();
    all.join("\n") + "\n"
}

fn has_error(text: &str) -> bool {
    found(text).iter().any(|it| it.severity == Severity::Error)
}

/// Numbers without an order, the same in every run.
fn next(turn: &mut u64) -> usize {
    *turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*turn >> 33).unwrap()
}

/// What is found now beyond what was: of every rule as many as it says more.
fn new<'a>(before: &[Diagnostic], after: &'a [Diagnostic]) -> Vec<&'a Diagnostic> {
    let mut old: BTreeMap<&str, usize> = BTreeMap::new();
    for it in before {
        *old.entry(it.code).or_default() += 1;
    }
    let is_new = |it: &&Diagnostic| match old.get_mut(it.code) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    after.iter().filter(is_new).collect()
}

/// Pipelines without an error: the corpus' and the guide's.
fn clean(corpus: &Path) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = files(corpus, &["yaml"])
        .into_iter()
        .map(|path| (name(&path, corpus), fs::read_to_string(&path).unwrap()))
        .collect();
    let guide = tests::root().join("docs/guide");
    for path in files(&guide, &["md"]) {
        let page = fs::read_to_string(&path).unwrap();
        let blocks = page.split("```yaml run\n").skip(1).filter_map(|it| it.split("```").next());
        all.extend(
            blocks
                .enumerate()
                .map(|(at, text)| (format!("{} {at}", name(&path, &guide)), text.to_owned())),
        );
    }
    all.retain(|(_, text)| found(text).iter().all(|it| it.severity != Severity::Error));
    all
}

fn name(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap().display().to_string()
}
