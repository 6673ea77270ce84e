//! A Graphviz graph.

use std::fmt::Write;

use ide::graph::{Graph, Node, NodeKind, Standing};

use super::{Group, Notation, arrows, boxes, is_invisible, lines};

/// Steps in stages, arrows with their reasons: bold for routes, dashed for what is not sure, grey where nothing is done.
pub(in crate::cli::plan) fn dot(name: &str, graph: &Graph) -> String {
    let mut out = Digraph(format!(
        "digraph \"{}\" {{\n  node [shape=box, style=rounded];\n  edge [fontsize=10];\n",
        escaped(name)
    ));
    boxes(graph, &mut out);
    for arrow in arrows(graph) {
        let style = match arrow.standing {
            Standing::Always => "style=solid",
            Standing::Maybe => "style=bold",
            Standing::Earlier => "style=dashed, constraint=false",
            Standing::Unknown => "style=dashed",
            Standing::Never => "style=dashed, color=gray, constraint=false",
        };
        let reasons: Vec<String> = arrow.reasons.iter().map(|reason| escaped(reason)).collect();
        let label = reasons.join("\\n");
        // Writing to a `String` cannot fail; the same holds below.
        let _ = writeln!(out.0, "  s{} -> s{} [{style}, label=\"{label}\"];", arrow.from, arrow.to);
    }
    out.0.push_str("}\n");
    out.0
}

struct Digraph(String);

impl Notation for Digraph {
    fn open(&mut self, group: &Group<'_>, depth: usize) {
        let name = match group {
            Group::Stage(stage) => format!("cluster_stage{stage}"),
            Group::Loop(at, _) => format!("cluster_loop{at}"),
        };
        let title = escaped(&group.title());
        let _ = writeln!(self.0, "{:1$}subgraph {name} {{ label=\"{title}\";", "", depth * 2);
    }

    fn node(&mut self, at: usize, node: &Node, depth: usize) {
        let lines: Vec<String> = lines(node).iter().map(|line| escaped(line)).collect();
        let label = lines.join("\\n");
        let look = match node.kind {
            NodeKind::Missing | NodeKind::Open => ", style=dashed",
            _ if !node.problems.is_empty() => ", color=crimson, penwidth=2",
            NodeKind::Loop | NodeKind::Group => ", peripheries=2",
            NodeKind::Tool | NodeKind::Action | NodeKind::Unknown => "",
        };
        let _ = writeln!(self.0, "{:1$}s{at} [label=\"{label}\"{look}];", "", depth * 2);
    }

    fn close(&mut self, depth: usize) {
        let _ = writeln!(self.0, "{:1$}}}", "", depth * 2);
    }
}

/// Text between quotes. Graphviz reads escapes and HTML entities there.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '&' => out.push_str("&amp;"),
            _ if is_invisible(character) => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn marks_of_graphviz_are_escaped() {
        assert_eq!(escaped("a \"b\"\\N\nc &lt;"), "a \\\"b\\\"\\\\N c &amp;lt;");
    }
}
