//! A node of the tree as data: aliases and merge keys resolved, templates and AUTO tags parsed in place.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::{
    Document, Node, NodeKind, Scalar, ScalarStyle, ScalarType, Segment, Span, Tree, auto, template,
};

use crate::{Data, Located, Problem, ProblemKind, Text};

/// How many nodes aliases may stand for in one document: beyond, an alias is reported and read as null.
pub(super) const ALIAS_BUDGET: usize = 200_000;

/// How deep data may nest, aliases included: recursion over it is safe on a small stack.
const DEPTH: usize = 200;

/// An anchor of another segment that was looked up by name, and where it was found.
pub(super) type External = (Box<str>, Option<Arc<Segment>>);

/// What the data of one segment was made of beside the segment itself.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Anchors of other segments that were looked up, and where they were found.
    pub(super) externals: Vec<External>,
    /// Nodes that came through aliases.
    pub(super) alias_nodes: usize,
    /// Aliases and merges that could not be resolved.
    pub(super) problems: Vec<Problem>,
}

/// Anchors of a document, collected once somebody asks.
pub(super) struct Anchors<'d> {
    document: &'d Document,
    segments: Arc<OnceLock<FxHashMap<&'d str, &'d Arc<Segment>>>>,
    /// By the address of their tree.
    nodes: FxHashMap<usize, FxHashMap<&'d str, Node<'d>>>,
}

impl<'d> Anchors<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, segments: Arc::default(), nodes: FxHashMap::default() }
    }

    /// The same anchors for another thread.
    pub(super) fn beside(&self) -> Self {
        let segments = Arc::clone(&self.segments);
        Self { document: self.document, segments, nodes: FxHashMap::default() }
    }

    /// The segment that defines `name`: the last one that does.
    pub(super) fn segment(&mut self, name: &str) -> Option<&'d Arc<Segment>> {
        let collect = || {
            let segments = self.document.segments();
            let named = segments.flat_map(|(_, segment)| {
                segment.tree.anchors().map(move |(name, _)| (name, segment))
            });
            named.collect()
        };
        self.segments.get_or_init(collect).get(name).copied()
    }

    /// The node of `tree` that carries the anchor `name`: the last one, as later anchors replace earlier ones.
    fn node(&mut self, tree: &'d Tree, name: &str) -> Option<Node<'d>> {
        let collect = || {
            let mut nodes: FxHashMap<&str, Node<'d>> = FxHashMap::default();
            for (name, node) in tree.anchors() {
                let last = nodes.entry(name).or_insert(node);
                if last.span().start <= node.span().start {
                    *last = node;
                }
            }
            nodes
        };
        self.nodes.entry(std::ptr::from_ref(tree).addr()).or_insert_with(collect).get(name).copied()
    }
}

/// Turns nodes of one segment into data.
pub(super) struct Maker<'a, 'd> {
    anchors: &'a mut Anchors<'d>,
    tree: &'d Tree,
    budget: usize,
    made: Made,
    /// Anchored nodes that are being followed, so that none is followed inside itself.
    open: Vec<(*const Tree, syntax::NodeId)>,
    depth: usize,
    /// Aliases that were reported.
    bad: FxHashSet<(Span, &'d str)>,
}

/// Where a node is seen from.
#[derive(Clone, Copy)]
struct View<'d> {
    tree: &'d Tree,
    /// The alias of the segment at hand that everything below came through.
    alias: Option<Span>,
}

impl View<'_> {
    fn place(self, span: Span) -> Span {
        self.alias.unwrap_or(span)
    }
}

impl<'a, 'd> Maker<'a, 'd> {
    /// `budget`: how many nodes aliases may still stand for.
    pub(super) fn new(anchors: &'a mut Anchors<'d>, tree: &'d Tree, budget: usize) -> Self {
        Self {
            anchors,
            tree,
            budget,
            made: Made::default(),
            open: Vec::new(),
            depth: 0,
            bad: FxHashSet::default(),
        }
    }

    pub(super) fn data(&mut self, node: Node<'d>) -> Located<Data> {
        self.node(node, View { tree: self.tree, alias: None })
    }

    pub(super) fn finish(self) -> Made {
        self.made
    }

    fn node(&mut self, node: Node<'d>, view: View<'d>) -> Located<Data> {
        let span = view.place(node.span());
        if view.alias.is_some() {
            self.made.alias_nodes += 1;
        }
        if self.depth >= DEPTH {
            return Located::new(Data::Null, span);
        }
        self.depth += 1;
        let data = match node.kind() {
            NodeKind::Null => Data::Null,
            NodeKind::Scalar => {
                node.scalar().map_or(Data::Null, |scalar| scalar_data(&scalar, view.alias))
            }
            NodeKind::Sequence => {
                Data::List(node.items().map(|item| self.node(item, view)).collect())
            }
            NodeKind::Mapping => self.mapping(node, view),
            NodeKind::Alias => self.alias(node, view).value,
        };
        self.depth -= 1;
        Located::new(data, span)
    }

