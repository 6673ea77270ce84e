//! Jinja templates and condition expressions: one grammar, tolerant, with ranges. Contract: bodies are the owner's.
//!
//! Spans are byte offsets in the (decoded) text that was parsed.
use crate::Span;

/// A parsed template. Never fails: what is wrong is in `errors`, and `{{ step.` still has its tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    pub parts: Vec<Part>,
    pub errors: Vec<SyntaxError>,
}

/// A parsed condition: one expression in which `{{ e }}` is a parenthesised sub-expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub expr: Expr,
    pub errors: Vec<SyntaxError>,
}

/// What is wrong, in words for people, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub message: String,
    pub span: Span,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(Span),
    /// `{{ expr }}`
    Print {
        span: Span,
        expr: Expr,
        trim: Trim,
    },
    /// `{# ... #}`
    Comment(Span),
    /// `{{ file: path }}` or `<< path >>`
    Include {
        span: Span,
        path: String,
        path_span: Span,
    },
    /// `{% if %}`/`elif`/`else`
    If {
        span: Span,
        branches: Vec<(Expr, Vec<Part>)>,
        otherwise: Vec<Part>,
        trim: Trim,
    },
    /// `{% for target in iter if cond recursive %} body {% else %} otherwise {% endfor %}`
    For {
        span: Span,
        targets: Vec<(String, Span)>,
        iter: Expr,
        filter: Option<Expr>,
        body: Vec<Part>,
        otherwise: Vec<Part>,
        trim: Trim,
    },
    /// `{% set a, b = expr %}`
    Set {
        span: Span,
        targets: Vec<(String, Span)>,
        value: Expr,
        trim: Trim,
    },
    /// further statements (`set` block, `with`, `filter`, `macro`, `raw`): the owner adds variants
    Raw {
        span: Span,
        text: Span,
    },
}
/// `-` marks of a tag: strip white space before / after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trim {
    pub before: bool,
    pub after: bool,
}

/// An expression with its span.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

/// Kinds of expressions. The owner may add variants (slices, comprehensions, ...), not rename these.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// where an expression is missing or unreadable
    Error,
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(String),
    /// a name; `$name` is `name`
    Name(String),
    /// `base.name`; the name is empty and its span zero-width where it is still missing
    Attribute {
        base: Box<Expr>,
        name: String,
        name_span: Span,
    },
    Index {
        base: Box<Expr>,
        index: Box<Expr>,
    },
    Slice {
        base: Box<Expr>,
        start: Option<Box<Expr>>,
        stop: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
    Filter {
        base: Box<Expr>,
        name: String,
        name_span: Span,
        args: Vec<Arg>,
    },
    /// `base is [not] name(args)`
    Test {
        base: Box<Expr>,
        name: String,
        name_span: Span,
        args: Vec<Arg>,
        negated: bool,
    },
    Call {
        callee: Box<Expr>,
        args: Vec<Arg>,
    },
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    /// `a < b < c`
    Compare {
        first: Box<Expr>,
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `a if c else b`, and in conditions `c ? a : b`
    Conditional {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Option<Box<Expr>>,
    },
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    Comprehension {
        kind: ComprehensionKind,
        element: Box<Expr>,
        value: Option<Box<Expr>>,
        clauses: Vec<Clause>,
    },
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}
/// `for targets in iter if conditions`
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub targets: Vec<(String, Span)>,
    pub iter: Expr,
    pub conditions: Vec<Expr>,
}
/// A positional or keyword argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub name: Option<(String, Span)>,
    pub value: Expr,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Not,
    Minus,
    Plus,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Rem,
    Pow,
    /// `~`
    Concat,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

/// A free name of a template or expression: a path read from the scope, names bound inside excluded.
#[derive(Clone, Debug, PartialEq)]
pub struct FreePath {
    pub root: String,
    pub root_span: Span,
    /// attributes and constant string/int subscripts behind the root, as far as they are static
    pub fields: Vec<(String, Span)>,
    /// from the root to the last static field
    pub span: Span,
    /// read only under `is defined`, `default(...)`, `or`, an `if` that tests it: undefined is expected there
    pub guarded: bool,
    /// called as a function: `name(...)`
    pub called: bool,
}

pub fn parse_template(_text: &str) -> Template {
    todo!()
}
pub fn parse_condition(_text: &str) -> Condition {
    todo!()
}
/// The expression when the whole template is exactly one `{{ expr }}` (surrounding white space is text, so not).
pub fn sole_expression(_template: &Template) -> Option<&Expr> {
    todo!()
}
/// All free paths of a template in order of position.
pub fn free_paths(_template: &Template) -> Vec<FreePath> {
    todo!()
}
/// All free paths of an expression.
pub fn free_paths_of(_expr: &Expr) -> Vec<FreePath> {
    todo!()
}
/// Whether text holds any template or include marker: cheap, before parsing.
pub fn has_markers(_text: &str) -> bool {
    todo!()
}
