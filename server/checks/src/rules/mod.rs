//! The register. Its order is the order of the documentation.
//!
//! A new rule: `my_rule.rs` and `my_rule.md` here, and its name below.

use syntax::{FindingKind, Tree};

use crate::{
    findings::Findings,
    rule::{Look, Rule, RuleInfo},
};

macro_rules! register {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Every rule.
        pub(crate) const RULES: &[Rule] = &[$($name::RULE),*];
        /// What documentation knows of them, in the same order.
        pub(crate) const INFOS: &[RuleInfo] = &[$($name::RULE.info),*];
    };
}

/// What the parser could not read of a text that is no pipeline, in the words of the rules for pipelines.
pub(crate) fn misread(tree: &Tree, findings: &mut Findings) {
    for found in tree.findings().iter().filter(|it| it.kind != FindingKind::NotStrict) {
        for rule in RULES {
            findings.begin(rule.info.code, rule.info.severity);
            for look in rule.looks {
                if let Look::Syntax(look) = look {
                    look(found, findings);
                }
            }
        }
    }
}

register! {
    yaml_syntax
    unclosed_quote
    unclosed_bracket
    bad_indentation
    duplicate_key
    undefined_alias
    multiple_documents
    not_strict_yaml
    unknown_key
    ignored_key
    key_without_effect
    wrong_type
    unknown_word
    missing_required
    missing_name
    no_steps
    step_without_kind
    several_kinds
    duplicate_id
    reserved_id
    bad_id
    deprecated_alias
    both_spellings
    moved_key
    version_format
    undefined_variable
    undefined_input
    undefined_field
    bare_reference
    type_conflict
    skipped_output
    dashed_reference
    dollar_name
    loop_name_outside_loop
    body_step_outside_loop
    unknown_function
    unknown_method
    unknown_step
    unknown_expert
    unknown_personality
    unknown_model
    invalid_model_format
    incapable_model
    no_fitting_model
    bad_models_file
    too_many_tokens
    cycle
    self_dependency
    template_syntax
    condition_syntax
    constant_condition
    unbounded_loop
    unknown_filter
    unknown_test
    wrong_arity
    deprecated_global
    inert_template
    unknown_tool
    not_provided
    unknown_action
    unknown_operation
    unknown_parameter
    routing_target_unknown
    routing_to_self
    routing_backward
    unguarded_routing_target
    unreachable_step
    overwritten_file
    unordered_file
    unknown_product
    secret_in_clear
    untrusted_command
    yaml_word
    bad_handler
    contradicting_format
    unused_input
    unread_source
    undone_promise
    unproduced_output
    idle_step
    misaligned
    redundant_dependency
    default_contradicts_type
    default_not_accepted
    contradicting_limits
    duplicate_input
    shared_name
    auto_unclosed
    empty_auto
    auto_unknown_attribute
    auto_type_word
    auto_contradiction
    path_leaves_workspace
    malformed_address
    nested_output_map
    missing_file
    called_pipeline
    unused_allow
    bad_configuration
    bad_test
}
