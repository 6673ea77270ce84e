//! What a rule is.

use pipeline::Problem;
use syntax::Finding;

use crate::{
    Severity,
    allowed::Allowed,
    facts::Whole,
    findings::Findings,
    kept::Reads,
    rules::INFOS,
    view::{KeyView, ReferenceView, StepView, Taint, TextView},
};

/// A rule: its name, its page and what it looks at.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) info: RuleInfo,
    pub(crate) looks: &'static [Look],
}

/// What a rule looks at. What `Pipeline`, `Kept` and `Allowed` report is absolute, all else relative to the item at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    /// What the parser could not read.
    Syntax(fn(&Finding, &mut Findings)),
    /// What lowering could not accept.
    Problem(fn(&Problem, &mut Findings)),
    /// A key of the document, a step, an input, ...
    Key(fn(&KeyView<'_>, &mut Findings)),
    /// A text with templates, AUTO tags or a condition in it.
    Text(fn(&TextView<'_>, &mut Findings)),
    /// A name that is read.
    Reference(fn(&ReferenceView<'_>, &mut Findings)),
    /// What a step calls, or an error handler: then the step is the handler's action, without keys of its own.
    Call(fn(&StepView<'_>, &mut Findings)),
    /// A step, or a body step.
    Step(fn(&StepView<'_>, &mut Findings)),
    /// The whole document: absolute spans, each time anew, so linear at most.
    Pipeline(fn(&Whole<'_>, &mut Findings)),
    /// The same, but what was found is kept while nothing of the kinds changes that it names: they are all that it reads, but
    /// for the steps and items that its findings stand in.
    Kept(Reads, fn(&Whole<'_>, &mut Findings)),
    /// An outermost step that runs code, to which text comes that nobody has looked at.
    Sink(fn(&Taint<'_>, usize, &mut Findings)),
    /// Comments that allow findings, once everything else has been found; absolute.
    Allowed(fn(&Allowed<'_>, &mut Findings)),
}

/// A rule as documentation knows it.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// Kebab-case and stable.
    pub code: &'static str,
    /// How its findings usually weigh.
    pub severity: Severity,
    /// Markdown: what, why, how to mend, examples.
    pub page: &'static str,
}

impl RuleInfo {
    /// The page's first sentence below the title.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default()
    }

    /// Whether its errors can be neither allowed nor weighed otherwise: what has them is no pipeline, or has no order.
    #[must_use]
    pub fn is_firm(&self) -> bool {
        FIRM.contains(&self.code)
    }
}

const FIRM: &[&str] = &[
    "yaml-syntax",
    "unclosed-quote",
    "unclosed-bracket",
    "bad-indentation",
    "duplicate-key",
    "undefined-alias",
    "multiple-documents",
    "auto-unclosed",
    "step-without-kind",
    "several-kinds",
    "duplicate-id",
    "reserved-id",
    "bad-id",
    "unknown-step",
    "cycle",
    "self-dependency",
    "template-syntax",
    "condition-syntax",
    "routing-target-unknown",
    "bad-configuration",
    "bad-test",
    "bad-models-file",
];

/// All rules in the order of documentation.
#[must_use]
pub const fn rules() -> &'static [RuleInfo] {
    INFOS
}

/// The rule of that code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static RuleInfo> {
    INFOS.iter().find(|rule| rule.code == code)
}

/// A rule with the page of its own name.
macro_rules! declare_rule {
    ($code:literal, $severity:ident, $page:literal $(, $look:ident($($about:expr),+))* $(,)?) => {
        pub(super) const RULE: $crate::rule::Rule = $crate::rule::Rule {
            info: $crate::rule::RuleInfo {
                code: $code,
                severity: $crate::Severity::$severity,
                page: include_str!($page),
            },
            looks: &[$($crate::rule::Look::$look($($about),+)),*],
        };
    };
}
pub(crate) use declare_rule;
