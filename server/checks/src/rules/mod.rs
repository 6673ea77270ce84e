//! The register. Its order is the order of the documentation.
//!
//! A new rule: `my_rule.rs` and `my_rule.md` here, and its name below.

use crate::rule::{Rule, RuleInfo};

macro_rules! register {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Every rule.
        pub(crate) const RULES: &[Rule] = &[$($name::RULE),*];
        /// What documentation knows of them, in the same order.
        pub(crate) const INFOS: &[RuleInfo] = &[$($name::RULE.info),*];
    };
}

register! {
    unknown_step
}
