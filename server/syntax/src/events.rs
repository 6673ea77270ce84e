//! A text as the events of the YAML test suite: what a strict parser would tell of it.

use std::fmt::Write as _;

use crate::build::{Builder, DocumentRoot, Scope};
use crate::lex::Lexer;
use crate::tree::arena::NONE;
use crate::{Finding, Node, NodeId, NodeKind, ScalarStyle, Span, Tree};

/// The events of all documents of a text in the notation of the suite (`+MAP`, `=VAL :text`, ...), and what was wrong.
#[must_use]
pub fn events(text: &str) -> (String, Vec<Finding>) {
    let text = crate::document::within_limit(text);
    let mut lexer = Lexer::new(text);
    let mut builder = Builder::new();
    builder.start(Scope::Stream, 0);
    while let Some(line) = lexer.line() {
        builder.line(lexer.text, line, &lexer.tokens, &lexer.findings);
    }
    let tree = builder.finish(text);
    let (documents, directives) = builder.stream();
    let mut out = String::from("+STR\n");
    for document in documents {
        let own =
            directives.get(document.directives.0 - document.directives.1..document.directives.0);
        write_document(&mut out, &tree, *document, own.unwrap_or_default());
    }
    out.push_str("-STR\n");
    let findings =
        tree.findings().iter().filter(|f| f.kind != crate::FindingKind::MultipleDocuments);
    (out, findings.cloned().collect())
}

fn write_document(out: &mut String, tree: &Tree, document: DocumentRoot, directives: &[Span]) {
    out.push_str(if document.explicit_start { "+DOC ---\n" } else { "+DOC\n" });
    let handles: Vec<(&str, &str)> = directives
        .iter()
        .filter_map(|span| {
            let mut words = tree.slice(*span).split_ascii_whitespace();
            (words.next() == Some("%TAG")).then(|| Some((words.next()?, words.next()?))).flatten()
        })
        .collect();
    if document.root == NONE {
        out.push_str("=VAL :\n");
    } else {
        write_nodes(out, tree.node(NodeId(document.root)), &handles);
    }
    out.push_str(if document.explicit_end { "-DOC ...\n" } else { "-DOC\n" });
}

/// What is still to be written, so that depth costs no stack.
enum Work<'t> {
    Node(Node<'t>),
    End(&'static str),
}

fn write_nodes(out: &mut String, root: Node<'_>, handles: &[(&str, &str)]) {
    let mut work = vec![Work::Node(root)];
    while let Some(next) = work.pop() {
        let node = match next {
            Work::Node(node) => node,
            Work::End(end) => {
                out.push_str(end);
                continue;
            }
        };
        out.push_str(match (node.kind(), node.is_flow()) {
            (NodeKind::Mapping, false) => "+MAP",
            (NodeKind::Mapping, true) => "+MAP {}",
            (NodeKind::Sequence, false) => "+SEQ",
            (NodeKind::Sequence, true) => "+SEQ []",
            (NodeKind::Alias, _) => "=ALI *",
            _ => "=VAL",
        });
        if let Some(name) = node.alias() {
            out.push_str(name);
        }
        if let Some(anchor) = node.anchor() {
            let _ = write!(out, " &{anchor}");
        }
        if let Some(tag) = node.tag() {
            let _ = write!(out, " <{}>", resolve(tag, handles));
        }
        if matches!(node.kind(), NodeKind::Scalar | NodeKind::Null) {
            write_scalar(out, node);
        }
        out.push('\n');
        match node.kind() {
            NodeKind::Mapping => work.push(Work::End("-MAP\n")),
            NodeKind::Sequence => work.push(Work::End("-SEQ\n")),
            _ => {}
        }
        let first = work.len();
        work.extend(node.children().map(Work::Node));
        if let Some(children) = work.get_mut(first..) {
            children.reverse();
        }
    }
}

fn write_scalar(out: &mut String, node: Node<'_>) {
    let Some(scalar) = node.scalar() else {
        out.push_str(" :");
        return;
    };
    out.push_str(match scalar.style() {
        ScalarStyle::Plain | ScalarStyle::Auto => " :",
        ScalarStyle::SingleQuoted => " '",
        ScalarStyle::DoubleQuoted => " \"",
        ScalarStyle::Literal => " |",
        ScalarStyle::Folded => " >",
    });
    for c in scalar.value().chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\0' => out.push_str("\\0"),
            c => out.push(c),
        }
    }
}

/// A tag with its handle resolved and its `%` escapes decoded.
fn resolve(tag: &str, handles: &[(&str, &str)]) -> String {
    if let Some(verbatim) = tag.strip_prefix("!<").and_then(|rest| rest.strip_suffix('>')) {
        return verbatim.to_owned();
    }
    let handle = match tag.strip_prefix('!').and_then(|rest| rest.find('!')) {
        Some(second) => tag.get(..second + 2).unwrap_or("!"),
        None => "!",
    };
    let suffix = decode_percent(tag.strip_prefix(handle).unwrap_or_default());
    let prefix = handles.iter().find(|(name, _)| *name == handle).map(|(_, prefix)| *prefix);
    match prefix {
        Some(prefix) if !suffix.is_empty() => format!("{prefix}{suffix}"),
        None if handle == "!!" => format!("tag:yaml.org,2002:{suffix}"),
        _ => format!("{handle}{suffix}"),
    }
}

fn decode_percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
