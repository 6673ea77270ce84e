//! Files that a step names in so many words.

use std::borrow::Cow;

use crate::{
    Data, Step, StepKind, Text,
    catalogue::{Catalogue, Effect, Type},
    facts,
};
use syntax::Span;

/// What a step does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Needs it to be there.
    Reads,
    /// Writes it, by a parameter of its tool.
    Writes,
    /// Leaves it, by `products`.
    Product,
}

/// A file, as written.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The path.
    pub text: &'a Text,
    /// Where it stands, in the step's segment.
    pub span: Span,
    /// What the step does with it.
    pub usage: Use,
}

impl<'a> Named<'a> {
    /// The path without what makes no difference; nothing where it is not known.
    #[must_use]
    pub fn path(&self) -> Option<Cow<'a, str>> {
        let path = self.text.value.trim();
        let is_known =
            self.text.autos.is_empty() && !path.is_empty() && !path.contains(['\n', '*']);
        is_known.then(|| plain(path))
    }
}

/// A path without what makes no difference: `./`, `//`, a folder that `..` leaves again. From the first template on it
/// stays as it is written.
#[must_use]
pub fn plain(path: &str) -> Cow<'_, str> {
    let path = path.trim();
    let known = path.find('{').unwrap_or(path.len());
    let (folders, rest) = path.split_at_checked(known).unwrap_or((path, ""));
    let (folders, rest) = match folders.rfind('/').filter(|_| !rest.is_empty()) {
        Some(slash) => path.split_at_checked(slash + 1).unwrap_or((folders, rest)),
        None if rest.is_empty() => (folders, rest),
        None => ("", path),
    };
    let mut kept: Vec<&str> = Vec::new();
    for part in folders.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match kept.last() {
            Some(&above) if part == ".." && above != ".." => {
                kept.pop();
            }
            _ => kept.push(part),
        }
    }
    let root = if folders.starts_with('/') { "/" } else { "" };
    let slash = if rest.is_empty() || kept.is_empty() { "" } else { "/" };
    let plain = format!("{root}{}{slash}{rest}", kept.join("/"));
    if plain == path { Cow::Borrowed(path) } else { Cow::Owned(plain) }
}

/// Files that a step itself names, without its body steps.
#[must_use]
pub fn files<'a>(step: &'a Step, catalogue: &Catalogue) -> Vec<Named<'a>> {
    let products = step.products.iter().map(|it| Named {
        text: &it.file.value,
        span: it.file.span,
        usage: Use::Product,
    });
    let mut found: Vec<_> = products.collect();
    let mut add = |names: &[&str], usage: Use| {
        for parameter in step.parameters.iter().filter(|it| names.contains(&it.name.value.as_str()))
        {
            if let Data::Text(text) = &parameter.value.value {
                found.push(Named { text, span: parameter.value.span, usage });
            }
        }
    };
    if matches!(step.kind, StepKind::FileProse(_)) {
        add(&["filepath", "filename", "path"], Use::Writes);
    }
    let Some(signature) = facts::signature(step, catalogue) else { return found };
    let operation = facts::operation(step);
    if signature.name == "filesystem" {
        match operation.and_then(|word| signature.operation(word)).map(|it| it.name) {
            Some("read") => add(&["path"], Use::Reads),
            Some("write") => add(&["path"], Use::Writes),
            Some("copy") => {
                add(&["path"], Use::Reads);
                add(&["destination"], Use::Writes);
            }
            Some("move") => add(&["destination"], Use::Writes),
            _ => {}
        }
        return found;
    }
    if signature.name == "pdf-compiler" {
        add(&["output_path"], Use::Writes);
        return found;
    }
    if signature.effects_of(operation).contains(&Effect::Reads) {
        for parameter in signature
            .parameters
            .iter()
            .filter(|it| it.ty == Type::Path && !it.name.starts_with("output"))
        {
            add(&[parameter.name], Use::Reads);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_makes_no_difference_is_left_out() {
        for (written, meant) in [
            ("out/a.txt", "out/a.txt"),
            ("./out//a.txt", "out/a.txt"),
            ("out/../out/./a.txt", "out/a.txt"),
            ("/out//a.txt", "/out/a.txt"),
            ("../a.txt", "../a.txt"),
            ("x/../../a.txt", "../a.txt"),
            ("./{{ x }}/a//b.txt", "{{ x }}/a//b.txt"),
            (".//out//part-{{ a // b }}.txt", "out/part-{{ a // b }}.txt"),
            ("/{{ x }}.txt", "/{{ x }}.txt"),
            ("{{ x }}", "{{ x }}"),
        ] {
            assert_eq!(plain(written), meant, "{written}");
        }
    }
}
