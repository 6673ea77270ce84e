//! What goes wrong in an evaluation.

use syntax::Span;

/// Declares the codes with what each means.
macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident $text:literal)*) => {
        /// Stable codes of evaluation errors.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])* $name),* }

        impl Code {
            /// All codes, in the order of documentation, with what each means.
            pub const ALL: &[(Self, &str)] = &[$((Self::$name, concat!($($doc),*))),*];

            /// Kebab-case.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}
codes! {
    /// A name or field that does not exist was read.
    Undefined "undefined"
    /// The text is no template or condition.
    Syntax "syntax"
    /// There is no filter of that name.
    UnknownFilter "unknown-filter"
    /// There is no test of that name.
    UnknownTest "unknown-test"
    /// There is no function or method of that name.
    UnknownFunction "unknown-function"
    /// Too few, too many or unknown arguments.
    WrongArguments "wrong-arguments"
    /// An operation does not apply to values of those types, or to that value.
    TypeError "type-error"
    /// Division or modulo by zero.
    DivisionByZero "division-by-zero"
    /// The evaluation takes too long, or a text, list or number grows too large.
    Limit "limit"
    /// The language does not allow it: names with a leading underscore, changing values, ...
    Forbidden "forbidden"
    /// A file that the template inserts cannot be read.
    File "file"
    /// A line for `downbeat eval` is no JSON object with `template` or `condition`.
    BadRequest "bad-request"
}

/// What went wrong and where in the evaluated text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// Kebab-case and stable, see [`Code`].
    pub code: &'static str,
    /// Lower-case, names in backticks, no full stop.
    pub message: String,
    /// In the evaluated text.
    pub span: Span,
}

/// What went wrong, before it is known where.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn type_error(message: impl Into<String>) -> Self {
        Self::new(Code::TypeError, message)
    }

    pub(super) fn arguments(message: impl Into<String>) -> Self {
        Self::new(Code::WrongArguments, message)
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::new(Code::Limit, message)
    }

    pub(super) fn at(self, span: Span) -> EvalError {
        EvalError { code: self.code.text(), message: self.message, span }
    }
}

/// The answer of what has no place of its own.
pub(super) type Answer<T = crate::Value> = Result<T, Fault>;
