//! What follows from the text of a step is kept while that text is the same.

use std::sync::Arc;

use pipeline::catalogue::Catalogue;
use pipeline::insight::{Chance, Extent, Id, Sheet, explanation};
use pipeline::{Lowering, Planning};
use syntax::{Document, Span};

const STEPS: usize = 20;

fn text() -> String {
    let steps: String = (0..STEPS)
        .map(|it| {
            let reads = it.checked_sub(1).map_or("1".to_owned(), |it| format!("s{it}.result"));
            format!("  - id: s{it}\n    action: echo about {it} {{{{ {reads} }}}}\n    retry: 1\n")
        })
        .collect();
    format!("name: n\nsteps:\n{steps}")
}

#[test]
fn an_edit_reads_again_what_it_touches() {
    let text = text();
    let (mut lowering, mut planning) = (Lowering::default(), Planning::default());
    let mut document = Document::new(&text);
    let catalogue = Catalogue::declared();
    let mut read = |document: &Document| {
        let pipeline = lowering.lower(document, &catalogue);
        let (names, plan) = planning.plan(&pipeline);
        Sheet::of(&pipeline, &names, &plan, &catalogue)
    };
    let before = read(&document);
    let at = text.find("about 7").unwrap() as u32;
    document.edit(Span::new(at, at + 5), "around");
    let after = read(&document);
    for (number, (before, after)) in before.steps.iter().zip(&after.steps).enumerate() {
        assert_eq!(Arc::ptr_eq(before, after), number != 7, "step {number}");
    }
    for (before, after) in before.flows.iter().zip(&after.flows) {
        assert_eq!(Arc::ptr_eq(before, after), *before.to != *"s7", "{before:?}");
    }
    assert!(Arc::ptr_eq(&before.stages, &after.stages));
}

/// The sheet of a text.
fn sheet(text: &str) -> Sheet {
    let catalogue = Catalogue::declared();
    let pipeline = pipeline::lower(&Document::new(text), &catalogue);
    let names = pipeline::names::Names::new(&pipeline);
    let plan = pipeline::Plan::new(&pipeline, &names);
    Sheet::of(&pipeline, &names, &plan, &catalogue)
}

fn are(ids: &[Id], expected: &[&str]) -> bool {
    ids.iter().map(|it| &**it).eq(expected.iter().copied())
}

#[test]
fn chances_are_told_where_they_are_and_nowhere_else() {
    let search = |id: &str, more: &str| {
        format!("  - id: {id}\n    tool: web-search\n    parameters: {{query: tea}}\n{more}")
    };
    let twice = sheet(&format!("name: n\nsteps:\n{}{}", search("a", ""), search("b", "")));
    assert!(
        twice
            .chances
            .iter()
            .any(|it| matches!(it, Chance::Repeated { steps } if are(steps, &["a", "b"])))
    );
    assert!(
        twice
            .chances
            .iter()
            .any(|it| matches!(it, Chance::Uncached { steps } if are(steps, &["a", "b"])))
    );
    let kept = search("a", "    cache: 1h\n");
    let other = "  - id: b\n    tool: web-search\n    cache: 1h\n    parameters: {query: milk}\n";
    assert_eq!(sheet(&format!("name: n\nsteps:\n{kept}{other}")).chances, []);

    let ask = |id: &str, more: &str| {
        format!(
            "  - id: {id}\n    action: generate\n    parameters: {{prompt: about {id}}}\n{more}"
        )
    };
    let serial =
        format!("name: n\nsteps:\n{}{}", ask("a", ""), ask("b", "    dependencies: [a]\n"));
    let [Chance::Serial { from, to }] = &*sheet(&serial).chances else { panic!("{serial}") };
    assert!(are(std::slice::from_ref(from), &["a"]) && are(to, &["b"]));
    // A file may be what the second step waits for.
    let writes = serial.replace(
        "action: generate\n    parameters: {prompt: about a}",
        "tool: filesystem\n    action: write\n    parameters: {path: a, content: b}",
    );
    assert_eq!(sheet(&writes).chances, []);
}

#[test]
fn what_is_secret_is_not_told() {
    let text = "name: n\ninputs:\n  pin: {type: string, secret: true, default: hunter2}\nsteps:\n  - id: a\n    action: echo hi\n";
    let sheet = sheet(text);
    assert!(!explanation(&sheet, Extent::Whole).contains("hunter2"));
    assert!(!serde_json::to_string(&sheet).unwrap().contains("hunter2"));
}

#[test]
fn what_models_cost_is_told_where_it_is_known() {
    let roster = Arc::new(pipeline::models::Roster::default());
    let priced = |model: &str, more: &str| {
        let text = format!(
            "name: n\n{model}\nsteps:\n  - id: ask\n    action: generate\n    parameters: {{prompt: hi, max_tokens: 100}}\n{more}"
        );
        let catalogue = Catalogue::declared();
        let pipeline = pipeline::lower(&Document::new(&text), &catalogue);
        let sheet = sheet(&text).priced(&pipeline, &catalogue, &roster);
        (sheet.cost.clone(), explanation(&sheet, Extent::Brief))
    };
    let (cost, said) = priced("model: openai:gpt-4o-mini", "");
    assert!(cost.is_some_and(|it| it.dollars.is_some_and(|it| it > 0.0) && it.unknown.is_empty()));
    assert!(
        said.contains("That costs at most 0.") && !said.contains("stands in the plan"),
        "{said}"
    );
    let (cost, said) = priced("model: openai:nobody-knows-it", "");
    assert!(cost.is_some_and(|it| it.dollars.is_none() && it.unknown == ["ask"]));
    assert!(said.contains("What that costs is not known before the run."), "{said}");
    // Which model answers is open, and nobody looked who can be asked.
    let (cost, said) = priced("description: d", "");
    assert!(
        cost.is_none() && said.contains("What that costs at most stands in the plan"),
        "{said}"
    );
}
