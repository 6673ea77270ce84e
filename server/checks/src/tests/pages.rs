//! Every page is true.

use std::fmt::Write;

use super::{
    check_text,
    page::{Kind, Mark, What, examples, marks},
};
use crate::{
    Diagnostic, RuleInfo, Severity,
    configuration::Configuration,
    fix, models_file, rules,
    suite::{Suite, Tested},
};

#[test]
fn every_page_is_true() {
    let mut wrong = String::new();
    for rule in rules() {
        judge(rule, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn codes_are_kebab_case_and_unique() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in rules() {
        assert!(rule.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.code);
        assert!(seen.insert(rule.code), "{} twice", rule.code);
    }
}

/// What a model judges: no example is always bad.
const JUDGED: &[&str] = &["misaligned"];

fn judge(rule: &RuleInfo, wrong: &mut String) {
    let title = format!("# {}\n", rule.code);
    if !rule.page.starts_with(&title) || rule.summary().starts_with(['#', '|']) {
        writeln!(wrong, "{}: a page begins with its code, then one line that says what", rule.code)
            .unwrap();
    }
    let mut bad: Option<(String, Vec<Diagnostic>)> = None;
    let (mut has_bad, mut has_good) = (false, false);
    for example in examples(rule.page) {
        if example.kind == Kind::Fixed {
            let (text, found) = bad.take().expect("a fixed example follows a bad one");
            let mended = mend(&text, &found);
            if mended != example.text {
                writeln!(wrong, "{} (fixed): the first fixes give\n{mended}", rule.code).unwrap();
            }
            continue;
        }
        let all = match example.what {
            What::Configuration => Configuration::read(&example.text).1,
            What::Suite => suite_findings(&example.text),
            What::Models => models_file::read(&example.text, &|_| true),
            What::Pipeline => check_text(&example.text),
        };
        let found: Vec<_> = all.iter().filter(|it| it.code == rule.code).cloned().collect();
        let mut expected = if example.kind == Kind::Good { Vec::new() } else { example.expected };
        let mut actual = marks(&example.text, &found, rule.severity);
        expected.sort();
        actual.sort();
        if actual != expected || (example.kind == Kind::Bad) == found.is_empty() {
            writeln!(
                wrong,
                "{} ({:?}):\n{}",
                rule.code,
                example.kind,
                draw(&example.text, &actual)
            )
            .unwrap();
        }
        let others: Vec<_> = all
            .iter()
            .filter(|it| it.code != rule.code && it.severity == Severity::Error)
            .collect();
        if example.kind == Kind::Good && !others.is_empty() {
            writeln!(wrong, "{} (good) has other errors: {others:#?}", rule.code).unwrap();
        }
        has_bad |= example.kind == Kind::Bad;
        has_good |= example.kind == Kind::Good;
        bad = (example.kind == Kind::Bad).then_some((example.text, found));
    }
    if (!has_bad || !has_good) && !JUDGED.contains(&rule.code) {
        writeln!(wrong, "{}: a page shows a bad and a good example", rule.code).unwrap();
    }
}

/// The pipeline that the examples of tests speak of.
const TESTED: &str = "id: greet\nname: greet\ninputs: {who: {type: string}}\nsteps:\n  - id: say\n    action: echo Hello, {{ who }}\noutputs: {greeting: '{{ say.result }}'}\n";

fn suite_findings(text: &str) -> Vec<Diagnostic> {
    let document = syntax::Document::new(TESTED);
    let pipeline = pipeline::lower(&document, &pipeline::catalogue::Catalogue::declared());
    Suite::read(&syntax::Tree::parse(text), Tested::Found(&pipeline)).1
}

/// `text` after the first fix of each finding.
fn mend(text: &str, found: &[Diagnostic]) -> String {
    let mut mended = text.to_owned();
    for fix in found.iter().rev().filter_map(|it| it.fixes.first()) {
        mended = fix::apply_one(&mended, fix);
    }
    mended
}

/// The text as the page would have to show it.
fn draw(text: &str, marks: &[Mark]) -> String {
    let (mut drawn, mut at) = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        drawn.push_str(line);
        for mark in marks.iter().filter(|mark| (at..at + line.len()).contains(&mark.start)) {
            let lead = text[at..mark.start].chars().count();
            let width = text[mark.start..mark.end].chars().count().max(1);
            let sign = if mark.related { "~" } else { "^" };
            writeln!(drawn, "{}{} {}", " ".repeat(lead), sign.repeat(width), mark.words).unwrap();
        }
        at += line.len();
    }
    drawn
}
