//! Lowering that remembers says what lowering from scratch says, whatever was typed before, and keeps what did not change.

mod dump;

use std::sync::Arc;

use pipeline::catalogue::Catalogue;
use pipeline::names::Names;
use pipeline::{Lowering, Pipeline, Plan, Planning, lower};
use syntax::{Document, Span};

fn view(pipeline: &Pipeline) -> String {
    format!("{pipeline:#?}")
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

const PIECES: &[&str] = &[
    "a",
    "\n",
    " ",
    "- ",
    ":",
    "  - id: x\n    action: echo {{ a }}\n",
    "steps:\n",
    "*b",
    "&b ",
    "<<: *b\n",
    "{{ a.x }}",
    "inputs:\n  a: 1\n",
    "'",
    "\"",
    "[",
    "}",
    "<AUTO>",
    "outputs:\n",
    "x-b: &b {tool: filesystem}\n",
    "#",
    "é",
    "    parameters: *b\n",
    "pipeline:\n",
];

const START: &str = "id: p
x-b: &b
  tool: filesystem
inputs:
  topic: None
steps:
  - id: a
    <<: *b
    action: read
    parameters: {path: '{{ topic }}'}
  - id: b
    action: echo {{ a.content }}
  # a comment
  - id: c
    for_each: '{{ a.items }}'
    steps:
      - {id: d, action: 'echo {{ item }}'}
outputs:
  r: '{{ c.results }}'
experts:
  - web_search: m
";

/// A plan but for its number, of which every plan from scratch has another.
fn unnumbered(plan: &Plan) -> String {
    format!("{plan:?}").replace(&format!("number: {}", plan.number()), "")
}

#[test]
fn random_edits_equal_lowering_from_scratch() {
    let mut numbers = Numbers(1);
    let catalogue = Catalogue::declared();
    for _ in 0..40 {
        let mut document = Document::new(START);
        let mut lowering = Lowering::default();
        let mut planning = Planning::default();
        planning.plan(&lowering.lower(&document, &catalogue));
        for _ in 0..25 {
            let start = numbers.below(document.len() as usize + 1) as u32;
            let end = start + numbers.below(4) as u32 * numbers.below(6) as u32;
            document.edit(
                Span::new(start, end.min(document.len())),
                PIECES[numbers.below(PIECES.len())],
            );
            let pipeline = lowering.lower(&document, &catalogue);
            let fresh_plan = Plan::new(&pipeline, &Names::new(&pipeline));
            let plan = planning.plan(&pipeline).1;
            assert_eq!(unnumbered(&plan), unnumbered(&fresh_plan), "{}", document.rope());
            let kept = view(&pipeline);
            let fresh = view(&lower(&document, &catalogue));
            assert_eq!(kept, fresh, "{}", document.rope());
        }
    }
}

#[test]
fn what_did_not_change_is_the_same_object() {
    let catalogue = Catalogue::declared();
    let mut document = Document::new(START);
    let mut lowering = Lowering::default();
    let before = lowering.lower(&document, &catalogue);
    let at = START.find("echo {{ a").unwrap() as u32;
    document.edit(Span::empty(at + 4), "es");
    let after = lowering.lower(&document, &catalogue);
    let same: Vec<bool> = before
        .steps
        .iter()
        .zip(&after.steps)
        .map(|(before, after)| Arc::ptr_eq(&before.item, &after.item))
        .collect();
    assert_eq!(same, [true, false, true]);
    assert_eq!(after.steps[2].base, before.steps[2].base + 2);
    assert!(Arc::ptr_eq(&before.inputs[0].item, &after.inputs[0].item));
}

#[test]
fn a_step_follows_the_anchor_that_it_reads() {
    let catalogue = Catalogue::declared();
    let mut document = Document::new(START);
    let mut lowering = Lowering::default();
    lowering.lower(&document, &catalogue);
    let at = START.find("filesystem").unwrap() as u32;
    document.edit(Span::new(at, at + 10), "terminal");
    let after = lowering.lower(&document, &catalogue);
    assert!(
        matches!(&after.steps[0].kind, pipeline::StepKind::Tool { tool, .. } if tool.value == "terminal")
    );
}
