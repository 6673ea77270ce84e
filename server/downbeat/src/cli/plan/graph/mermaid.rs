//! A Mermaid flowchart.

use std::fmt::Write;

use ide::graph::{Graph, Node, NodeKind, Standing};

use super::{Group, Notation, arrows, boxes, is_invisible, lines};

/// Steps in stages, arrows with their reasons: thick for routes, dotted for what is not sure, a cross where nothing is done.
pub(in crate::cli::plan) fn mermaid(graph: &Graph) -> String {
    let mut out =
        Chart { text: String::from("flowchart TD\n"), ghosts: Vec::new(), wrong: Vec::new() };
    boxes(graph, &mut out);
    for arrow in arrows(graph) {
        let line = match arrow.standing {
            Standing::Always => "-->",
            Standing::Maybe => "==>",
            Standing::Earlier | Standing::Unknown => "-.->",
            Standing::Never => "-.-x",
        };
        let reasons: Vec<String> = arrow.reasons.iter().map(|reason| escaped(reason)).collect();
        let label = reasons.join("<br/>");
        // Writing to a `String` cannot fail; the same holds below.
        let _ = writeln!(out.text, "  s{} {line}|\"{label}\"| s{}", arrow.from, arrow.to);
    }
    out.class("ghost", "stroke-dasharray:4 4", &out.ghosts.clone());
    out.class("wrong", "stroke:crimson,stroke-width:2px", &out.wrong.clone());
    out.text
}

struct Chart {
    text: String,
    ghosts: Vec<usize>,
    wrong: Vec<usize>,
}

impl Chart {
    fn class(&mut self, name: &str, style: &str, nodes: &[usize]) {
        if nodes.is_empty() {
            return;
        }
        let nodes: Vec<String> = nodes.iter().map(|at| format!("s{at}")).collect();
        let _ =
            writeln!(self.text, "  classDef {name} {style}\n  class {} {name}", nodes.join(","));
    }
}

impl Notation for Chart {
    fn open(&mut self, group: &Group<'_>, depth: usize) {
        let name = match group {
            Group::Stage(stage) => format!("stage{stage}"),
            Group::Loop(at, _) => format!("loop{at}"),
        };
        let title = escaped(&group.title());
        let _ = writeln!(self.text, "{:1$}subgraph {name}[\"{title}\"]", "", depth * 2);
    }

    fn node(&mut self, at: usize, node: &Node, depth: usize) {
        let lines: Vec<String> = lines(node).iter().map(|line| escaped(line)).collect();
        let label = lines.join("<br/>");
        let [open, close] = match node.kind {
            NodeKind::Missing | NodeKind::Open => ["([", "])"],
            NodeKind::Loop | NodeKind::Group => ["[[", "]]"],
            NodeKind::Tool | NodeKind::Action | NodeKind::Unknown => ["[", "]"],
        };
        let _ = writeln!(self.text, "{:1$}s{at}{open}\"{label}\"{close}", "", depth * 2);
        if node.place.is_none() {
            self.ghosts.push(at);
        } else if !node.problems.is_empty() {
            self.wrong.push(at);
        }
    }

    fn close(&mut self, depth: usize) {
        let _ = writeln!(self.text, "{:1$}end", "", depth * 2);
    }
}

/// Text between quotes. Letters and digits stand for themselves, everything that could mean something to Mermaid, to
/// Markdown or to a browser is an entity of Mermaid's (`#35;`).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let is_inside =
            before.is_alphanumeric() && characters.peek().is_some_and(|it| it.is_alphanumeric());
        match character {
            _ if character.is_alphanumeric() => out.push(character),
            ' ' | ',' | '(' | ')' => out.push(character),
            '.' | '-' | '_' | '/' if is_inside => out.push(character),
            _ if is_invisible(character) => out.push(' '),
            _ => {
                let _ = write!(out, "#{};", u32::from(character));
            }
        }
        before = character;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_but_letters_and_a_few_marks_stands_for_itself() {
        assert_eq!(escaped("a \"b\" #1; <é> `x`"), "a #34;b#34; #35;1#59; #60;é#62; #96;x#96;");
        assert_eq!(
            escaped("%%{init}%%\n|end|\u{202e}"),
            "#37;#37;#123;init#125;#37;#37; #124;end#124; "
        );
    }
}
