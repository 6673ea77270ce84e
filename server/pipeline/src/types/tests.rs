//! Types of paths, asked where they stand.

use syntax::Document;

use super::{Type, Types};
use crate::{Step, catalogue::Catalogue, lower, names::Names};

const PIPELINE: &str = "
name: Types
inputs:
  topic: {type: string}
  limit: {type: integer}
  loose: 3
variables:
  server: {port: 80, hosts: [a, b]}
steps:
  - id: files
    tool: filesystem
    action: list
    parameters: {path: .}
  - id: sizes
    for_each: \"{{ files.items }}\"
    loop_var: file
    steps:
      - id: one
        tool: terminal
        parameters: {command: \"echo {{ file.size }}\"}
  - id: last
    action: echo hello
";

/// What `root.fields` is in the step at `path` (indices of steps, then body steps).
fn ask(at: &[usize], path: &str) -> String {
    let catalogue = Catalogue::declared();
    let pipeline = lower(&Document::new(PIPELINE), &catalogue);
    let names = Names::new(&pipeline);
    let types = Types { pipeline: &pipeline, names: &names, catalogue: &catalogue };
    let mut steps: Vec<&Step> = Vec::new();
    for &index in at {
        let step = steps.last().map_or(&*pipeline.steps[index], |outer: &&Step| &outer.body[index]);
        steps.push(step);
    }
    let mut parts = path.split('.');
    let root = parts.next().unwrap();
    types.of_path(&steps, root, &parts.collect::<Vec<_>>()).words().to_owned()
}

#[test]
fn paths_have_the_types_that_are_declared() {
    for (at, path, expected) in [
        (&[2][..], "topic", "text"),
        (&[2], "limit", "a whole number"),
        (&[2], "loose", "a value"),
        (&[2], "inputs.limit", "a whole number"),
        (&[2], "variables.server.port", "a whole number"),
        (&[2], "variables.server.hosts", "a list"),
        (&[2], "variables.server.hosts.0", "text"),
        (&[2], "files.items", "a list"),
        (&[2], "files.items.0.size", "a whole number"),
        (&[2], "files.result.count", "a whole number"),
        (&[2], "files.skipped", "true or false"),
        (&[2], "sizes.results.0.return_code", "a whole number"),
        (&[2], "sizes.count", "a whole number"),
        (&[1, 0], "item.size", "a whole number"),
        (&[1, 0], "file.name", "text"),
        (&[1, 0], "items.first.name", "text"),
        (&[1, 0], "index", "a whole number"),
        (&[2], "nothing.at.all", "a value"),
        (&[], "last.result", "text"),
    ] {
        assert_eq!(ask(at, path), expected, "{path}");
    }
}

#[test]
fn what_holds_of_both_is_less() {
    let list = |ty: &Type| Type::list(ty.clone());
    assert_eq!(Type::Integer.join(&Type::Number), Type::Number);
    assert_eq!(Type::Integer.join(&Type::Text), Type::Any);
    assert_eq!(list(&Type::Integer).join(&list(&Type::Text)), list(&Type::Any));
}
