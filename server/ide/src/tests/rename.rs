use std::sync::Arc;

use checks::{FileRole, Files};
use proptest::prelude::*;

use super::{at_cursor, snapshot};
use crate::{Snapshot, linked, prepare_rename, rename};

/// The text after the thing at `$0` was called `new`.
#[track_caller]
fn renamed(text: &str, new: &str) -> String {
    let (snapshot, offset) = at_cursor(text);
    let prepared = prepare_rename(&snapshot, offset).expect("it can be renamed").expect("a name");
    assert!(prepared.span.touches(offset));
    let edits = rename(&snapshot, offset, new).expect("it is renamed").expect("a name");
    let mut after = text.replace("$0", "");
    for edit in edits.iter().rev() {
        after.replace_range(edit.span.range(), &edit.text);
    }
    after
}

/// Why the thing at `$0` cannot be called `new`.
#[track_caller]
fn refused(text: &str, new: &str) -> String {
    let (snapshot, offset) = at_cursor(text);
    rename(&snapshot, offset, new).expect_err("it is refused").reason
}

const SPELLINGS: &str = "steps:
  - id: a
    action: echo x
  - id: b # after a
    tool: terminal
    parameters:
      plain: one {{ a.x }} {{ $a.x }} a
      double: \"\\\"{{ a.y }}\\\" {{ steps[\\\"a\\\"].x }} {{ steps.a.x }}\"
      single: '{{ a.y }} ''{{ steps[''a''].x }}'' {{ results.a }}'
      folded: >
        one {{ a.x
        }} two {% if a.ok and steps . a %} a {% endif %}
      literal: |
        {% for a in a.items %}{{ a.x }}{% endfor %}
    dependencies: [a, 'a']
    condition: a.size > 1
    goto: \"{{ 'a' if a.ok else 'b' }}\"
";

#[test]
fn a_step_in_all_spellings() {
    let text = SPELLINGS.replacen("id: a", "id: a$0", 1);
    assert_eq!(
        renamed(&text, "fetch"),
        "steps:
  - id: fetch
    action: echo x
  - id: b # after a
    tool: terminal
    parameters:
      plain: one {{ fetch.x }} {{ $fetch.x }} a
      double: \"\\\"{{ fetch.y }}\\\" {{ steps[\\\"fetch\\\"].x }} {{ steps.fetch.x }}\"
      single: '{{ fetch.y }} ''{{ steps[''fetch''].x }}'' {{ results.fetch }}'
      folded: >
        one {{ fetch.x
        }} two {% if fetch.ok and steps . fetch %} a {% endif %}
      literal: |
        {% for a in fetch.items %}{{ a.x }}{% endfor %}
    dependencies: [fetch, 'fetch']
    condition: fetch.size > 1
    goto: \"{{ 'fetch' if fetch.ok else 'b' }}\"
"
    );
}

#[test]
fn a_name_with_a_dash_is_read_in_quotes() {
    let text = SPELLINGS.replacen("{{ a.y }}", "{{ $0a.y }}", 1);
    assert_eq!(
        renamed(&text, "a-b"),
        "steps:
  - id: a-b
    action: echo x
  - id: b # after a
    tool: terminal
    parameters:
      plain: one {{ steps['a-b'].x }} {{ steps['a-b'].x }} a
      double: \"\\\"{{ steps['a-b'].y }}\\\" {{ steps[\\\"a-b\\\"].x }} {{ steps['a-b'].x }}\"
      single: '{{ steps[\"a-b\"].y }} ''{{ steps[''a-b''].x }}'' {{ results[\"a-b\"] }}'
      folded: >
        one {{ steps['a-b'].x
        }} two {% if steps['a-b'].ok and steps['a-b'] %} a {% endif %}
      literal: |
        {% for a in steps['a-b'].items %}{{ a.x }}{% endfor %}
    dependencies: [a-b, 'a-b']
    condition: steps['a-b'].size > 1
    goto: \"{{ 'a-b' if steps['a-b'].ok else 'b' }}\"
"
    );
    let back = "steps:\n  - id: $0a-b\n    action: echo x\n  - id: c\n    action: echo {{ steps['a-b'].x }}\n";
    assert!(renamed(back, "ab").ends_with("echo {{ steps['ab'].x }}\n"));
    let slip =
        "steps:\n  - id: $0a-b\n    action: echo x\n  - id: c\n    action: echo {{ a-b.x }}\n";
    assert!(renamed(slip, "ab").ends_with("echo {{ ab.x }}\n"));
    assert!(renamed(slip, "a-c").ends_with("echo {{ steps['a-c'].x }}\n"));
}

