//! Any text as a template: it parses, and rendering it ends, with a value or an error inside the text.
//! In `server/checks`: `cargo +nightly fuzz run templates fuzz/corpus/templates fuzz/seeds/templates`

#![no_main]

mod names;

use libfuzzer_sys::fuzz_target;
use pipeline::eval::render;
use syntax::template::parse_template;

fuzz_target!(|text: &str| {
    let template = parse_template(text);
    for error in &template.errors {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
    if let Err(error) = render(&template, text, &names::Letters) {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
});
