use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use super::list::Place;
use super::{Document, Position, Role};
use crate::{FindingKind, Span, TopValue};

const PIPELINE: &str = "\
# A pipeline.
name: demo
inputs:
  topic: {type: string, default: \"a b\"}
steps:
  - id: first
    action: filesystem
    parameters:
      path: out.txt
      content: |
        # Title
        {{ topic }}

  # The second step.
  - id: second
    action: <AUTO task=\"x\">say: it # now</AUTO>
    dependencies: [first, 'b']
    prompt: >-
      folded
      text
outputs:
  done: \"{{ second.result }}\\n\"
";

const BRACES: &str = "\
# Written by a program.
{
  \"name\": \"demo\",
  \"inputs\": {\"topic\": \"a b\"},
  \"steps\": [
    {\"id\": \"first\", \"action\": \"echo {{ topic }}\"}, # here
    {\"id\": \"second\", \"prompt\": \"<AUTO>say it</AUTO>\"}
  ]
}
";

fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("DOWNBEAT_SHARED").map_or_else(beside, PathBuf::from);
    if !shared.is_dir() {
        eprintln!("SKIPPED the shared texts: no folder {}", shared.display());
        return None;
    }
    Some(shared)
}

/// Every pipeline of the corpus.
fn corpus() -> Vec<String> {
    fn collect(folder: &Path, texts: &mut Vec<String>) {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(&path, texts);
            } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut texts = vec![PIPELINE.to_owned(), BRACES.to_owned()];
    if let Some(shared) = shared() {
        collect(&shared.join("corpus"), &mut texts);
        let cases = std::fs::read_to_string(shared.join("yaml-test-suite/cases.jsonl")).unwrap();
        for case in cases.lines() {
            let case: serde_json::Value = serde_json::from_str(case).unwrap();
            texts.push(case["yaml"].as_str().unwrap().to_owned());
        }
    }
    texts
}

#[test]
fn braces_around_all_are_one_entry() {
    let kinds = |text: &str| -> (Vec<Role>, Vec<FindingKind>) {
        let document = Document::new(text);
        let roles = document.outline().map(|(_, role, _)| role).collect();
        (roles, document.findings().into_iter().map(|it| it.kind).collect())
    };
    assert_eq!(kinds(BRACES), (vec![Role::Other, Role::Entry], vec![]));
    assert_eq!(kinds("{a: 1, a: 2}"), (vec![Role::Entry], vec![FindingKind::DuplicateKey]));
    assert_eq!(kinds("[a: 1]"), (vec![Role::Other], vec![FindingKind::RootNotMapping]));
    let (roles, findings) = kinds("{a: 1}\nb: 2\n");
    assert_eq!(roles, [Role::Entry, Role::Entry]);
    assert_eq!(findings, [FindingKind::RootNotMapping]);
    assert_eq!(kinds("{a: 1}: 2\n"), (vec![Role::Entry], vec![]));
}

/// Everything about a document but the identities.
fn assert_equals_scratch(document: &Document, context: &dyn Fn() -> String) {
    let text = document.rope().to_string();
    let scratch = Document::new(&text);
    let joined: String = document.segments().map(|(_, segment)| segment.tree.text()).collect();
    assert_eq!(joined, text, "{}", context());
    let start = |document: &Document| {
        document.segments.iter_from(Place::START).map(|(at, piece)| (at, piece.clone())).collect()
    };
    let (left, right): (Vec<_>, Vec<_>) = (start(document), start(&scratch));
    assert_eq!(left.len(), right.len(), "{}", context());
    for ((left_base, left), (right_base, right)) in left.iter().zip(&right) {
        let same = left_base == right_base
            && left.state == right.state
            && left.look == right.look
            && left.segment.is_same(&right.segment);
        assert!(same, "{}\nincremental {left:#?}\nscratch {right:#?}", context());
    }
    assert_eq!(document.findings(), scratch.findings(), "{}", context());
}

/// Small, fast, and the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

const SNIPPETS: &[&str] = &[
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "  ",
    ":",
    "- ",
    "-",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    " # c",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "!t ",
    "? ",
    ": ",
    "<AUTO>",
    "</AUTO>",
    "<AUTO task=\"x\">",
    "{{ x }}",
    "{% if x %}",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "x",
    "key: value\n",
    "  key: value\n",
    "    key: value\n",
    "  - id: s\n",
    "- id: s\n",
    "steps:\n",
    "name: n\n",
    "é",
    "𝄞",
    "\\",
    "\u{feff}",
    "    prompt: |\n",
    "      deep: 1\n",
    "\0",
];

#[test]
fn random_edits_equal_a_scratch_parse() {
    let count =
        std::env::var("DOWNBEAT_EDITS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000usize);
    let texts = corpus();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut done = 0;
    while done < count {
        let mut document = Document::new(&texts[random.below(texts.len())]);
        for _ in 0..random.below(60) + 1 {
            let before = document.clone();
            let length = document.len() as usize;
            let start = random.below(length + 1);
            let removed = match random.below(4) {
                0 => random.below(12),
                1 if random.below(8) == 0 => random.below(400),
                _ => 0,
            };
            let mut with = String::new();
            for _ in 0..random.below(3) {
                with.push_str(SNIPPETS[random.below(SNIPPETS.len())]);
            }
            let span = Span::new(
                u32::try_from(start).unwrap(),
                u32::try_from((start + removed).min(length)).unwrap(),
            );
            document.edit(span, &with);
            let context = || format!("{:?} {span:?} {with:?}", before.rope().to_string());
            assert_equals_scratch(&document, &context);
            done += 1;
        }
    }
}

/// The text of every item by its id.
fn steps(document: &Document) -> Vec<(u64, String, usize)> {
    let items = document.segments().filter(|(_, segment)| segment.role == Role::Item);
    items.map(|(_, s)| (s.id.0, s.tree.text().to_owned(), s.tree.findings().len())).collect()
}

#[test]
fn half_typed_lines_cost_no_other_step() {
    let Some(shared) = shared() else { return };
    let halftyped = std::fs::read_to_string(shared.join("yaml-test-suite/halftyped.json")).unwrap();
    let halftyped: Vec<(String, String)> = serde_json::from_str(&halftyped).unwrap();
    let own = [
        ("column 0 key", "model: x\n"),
        ("column 0 dash", "- id\n"),
        ("column 0 quote", "\"\n"),
        ("column 0 bracket", "[\n"),
        ("unclosed brace", "    a: {b: [c\n"),
        ("marker", "---\n"),
        ("end", "...\n"),
        ("directive", "%x\n"),
        ("over-indented dash", "   - id: x\n"),
        ("anchor", "    a: &\n"),
        ("tag", "    a: !\n"),
        ("question", "    ?\n"),
        ("double colon", "    a: b: c\n"),
        ("escape", "    a: \"\\q\n"),
        ("lone bracket", "    [\n"),
        ("folded", "    a: >\n"),
        ("column 0 auto", "<AUTO>\n"),
        ("column 0 brace", "{{ x\n"),
        ("quote and bracket", "    a: ['\n"),
    ];
    let own = own.iter().map(|(name, line)| ((*name).to_owned(), (*line).to_owned()));
    let states: Vec<(String, String)> = halftyped.into_iter().chain(own).collect();
    let mut tried = 0;
    let mut lost = Vec::new();
    for text in corpus() {
        let clean = Document::new(&text);
        let before = steps(&clean);
        if before.len() < 2 {
            continue;
        }
        for (base, segment) in
            clean.segments().filter(|(_, segment)| segment.role == Role::Item).step_by(3)
        {
            let line_starts: Vec<u32> =
                segment.tree.text().match_indices('\n').map(|(at, _)| at as u32 + 1).collect();
            for at in line_starts.iter().filter(|at| **at < segment.len()).step_by(5) {
                for (name, line) in &states {
                    let mut document = clean.clone();
                    document.edit(Span::empty(base + at), line);
                    tried += 1;
                    let after = steps(&document);
                    for step in before.iter().filter(|step| step.0 != segment.id.0) {
                        if !after.contains(step) {
                            let after = after.iter().map(|s| s.1.clone()).collect::<Vec<_>>();
                            lost.push(format!(
                                "{name} IN {:?}: lost {:?} of {after:#?}",
                                segment.tree.text(),
                                step.1
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 1_000);
    assert!(
        lost.is_empty(),
        "{} of {tried}:\n{}",
        lost.len(),
        lost.iter().step_by(lost.len() / 12 + 1).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn an_unchanged_segment_stays_the_same_one() {
    let mut document = Document::new(PIPELINE);
    let before: Vec<_> = document.segments().map(|(_, s)| Arc::clone(s)).collect();
    let at = u32::try_from(PIPELINE.find("out.txt").unwrap()).unwrap();
    document.edit(Span::empty(at), "x");
    let after: Vec<_> = document.segments().map(|(_, s)| Arc::clone(s)).collect();
    let changed: Vec<_> =
        before.iter().zip(&after).map(|(a, b)| (Arc::ptr_eq(a, b), a.id == b.id)).collect();
    assert_eq!(before.len(), after.len());
    assert_eq!(changed.iter().filter(|(same, _)| !same).count(), 1, "{changed:?}");
    assert!(changed.iter().all(|(_, id)| *id));
}

#[test]
fn entries_join_heads_and_items() {
    let document = Document::new(PIPELINE);
    let shape: Vec<_> = document
        .entries()
        .iter()
        .map(|entry| {
            let root = entry.segment.tree.root().unwrap();
            let name = root.entries().next().unwrap().name().into_owned();
            match &entry.value {
                TopValue::Inline => (name, None),
                TopValue::Items(items) => (name, Some(items.len())),
            }
        })
        .collect();
    let expected = [("name", None), ("inputs", None), ("steps", Some(2)), ("outputs", None)];
    assert_eq!(shape, expected.map(|(name, items)| (name.to_owned(), items)));
    assert_eq!(document.findings(), []);
    assert!(document.segments().all(|(_, segment)| segment.tree.findings().is_empty()));
}

#[test]
fn positions_count_lines_as_editors_do() {
    let document = Document::new("a: 𝄞x\r\nb: é\rc: 1\n");
    let at = |line, column| Position { line, column };
    assert_eq!(document.position_utf16(7), at(0, 5));
    assert_eq!(document.position_utf8(7), at(0, 7));
    assert_eq!(document.position_utf16(16), at(2, 0));
    assert_eq!(document.offset_utf16(at(0, 5)), 7);
    assert_eq!(document.offset_utf16(at(0, 99)), 8);
    assert_eq!(document.offset_utf8(at(1, 99)), 15);
    assert_eq!(document.offset_utf16(at(99, 0)), document.len());
}

proptest! {
    #[test]
    fn any_text_and_any_edit_are_survived(text in ".*", start in 0u32..80, length in 0u32..20, with in "\\PC*|[ \n:\\-\"'\\[{<]*") {
        let mut document = Document::new(&text);
        document.edit(Span::new(start, start + length), &with);
        assert_equals_scratch(&document, &|| format!("{text:?} {start} {length} {with:?}"));
    }

    #[test]
    fn any_indicators_are_survived(text in "[ \n\r\t:?\\-#&*!|>'\"%@`{}\\[\\],<AUTO/x0é]{0,60}", at in 0u32..60) {
        let mut document = Document::new(&text);
        document.edit(Span::empty(at), "\n");
        assert_equals_scratch(&document, &|| format!("{text:?} {at}"));
    }
}

#[test]
fn segments_know_their_lines() {
    let text = "a: 1\r\nsteps:\n  - id: x\r    b: |\n      t\n\n  - id: y\nz: 2\n";
    let document = Document::new(text);
    let lines: Vec<_> = document.segment_lines().collect();
    assert!(lines.len() >= 4);
    for (base, line) in lines {
        assert_eq!(line, document.line_of(base), "at {base}");
    }
}

#[test]
fn a_first_key_too_far_right_is_reported_once_and_takes_no_other_for_its_own() {
    let document = Document::new("  id: x\nname: a\ninputs:\n  topic: b\nsteps:\n  - id: c\n");
    let roles: Vec<Role> = document.outline().map(|(_, role, _)| role).collect();
    assert_eq!(roles, [Role::Entry, Role::Entry, Role::Entry, Role::Head, Role::Item]);
    let found: Vec<_> = document
        .segments()
        .flat_map(|(base, segment)| {
            segment.tree.findings().iter().map(move |it| (base + it.span.start, it.kind))
        })
        .collect();
    assert_eq!(found, [(8, FindingKind::BadIndentation)]);
}

#[test]
fn findings_end_between_characters() {
    for text in ["a:\n  b: \"c\n é\"\n", "a: \"é", "a: [é"] {
        let document = Document::new(text);
        let mut found = 0;
        for (base, segment) in document.segments() {
            for finding in segment.tree.findings() {
                found += 1;
                assert!(
                    text.get(finding.span.shift(base).range()).is_some(),
                    "{text}: {finding:?}"
                );
            }
        }
        assert!(found > 0, "{text}");
    }
}
