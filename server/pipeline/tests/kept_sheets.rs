//! What was reckoned of a step is taken again while nothing that it follows from has changed: a sheet that remembers equals
//! one from scratch, whatever was edited before.

use std::sync::Arc;

use pipeline::catalogue::Catalogue;
use pipeline::insight::{Extent, Sheet, explanation, intention};
use pipeline::models::{Bill, Roster, bill};
use pipeline::names::Names;
use pipeline::{Lowering, Pipeline, Plan, Planning, lower};
use proptest::prelude::*;
use syntax::{Document, Span};

const START: &str = "name: n\n\
    steps:\n\
    \x20 - id: a\n    action: generate\n    parameters: {prompt: hello, max_tokens: 10}\n\
    \x20 - action: generate\n    parameters: {prompt: \"{{ a.result }}\"}\n\
    \x20 - id: each\n    for_each: [1, 2]\n    requires_model: {expertise: high}\n    steps:\n      - id: one\n        prompt: hi\n      - prompt: ho\n\
    \x20 - id: own\n    for_each: \"{{ a.result }}\"\n    action: generate\n    parameters: {prompt: x}\n\
    \x20 - id: write\n    tool: filesystem\n    action: write\n    parameters: {path: a.txt, content: \"{{ own.results }} {{ each.count }}\"}\n\
    \x20 - id: queue\n    create_parallel_queue:\n      on: \"{{ a.result }}\"\n      action_loop:\n        - action: echo {{ item }}\n        - {name: second, action: \"echo {{ action_0 }}\"}\n\
    \x20 - id: b\n    tool: web-search\n    parameters: {query: tea}\n    on_error: try again\n";

/// Lines that an edit puts in, each where it makes a difference to what steps ask and cost.
const LINES: [&str; 38] = [
    "default_model: gpt-4o-mini\n",
    "default_model: claude-sonnet-4-20250514\n",
    "model: openai:gpt-4o\n",
    "selection: cost\n",
    "selection_schema: {strategy: accuracy, fallback: gpt-4o}\n",
    "experts: {generate: gpt-4o, web-search: {model: gpt-4o-mini, max_tokens: 7}}\n",
    "experts:\n  mine: {temperature: 1, max_tokens: 9}\n",
    "global_error_handlers:\n  - action: echo x\n",
    "inputs:\n  topic: rain\n",
    "    model: gpt-4o\n",
    "    model: \"{{ topic }}\"\n",
    "    model: <AUTO task=\"write\">the best</AUTO>\n",
    "    expert: mine\n",
    "    max_iterations: 3\n",
    "    condition: topic == 'rain'\n",
    "    selection: cost\n",
    "    requires_model: {min_size: 7}\n",
    "    tools: [web-search]\n",
    "    vars: [{score: number}]\n",
    "    dependencies: [a]\n",
    "  - id: c\n    prompt: \"{{ each.results }}\"\n    model: gpt-4o\n",
    "  - prompt: nameless\n",
    "  - id: call\n    tool: pipeline-executor\n    parameters: {pipeline: other.yaml}\n",
    "  - id: tag\n    action: <AUTO>do it</AUTO>\n",
    "    goto: b\n",
    "    on_failure: own\n",
    "    on_false: write\n",
    "    dependencies: [each, own]\n",
    "    dependencies: [b]\n",
    "    loop_name: a\n",
    "    cache: 1h\n",
    "    max_parallel: 3\n",
    "    action: echo {{ topic }} {{ write.path }}\n",
    "    for_each: \"{{ a.items }}\"\n",
    "    while: \"{{ iteration < 3 }}\"\n",
    "      - {id: two, action: \"echo {{ one }} {{ item }}\", on_failure: continue}\n",
    "  - id: each\n    tool: web-search\n    parameters: {query: tea}\n",
    "  - id: each.one\n    action: echo {{ each.results }}\n",
];