#[test]
fn inputs_variables_and_names_of_loops() {
    let text = "inputs:\n  \"topic\": x\nsteps:\n  - id: a\n    action: echo {{ to$0pic }} {{ inputs['topic'] }}\n";
    assert_eq!(
        renamed(text, "subject"),
        "inputs:\n  \"subject\": x\nsteps:\n  - id: a\n    action: echo {{ subject }} {{ inputs['subject'] }}\n"
    );
    assert!(renamed(text, "a-b").contains("echo {{ inputs['a-b'] }} {{ inputs['a-b'] }}"));
    let text = "steps:\n  - id: a\n    for_each: [1]\n    loop_var: $fi$0le\n    steps:\n      - id: b\n        action: echo {{ file }} {{ $file }}\n";
    assert_eq!(
        renamed(text, "path"),
        "steps:\n  - id: a\n    for_each: [1]\n    loop_var: $path\n    steps:\n      - id: b\n        action: echo {{ path }} {{ $path }}\n"
    );
    let text = "steps:\n  - id: a\n    action: generate\n    vars:\n      - sum: x\n    products:\n      - sum: o.md\n  - id: b\n    action: echo {{ a.s$0um }} {{ sum }}\n";
    let after = renamed(text, "total");
    assert!(after.contains("- total: x") && after.contains("- total: o.md"), "{after}");
    assert!(after.contains("{{ a.total }} {{ total }}"), "{after}");
}

#[test]
fn looped_actions_with_their_previous_round_and_loops_with_their_own_name() {
    let text = "steps:\n  - id: l\n    action_loop:\n      - name: dr$0aft\n        action: generate\n        parameters: {prompt: '{{ prev_draft }}'}\n    until: draft.success\n";
    assert_eq!(
        renamed(text, "text"),
        "steps:\n  - id: l\n    action_loop:\n      - name: text\n        action: generate\n        parameters: {prompt: '{{ prev_text }}'}\n    until: text.success\n"
    );
    let text = "steps:\n  - id: ea$0ch\n    for_each: [1]\n    steps:\n      - id: b\n        action: echo x\n  - id: c\n    action: echo {{ $each_loop_0.item }}\n";
    assert!(renamed(text, "all").contains("{{ $all_loop_0.item }}"));
    assert!(refused(text, "all-of").contains("choose a name without `-`"));
}

#[test]
fn anchors_experts_and_personalities() {
    let text = "x: &p$0 {a: 1}\nsteps:\n  - id: a\n    parameters: *p\n";
    assert_eq!(
        renamed(text, "shared"),
        "x: &shared {a: 1}\nsteps:\n  - id: a\n    parameters: *shared\n"
    );
    let text = "experts:\n  writer: {model: x}\nsteps:\n  - id: a\n    expert: 'wri$0ter'\n    prompt: x\n";
    assert!(renamed(text, "poet").contains("expert: 'poet'"));
    let text = "personalities:\n  calm: {system_prompt: x}\nsteps:\n  - id: a\n    personality: ca$0lm\n    prompt: x\n";
    assert!(renamed(text, "quiet").contains("  quiet: {"));
}

