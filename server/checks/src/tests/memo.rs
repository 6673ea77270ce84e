//! The memo says what a check from scratch says, whatever was edited.

use pipeline::{Lowering, Plan, catalogue::Catalogue, models::Roster, names::Names};
use proptest::prelude::*;
use syntax::{Document, Span};

use super::{Beside, page::examples};
use crate::{Input, Memo, check, configuration::Settings, rules};

/// Pieces that change what names mean, where steps begin, and what is read.
const PIECES: &[&str] = &[
    "",
    "x",
    "\n",
    " ",
    "greet",
    "topic",
    "  - id: ask\n    action: echo {{ greet.result }}\n",
    "  - id: greet\n    action: echo {{ topic }} {{ ask }}\n    dependencies: [ask]\n",
    "  - id: each\n    for_each: [a]\n    steps:\n      - id: say\n        action: echo {{ item }}\n",
    "inputs:\n  topic: rain\n",
    "  tone: mild\n",
    "\"",
    "{{ topic }}",
    "variables:\n  server: {port: 80}\n",
    "    condition: topic > 3\n",
    "  - id: ask\n    tool: filesystem\n    action: list\n    parameters: {path: a}\n    condition: topic\n",
    "  - id: look\n    tool: web-search\n    parameters: {query: a}\n",
    "  - id: runs\n    tool: terminal\n    parameters: {command: \"{{ look.results }} {{ ask.items[0].sise }} {{ variables.server.prt }}\"}\n",
    "inputs:\n  topic: {type: integer}\n",
    " # downbeat: allow(unused-input, undefined-variable)\n",
    "# downbeat: allow(inert-template, unknown-step)\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memo_equals_scratch(
        start in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u32..24, any::<prop::sample::Index>()), 1..12),
    ) {
        let all: Vec<_> = rules().iter().flat_map(|rule| examples(rule.page)).collect();
        let mut document = Document::new(&start.get(&all).text);
        let (mut lowering, mut memo) = (Lowering::default(), Memo::default());
        for (at, len, piece) in edits {
            let at = at.index(document.len() as usize + 1) as u32;
            document.edit(Span::new(at, at + len), PIECES[piece.index(PIECES.len())]);
            compare(&document, &mut lowering, &mut memo)?;
        }
    }

    #[test]
    fn memo_equals_scratch_when_steps_come_and_go(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 1..24),
    ) {
        let (mut lowering, mut memo) = (Lowering::default(), Memo::default());
        let head = "name: Flow\ninputs:\n  topic: rain\nsteps:\n";
        let mut document = Document::new(head);
        let mut steps: Vec<&str> = Vec::new();
        for (at, step, comes) in edits {
            let at = at.index(steps.len() + 1);
            let start = (head.len() + steps[..at].iter().map(|it| it.len()).sum::<usize>()) as u32;
            if comes {
                steps.insert(at, STEPS[step.index(STEPS.len())]);
                document.edit(Span::empty(start), steps[at]);
            } else if at < steps.len() {
                let gone = steps.remove(at);
                document.edit(Span::new(start, start + gone.len() as u32), "");
            }
            compare(&document, &mut lowering, &mut memo)?;
        }
    }
}

/// Steps through which text flows from the web and models to commands, and files between them.
const STEPS: &[&str] = &[
    "  - id: look\n    tool: web-search\n    parameters: {query: a}\n",
    "  - id: ask\n    action: generate\n    parameters: {prompt: \"{{ look.results }}\"}\n",
    "  - id: pick\n    prompt: hello\n    model: gpt-4\n    requires_model: {capabilities: [vision]}\n",
    "  - id: note\n    action: echo {{ look.results }} {{ ask.result }}\n",
    "  - id: count\n    action: echo {{ note.result | length }}\n    dependencies: [clean]\n",
    "  - id: clean\n    action: echo {{ topic }}\n",
    "  - id: each\n    for_each: \"{{ note.result }}\"\n    steps:\n      - id: say\n        action: echo {{ item }}\n      - id: run\n        tool: terminal\n        parameters: {command: \"echo {{ say.result }} {{ clean.result }}\"}\n",
    "  - id: show\n    tool: terminal\n    parameters: {command: \"echo {{ clean.result }} {{ note.result }} {{ each.result }}\"}\n",
    "  - id: write\n    tool: filesystem\n    action: write\n    parameters: {path: a.txt, content: \"{{ note.result }}\"}\n",
    "  - id: read\n    tool: filesystem\n    action: read\n    parameters: {path: a.txt}\n    dependencies: [count, note]\n",
    "  - id: compute\n    tool: python-executor\n    parameters: {code: \"{{ read.content }} {{ show.output | tojson }}\"}\n",
    "  - action: echo {{ read.content }}\n",
];

fn compare(
    document: &Document,
    lowering: &mut Lowering,
    memo: &mut Memo,
) -> Result<(), TestCaseError> {
    let catalogue = Catalogue::declared();
    let pipeline = lowering.lower(document, &catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let input = Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue: &catalogue,
        roster: &Roster::default(),
        files: &Beside,
        settings: &Settings::default(),
    };
    let mut remembered = memo.check(&input).diagnostics();
    let mut scratch = check(&input);
    for list in [&mut remembered, &mut scratch] {
        list.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    }
    prop_assert_eq!(remembered, scratch, "{}", document.rope());
    Ok(())
}
