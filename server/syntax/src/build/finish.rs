use std::collections::HashSet;

use super::{Builder, DocumentRoot, Scope};
use crate::lex::Token;
use crate::tree::arena::NONE;
use crate::tree::{NodeKind, Tree};
use crate::{Finding, FindingKind, NodeId, Span};

/// A mapping of up to this many entries is searched for duplicates pair by pair.
const FEW: usize = 24;

impl Builder {
    /// A directive line.
    pub(super) fn directive(&mut self, text: &[u8], token: Token) {
        let span = self.span(token);
        let line = text.get(token.start as usize..token.end as usize).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let words: Vec<&str> =
            line.split_ascii_whitespace().take_while(|word| !word.starts_with('#')).collect();
        let own = self.documents.last().map_or(0, |d| d.directives.0);
        let twice = words.first() == Some(&"%YAML")
            && self.directives.get(own..).unwrap_or_default().iter().any(|before| {
                let at = (before.start + self.base) as usize;
                text.get(at..).is_some_and(|text| text.starts_with(b"%YAML"))
            });
        let bad = match words.as_slice() {
            ["%YAML", version] => twice || !is_version(version),
            ["%TAG", handle, _] => !handle.starts_with('!') || !handle.ends_with('!'),
            ["%YAML" | "%TAG", ..] => true,
            _ => false,
        };
        if bad || self.document.is_some() {
            self.report(FindingKind::BadDirective, span);
        }
        if self.document.is_none() {
            self.directives.push(span);
        }
    }

    /// Ends the text and makes it a tree. `text` is that of the tree alone.
    pub(crate) fn finish(&mut self, text: &str) -> Tree {
        self.end_document();
        let own = self.directives.len() - self.documents.last().map_or(0, |d| d.directives.0);
        if own > 0 && self.scope == Scope::Stream {
            let span = self.directives.last().copied().unwrap_or_default();
            self.report(FindingKind::BadDirective, span);
        }
        let mut root = NONE;
        let documents = std::mem::take(&mut self.documents);
        for (index, document) in documents.iter().enumerate() {
            if index == 0 {
                root = document.root;
            } else if index == 1 && self.scope == Scope::Stream {
                let span = Span::new(document.start, document.start + 3);
                self.findings.push(Finding { kind: FindingKind::MultipleDocuments, span });
            }
        }
        self.documents = documents;
        let mut tree = Tree {
            text: Box::from(text),
            nodes: Box::from(self.nodes.as_slice()),
            props: Box::from(self.props.as_slice()),
            findings: Box::default(),
            comments: Box::from(self.comments.as_slice()),
            root,
        };
        duplicate_keys(&tree, &mut self.findings);
        if self.aliases && self.scope == Scope::Stream {
            self.undefined_aliases(&tree);
        }
        if self.scope == Scope::Stream {
            self.undefined_tags(&tree);
        }
        if !self.findings.is_empty() {
            self.findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
            tree.findings = Box::from(self.findings.as_slice());
        }
        tree
    }

    /// The documents and directives of the tree that was finished last.
    pub(crate) fn stream(&self) -> (&[DocumentRoot], &[Span]) {
        (&self.documents, &self.directives)
    }

    fn undefined_tags(&mut self, tree: &Tree) {
        for tag in self.props.iter().filter_map(|props| props.tag) {
            let text = tree.slice(tag);
            let handle =
                text.strip_prefix('!').and_then(|rest| rest.split_once('!')).map(|(name, _)| name);
            let Some(name) = handle.filter(|name| !name.is_empty() && !name.starts_with('<'))
            else {
                continue;
            };
            let document = self.documents.iter().rfind(|document| document.start <= tag.start);
            let own = document.map_or(0..0, |document| {
                document.directives.0 - document.directives.1..document.directives.0
            });
            let declares = |span: &Span| {
                let mut words = tree.slice(*span).split_ascii_whitespace().skip(1);
                words.next().is_some_and(|handle| handle.trim_matches('!') == name)
            };
            if !self.directives.get(own).unwrap_or_default().iter().any(declares) {
                self.findings.push(Finding { kind: FindingKind::UndefinedTag, span: tag });
            }
        }
    }

    fn undefined_aliases(&mut self, tree: &Tree) {
        let mut anchors: HashSet<&str> = HashSet::new();
        let mut documents = self.documents.iter().map(|document| document.first_node).peekable();
        for index in in_order(tree) {
            while documents.next_if(|first| *first <= index).is_some() {
                anchors.clear();
            }
            let node = tree.node(NodeId(index));
            if let Some(anchor) = node.anchor() {
                anchors.insert(anchor);
            }
            if let Some(alias) = node.alias()
                && !anchors.contains(alias)
            {
                self.findings
                    .push(Finding { kind: FindingKind::UndefinedAlias, span: node.span() });
            }
        }
    }
}

/// The nodes in the order of the text; keys of flow pairs are stored behind their pair.
fn in_order(tree: &Tree) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(tree.nodes.len()).unwrap_or(NONE)).collect();
    order.sort_by_key(|index| tree.nodes.get(*index as usize).map_or(0, |node| node.start));
    order
}

fn is_version(word: &str) -> bool {
    word.split_once('.').is_some_and(|(major, minor)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits(major) && digits(minor)
    })
}

fn duplicate_keys(tree: &Tree, findings: &mut Vec<Finding>) {
    for (index, data) in tree.nodes.iter().enumerate() {
        if data.kind != NodeKind::Mapping {
            continue;
        }
        let mapping = tree.node(NodeId(u32::try_from(index).unwrap_or(NONE)));
        let keys = || mapping.entries().map(|entry| entry.key).filter(|key| key.scalar().is_some());
        let count = keys().count();
        let mut report = |span| findings.push(Finding { kind: FindingKind::DuplicateKey, span });
        if count <= FEW {
            for (position, key) in keys().enumerate().skip(1) {
                if keys().take(position).any(|before| before.is_same_text(key)) {
                    report(key.span());
                }
            }
        } else {
            let mut seen = HashSet::with_capacity(count);
            for key in keys() {
                if let Some(scalar) = key.scalar()
                    && !seen.insert(scalar.value())
                {
                    report(key.span());
                }
            }
        }
    }
}
