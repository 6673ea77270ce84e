//! What templates and conditions are made of.

use crate::Span;

/// A parsed template. What is wrong with it is in `errors`; `{{ step.` still has its tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Pieces in order. Text that white space control removes belongs to no piece.
    pub parts: Vec<Part>,
    /// By position.
    pub errors: Vec<SyntaxError>,
    /// Length in bytes of the text that was parsed.
    pub len: u32,
}

/// A parsed condition: one expression in which `{{ e }}` is a parenthesised sub-expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The expression; [`ExprKind::Error`] for an empty text.
    pub expr: Expr,
    /// By position.
    pub errors: Vec<SyntaxError>,
}

/// What is wrong, in words for people, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Lower-case, names in backticks, no full stop.
    pub message: String,
    /// The offending place; empty where something is missing.
    pub span: Span,
}

/// A name that is being bound, and where it stands.
pub type Target = (String, Span);

/// A piece of a template. `span` runs from the first tag's `{` to the last tag's `}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text to be copied.
    Text(Span),
    /// `{{ expr }}`
    Print {
        /// The whole piece.
        span: Span,
        /// What is printed.
        expr: Expr,
        /// White space marks.
        trim: Trim,
    },
    /// `{# ... #}`
    Comment(Span),
    /// `{{ file: path }}` or `<< path >>`
    Include {
        /// The whole piece.
        span: Span,
        /// The path as written, trimmed.
        path: String,
        /// Where the path stands.
        path_span: Span,
    },
    /// `{% if %}`, `elif`, `else`
    If {
        /// The whole piece.
        span: Span,
        /// Tests and what follows each.
        branches: Vec<(Expr, Vec<Self>)>,
        /// What follows `else`.
        otherwise: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% for targets in iter if filter recursive %} body {% else %} otherwise {% endfor %}`
    For {
        /// The whole piece.
        span: Span,
        /// Names bound to each item; several unpack it.
        targets: Targets,
        /// What is iterated.
        iter: Box<Expr>,
        /// Items for which it is false are left out.
        filter: Option<Box<Expr>>,
        /// Whether `loop(...)` may call the loop again.
        recursive: bool,
        /// Once an item.
        body: Vec<Self>,
        /// When there was no item.
        otherwise: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% set a, b = expr %}`
    Set {
        /// The whole piece.
        span: Span,
        /// Names that are bound; several unpack the value.
        targets: Targets,
        /// The value.
        value: Expr,
        /// White space marks.
        trim: Trim,
    },
    /// `{% set object.name = expr %}`: writes into a `namespace()`
    SetField {
        /// The whole piece.
        span: Span,
        /// The name of the namespace.
        object: Target,
        /// The field.
        name: Target,
        /// The value.
        value: Expr,
        /// White space marks.
        trim: Trim,
    },
    /// `{% set name | filters %} body {% endset %}`
    SetBlock {
        /// The whole piece.
        span: Span,
        /// The name that is bound.
        target: Target,
        /// Filters over [`ExprKind::Body`].
        value: Expr,
        /// What is captured.
        body: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% with a = 1 %} body {% endwith %}`; `{% block name %}` is a `with` that binds nothing
    With {
        /// The whole piece.
        span: Span,
        /// Names and their values, evaluated outside.
        bindings: Vec<(Target, Expr)>,
        /// The scope of the names.
        body: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% autoescape expr %} body {% endautoescape %}`: what is printed inside is escaped for HTML while `expr` is true
    Autoescape {
        /// The whole piece.
        span: Span,
        /// Whether to escape.
        value: Expr,
        /// Where it holds.
        body: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% filter name %} body {% endfilter %}`
    Filter {
        /// The whole piece.
        span: Span,
        /// Filters over [`ExprKind::Body`].
        value: Expr,
        /// What is filtered.
        body: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% macro name(parameters) %} body {% endmacro %}`
    Macro {
        /// The whole piece.
        span: Span,
        /// The name that is bound.
        name: Target,
        /// Its parameters.
        parameters: Vec<Parameter>,
        /// What a call renders.
        body: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% call(parameters) macro(args) %} body {% endcall %}`: the body is the macro's `caller()`
    Call {
        /// The whole piece.
        span: Span,
        /// What the macro may pass to `caller(...)`.
        parameters: Vec<Parameter>,
        /// The call.
        call: Expr,
        /// What `caller()` renders.
        body: Vec<Self>,
        /// Marks of the first tag.
        trim: Trim,
    },
    /// `{% raw %} text {% endraw %}`
    Raw {
        /// The whole piece.
        span: Span,
        /// The text to be copied.
        text: Span,
    },
}

impl Part {
    /// Where the piece stands.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Text(span) | Self::Comment(span) => *span,
            Self::Print { span, .. }
            | Self::Include { span, .. }
            | Self::If { span, .. }
            | Self::For { span, .. }
            | Self::Set { span, .. }
            | Self::SetField { span, .. }
            | Self::SetBlock { span, .. }
            | Self::With { span, .. }
            | Self::Autoescape { span, .. }
            | Self::Filter { span, .. }
            | Self::Macro { span, .. }
            | Self::Call { span, .. }
            | Self::Raw { span, .. } => *span,
        }
    }
}

/// `-` marks of a tag: strip white space before or after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trim {
    /// `{%-`
    pub before: bool,
    /// `-%}`
    pub after: bool,
}

/// A parameter of a macro.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name.
    pub name: Target,
    /// Its value when the caller passes none.
    pub default: Option<Expr>,
}

/// An expression with its span; the span covers those of its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Parentheses around it are not part of it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// Kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// where an expression is missing or unreadable
    Error,
    /// the rendered body of the enclosing `{% filter %}` or `{% set %}` block
    Body,
    /// `None`, `none`, `null`
    Null,
    /// `true`, `True`, ...
    Bool(bool),
    /// an integer
    Int(i128),
    /// a number with a point or exponent
    Float(f64),
    /// a text, escapes decoded; adjacent texts are one
    Str(String),
    /// a name; `$name` is `name`
    Name(String),
    /// `base.name`; the name is empty and its span zero-width where it is still missing
    Attribute {
        /// What is read.
        base: Box<Expr>,
        /// The field.
        name: String,
        /// Where the field's name stands.
        name_span: Span,
    },
    /// `base[index]`
    Index {
        /// What is read.
        base: Box<Expr>,
        /// The key or position.
        index: Box<Expr>,
    },
    /// `base[start:stop:step]`
    Slice {
        /// What is read.
        base: Box<Expr>,
        /// First position.
        start: Option<Box<Expr>>,
        /// Position behind the last.
        stop: Option<Box<Expr>>,
        /// Stride.
        step: Option<Box<Expr>>,
    },
    /// `base | name(args)`; the name is empty where it is still missing
    Filter {
        /// What is filtered.
        base: Box<Expr>,
        /// The filter.
        name: String,
        /// Where the filter's name stands.
        name_span: Span,
        /// Its arguments.
        args: Vec<Arg>,
    },
    /// `base is [not] name(args)`
    Test {
        /// What is tested.
        base: Box<Expr>,
        /// The test.
        name: String,
        /// Where the test's name stands.
        name_span: Span,
        /// Its arguments.
        args: Vec<Arg>,
        /// `is not`
        negated: bool,
    },
    /// `callee(args)`
    Call {
        /// A name, or the attribute that names a method.
        callee: Box<Expr>,
        /// Its arguments.
        args: Vec<Arg>,
    },
    /// `not a`, `-a`, `+a`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it is applied to.
        operand: Box<Expr>,
    },
    /// `a + b`, ...
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a and b`
    And(Box<Expr>, Box<Expr>),
    /// `a or b`
    Or(Box<Expr>, Box<Expr>),
    /// `a < b < c`
    Compare {
        /// The first operand.
        first: Box<Expr>,
        /// At least one further operator and operand.
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `a if c else b`, and in conditions `c ? a : b`
    Conditional {
        /// The test.
        test: Box<Expr>,
        /// The value when it is true.
        then: Box<Expr>,
        /// The value when it is false; without it, empty text.
        otherwise: Option<Box<Expr>>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `{a, b}`
    Set(Vec<Expr>),
    /// `{k: v}`
    Dict(Vec<(Expr, Expr)>),
    /// `[element for ...]`, `{key: value for ...}`, ...
    Comprehension {
        /// What it builds.
        kind: ComprehensionKind,
        /// The item, or the key of a dict.
        element: Box<Expr>,
        /// The value of a dict's item.
        value: Option<Box<Expr>>,
        /// At least one.
        clauses: Vec<Clause>,
    },
}

/// What a comprehension builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// `[x for ...]`
    List,
    /// `{x for ...}`
    Set,
    /// `{k: v for ...}`
    Dict,
    /// `(x for ...)`, or the lone argument of a call
    Generator,
}

/// Names that are being bound, in the order of the text: at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// The names.
    pub names: Vec<Target>,
    /// How they stand together.
    pub shape: Shape,
}

/// How names that are being bound stand together: `k, (a, b)` is a group of a name and a group of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One name, for the value as it is.
    Name,
    /// Several, for the items of the value.
    Group(Vec<Self>),
}

impl std::ops::Deref for Targets {
    type Target = [Target];

    fn deref(&self) -> &Self::Target {
        &self.names
    }
}

/// `for targets in iter if conditions`
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Names bound to each item; several unpack it.
    pub targets: Targets,
    /// What is iterated.
    pub iter: Expr,
    /// All must be true.
    pub conditions: Vec<Expr>,
}

/// A positional or keyword argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// The keyword.
    pub name: Option<Target>,
    /// The value.
    pub value: Expr,
}

/// Operators before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Minus,
    /// `+`
    Plus,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `//`
    FloorDiv,
    /// `%`
    Rem,
    /// `**`
    Pow,
    /// `~`
    Concat,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is` before `None`, `True`, `False` or a number
    Is,
    /// `is not` before `None`, `True`, `False` or a number
    IsNot,
}
