//! What pipelines say of themselves against what they do: `data/alignment.txt` holds some that agree and some that do not.

use checks::Severity;
use tests::reading::findings;

const CASES: &str = include_str!("data/alignment.txt");

/// The rules that compare words with facts.
const RULES: &[&str] = &["unread-source", "undone-promise", "unproduced-output", "idle-step"];

struct Case {
    name: &'static str,
    /// The rule that finds it; none where all is well.
    rule: Option<&'static str>,
    text: &'static str,
}

fn cases() -> Vec<Case> {
    let blocks = CASES.split("\n=== ").skip(1);
    let read = |block: &'static str| {
        let (head, text) = block.split_once('\n').expect("a head and a pipeline");
        let (kind, name) = head.split_once(' ').expect("a kind and a name");
        match kind {
            "aligned" => Case { name, rule: None, text },
            "broken" => {
                let (name, rule) = name.rsplit_once(": ").expect("the rule that finds it");
                Case { name, rule: Some(rule), text }
            }
            other => panic!("`{other}` is neither aligned nor broken"),
        }
    };
    blocks.map(read).collect()
}

#[test]
fn what_is_stated_is_compared_with_the_facts() {
    let cases = cases();
    let (broken, aligned): (Vec<_>, Vec<_>) = cases.iter().partition(|it| it.rule.is_some());
    assert!(
        broken.len() >= 20 && aligned.len() >= 20,
        "{} broken, {} aligned",
        broken.len(),
        aligned.len()
    );
    let mut wrong = Vec::new();
    for case in &cases {
        let all = findings(case.text);
        let said: Vec<_> = all.iter().filter(|it| RULES.contains(&it.code)).collect();
        let right = match case.rule {
            None => said.is_empty(),
            Some(rule) => said.iter().any(|it| it.code == rule),
        };
        let others =
            all.iter().filter(|it| it.severity == Severity::Error && !RULES.contains(&it.code));
        let others: Vec<_> = others.map(|it| &it.message).collect();
        if !right || !others.is_empty() {
            let said: Vec<_> = said.iter().map(|it| (it.code, &it.message)).collect();
            wrong.push(format!("{}: {said:?} {others:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reason_silences_all_of_them() {
    for case in cases().iter().filter(|it| it.rule.is_some() && !it.text.contains("metadata:")) {
        let text = format!("metadata: {{intention_override: It is meant so.}}\n{}", case.text);
        let all = findings(&text);
        let said: Vec<_> =
            all.iter().filter(|it| RULES.contains(&it.code)).map(|it| it.code).collect();
        assert!(said.is_empty(), "{}: {said:?}", case.name);
        let text = text.replace("It is meant so.", "''");
        assert!(
            findings(&text).iter().any(|it| RULES.contains(&it.code)),
            "{}: no reason is none",
            case.name
        );
    }
}