#[test]
fn names_that_cannot_be() {
    let text = "inputs:\n  topic: x\nsteps:\n  - id: $0a\n    action: echo {{ topic }}\n  - id: b\n    action: echo {{ a.x }}\n";
    for (new, reason) in [
        ("1a", "is no id"),
        ("a b", "is no id"),
        ("", "is no id"),
        ("skip", "`on_failure` takes it for a policy"),
        ("steps", "templates read other names behind it"),
        ("if", "a word of expressions"),
        ("execution", "every pipeline has a value of that name"),
        ("b", "is already the id of a step"),
        ("topic", "is already an input"),
    ] {
        let said = refused(text, new);
        assert!(said.contains(reason), "{new}: {said}");
    }
    let text = "steps:\n  - id: a\n    for_each: [1]\n    loop_var: $0f\n    steps:\n      - {id: b, action: 'echo {{ f }}'}\n";
    assert!(refused(text, "item").contains("the loop binds by itself"));
    assert!(refused(text, "a-b").contains("no name that expressions can read"));
}

#[test]
fn a_name_that_would_make_a_place_mean_something_else_is_refused() {
    let text = "steps:\n  - id: a\n    for_each: [1]\n    steps:\n      - id: o$0ne\n        action: echo x\n      - id: two\n        action: echo {{ one.x }} {{ far.x }}\n  - id: far\n    action: echo x\n";
    assert_eq!(refused(text, "far"), "with the name `far`, line 8 would mean something else");
    let text = "steps:\n  - id: $0a\n    action: echo x\n  - id: b\n    action: echo {{ c.x }}\n";
    assert_eq!(refused(text, "c"), "with the name `c`, line 5 would mean something else");
    let flow =
        "steps:\n  - id: $0a\n    action: echo x\n  - {id: b, action: echo y, condition: a.ok}\n";
    assert_eq!(refused(flow, "a-b"), "with the name `a-b`, line 4 would mean something else");
}

#[test]
fn what_came_through_an_alias_or_has_no_name_of_its_own_is_refused() {
    let text = "x-p: &p\n  command: echo {{ a.x }}\nsteps:\n  - id: $0a\n    action: echo x\n  - id: b\n    tool: terminal\n    parameters: *p\n";
    assert!(refused(text, "fetch").contains("through a YAML alias in line 8"));
    let text = "steps:\n  - name: Fetch\n    action: echo x\n  - id: b\n    action: echo {{ fet$0ch.x }}\n";
    let said = refused(text, "get");
    assert!(said.contains("made from the step's `name`"), "{said}");
    let text = "steps:\n  - id: a\n    for_each: [1]\n    steps:\n      - {id: b, action: 'echo {{ it$0em }}'}\n";
    assert!(refused(text, "x").contains("the loop's own name for it"));
    let (snapshot, offset) = at_cursor("steps:\n  - id: a\n    action: ec$0ho x\n");
    assert_eq!(prepare_rename(&snapshot, offset), Ok(None));
    assert_eq!(rename(&snapshot, offset, "x"), Ok(None));
}

#[test]
fn places_that_change_while_one_types() {
    let (snapshot, offset) = at_cursor(
        "steps:\n  - id: a$0\n    action: echo x\n  - id: b\n    action: echo {{ a.x }}\n",
    );
    assert_eq!(linked(&snapshot, offset).len(), 2);
    let (snapshot, offset) = at_cursor("steps:\n  - id: a\n    act$0ion: echo x\n");
    assert_eq!(linked(&snapshot, offset), []);
}