#[derive(Clone, Debug)]
enum Edit {
    /// One of `LINES` before a line.
    Line(usize, prop::sample::Index),
    /// A line goes.
    Cut(prop::sample::Index),
    /// A character goes in somewhere.
    Key(prop::sample::Index, char),
    /// Other models are known.
    Restock,
    /// Another build can run other steps.
    Rebuild,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => (0..LINES.len(), any::<prop::sample::Index>()).prop_map(|(line, at)| Edit::Line(line, at)),
        2 => any::<prop::sample::Index>().prop_map(Edit::Cut),
        3 => (any::<prop::sample::Index>(), prop::sample::select(vec!['x', ' ', '7', '#', '\n', '-']))
            .prop_map(|(at, it)| Edit::Key(at, it)),
        1 => Just(Edit::Restock),
        1 => Just(Edit::Rebuild),
    ];
    prop::collection::vec(edit, 1..12)
}

/// Where lines begin.
fn starts(text: &str) -> Vec<usize> {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).collect()
}

fn apply(edit: &Edit, text: &str) -> Option<(Span, String)> {
    let starts = starts(text);
    let span = |from: usize, to: usize| Span::new(from as u32, to as u32);
    Some(match edit {
        Edit::Line(line, at) => {
            let at = *at.get(&starts);
            (span(at, at), LINES[*line].to_owned())
        }
        Edit::Cut(at) => {
            let at = at.index(starts.len());
            let end = starts.get(at + 1).copied().unwrap_or(text.len());
            (span(starts[at], end), String::new())
        }
        Edit::Key(at, key) => {
            let at = at.index(text.len() + 1);
            (span(at, at), key.to_string())
        }
        Edit::Restock | Edit::Rebuild => return None,
    })
}

/// What a document is told with.
struct Teller {
    rosters: [Arc<Roster>; 2],
    catalogues: [Catalogue; 2],
}

impl Teller {
    fn tell(&self, pipeline: &Pipeline, names: &Names, plan: &Plan) -> (Sheet, Bill) {
        let (roster, catalogue) = (&self.rosters[0], &self.catalogues[0]);
        let sheet = Sheet::of(pipeline, names, plan, catalogue);
        (sheet.priced(pipeline, catalogue, roster), bill(pipeline, catalogue, roster))
    }

    fn anew(&self, text: &str) -> (Sheet, Bill) {
        let pipeline = lower(&Document::new(text), &self.catalogues[0]);
        let names = Names::new(&pipeline);
        let plan = Plan::new(&pipeline, &names);
        self.tell(&pipeline, &names, &plan)
    }
}

proptest! {
    #[test]
    fn what_is_kept_equals_what_is_made_from_scratch(edits in edits()) {
        let few = Roster::default().models.into_iter().take(3).collect();
        let mut teller = Teller {
            rosters: [Arc::new(Roster::default()), Arc::new(Roster::of(few))],
            catalogues: [Catalogue::declared(), Catalogue::providing(&["generate", "echo"])],
        };
        let (mut text, mut document) = (START.to_owned(), Document::new(START));
        let (mut lowering, mut planning) = (Lowering::default(), Planning::default());
        for (number, edit) in std::iter::once(None).chain(edits.iter().map(Some)).enumerate() {
            match edit.map(|it| (it, apply(it, &text))) {
                Some((Edit::Restock, _)) => teller.rosters.reverse(),
                Some((Edit::Rebuild, _)) => teller.catalogues.reverse(),
                Some((_, Some((span, with)))) => {
                    document.edit(span, &with);
                    text.replace_range(span.range(), &with);
                }
                _ => {}
            }
            let pipeline = lowering.lower(&document, &teller.catalogues[0]);
            let (names, plan) = planning.plan(&pipeline);
            // Nobody looks at every version.
            if number % 3 != 1 {
                let (sheet, bill) = teller.tell(&pipeline, &names, &plan);
                let (sheet_anew, bill_anew) = teller.anew(&text);
                prop_assert_eq!(intention(&sheet), intention(&sheet_anew), "{}", text);
                for extent in [Extent::Brief, Extent::Whole] {
                    prop_assert_eq!(explanation(&sheet, extent), explanation(&sheet_anew, extent), "{}", text);
                }
                prop_assert_eq!(sheet, sheet_anew, "{}", text);
                prop_assert_eq!(bill, bill_anew, "{}", text);
            }
        }
    }
}
