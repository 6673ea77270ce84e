//! Pages of the web as people read them.

use std::rc::Rc;

use htmd::{HtmlToMarkdown, Node};
use markup5ever_rcdom::NodeData;

/// Deeper than this a page is not read: nobody writes so, what walks a tree needs stack for every level, and the time of a
/// parser grows with the square of it.
const DEPTH: usize = 500;
/// Elements that hold nothing, or that the next one of their kind ends: they nest only as deep as others do.
const SHALLOW: [&str; 24] = [
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input",
    "li", "link", "meta", "option", "p", "source", "td", "th", "tr", "track", "wbr",
];
/// What is on a page beside its content.
const ASIDE: [&str; 10] =
    ["script", "style", "noscript", "template", "svg", "iframe", "nav", "header", "footer", "form"];

/// A page, read.
pub(crate) struct Document(Rc<Node>);

impl Document {
    /// Reads HTML, however broken; nothing where it nests too deep.
    pub(crate) fn read(html: &str) -> Option<Self> {
        if nests(html) > DEPTH {
            return None;
        }
        let root = HtmlToMarkdown::new().html_to_tree(html).ok()?;
        let document = Self(root);
        document.is_flat().then_some(document)
    }

    fn is_flat(&self) -> bool {
        let mut level = vec![Rc::clone(&self.0)];
        for _ in 0..DEPTH {
            level = level.iter().flat_map(|it| it.children.borrow().clone()).collect();
            if level.is_empty() {
                return true;
            }
        }
        false
    }

    /// The text of `<title>`.
    pub(crate) fn title(&self) -> String {
        self.first("title").map(|it| text(&it)).unwrap_or_default()
    }

    /// The content as Markdown: that of `<main>` or `<article>` where there is one, without scripts, navigation and forms.
    pub(crate) fn markdown(&self) -> String {
        let main = self.first("main").or_else(|| self.first("article"));
        let root = main.or_else(|| self.first("body")).unwrap_or_else(|| Rc::clone(&self.0));
        let converter = HtmlToMarkdown::builder().skip_tags(ASIDE.to_vec()).build();
        converter.tree_to_markdown(&root)
    }

    /// All elements in order.
    pub(crate) fn elements(&self) -> Vec<Rc<Node>> {
        let mut found = Vec::new();
        collect(&self.0, &mut found);
        found
    }

    fn first(&self, tag: &str) -> Option<Rc<Node>> {
        self.elements().into_iter().find(|it| is(it, tag))
    }
}

/// How deep the tags of a text nest, at most; scripts and comments count as if they were text.
fn nests(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let length = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = tag.get(..length).unwrap_or_default();
        if name.is_empty() || SHALLOW.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            continue;
        }
        depth = if is_end { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}

fn collect(node: &Rc<Node>, found: &mut Vec<Rc<Node>>) {
    if matches!(node.data, NodeData::Element { .. }) {
        found.push(Rc::clone(node));
    }
    for child in node.children.borrow().iter() {
        collect(child, found);
    }
}

fn is(node: &Node, tag: &str) -> bool {
    matches!(&node.data, NodeData::Element { name, .. } if &*name.local == tag)
}

/// The value of an attribute.
pub(super) fn attribute(node: &Node, attribute: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow();
    attrs.iter().find(|it| &*it.name.local == attribute).map(|it| it.value.to_string())
}

/// Whether an element has a class.
pub(super) fn has_class(node: &Node, class: &str) -> bool {
    attribute(node, "class").is_some_and(|it| it.split_whitespace().any(|it| it == class))
}

/// The text inside an element, white space as a browser shows it.
pub(super) fn text(node: &Node) -> String {
    let mut all = String::new();
    gather(node, &mut all);
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn gather(node: &Node, all: &mut String) {
    if let NodeData::Text { contents } = &node.data {
        all.push_str(&contents.borrow());
    }
    for child in node.children.borrow().iter() {
        gather(child, all);
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn the_content_is_what_people_read() {
        let page = Document::read(
            "<html><head><title> A  page </title><style>p{}</style></head><body><nav>Menu</nav>\
             <main><h1>Tides</h1><p>The <b>moon</b> &amp; the <a href='/sun'>sun</a><script>alert(1)</script>\
             <ul><li>one<li>two</ul></main><footer>Imprint</footer>",
        )
        .unwrap();
        assert_eq!(page.title(), "A page");
        let text = page.markdown();
        assert!(text.starts_with("# Tides\n\nThe **moon** & the [sun](/sun)"), "{text}");
        for part in ["one", "two"] {
            assert!(text.contains(part), "{text}");
        }
        for part in ["alert", "Menu", "Imprint", "p{}"] {
            assert!(!text.contains(part), "{text}");
        }
    }

    #[test]
    fn pages_without_end_are_refused_and_broken_ones_read() {
        assert!(Document::read(&"<div>".repeat(100_000)).is_none());
        let page = Document::read("<p>half <b>a page").unwrap();
        assert_eq!(page.markdown(), "half **a page**");
        assert_eq!(Document::read("").unwrap().markdown(), "");
    }
}
