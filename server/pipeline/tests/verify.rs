//! What is said of a pipeline stays only if its facts cover it: `verify_texts.txt` holds what does and what does not.

use pipeline::catalogue::Catalogue;
use pipeline::insight::verify::{Judged, Refusal, judge, verified};
use pipeline::insight::{Sheet, intention};
use pipeline::{Plan, names::Names};
use syntax::Document;

const TEXTS: &str = include_str!("verify_texts.txt");

const TIDES: &str = "
id: tides
description: Reads the notes on a harbour and sums them up. Then polishes the report.
inputs:
  harbour: {type: string, required: true}
steps:
  - id: load
    tool: filesystem
    action: read
    parameters: {path: notes.md}
  - id: news
    tool: web-search
    parameters: {query: '{{ harbour }}'}
    on_failure: continue
  - id: sum
    action: generate
    parameters: {prompt: '{{ load.content }} {{ news.results }}', model: gpt-4o-mini}
  - id: polish
    while: '{{ iteration < 3 }}'
    max_iterations: 3
    steps:
      - id: better
        action: generate
        parameters: {prompt: '{{ sum.result }}', model: gpt-4o-mini}
  - id: save
    tool: filesystem
    action: write
    dependencies: [polish]
    condition: polish.completed
    parameters: {path: report.md, content: '{{ polish.results | last }}'}
outputs:
  report: '{{ polish.results | last }}'
";

fn sheet(text: &str) -> Sheet {
    let catalogue = Catalogue::declared();
    let pipeline = pipeline::lower(&Document::new(text), &catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    Sheet::of(&pipeline, &names, &plan, &catalogue)
}

#[test]
fn false_sentences_are_dropped_and_true_ones_stay() {
    let sheet = sheet(TIDES);
    let texts = TEXTS.lines().filter(|it| !it.starts_with('#')).map(|it| it.split_at(2));
    let (mut wrong, mut lies) = (Vec::new(), 0);
    for (mark, text) in texts {
        let judged = judge(&sheet, text);
        let stays = judged.iter().all(|it| it.refusal.is_none());
        lies += usize::from(mark == "- ");
        if judged.len() != 1 || stays != (mark == "+ ") {
            let why: Vec<_> = judged
                .iter()
                .filter_map(|it| it.refusal.as_ref())
                .map(ToString::to_string)
                .collect();
            wrong.push(format!("{mark}{text}: {why:?}"));
        }
    }
    assert!(lies >= 50, "{lies} false texts");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const LETTERS: &str = "
id: letters
description: Writes a letter to each subscriber.
inputs:
  month: {type: string, required: true}
  tone: {type: string, default: friendly}
  days: {type: integer, default: 7}
steps:
  - id: list
    tool: terminal
    parameters: {command: 'cut -d, -f1 {{ month }}.csv'}
    timeout: 90
  - id: each
    for_each: '{{ list.stdout }}'
    max_parallel: 3
    steps:
      - id: write
        action: generate
        parameters: {prompt: 'A {{ tone }} letter of {{ days }} days to {{ item }}', model: gpt-4o-mini}
        on_failure: retry
        max_retries: 4
outputs:
  letters: '{{ each.results }}'
";

#[test]
fn what_is_said_of_inputs_rounds_and_attempts_is_held_against_them() {
    let sheet = sheet(LETTERS);
    let stays = |text: &str| judge(&sheet, text).iter().all(|it| it.refusal.is_none());
    for text in [
        "`month` is required, and `tone` is `friendly` by default.",
        "It takes `month`, `tone` (default `friendly`) and `days` (default `7`).",
        "Up to 3 rounds of `each` may run at once.",
        "`each` loops over `list`.",
        "`list` may take up to 90 seconds.",
        "`write` is tried again up to 3 times.",
        "It gives `letters` from `each`.",
    ] {
        assert!(stays(text), "{text}: {:?}", judge(&sheet, text));
    }
    for text in [
        "`tone` is required.",
        "`month` and `tone` are required.",
        "`tone` is `7` by default.",
        "`days` is `8` by default.",
        "`month` is `friendly` by default.",
        "It asks the default model.",
        "Up to 7 rounds of `each` may run at once.",
        "`each` loops over `month`.",
        "`list` may take up to 3 seconds.",
        "`write` is tried again up to 4 times.",
        "It writes `letters` to a file.",
        "It gives `letters` from `list`.",
    ] {
        assert!(!stays(text), "{text}");
    }
}

#[test]
fn a_name_is_known_letter_by_letter() {
    let sheet = sheet("name: high_tide\nsteps:\n  - id: look_out\n    action: echo hi\n");
    let kept = verified(&sheet, "It runs high_tide. It runs High_tide. It runs HIGH_TIDE.");
    assert_eq!(kept.as_deref(), Some("It runs high_tide."));
}

#[test]
fn what_is_covered_stays_beside_what_is_not() {
    let sheet = sheet(TIDES);
    let text = "# Tides\n\n- `load` runs before `sum`.\n- `sum` asks `gpt-9` at 3.5 GHz.\nIt takes the input\n`harbour`.";
    let kept = verified(&sheet, text).unwrap();
    assert_eq!(kept, "`load` runs before `sum`. It takes the input `harbour`.");
    let Judged { refusal, .. } = judge(&sheet, "`sum` asks `gpt-9`.").remove(0);
    assert_eq!(refusal, Some(Refusal::Name("gpt-9".to_owned())));
    assert_eq!(verified(&sheet, "It makes coffee."), None);
    assert_eq!(verified(&sheet, ""), None);
}

/// No name of a step can be put in the place of another where that makes the sentence false.
#[test]
fn exchanged_steps_are_seen() {
    let sheet = sheet(TIDES);
    let ids = ["load", "news", "sum", "polish", "save"];
    let order = |id: &str| sheet.step(id).unwrap().stage.unwrap();
    for a in ids {
        for b in ids {
            let said = judge(&sheet, &format!("`{a}` runs before `{b}`."));
            let is_true = order(a) < order(b);
            assert_eq!(said[0].refusal.is_none(), is_true, "{a} before {b}: {said:?}");
        }
    }
}

#[test]
fn no_text_is_too_strange() {
    let sheet = sheet(TIDES);
    for text in [
        "`",
        "``",
        "`a",
        "....",
        "a`b`c`",
        "\u{0}\u{feff}",
        "ß ss ﬀ é",
        "- - -",
        "1.2.3.4",
        "`load` `load` `load`",
        "(((,,,;;;",
    ] {
        let _ = judge(&sheet, text);
    }
    assert!(!intention(&sheet).is_empty());
}
