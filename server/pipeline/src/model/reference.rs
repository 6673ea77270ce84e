use std::sync::Arc;

use syntax::Span;

/// A name that a step (or output, input, handler) reads: the exact place and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// First segment of the path. `steps['a-b'].x` and `results.a.x` are references to `a-b` and `a`,
    /// `inputs.t` one to `t`: see `space`.
    pub root: Arc<str>,
    /// Where the root is written (inside the quotes of a subscript).
    pub root_span: Span,
    /// Which names the root is one of.
    pub space: Space,
    /// The word in front of the root that says so (`steps`, `results`, `inputs`, ...) and where it is written.
    pub namespace: Option<(Arc<str>, Span)>,
    /// Static fields behind the root, each with its place.
    pub fields: Vec<(Arc<str>, Span)>,
    /// From the start of the written path (namespace included) to its last static field.
    pub span: Span,
    /// Key (dotted) it stands under: `parameters.path`, `condition`, `for_each`.
    pub place: Arc<str>,
    /// What kind of field it stands in.
    pub origin: ReferenceOrigin,
    /// Read only where undefined is expected: `is defined`, `default(...)`, an `if` that tests it.
    pub guarded: bool,
    /// So guarded that the root itself may be missing: `a | default(0)`, and not `a.b | default(0)`.
    pub root_guarded: bool,
    /// Called as a function.
    pub called: bool,
    /// Inside an AUTO body: an unknown name is only a warning.
    pub in_auto: bool,
    /// Came through a YAML alias: all spans are the alias's, and no fix may edit there.
    pub aliased: bool,
}

impl Reference {
    /// The path in one line, as a template would read it: `{{ a.path }}`, `{{ steps['a-b'].path }}`.
    #[must_use]
    pub fn path(&self) -> String {
        let bare = self.root.chars().all(|it| it.is_alphanumeric() || it == '_');
        let mut path = match self.space {
            Space::Any => self.root.to_string(),
            Space::Steps if bare => format!("steps.{}", self.root),
            Space::Steps => format!("steps['{}']", self.root),
            Space::Inputs => format!("inputs.{}", self.root),
        };
        for (field, _) in &self.fields {
            path.push('.');
            path.push_str(field);
        }
        format!("{{{{ {path} }}}}")
    }
}

/// Which names a root is looked up among.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Space {
    /// Written bare: everything in scope.
    #[default]
    Any,
    /// Written behind `steps`, `results`, `step_results` or `previous_results`: steps only.
    Steps,
    /// Written behind `inputs` or `parameters`: declared inputs only.
    Inputs,
}

/// What kind of field a reference stands in: decides the origin of the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceOrigin {
    /// A rendered field: orders steps.
    Template,
    /// A condition or loop: orders steps.
    ControlFlow,
    /// Read, but orders nothing (outputs, products, handlers, own result in `goto`).
    Inert,
}
