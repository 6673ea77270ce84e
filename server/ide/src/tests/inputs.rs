//! What callers are asked.

use pipeline::catalogue::Type;

use super::snapshot;

#[test]
fn the_first_declaration_of_a_name_is_asked_for_in_order_of_the_text() {
    let text = "
inputs:
  topic: {type: str, description: ' what about '}
  depth: {type: integer, default: 2, choices: [1, 2]}
  key: {secret: true, default: abc, required: true}
parameters:
  depth: {type: string, default: x}
  where: {type: path, required: true}
  limits: {a: 1}
steps:
  - {id: a, action: 'echo {{ topic', dependencies: [nobody]}
";
    let snapshot = snapshot(text);
    let asked = crate::inputs(&snapshot.pipeline);
    let told: Vec<_> = asked
        .iter()
        .map(|it| (it.name, it.ty, it.required, it.default.is_some(), it.secret))
        .collect();
    assert_eq!(
        told,
        [
            ("topic", Type::Text, false, false, false),
            ("depth", Type::Integer, false, true, false),
            ("key", Type::Any, false, false, true),
            ("where", Type::Path, true, false, false),
            ("limits", Type::Any, false, true, false),
        ]
    );
    assert_eq!(asked[0].description, Some("what about"));
    assert_eq!(asked[1].choices.as_ref().map(Vec::len), Some(2));
    assert_eq!(text.get(asked[3].span.start as usize..asked[3].span.end as usize), Some("where"));
}
