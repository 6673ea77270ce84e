//! The shape of JUnit XML that servers read: the elements, attributes and counts of the schema that Jenkins's plugin holds
//! reports against (`junit-10.xsd`), as far as a report of ours can come near it.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// An element: its parent, the attributes that it must have, and those that it may have.
const ELEMENTS: &[(&str, &str, &[&str], &[&str])] = &[
    ("testsuites", "", &[], &["name", "time", "tests", "failures", "disabled", "errors"]),
    (
        "testsuite",
        "testsuites",
        &["name", "tests"],
        &[
            "failures",
            "errors",
            "time",
            "disabled",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
        ],
    ),
    (
        "testcase",
        "testsuite",
        &["name"],
        &["assertions", "time", "classname", "status", "class", "file", "line"],
    ),
    ("failure", "testcase", &[], &["type", "message"]),
    ("error", "testcase", &[], &["type", "message"]),
];

/// Holds a report against the shape; how many tests, failures and errors it has.
pub(crate) fn validate(xml: &str) -> (usize, usize, usize) {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<String> = Vec::new();
    let mut counts = Vec::new();
    let mut said = Vec::new();
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}"));
        match event {
            Event::Start(start) => {
                enter(&start, &open, &mut counts, &mut said);
                open.push(name(&start));
            }
            Event::Empty(start) => enter(&start, &open, &mut counts, &mut said),
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => {
                let is_inside =
                    matches!(open.last().map(String::as_str), Some("failure" | "error"));
                assert!(is_inside || text.iter().all(u8::is_ascii_whitespace), "{xml}");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let found = |what: &str| counts.iter().filter(|it| **it == what).count();
    let counted = (found("testcase"), found("failure"), found("error"));
    assert_eq!(said.first(), Some(&counted), "the sums at the top: {xml}");
    let below =
        said.iter().skip(1).fold((0, 0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1, sum.2 + it.2));
    assert_eq!(below, counted, "the sums of the suites: {xml}");
    counted
}

fn name(start: &BytesStart<'_>) -> String {
    String::from_utf8(start.name().as_ref().to_vec()).unwrap()
}

fn enter(
    start: &BytesStart<'_>,
    open: &[String],
    counts: &mut Vec<&'static str>,
    said: &mut Vec<(usize, usize, usize)>,
) {
    let own = name(start);
    let known = ELEMENTS.iter().find(|it| it.0 == own);
    let (element, parent, needed, allowed) = known.unwrap_or_else(|| panic!("<{own}> is unknown"));
    assert_eq!(open.last().map_or("", String::as_str), *parent, "<{own}> stands elsewhere");
    let mut sums = [0; 3];
    let mut seen = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.expect("a well-formed attribute");
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        let value = String::from_utf8(attribute.value.to_vec()).unwrap();
        assert!(needed.contains(&&*key) || allowed.contains(&&*key), "<{own} {key}> is unknown");
        match ["tests", "failures", "errors"].iter().position(|it| *it == key) {
            Some(at) => sums[at] = value.parse().expect("a number"),
            None if key == "time" => assert!(value.parse::<f64>().expect("seconds") >= 0.0),
            None => {}
        }
        seen.push(key);
    }
    assert!(needed.iter().all(|it| seen.iter().any(|key| key == it)), "<{own}> lacks {needed:?}");
    if own.starts_with("testsuite") {
        said.push((sums[0], sums[1], sums[2]));
    }
    counts.push(element);
}
