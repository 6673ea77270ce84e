use std::fmt::Write as _;

use crate::Snapshot;
use crate::diff::{Change, Difference, Kind, Side, diff};

use super::snapshot;

fn side(snapshot: &Snapshot) -> Side<'_> {
    Side {
        document: &snapshot.document,
        pipeline: &snapshot.pipeline,
        plan: &snapshot.plan,
        catalogue: &snapshot.catalogue,
    }
}

fn compared(old: &str, new: &str) -> Difference {
    let (old, new) = (snapshot(old), snapshot(new));
    diff(&side(&old), &side(&new))
}

/// Everything but edges, stages and uses, a line each.
fn told(old: &str, new: &str) -> String {
    let difference = compared(old, new);
    let mut out = String::new();
    let changes = |changes: &[Change]| {
        let value = |it: &Option<serde_json::Value>| {
            it.as_ref().map_or("-".to_owned(), |it| it.to_string())
        };
        let line = |it: &Change| format!(" {}: {} => {}", it.path, value(&it.old), value(&it.new));
        changes.iter().map(line).collect::<String>()
    };
    writeln!(out, "{}", changes(&difference.header)).expect("written");
    for it in difference.inputs.iter().chain(&difference.outputs) {
        writeln!(out, "{:?} {}{}", it.kind, it.name, changes(&it.changes)).expect("written");
    }
    for it in &difference.steps {
        let was = it.was.as_deref().map(|was| format!(" was {was}")).unwrap_or_default();
        writeln!(out, "{:?} {}{was}{}", it.kind, it.step, changes(&it.changes)).expect("written");
    }
    out.trim().to_owned()
}

#[test]
fn other_spellings_say_nothing() {
    for (old, new) in [
        ("steps:\n- {id: a, action: generate_text}", "steps:\n- {action: generate, id: a}"),
        (
            "steps:\n- {id: a, tool: web_search, depends_on: 'b, c', if: x}\n- {id: b}\n- {id: c}",
            "steps:\n- {id: a, tool: Web-Search, dependencies: [c, b], condition: 'x'}\n- {id: b}\n- {id: c}",
        ),
        (
            "steps:\n- id: a\n  foreach: [1]\n  max_concurrent: 2\n  steps: [{id: b, action: echo b}]",
            "steps:\n- id: a\n  max_parallel: 2\n  for_each: [1]\n  steps:\n  - action: echo b\n    id: b",
        ),
        ("steps:\n- {id: a, timeout: 60}", "steps:\n- {id: a, timeout: 1m}"),
        (
            "steps:\n- {id: a, prompt: hi}",
            "steps:\n- {id: a, action: generate, parameters: {prompt: hi}}",
        ),
        ("inputs: {a: 1}\nname: x", "name: x # y\ninputs:\n  a: {default: 1}"),
        ("name: x\nversion: '1'", "version: \"1\"\nname: x"),
        ("inputs: [a, b]", "inputs: [a: None, b: null]"),
    ] {
        assert_eq!(compared(old, new), Difference::default(), "{old}\n{new}");
    }
}

#[test]
fn each_kind_of_thing_is_told() {
    assert_eq!(
        told("name: x\nmodel: a\nvariables: {v: {w: 1}}", "name: y\nvariables: {v: {w: 2, z: 3}}"),
        "name: \"x\" => \"y\" variables.v.w: 1 => 2 variables.v.z: - => 3 model: \"a\" => -"
    );
    assert_eq!(
        told("experts:\n- a: m\n- b: n", "experts:\n- a: m\n- b: o"),
        "experts[1].b: \"n\" => \"o\""
    );
    assert_eq!(
        told(
            "inputs:\n  a: {type: int}\n  b: 1",
            "inputs:\n  a: {type: integer, required: true, max: 3}"
        ),
        "Changed a required: - => true max: - => 3.0\nRemoved b default: 1 => -"
    );
    assert_eq!(
        told("outputs: {a: '{{ x.y }}'}", "outputs: {a: '{{ x.z }}', b: {value: 1}}"),
        "Changed a value: \"{{ x.y }}\" => \"{{ x.z }}\"\nAdded b value: - => 1"
    );
    assert_eq!(
        told(
            "steps:\n- {id: a, action: echo a, on_failure: continue}\n- {id: b, while: x < 3, max_iterations: 3, steps: [{id: c, action: echo c}]}",
            "steps:\n- {id: a, action: echo a, on_failure: b}\n- {id: b, while: x < 4, steps: [{id: c, action: echo d}, {id: e, action: echo e}]}",
        ),
        "Changed a on_failure: \"continue\" => \"b\"
Changed b while: \"x < 3\" => \"x < 4\" max_iterations: 3 => -
Changed b.c action: \"echo c\" => \"echo d\"
Added b.e action: - => \"echo e\""
    );
}

#[test]
fn a_renamed_step_is_followed_where_it_is_named() {
    let old = "\
steps:
- {id: a, action: echo a}
- {id: b, action: 'echo {{ a.result }} a', dependencies: [a]}
- {id: c, action: echo c, condition: a.success and b, on_success: d}
- {id: d, action: echo d}
outputs: {o: \"{{ steps['a'].x }}\"}
";
    let new = "\
steps:
- {id: first, action: echo a}
- {id: second, action: 'echo {{ first.result }} a', dependencies: [first]}
- {id: c, action: echo c, condition: first.success and second, on_success: last}
- {id: last, action: echo d}
outputs: {o: \"{{ steps['first'].x }}\"}
";
    let found = compared(old, new);
    let renamed: Vec<_> =
        found.steps.iter().map(|it| (it.kind, it.step.as_str(), it.changes.len())).collect();
    assert_eq!(
        renamed,
        [(Kind::Renamed, "first", 0), (Kind::Renamed, "second", 0), (Kind::Renamed, "last", 0)]
    );
    assert_eq!(Difference { steps: Vec::new(), ..found }, Difference::default());
}

#[test]
fn edges_have_their_reasons() {
    let old = "steps:\n- {id: a, action: echo a}\n- {id: b, action: 'echo {{ a.x }}'}\n";
    let found = compared(old, &old.replace("a.x", "a.y"));
    let edges: Vec<_> = found.edges.iter().map(|it| (it.kind, it.because.as_str())).collect();
    assert_eq!(
        edges,
        [
            (Kind::Added, "`action` reads `{{ a.y }}`"),
            (Kind::Removed, "`action` reads `{{ a.x }}`")
        ]
    );
    assert_eq!(found.stages, None);
    let found = compared(old, &old.replace("{{ a.x }}", "b"));
    let stages = found.stages.expect("they differ");
    assert_eq!((stages.old.len(), stages.new.len()), (2, 1));
}