/// Includes with these texts.
#[derive(Debug)]
struct Included(&'static [(&'static str, &'static str)]);

impl Files for Included {
    fn exists(&self, path: &str) -> Option<bool> {
        Some(self.0.iter().any(|(name, _)| *name == path))
    }

    fn text(&self, path: &str, _: FileRole) -> Option<String> {
        self.0.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
    }
}

#[test]
fn what_an_included_text_reads_keeps_its_name() {
    let files: Arc<dyn Files> = Arc::new(Included(&[
        ("ask.md", "Ask. {{ file: deep.md }} {{ file: ask.md }}"),
        ("deep.md", "About {{ fetch.x }}"),
    ]));
    let text = "steps:\n  - id: fetch\n    action: echo x\n  - id: other\n    action: echo x\n  - id: c\n    prompt: |\n      {{ file: ask.md }}\n";
    let document = syntax::Document::new(text);
    let catalogue = pipeline::catalogue::Catalogue::declared();
    let snapshot = crate::Analyst::default().read(document, &catalogue, &files);
    let at = |word: &str| text.find(word).unwrap() as u32;
    assert_eq!(
        rename(&snapshot, at("fetch"), "get").expect_err("it is refused").reason,
        "`deep.md`, which is included in line 8, reads `fetch`; change it there first"
    );
    assert!(rename(&snapshot, at("other"), "get").is_ok());
}

/// Ways to read `NAME`, as lines of a step.
const READS: &[&str] = &[
    "    dependencies: [NAME]",
    "    depends_on: NAME",
    "    action: echo {{ NAME.x }} {{ steps['NAME'].y }}",
    "    action: 'echo {{ NAME.x }} {{ results.NAME }}'",
    "    action: \"echo {{ steps[\\\"NAME\\\"].x }}\\n{{ NAME | upper }}\"",
    "    prompt: >\n      say {{ NAME.a\n      }} or {% if NAME.ok %}NAME{% endif %}",
    "    prompt: |\n      {% for NAME in NAME.items %}{{ NAME }}{% endfor %}",
    "    condition: NAME.size > 1 and 'NAME' != 'x'",
    "    condition: \"{{ NAME.ok }} and steps.NAME.done\"",
    "    on_failure: NAME",
    "    goto: \"{{ 'NAME' if NAME.ok else 'last' }}\"",
    "    for_each: \"{{ NAME.items }}\"\n    steps:\n      - id: inner\n        action: echo {{ item }} {{ NAME.x }}",
    "    for_each: [1]\n    steps:\n      - id: NAME\n        action: echo x\n      - id: next\n        action: echo {{ NAME.x }}",
];

/// What a text means but for names: edges, stages, and codes of findings by line.
fn meaning(snapshot: &Snapshot) -> String {
    let edges: Vec<_> =
        snapshot.plan.edges.iter().map(|edge| (edge.from, edge.to, edge.origin)).collect();
    let mut findings = Vec::new();
    for part in snapshot.report.parts() {
        let line = |offset| snapshot.document.line_of(part.base + offset);
        // What is said in the same words is said once, with the other places beside it.
        findings.extend(part.found.iter().flat_map(|it| {
            let beside = it.related.iter().map(|it| it.span);
            beside.chain([it.span]).map(|span| (line(span.start), it.code))
        }));
    }
    findings.sort_unstable();
    findings.dedup();
    format!("{edges:?} {:?} {findings:?}", snapshot.plan.stages)
}

proptest! {
    #[test]
    fn a_text_means_the_same_under_another_name(
        reads in prop::collection::vec((0..READS.len(), 0..READS.len()), 1..6),
        target in 0_usize..6,
        new in "[a-z]{3,5}(-[a-z]{1,3})?",
    ) {
        let mut text = String::from("name: x\nsteps:\n  - id: s0\n    action: echo x\n");
        for (index, (first, second)) in reads.iter().enumerate() {
            let key = |read: &str| read.trim().split(':').next().map(str::to_owned);
            text.push_str(&format!("  - id: s{}\n", index + 1));
            text.push_str(&READS[*first].replace("NAME", &format!("s{index}")));
            if key(READS[*first]) != key(READS[*second]) {
                text.push('\n');
                text.push_str(&READS[*second].replace("NAME", "s0"));
            }
            text.push('\n');
        }
        text.push_str("  - id: last\n    action: echo x\n");
        let before = snapshot(&text);
        let id = format!("id: s{}\n", target.min(reads.len()));
        let offset = text.find(&id).expect("a step") as u32 + 5;
        match rename(&before, offset, &new) {
            Err(why) => {
                let known = ["cannot be a name here", "is already"];
                let is_known = known.iter().any(|it| why.reason.contains(it));
                prop_assert!(is_known, "{}\n{}", why.reason, text);
            }
            Ok(edits) => {
                let mut after = text.clone();
                for edit in edits.expect("a name").iter().rev() {
                    after.replace_range(edit.span.range(), &edit.text);
                }
                prop_assert_eq!(meaning(&before), meaning(&snapshot(&after)), "{}\n{}", text, after);
            }
        }
    }
}
