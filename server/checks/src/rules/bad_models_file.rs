use crate::rule::declare_rule;

// It looks at no pipeline: `models_file::read` reports it.
declare_rule!("bad-models-file", Error, "bad_models_file.md");
