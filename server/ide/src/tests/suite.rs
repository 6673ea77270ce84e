use pipeline::{catalogue::Catalogue, lower};
use syntax::Document;

use crate::suite_completion;

const PIPELINE: &str = "id: p\nname: p\ninputs: {who: {type: string}, loud: {type: boolean}}\nsteps:\n  - id: say\n    action: echo hi\n  - id: each\n    for_each: [1]\n    steps:\n      - id: inner\n        action: echo {{ item }}\noutputs: {greeting: '{{ say.result }}'}\n";

/// Labels at `$0`, and the text that they replace.
fn at(text: &str) -> (Vec<String>, String) {
    let pipeline = lower(&Document::new(PIPELINE), &Catalogue::declared());
    let offset = text.find("$0").unwrap();
    let text = text.replace("$0", "");
    let offset = u32::try_from(offset).unwrap();
    let (span, items) = suite_completion(&text, offset, Some(&pipeline));
    (items.into_iter().map(|it| it.label).collect(), text[span.range()].to_owned())
}

fn labels(text: &str) -> String {
    at(text).0.join(" ")
}

#[test]
fn keys_are_those_of_the_place_that_are_not_there() {
    assert_eq!(labels("$0"), "pipeline tests");
    assert_eq!(labels("tests:\n  - name: a\n$0"), "pipeline");
    let case = "description inputs recorded answers models times passes files expect";
    assert_eq!(labels("tests:\n  - name: a\n    $0"), case);
    assert_eq!(labels("tests:\n- name: a\n  $0\n- name: b\n  times: 3\n"), case);
    assert_eq!(at("tests:\n  - name: a\n    ti$0").1, "ti");
    assert_eq!(
        labels(
            "tests:\n  - name: a\n    $0\n    times: 3\n    expect:\n      - steps_run: a\n  - name: b\n    models: m\n"
        ),
        "description inputs recorded answers models passes files"
    );
    let expectation = "equals contains matches schema judge not condition cost_below steps_run steps_skipped fails";
    let first = "tests:\n  - name: a\n    expect:\n      - value: outputs.greeting\n        ";
    assert_eq!(labels(&format!("{first}$0")), expectation);
    assert!(
        labels("tests:\n  - name: a\n    inputs: {}\n    expect:\n      - $0")
            .starts_with("value equals")
    );
    assert!(
        labels("tests:\n  - name: a\n    expect:\n      - fails: x\n      - $0")
            .starts_with("value equals")
    );
    assert_eq!(labels(&format!("{first}judge:\n          $0")), "question model");
    let not = "contains matches schema judge";
    assert_eq!(labels(&format!("{first}not:\n          equals: 1\n          $0")), not);
}

#[test]
fn names_are_those_of_the_pipeline() {
    assert_eq!(labels("tests:\n  - name: a\n    inputs:\n      who: x\n      $0"), "loud");
    let expect = "tests:\n  - name: a\n    expect:\n      - ";
    assert_eq!(labels(&format!("{expect}steps_run: [say, $0")), "say each inner");
    assert_eq!(labels(&format!("{expect}steps_skipped:\n          - $0")), "say each inner");
    assert_eq!(labels(&format!("{expect}value: outputs.gr$0")), "greeting");
    assert_eq!(
        labels(&format!("{expect}value: $0")),
        "outputs inputs parameters steps run say each"
    );
    assert_eq!(labels("tests:\n  - name: $0"), "");
    assert_eq!(labels("tests:\n  - name: a\n    answers:\n      say: yes\n      $0"), "each inner");
}

#[test]
fn any_place_of_any_text_is_answered() {
    let text = "tests:\n  - name: é\n    expect: [{value: x}]\n\t- \n -\n- - a:\n  :\n";
    for offset in 0..=text.len() + 2 {
        let _ = suite_completion(text, u32::try_from(offset).unwrap(), None);
    }
}
