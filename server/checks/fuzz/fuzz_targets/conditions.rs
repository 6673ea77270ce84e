//! Any text as a condition: it parses, and evaluating it ends, with a value or an error inside the text.
//! In `server/checks`: `cargo +nightly fuzz run conditions fuzz/corpus/conditions fuzz/seeds/conditions`

#![no_main]

mod names;

use libfuzzer_sys::fuzz_target;
use pipeline::eval::{evaluate, parse_condition};

fuzz_target!(|text: &str| {
    let condition = parse_condition(text);
    for error in &condition.errors {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
    if let Err(error) = evaluate(&condition, text, &names::Letters) {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
});
