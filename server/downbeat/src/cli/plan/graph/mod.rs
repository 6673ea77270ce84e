//! A plan as a drawing of other programs: stages and loops as boxes, arrows with their reasons.

mod dot;
mod mermaid;

use ide::graph::{Graph, Node, Standing};
use rustc_hash::FxHashMap;

pub(super) use self::{dot::dot, mermaid::mermaid};

/// All links from one node to another.
struct Arrow<'g> {
    from: usize,
    to: usize,
    /// The firmest of them.
    standing: Standing,
    /// Each once.
    reasons: Vec<&'g str>,
}

/// One arrow for each pair of nodes, in the order of their first links.
fn arrows(graph: &Graph) -> Vec<Arrow<'_>> {
    let mut arrows: Vec<Arrow<'_>> = Vec::new();
    let mut known: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    for link in &graph.links {
        let at = *known.entry((link.from, link.to)).or_insert(arrows.len());
        if at == arrows.len() {
            let (from, to, standing) = (link.from, link.to, link.standing);
            arrows.push(Arrow { from, to, standing, reasons: Vec::new() });
        }
        let Some(arrow) = arrows.get_mut(at) else { continue };
        if firmness(link.standing) < firmness(arrow.standing) {
            arrow.standing = link.standing;
        }
        if !arrow.reasons.contains(&link.because.as_str()) {
            arrow.reasons.push(&link.because);
        }
    }
    arrows
}

const fn firmness(standing: Standing) -> u8 {
    match standing {
        Standing::Always => 0,
        Standing::Maybe => 1,
        Standing::Earlier => 2,
        Standing::Unknown => 3,
        Standing::Never => 4,
    }
}

/// What is said of a node, a line each.
fn lines(node: &Node) -> Vec<String> {
    let mut lines = vec![node.title.clone(), node.detail.clone()];
    lines.extend(node.condition.as_ref().map(|condition| format!("only if {condition}")));
    if !node.problems.is_empty() {
        lines.push(match node.problems.len() {
            1 => "1 problem".to_owned(),
            count => format!("{count} problems"),
        });
    }
    lines
}

/// White space, and characters that would act on what shows the drawing.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A box with nodes in it.
enum Group<'g> {
    Stage(usize),
    Loop(usize, &'g Node),
}

impl Group<'_> {
    fn title(&self) -> String {
        match self {
            Self::Stage(stage) => format!("stage {}", stage + 1),
            Self::Loop(_, node) => match &node.repeats {
                Some(repeats) => format!("{}: {}", repeats.kind, repeats.bound),
                None => "side by side".to_owned(),
            },
        }
    }
}

