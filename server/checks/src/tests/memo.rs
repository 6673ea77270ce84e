//! The memo says what a check from scratch says, whatever was edited.

use pipeline::{Lowering, Plan, Planning, catalogue::Catalogue, models::Roster, names::Names};
use proptest::prelude::*;
use syntax::{Document, Span};

use super::{Beside, page::examples};
use crate::{Diagnostic, Input, Memo, check, configuration::Settings, rules};

/// What is remembered of a document from version to version.
#[derive(Default)]
struct Kept {
    lowering: Lowering,
    planning: Planning,
    memo: Memo,
}

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
        let mut kept = Kept::default();
        for (at, len, piece) in edits {
            let at = at.index(document.len() as usize + 1) as u32;
            document.edit(Span::new(at, at + len), PIECES[piece.index(PIECES.len())]);
            compare(&document, &mut kept)?;
        }
    }

    #[test]
    fn memo_equals_scratch_when_steps_come_and_go(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 1..24),
    ) {
        let mut kept = Kept::default();
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
            compare(&document, &mut kept)?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Most keys change neither a name nor an edge: then almost everything is kept.
    #[test]
    fn memo_equals_scratch_while_somebody_types(
        steps in prop::collection::vec(any::<prop::sample::Index>(), 2..14),
        places in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<prop::sample::Index>(), 1..8)), 1..6),
    ) {
        let mut kept = Kept::default();
        let steps: String = steps.iter().map(|it| STEPS[it.index(STEPS.len())]).collect();
        let mut document = Document::new(&format!("{HEAD}steps:\n{steps}{TAIL}"));
        compare(&document, &mut kept)?;
        for (place, keys) in places {
            let mut at = place.index(document.len() as usize + 1) as u32;
            for key in keys {
                match KEYS[key.index(KEYS.len())] {
                    "" if at > 0 => {
                        at -= 1;
                        document.edit(Span::new(at, at + 1), "");
                    }
                    key => {
                        document.edit(Span::empty(at), key);
                        at += key.len() as u32;
                    }
                }
                compare(&document, &mut kept)?;
            }
        }
    }
}

/// Keys that somebody hits; the empty one takes back.
const KEYS: &[&str] = &["x", "x", "x", "", "", "1", " ", "\n", "\"", "{", ":", "-"];

/// What stands before and behind steps where much is promised.
const HEAD: &str = "name: Flow\ndescription: Searches the web, asks the user, saves the report to a file, using a language model.\ninputs:\n  topic: rain\n  idle: no\n";
const TAIL: &str = "outputs:\n  text: \"{{ note.result }}\"\n  report_file: \"out/report.md\"\n  empty: \"\"\n  dead: \"{{ never.result }}\"\n";

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
    "  - id: never\n    tool: data-processing\n    action: filter\n    parameters: {data: \"{{ clean.result }}\"}\n    condition: false\n",
    "  - id: jump\n    action: echo on\n    goto: show\n",
    "  - id: choose\n    action: echo {{ topic }}\n    on_success: write\n    on_failure: jump\n",
    "  - id: spare\n    tool: data-processing\n    action: filter\n    parameters: {data: \"{{ read.content }}\"}\n    metadata: {why: \"{{ spare }}\"}\n",
    "  - id: write_again\n    tool: filesystem\n    action: write\n    parameters: {path: a.txt, content: \"{{ spare.result }}\"}\n",
    "  - id: made\n    action: generate\n    parameters: {prompt: \"<AUTO>which?</AUTO> {{ steps }}\"}\n    produces: text\n    location: out/report.md\n",
];

fn compare(document: &Document, kept: &mut Kept) -> Result<(), TestCaseError> {
    let catalogue = Catalogue::declared();
    let settings = Settings::default();
    let roster = Roster::default();
    let pipeline = kept.lowering.lower(document, &catalogue);
    let (names, plan) = kept.planning.plan(&pipeline);
    let input = Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue: &catalogue,
        roster: &roster,
        files: &Beside,
        settings: &settings,
    };
    let mut remembered = kept.memo.check(&input).diagnostics();
    let pipeline = pipeline::lower(document, &catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let mut scratch = check(&Input { pipeline: &pipeline, plan: &plan, names: &names, ..input });
    for list in [&mut remembered, &mut scratch] {
        list.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    }
    if remembered != scratch {
        let only = |list: &[Diagnostic], other: &[Diagnostic]| {
            list.iter().filter(|it| !other.contains(it)).cloned().collect::<Vec<_>>()
        };
        let (kept, fresh) = (only(&remembered, &scratch), only(&scratch, &remembered));
        prop_assert!(
            false,
            "remembered {kept:#?}\nfrom scratch {fresh:#?}\nof\n{}",
            document.rope()
        );
    }
    Ok(())
}
