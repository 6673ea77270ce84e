use crate::rule::declare_rule;

// It looks at no pipeline: `suite::read` reports it.
declare_rule!("bad-test", Error, "bad_test.md");
