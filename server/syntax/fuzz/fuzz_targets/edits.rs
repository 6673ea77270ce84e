//! Any bytes, edited anywhere, give the document that a scratch parse gives. `cargo +nightly fuzz run edits`

#![no_main]

use libfuzzer_sys::fuzz_target;
use syntax::{Document, Span};

fuzz_target!(|input: (Vec<u8>, u32, u32, Vec<u8>)| {
    let (text, start, length, with) = input;
    let text = String::from_utf8_lossy(&text);
    let with = String::from_utf8_lossy(&with);
    let mut document = Document::new(&text);
    document.edit(Span::new(start, start.saturating_add(length)), &with);
    let scratch = Document::new(&document.rope().to_string());
    assert_eq!(document.findings(), scratch.findings());
    assert!(document.segments().map(|(at, s)| (at, s.role, &s.tree)).eq(scratch.segments().map(|(at, s)| (at, s.role, &s.tree))));
    for (_, segment) in document.segments() {
        let Some(root) = segment.tree.root() else { continue };
        for entry in root.entries() {
            let Some(scalar) = entry.value.scalar() else { continue };
            let map = scalar.source_map();
            let end = u32::try_from(scalar.value().len()).unwrap_or(u32::MAX);
            assert!(map.to_source(end) <= segment.len());
        }
    }
});
