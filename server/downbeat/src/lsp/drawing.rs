//! The drawing of a document as an editor gets it: `downbeat/graph`.

use ide::graph::{Graph, Link, Node, NodeKind, Port};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use syntax::Span;
use tower_lsp_server::ls_types::{Range, Uri};

use super::handlers::View;
use super::message::Refusal;
use super::protocol::About;
use super::reply::Reply;
use super::session::{Session, require};
use crate::shape::Severity;

/// The notification that carries [`Outdated`].
const CHANGED: &str = "downbeat/graphChanged";

/// A drawing that was asked for is no longer that of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outdated {
    pub(crate) uri: Uri,
    /// The client's number for the text.
    pub(crate) version: i32,
}

/// The answer to `downbeat/graph`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drawing {
    /// The client's number for the text.
    pub(crate) version: i32,
    /// Ids of nodes; a stage needs only earlier ones.
    pub(crate) stages: Vec<Vec<String>>,
    pub(crate) nodes: Vec<DrawnNode>,
    pub(crate) edges: Vec<DrawnEdge>,
    pub(crate) inputs: Vec<DrawnPort>,
    pub(crate) outputs: Vec<DrawnPort>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DrawnNode {
    /// Unique in the drawing.
    pub(crate) id: String,
    pub(crate) title: String,
    /// `tool`, `action`, `loop`, `group`, `unknown`, `missing` or `open`.
    pub(crate) kind: String,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<usize>,
    pub(crate) detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) condition: Option<String>,
    #[serde(rename = "loop", default, skip_serializing_if = "Option::is_none")]
    pub(crate) repeats: Option<DrawnLoop>,
    /// Id of the node that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// The whole step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<Range>,
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) selection_range: Option<Range>,
    pub(crate) problems: Vec<DrawnProblem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DrawnLoop {
    /// The key that makes it a loop.
    pub(crate) kind: String,
    /// How often at most, in words.
    pub(crate) bound: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DrawnProblem {
    pub(crate) severity: Severity,
    pub(crate) code: String,
    pub(crate) message: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DrawnEdge {
    pub(crate) from: String,
    pub(crate) to: String,
    /// `declared`, `template`, `control_flow`, `routing`, `handler` or `sequence`.
    pub(crate) origin: String,
    /// In words.
    pub(crate) because: String,
    /// `always`, `maybe`, `earlier`, `never` or `unknown`.
    pub(crate) certain: String,
    /// Where it is written.
    pub(crate) range: Range,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DrawnPort {
    pub(crate) name: String,
    /// Ids of the nodes that touch it.
    pub(crate) nodes: Vec<String>,
    /// Its name.
    pub(crate) range: Range,
}

impl Session {
    /// Draws a document, and from now on tells when the drawing is outdated.
    pub(crate) fn draw(&mut self, params: Option<&RawValue>, reply: Reply) {
        if let Ok(About { uri }) = require(params)
            && let Some(desk) = self.desk(uri.as_str())
        {
            desk.watch_drawing();
        }
        self.read(params, reply, |about: &About| &about.uri, |view, _| answer(view));
    }
}

/// The notification that a drawing is outdated.
pub(crate) fn outdated(uri: &Uri, version: i32) -> (&'static str, Outdated) {
    (CHANGED, Outdated { uri: uri.clone(), version })
}

fn answer(view: &View<'_>) -> Result<Drawing, Refusal> {
    let snapshot = view.snapshot;
    let findings = snapshot.report.diagnostics();
    let graph = ide::graph::graph(&snapshot.pipeline, &snapshot.names, &snapshot.plan, &findings);
    let id = |at: &usize| id(&graph, *at);
    let range = |span: Span| view.range(span);
    Ok(Drawing {
        version: view.version,
        stages: graph.stages.iter().map(|stage| stage.iter().map(id).collect()).collect(),
        nodes: graph.nodes.iter().map(|it| node(&graph, it, range)).collect(),
        edges: graph.links.iter().map(|it| edge(&graph, it, range)).collect(),
        inputs: graph.inputs.iter().map(|it| port(&graph, it, range)).collect(),
        outputs: graph.outputs.iter().map(|it| port(&graph, it, range)).collect(),
    })
}

fn id(graph: &Graph, at: usize) -> String {
    graph.nodes.get(at).map(|node| node.id.clone()).unwrap_or_default()
}

fn node(graph: &Graph, node: &Node, range: impl Fn(Span) -> Range) -> DrawnNode {
    DrawnNode {
        id: node.id.clone(),
        title: node.title.clone(),
        kind: kind(node.kind).to_owned(),
        stage: node.stage,
        detail: node.detail.clone(),
        condition: node.condition.clone(),
        repeats: node
            .repeats
            .as_ref()
            .map(|it| DrawnLoop { kind: it.kind.to_owned(), bound: it.bound.clone() }),
        parent: node.parent.map(|at| id(graph, at)),
        range: node.place.map(|place| range(place.whole)),
        selection_range: node.place.map(|place| range(place.focus)),
        problems: node
            .problems
            .iter()
            .map(|it| DrawnProblem {
                severity: it.severity.into(),
                code: it.code.to_owned(),
                message: it.message.clone(),
            })
            .collect(),
    }
}

const fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Tool => "tool",
        NodeKind::Action => "action",
        NodeKind::Loop => "loop",
        NodeKind::Group => "group",
        NodeKind::Unknown => "unknown",
        NodeKind::Missing => "missing",
        NodeKind::Open => "open",
    }
}

fn edge(graph: &Graph, link: &Link, range: impl Fn(Span) -> Range) -> DrawnEdge {
    DrawnEdge {
        from: id(graph, link.from),
        to: id(graph, link.to),
        origin: link.origin.word().to_owned(),
        because: link.because.clone(),
        certain: link.standing.word().to_owned(),
        range: range(link.span),
    }
}

fn port(graph: &Graph, port: &Port, range: impl Fn(Span) -> Range) -> DrawnPort {
    DrawnPort {
        name: port.name.clone(),
        nodes: port.nodes.iter().map(|at| id(graph, *at)).collect(),
        range: range(port.span),
    }
}
