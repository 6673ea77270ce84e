use crate::rule::declare_rule;

// It looks at no pipeline by itself: a model judges, where the caller asks one.
declare_rule!("misaligned", Warning, "misaligned.md");