/// Writes boxes and nodes in one notation.
trait Notation {
    fn open(&mut self, group: &Group<'_>, depth: usize);
    fn node(&mut self, at: usize, node: &Node, depth: usize);
    fn close(&mut self, depth: usize);
}

/// Stages with their steps, then what is in no stage. A box of a loop holds the loop's own node and its body.
fn boxes(graph: &Graph, notation: &mut impl Notation) {
    let mut bodies: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for (at, node) in graph.nodes.iter().enumerate() {
        if let Some(body) = node.parent.and_then(|parent| bodies.get_mut(parent)) {
            body.push(at);
        }
    }
    for (stage, nodes) in graph.stages.iter().enumerate() {
        notation.open(&Group::Stage(stage), 1);
        nodes.iter().for_each(|&at| put(graph, &bodies, at, 2, notation));
        notation.close(1);
    }
    for (at, node) in graph.nodes.iter().enumerate() {
        if node.parent.is_none() && node.stage.is_none() {
            put(graph, &bodies, at, 1, notation);
        }
    }
}

fn put(
    graph: &Graph,
    bodies: &[Vec<usize>],
    at: usize,
    depth: usize,
    notation: &mut impl Notation,
) {
    let Some(node) = graph.nodes.get(at) else { return };
    match bodies.get(at) {
        Some(body) if !body.is_empty() => {
            notation.open(&Group::Loop(at, node), depth);
            notation.node(at, node, depth + 1);
            body.iter().for_each(|&inner| put(graph, bodies, inner, depth + 1, notation));
            notation.close(depth);
        }
        _ => notation.node(at, node, depth),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use ide::graph::Graph;

    use super::{dot, mermaid};

    const PIPELINE: &str = "
id: show
steps:
  - {id: fetch, tool: filesystem, action: read, parameters: {path: a}}
  - id: each
    for_each: '{{ fetch.rows }}'
    if: fetch.size > \"0\"
    steps:
      - {id: one, action: 'echo {{ item }}'}
      - {id: two, action: 'echo {{ one }}', on_failure: three}
      - {id: three, action: echo 3}
  - {id: end, action: 'echo {{ each.results }} {{ nobody }}', dependencies: [each, end]}
  - {id: 'a\"]; %%{init}%% <b>', action: echo x}
";

    fn graph() -> Graph {
        let document = syntax::Document::new(PIPELINE);
        let catalogue = pipeline::catalogue::Catalogue::declared();
        let files: std::sync::Arc<dyn checks::Files> = std::sync::Arc::new(checks::NoFiles);
        let snapshot = ide::Analyst::default().read(document, &catalogue, &files);
        let findings = snapshot.report.diagnostics();
        ide::graph::graph(&snapshot.pipeline, &snapshot.names, &snapshot.plan, &findings)
    }

    #[expect(clippy::needless_pass_by_value, reason = "how `expect!` is used")]
    fn is(drawn: &str, expected: Expect) {
        expected.assert_eq(drawn);
    }

    #[test]
    fn drawn_by_mermaid() {
        is(
            &mermaid(&graph()),
            expect![[r##"
                flowchart TD
                  subgraph stage0["stage 1"]
                    s0["fetch<br/>read of filesystem"]
                    s6["a#34;#93;#59; #37;#37;#123;init#125;#37;#37; #60;b#62;<br/>prints a text<br/>1 problem"]
                  end
                  subgraph stage1["stage 2"]
                    subgraph loop1["for_each#58; once for each item of a list known when it starts"]
                      s1[["each<br/>a loop over a list<br/>only if fetch.size #62; #34;0#34;<br/>2 problems"]]
                      s2["one<br/>prints a text"]
                      s3["two<br/>prints a text"]
                      s4["three<br/>prints a text"]
                    end
                  end
                  subgraph stage2["stage 3"]
                    s5["end<br/>prints a text<br/>3 problems"]
                  end
                  s7(["nobody<br/>is not in this file"])
                  s0 -->|"#96;for_each#96; reads #96;#123;#123; fetch.rows #125;#125;#96;"| s1
                  s1 -->|"#96;dependencies#96; names #96;each#96;<br/>#96;action#96; reads #96;#123;#123; each.results #125;#125;#96;"| s5
                  s5 -.-x|"#96;dependencies#96; names #96;end#96;"| s5
                  s2 -->|"#96;action#96; reads #96;#123;#123; one #125;#125;#96;"| s3
                  s3 ==>|"#96;on_failure#96; may route to it"| s4
                  s7 -.->|"#96;action#96; reads #96;#123;#123; nobody #125;#125;#96;"| s5
                  classDef ghost stroke-dasharray:4 4
                  class s7 ghost
                  classDef wrong stroke:crimson,stroke-width:2px
                  class s6,s1,s5 wrong
            "##]],
        );
    }

    #[test]
    fn drawn_by_graphviz() {
        is(
            &dot("show \"it\"", &graph()),
            expect![[r#"
                digraph "show \"it\"" {
                  node [shape=box, style=rounded];
                  edge [fontsize=10];
                  subgraph cluster_stage0 { label="stage 1";
                    s0 [label="fetch\nread of filesystem"];
                    s6 [label="a\"]; %%{init}%% <b>\nprints a text\n1 problem", color=crimson, penwidth=2];
                  }
                  subgraph cluster_stage1 { label="stage 2";
                    subgraph cluster_loop1 { label="for_each: once for each item of a list known when it starts";
                      s1 [label="each\na loop over a list\nonly if fetch.size > \"0\"\n2 problems", color=crimson, penwidth=2];
                      s2 [label="one\nprints a text"];
                      s3 [label="two\nprints a text"];
                      s4 [label="three\nprints a text"];
                    }
                  }
                  subgraph cluster_stage2 { label="stage 3";
                    s5 [label="end\nprints a text\n3 problems", color=crimson, penwidth=2];
                  }
                  s7 [label="nobody\nis not in this file", style=dashed];
                  s0 -> s1 [style=solid, label="`for_each` reads `{{ fetch.rows }}`"];
                  s1 -> s5 [style=solid, label="`dependencies` names `each`\n`action` reads `{{ each.results }}`"];
                  s5 -> s5 [style=dashed, color=gray, constraint=false, label="`dependencies` names `end`"];
                  s2 -> s3 [style=solid, label="`action` reads `{{ one }}`"];
                  s3 -> s4 [style=bold, label="`on_failure` may route to it"];
                  s7 -> s5 [style=dashed, label="`action` reads `{{ nobody }}`"];
                }
            "#]],
        );
    }
}
