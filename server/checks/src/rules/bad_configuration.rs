use crate::rule::declare_rule;

// It looks at no pipeline: `configuration::read` reports it.
declare_rule!("bad-configuration", Error, "bad_configuration.md");
