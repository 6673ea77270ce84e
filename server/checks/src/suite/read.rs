//! From the tree of a file of tests to what it says.

use std::collections::BTreeMap;

use pipeline::{Located, Pipeline, names::nearest, value::plain_json};
use serde_json::{Map, Value as Json};
use syntax::{Entry, Node, NodeKind, ScalarType, Span, Tree};

use super::{Case, Expectation, MOST_TIMES, Place, Suite, Tested, expectation, keys};
use crate::{
    Diagnostic, Fix, Severity,
    findings::{Draft, Findings},
    words::did_you_mean,
};

/// The rule that speaks of files of tests.
const CODE: &str = "bad-test";

pub(super) fn read(tree: &Tree, tested: Tested<'_>) -> (Suite, Vec<Diagnostic>) {
    let mut reader = Reader { findings: Findings::new(), tested };
    crate::rules::misread(tree, &mut reader.findings);
    reader.findings.begin(CODE, Severity::Error);
    let suite = reader.suite(tree);
    let drafts = reader.findings.into_drafts().into_iter();
    let mut found: Vec<Diagnostic> = drafts.map(|draft| draft.diagnostic).collect();
    found.sort_by_key(|it| (it.span, it.severity));
    (suite, found)
}

pub(super) struct Reader<'a> {
    findings: Findings,
    tested: Tested<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Draft {
        self.findings.report(span, message)
    }

    /// The pipeline, where there is one.
    pub(super) const fn pipeline(&self) -> Option<&'a Pipeline> {
        match self.tested {
            Tested::Found(pipeline) => Some(pipeline),
            Tested::Missing(_) | Tested::Unknown => None,
        }
    }

    fn suite(&mut self, tree: &Tree) -> Suite {
        let root = tree.root();
        let tests = root.and_then(|root| root.get("tests"));
        if let Tested::Missing(path) = self.tested {
            let named = root.and_then(|root| root.get("pipeline")).map(|it| it.value.span());
            let first = Span::new(
                0,
                u32::try_from(tree.text().lines().next().map_or(0, str::len)).unwrap_or(0),
            );
            let span = named.or(tests.map(|it| it.key.span())).unwrap_or(first);
            self.report(span, format!("there is no pipeline `{path}` to test"));
        }
        let Some(tests) = tests else {
            let end = u32::try_from(tree.text().trim_end().len()).unwrap_or_default();
            let span = root.map_or(Span::new(0, end), Node::span);
            self.report(Span::new(span.start, span.start), "`tests` is missing: a list of tests");
            return Suite::default();
        };
        for entry in root.into_iter().flat_map(Node::entries) {
            self.known(&entry, Place::Top);
        }
        let mut suite = Suite::default();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let items = self.items(tests.value, "a list of tests");
        if items.is_empty() && tests.value.kind() == NodeKind::Sequence {
            self.report(
                tests.value.span(),
                "no test is here; one has a `name`, `inputs` and what to `expect`",
            );
        }
        for item in items {
            let Some(case) = self.case(item) else { continue };
            let Located { value: name, span } = &case.name;
            match seen.get(name) {
                Some(first) => {
                    let first = *first;
                    self.report(*span, format!("`{name}` is the name of two tests"))
                        .related(first, "the first");
                }
                None => {
                    seen.insert(name.clone(), *span);
                    suite.cases.push(case);
                }
            }
        }
        suite
    }

    fn case(&mut self, node: Node<'_>) -> Option<Case> {
        let before = self.findings.len();
        if !self.is_map(node, "a test: a map with `name`, `inputs`, `expect`") {
            return None;
        }
        let mut name = None;
        let mut case = Case {
            name: Located::new(String::new(), node.span()),
            inputs: Map::new(),
            recorded: None,
            answers: Map::new(),
            models: Vec::new(),
            times: 1,
            passes: 1.0,
            files: Vec::new(),
            expect: Vec::new(),
        };
        for entry in node.entries() {
            if !self.known(&entry, Place::Case) {
                continue;
            }
            let value = entry.value;
            match &*entry.name() {
                "name" => name = self.text(value, "a name"),
                "description" => drop(self.text(value, "a text")),
                "inputs" => case.inputs = self.inputs(value),
                "recorded" => {
                    case.recorded = self.text(value, "a run, or a file with a run document")
                }
                "answers" => case.answers = self.answers(value),
                "models" => case.models = self.texts(value, "a model"),
                "times" => case.times = self.times(value),
                "passes" => case.passes = self.share(value),
                "files" => case.files = self.texts(value, "a path"),
                _ => case.expect = self.expectations(value),
            }
        }
        self.contradictions(node, &case);
        match name.filter(|name| !name.value.trim().is_empty()) {
            Some(name) => case.name = name,
            None => {
                let first = node.entries().next().map_or(node.span(), |entry| entry.key.span());
                self.report(first, "`name` is missing: what the test is called");
            }
        }
        (self.findings.len() == before).then_some(case)
    }

    /// What makes no sense together.
    fn contradictions(&mut self, node: Node<'_>, case: &Case) {
        if case.recorded.is_none() {
            return;
        }
        let place = |key: &str| node.get(key).map_or(node.span(), |entry| entry.key.span());
        if !case.models.is_empty() {
            self.report(
                place("models"),
                "`models` are not asked where all answers are `recorded`; leave one of the two out",
            );
        }
        if case.times > 1 {
            self.report(
                place("times"),
                "a run whose answers are `recorded` comes to the same each time; leave `times` out",
            );
        }
    }

    fn inputs(&mut self, node: Node<'_>) -> Map<String, Json> {
        if !self.is_map(node, "a map of inputs") {
            return Map::new();
        }
        if let Some(pipeline) = self.pipeline() {
            let names = || pipeline.inputs.iter().map(|input| input.name.value.as_str());
            for entry in node.entries() {
                let name = entry.name();
                if names().all(|known| known != name) {
                    let near = nearest(&name, names());
                    let words = format!("the pipeline has no input `{name}`{}", did_you_mean(near));
                    self.unknown(entry.key.span(), words, near);
                }
            }
        }
        self.json_map(node, "a map of inputs")
    }

    fn answers(&mut self, node: Node<'_>) -> Map<String, Json> {
        let answers = self.json_map(node, "a map from steps to answers");
        let Some(pipeline) = self.pipeline() else { return answers };
        if expectation::calls_others(pipeline) {
            return answers;
        }
        let known = expectation::ids(pipeline);
        for entry in node.entries().filter(|entry| answers.contains_key(&*entry.name())) {
            let name = entry.name();
            let first = name.split(['.', '[']).next().unwrap_or_default();
            if !known.contains(&first) {
                let near = nearest(first, known.iter().copied());
                let words = format!("no step is called `{first}`{}", did_you_mean(near));
                self.unknown(entry.key.span(), words, near.filter(|_| first == name));
            }
        }
        answers
    }

    fn expectations(&mut self, node: Node<'_>) -> Vec<Expectation> {
        let mut all: Vec<Expectation> = Vec::new();
        for item in self.items(node, "a list of what must hold") {
            expectation::read(self, item, &mut all);
        }
        all
    }

    fn times(&mut self, node: Node<'_>) -> u32 {
        let read = node.scalar().and_then(|scalar| match scalar.ty() {
            ScalarType::Int(number) => u32::try_from(number).ok(),
            _ => None,
        });
        read.filter(|times| (1..=MOST_TIMES).contains(times)).unwrap_or_else(|| {
            self.report(node.span(), format!("here belongs a whole number from 1 to {MOST_TIMES}"));
            1
        })
    }

    fn share(&mut self, node: Node<'_>) -> f64 {
        self.number(node).filter(|share| *share > 0.0 && *share <= 1.0).unwrap_or_else(|| {
            self.report(node.span(), "here belongs a number above 0, up to 1");
            1.0
        })
    }

    /// A number.
    pub(super) fn number(&self, node: Node<'_>) -> Option<f64> {
        match node.scalar()?.ty() {
            #[expect(clippy::cast_precision_loss, reason = "what people write here is small")]
            ScalarType::Int(number) => Some(number as f64),
            ScalarType::Float(number) => Some(number),
            _ => None,
        }
    }

    /// Whether a key is one of its place.
    pub(super) fn known(&mut self, entry: &Entry<'_>, place: Place) -> bool {
        let name = entry.name();
        let names = || keys(place).iter().map(|key| key.name);
        if names().any(|known| known == name) {
            return true;
        }
        let is_told = matches!(place, Place::Expectation | Place::Not);
        if let Some(said) = expectation::said_here(&name).filter(|_| is_told) {
            self.report(entry.key.span(), format!("`{name}` is no key here; {said}"));
            return false;
        }
        let near = nearest(&name, names());
        let words = format!("`{name}` is no key here{}", did_you_mean(near));
        self.unknown(entry.key.span(), words, near);
        false
    }

    /// A name that is unknown, and the one that was meant perhaps.
    pub(super) fn unknown(&mut self, span: Span, words: String, near: Option<&str>) {
        let fix = near.map(|near| Fix::suggestion(format!("change to `{near}`"), span, near));
        self.report(span, words).fix(fix);
    }

    pub(super) fn is_map(&mut self, node: Node<'_>, wanted: &str) -> bool {
        self.is(node, NodeKind::Mapping, wanted)
    }

    fn is(&mut self, node: Node<'_>, kind: NodeKind, wanted: &str) -> bool {
        if node.kind() == kind {
            return true;
        }
        let words = match node.kind() {
            NodeKind::Alias => "aliases are not read in tests; write it out".to_owned(),
            _ => format!("here belongs {wanted}"),
        };
        self.report(node.span(), words);
        false
    }

    /// The items of a list.
    pub(super) fn items<'t>(&mut self, node: Node<'t>, wanted: &str) -> Vec<Node<'t>> {
        if self.is(node, NodeKind::Sequence, wanted) { node.items().collect() } else { Vec::new() }
    }

    /// A text.
    pub(super) fn text(&mut self, node: Node<'_>, wanted: &str) -> Option<Located<String>> {
        if !self.is(node, NodeKind::Scalar, wanted) {
            return None;
        }
        Some(Located::new(node.scalar()?.value().into_owned(), node.span()))
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&mut self, node: Node<'_>, wanted: &str) -> Vec<Located<String>> {
        if node.kind() == NodeKind::Sequence {
            return node.items().filter_map(|item| self.text(item, wanted)).collect();
        }
        self.text(node, wanted).into_iter().collect()
    }

    /// Data.
    pub(super) fn json(&mut self, node: Node<'_>) -> Option<Json> {
        plain_json(node)
            .map_err(|span| {
                self.report(span, "aliases are not read in tests; write it out");
            })
            .ok()
    }

    pub(super) fn json_map(&mut self, node: Node<'_>, wanted: &str) -> Map<String, Json> {
        if !self.is_map(node, wanted) {
            return Map::new();
        }
        match self.json(node) {
            Some(Json::Object(map)) => map,
            _ => Map::new(),
        }
    }
}

/// A finding about a file of tests that only the caller can make.
#[must_use]
pub fn finding(span: Span, message: String) -> Diagnostic {
    let mut findings = Findings::new();
    findings.begin(CODE, Severity::Error);
    findings.report(span, message).diagnostic.clone()
}