    fn mapping(&mut self, node: Node<'d>, view: View<'d>) -> Data {
        let mut entries = Vec::new();
        let mut merges = Vec::new();
        for entry in node.entries() {
            let key = Located::new(entry.name().into_owned(), view.place(entry.key.span()));
            let value = self.node(entry.value, view);
            let plain =
                entry.key.scalar().is_some_and(|scalar| scalar.style() == ScalarStyle::Plain);
            if key.value == "<<" && plain {
                merges.push((entries.len(), value));
            } else {
                entries.push((key, value));
            }
        }
        for (at, value) in merges.into_iter().rev() {
            self.merge(&mut entries, at, value);
        }
        Data::Map(entries.into())
    }

    /// Puts the entries of a merged map (or of a list of maps, the first of a key winning) where `<<` stood, without
    /// those that the map has itself.
    fn merge(
        &mut self,
        entries: &mut Vec<(Located<String>, Located<Data>)>,
        at: usize,
        value: Located<Data>,
    ) {
        let maps = match &value.value {
            Data::Map(_) => vec![&value],
            Data::List(items) if items.iter().all(|item| item.value.as_map().is_some()) => {
                items.iter().collect()
            }
            Data::Null => Vec::new(),
            _ => {
                self.made.problems.push(Problem { kind: ProblemKind::BadMerge, span: value.span });
                Vec::new()
            }
        };
        let mut known: FxHashSet<&str> = FxHashSet::default();
        known.extend(entries.iter().map(|(key, _)| key.value.as_str()));
        let mut merged: Vec<(Located<String>, Located<Data>)> = Vec::new();
        for (key, value) in maps.into_iter().filter_map(|map| map.value.as_map()).flatten() {
            if known.insert(&key.value) {
                merged.push((key.clone(), value.clone()));
            }
        }
        entries.splice(at..at, merged);
    }

    fn alias(&mut self, node: Node<'d>, view: View<'d>) -> Located<Data> {
        let span = view.place(node.span());
        let name = node.alias().unwrap_or_default();
        let found = self.anchors.node(view.tree, name).map(|target| (view.tree, target));
        let found = found.or_else(|| self.elsewhere(name));
        let Some((tree, target)) = found
            .filter(|(tree, target)| !self.open.contains(&(std::ptr::from_ref(*tree), target.id)))
        else {
            return self.bad_alias(name, span);
        };
        if self.made.alias_nodes >= self.budget {
            return self.bad_alias(name, span);
        }
        self.open.push((std::ptr::from_ref(tree), target.id));
        let data = self.node(target, View { tree, alias: Some(span) });
        self.open.pop();
        data
    }

    /// An anchor of another segment.
    fn elsewhere(&mut self, name: &str) -> Option<(&'d Tree, Node<'d>)> {
        let segment = self.anchors.segment(name);
        self.made.externals.push((name.into(), segment.cloned()));
        let tree = &segment?.tree;
        self.anchors.node(tree, name).map(|target| (tree, target))
    }

    fn bad_alias(&mut self, name: &'d str, span: Span) -> Located<Data> {
        if self.bad.insert((span, name)) {
            let kind = ProblemKind::BadAlias { name: name.to_owned() };
            self.made.problems.push(Problem { kind, span });
        }
        Located::new(Data::Null, span)
    }
}

/// A node of a text that is no pipeline as data, and what in it cannot be resolved.
pub(crate) fn data_of(tree: &Tree, node: Node<'_>) -> (Located<Data>, Vec<Problem>) {
    let nothing = Document::new("");
    let mut anchors = Anchors::new(&nothing);
    let mut maker = Maker::new(&mut anchors, tree, ALIAS_BUDGET);
    let data = maker.data(node);
    (data, maker.finish().problems)
}

fn scalar_data(scalar: &Scalar<'_>, alias: Option<Span>) -> Data {
    match scalar.ty() {
        ScalarType::Null => Data::Null,
        ScalarType::Bool(value) => Data::Bool(value),
        ScalarType::Int(value) => Data::Int(value),
        ScalarType::Float(value) => Data::Float(value),
        ScalarType::Str => Data::Text(text(scalar, alias)),
    }
}

/// A scalar as text, whatever its type: `1.0` is the text `1.0`.
pub(super) fn text(scalar: &Scalar<'_>, aliased: Option<Span>) -> Text {
    let value: Arc<str> = scalar.value().into();
    let template =
        template::has_markers(&value).then(|| Arc::new(template::parse_template(&value)));
    let autos = if value.contains("<AUTO") { auto::find(&value).into() } else { Box::default() };
    Text { map: scalar.source_map(), template, autos, style: scalar.style(), aliased, value }
}
