//! Decoded scalars and the way back to their source.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap what they made")]

use proptest::prelude::*;
use syntax::{Node, Scalar, ScalarStyle, ScalarType, Span, Tree};

fn value(text: &str) -> Tree {
    Tree::parse(text)
}

fn scalar_of<'t>(tree: &'t Tree, key: &str) -> Scalar<'t> {
    tree.root().and_then(|root| root.get(key)).and_then(|entry| entry.value.scalar()).unwrap()
}

#[test]
fn plain_text_has_the_types_of_the_core_schema() {
    let cases = [
        ("yes", ScalarType::Str),
        ("on", ScalarType::Str),
        ("true", ScalarType::Bool(true)),
        ("~", ScalarType::Null),
        ("12", ScalarType::Int(12)),
        ("-7", ScalarType::Int(-7)),
        ("0o17", ScalarType::Int(15)),
        ("0xFf", ScalarType::Int(255)),
        ("1.5e3", ScalarType::Float(1500.0)),
        ("-.inf", ScalarType::Float(f64::NEG_INFINITY)),
        ("1_000", ScalarType::Str),
        ("1.2.3", ScalarType::Str),
        ("+", ScalarType::Str),
        ("'12'", ScalarType::Str),
        ("!!str 12", ScalarType::Str),
    ];
    for (text, expected) in cases {
        let tree = value(&format!("a: {text}\n"));
        assert_eq!(scalar_of(&tree, "a").ty(), expected, "{text}");
    }
}

#[test]
fn decoded_offsets_lead_to_their_source() {
    let text = "a: \"x\\n\\u00e9 y\\\n   z\"\nb: 'it''s\n  so'\nc: |\n  one\n  two\nd: >-\n  fold\n  ed\ne: plain\n  more\n";
    let tree = value(text);
    let at = |key: &str, word: &str| {
        let scalar = scalar_of(&tree, key);
        let value = scalar.value().into_owned();
        let start = u32::try_from(value.find(word).unwrap()).unwrap();
        let span =
            scalar.span_to_source(Span::new(start, start + u32::try_from(word.len()).unwrap()));
        text.get(span.range()).unwrap().to_owned()
    };
    assert_eq!(scalar_of(&tree, "a").value(), "x\né yz");
    assert_eq!(at("a", "é"), "\\u00e9");
    assert_eq!(at("a", "z"), "z");
    assert_eq!(scalar_of(&tree, "b").value(), "it's so");
    assert_eq!(at("b", "'"), "''");
    assert_eq!(at("b", "so"), "so");
    assert_eq!(scalar_of(&tree, "c").value(), "one\ntwo\n");
    assert_eq!(at("c", "two"), "two");
    assert_eq!(scalar_of(&tree, "d").value(), "fold ed");
    assert_eq!(at("d", "ed"), "ed");
    assert_eq!(at("e", "more"), "more");
}

#[test]
fn auto_tags_are_one_token() {
    let cases = [
        ("a: <AUTO>say: it # now</AUTO>\nb: 1\n", "<AUTO>say: it # now</AUTO>"),
        ("a: <AUTO>\nb: 1\n", "<AUTO>"),
        ("a: <AUTO>  # any\nb: <AUTO>x</AUTO>\n", "<AUTO>"),
        (
            "a: <AUTO x=\"1\">one\n  <AUTO>two</AUTO> three</AUTO>\nb: 1\n",
            "<AUTO x=\"1\">one <AUTO>two</AUTO> three</AUTO>",
        ),
    ];
    for (text, expected) in cases {
        let tree = value(text);
        let scalar = scalar_of(&tree, "a");
        assert_eq!(
            (scalar.style(), scalar.value().as_ref()),
            (ScalarStyle::Auto, expected),
            "{text}"
        );
        assert_eq!(tree.findings(), [], "{text}");
        assert!(tree.root().unwrap().get("b").is_some(), "{text}");
    }
    let tree = value("a: [<AUTO>x, y</AUTO>, <AUTO>]\n");
    assert_eq!(tree.root().unwrap().get("a").unwrap().value.items().count(), 2);
}

#[test]
fn depth_and_length_cost_nothing() {
    for text in [
        "[".repeat(20_000),
        "- ".repeat(20_000),
        "{a: ".repeat(20_000),
        format!("a: \"{}\"", "x".repeat(8 << 20)),
    ] {
        let tree = Tree::parse(&text);
        assert!(tree.root().is_some());
    }
}

fn scalars<'t>(node: Node<'t>, found: &mut Vec<Scalar<'t>>) {
    found.extend(node.scalar());
    for entry in node.entries() {
        scalars(entry.key, found);
        scalars(entry.value, found);
    }
    for item in node.items() {
        scalars(item, found);
    }
}

proptest! {
    /// Maps ascend, stay inside the scalar, and a character that stands in the source as itself leads to itself.
    #[test]
    fn source_maps_are_sound(body in "[a-c \n\r'\\\\\"n𝄞é]{0,40}", style in 0usize..5) {
        let indented = body.replace('\n', "\n  ").replace('\r', "\r  ");
        let text = match style {
            0 => format!("a: x{indented}\n"),
            1 => format!("a: '{}'\n", indented.replace('\'', "''")),
            2 => format!("a: \"{}\"\n", indented.replace('\\', "\\\\").replace('"', "\\\"")),
            3 => format!("a: |\n  {indented}\n"),
            _ => format!("a: >+\n  {indented}\n"),
        };
        let tree = Tree::parse(&text);
        let mut found = Vec::new();
        if let Some(root) = tree.root() {
            scalars(root, &mut found);
        }
        for scalar in found {
            let value = scalar.value();
            let map = scalar.source_map();
            let content = scalar.content_span();
            let mut before = 0;
            for (at, c) in value.char_indices().map(|(at, c)| (u32::try_from(at).unwrap(), c)) {
                let source = map.to_source(at);
                prop_assert!(source >= before && source >= content.start && source <= content.end, "{:?} {} {}", text, at, source);
                before = source;
                if !matches!(c, ' ' | '\n' | '\'' | '"' | '\\') {
                    prop_assert_eq!(text.get(source as usize..).and_then(|rest| rest.chars().next()), Some(c), "{:?}", text);
                    prop_assert_eq!(map.to_decoded(source), at, "{:?}", text);
                }
            }
        }
    }
}
