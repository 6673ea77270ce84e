//! What is wrong with a pipeline, where, why, and how to mend it.
//!
//! One file a rule in `rules/`, its page beside it; the page's examples are the rule's test. A rule looks at facts that
//! `pipeline` has already gathered: it cannot fail, does no I/O and knows no file. Detection, words and fix are separate
//! functions.
//!
//! [`check`] looks at a whole pipeline. [`Memo`] does the same for an editor: what did not change, and reads nothing that
//! changed, is not looked at again.

mod allowed;
mod calm;
mod check;
pub mod configuration;
mod declare;
mod deeds;
mod diagnostic;
mod facts;
mod findings;
pub mod fix;
mod flows;
mod input;
mod insert;
mod intent;
mod kept;
mod memo;
pub mod models_file;
mod nested;
mod order;
mod rule;
mod rules;
pub mod suite;
mod synonyms;
mod view;
mod words;

pub use check::check;
pub use diagnostic::{Diagnostic, Edit, Fix, Related, Safety, Severity, Tags};
pub use input::{FileRole, Files, Input, NoFiles};
pub use intent::{Stated, stated_intention};
pub use memo::{Memo, Part, Report};
pub use rule::{RuleInfo, rule, rules};
pub use view::{Callee, Named as NamedFile, Use as FileUse, callee, files};

#[cfg(test)]
mod tests;
