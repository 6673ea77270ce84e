//! Nodes for what is named and not there.

use rustc_hash::FxHashMap;

use super::{Node, NodeKind};

/// Ghosts, made when they are asked for.
pub(super) struct Ghosts<'n> {
    nodes: &'n mut Vec<Node>,
    made: FxHashMap<String, usize>,
}

impl<'n> Ghosts<'n> {
    pub(super) fn new(nodes: &'n mut Vec<Node>) -> Self {
        Self { nodes, made: FxHashMap::default() }
    }

    /// The ghost of a step of that name.
    pub(super) fn missing(&mut self, name: &str) -> usize {
        self.ghost(format!("?{name}"), || {
            (name.to_owned(), NodeKind::Missing, "is not in this file".to_owned())
        })
    }

    /// The ghost of what `key` of a node leads to, which is known only when the run is there.
    pub(super) fn open(&mut self, node: usize, key: &str) -> usize {
        let id = format!("?{}:{key}", self.nodes[node].id);
        self.ghost(id, || ("?".to_owned(), NodeKind::Open, "known only in the run".to_owned()))
    }

    /// The ghost of whatever step fails.
    pub(super) fn failing(&mut self) -> usize {
        self.ghost("?failure".to_owned(), || {
            let detail = "a failure that no handler of its own step mends";
            ("any failure".to_owned(), NodeKind::Open, detail.to_owned())
        })
    }

    fn ghost(&mut self, id: String, say: impl FnOnce() -> (String, NodeKind, String)) -> usize {
        if let Some(&node) = self.made.get(&id) {
            return node;
        }
        let (title, kind, detail) = say();
        let node = self.nodes.len();
        self.made.insert(id.clone(), node);
        self.nodes.push(Node {
            id,
            title,
            kind,
            stage: None,
            detail,
            condition: None,
            repeats: None,
            parent: None,
            place: None,
            problems: Vec::new(),
        });
        node
    }
}
