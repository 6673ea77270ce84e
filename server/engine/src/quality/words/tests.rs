use serde_json::{Value as Json, json};

use super::*;
use crate::quality::{Check, Quality, assess_result};

const SOURCES: &str = "Summarise the findings and cite them.\n\nSources:\n[1] Tides of the Elbe, https://tides.example.org/elbe\n[2] Harbour report, https://harbour.example.org/2024?page=2";
const PAPERS: &str =
    "Write a review.\nReferences: Miller (2019) on silt; (Okafor & Lind, 2021) on dredging.";
const GERMAN: &str = "Der Hafen liegt an der Mündung des Flusses und ist seit vielen Jahren der wichtigste Ort für den Handel mit Holz, Getreide und Fisch in dieser Gegend, und daran wird sich nichts ändern.";
const ENGLISH: &str = "Write three sentences about the harbour and its trade, for readers who have never been there, and say what has changed over the years since the new quay was built.";

fn codes(thing: &Json, asked: &str) -> Vec<IssueCode> {
    issues(thing, asked).into_iter().map(|issue| issue.code).collect()
}

#[test]
fn what_went_wrong_is_seen() {
    use IssueCode::{
        BrokenLink, Citation, CutOff, Empty, ErrorText, Format, Language, Leftover, Placeholder,
        Refusal, Repetition,
    };
    let round = "The water rises in the morning. ".repeat(5);
    let loops = format!("The harbour is {}", "very good and ".repeat(12));
    for (thing, asked, expected) in [
        (json!(null), "", vec![Empty]),
        (json!(" \n"), "", vec![Empty]),
        (json!([]), "", vec![Empty]),
        (json!({}), "", vec![Empty]),
        (json!("\"\"\n"), "", vec![Empty]),
        (json!("N/A."), "", vec![Empty]),
        (json!("(no output)"), "", vec![Empty]),
        (json!("Error: the quota is used up."), "", vec![ErrorText]),
        (json!("HTTP/1.1 503 Service Unavailable"), "", vec![ErrorText]),
        (json!("An unexpected error occurred while the tides were read."), "", vec![ErrorText]),
        (json!("KeyError: 'tide'"), "", vec![ErrorText]),
        (json!("{\"error\": {\"message\": \"overloaded\"}}"), "", vec![ErrorText]),
        (
            json!("# Tides\n\nHigh water is at six in the morning.\n\n## Low water"),
            "",
            vec![CutOff],
        ),
        (
            json!("Before the ship sails:\n1. Load the wood\n2. Load the grain\n3."),
            "",
            vec![CutOff],
        ),
        (json!("<!DOCTYPE html>\n<html><body><p>High water is at six.</p>"), "", vec![CutOff]),
        (json!("\"I'm sorry, but I can't help with that.\""), "", vec![Refusal]),
        (json!("I'm sorry, but I can't help with that."), "", vec![Refusal]),
        (json!("As an AI language model, I have no opinion."), "", vec![Refusal]),
        (json!("I am unable to directly access the file."), "", vec![Refusal]),
        (json!("I don't have access to real-time data."), "", vec![Refusal]),
        (json!("I must decline this request."), "", vec![Refusal]),
        (json!("Unfortunately, I cannot see the picture that you mean."), "", vec![Refusal]),
        (json!("Es tut mir leid, aber dabei kann ich nicht helfen."), "", vec![Refusal]),
        (json!("Dear [Your Name],"), "", vec![Placeholder]),
        (json!("Costs: TBD"), "", vec![Placeholder]),
        (json!("Hello {{ name }}"), "", vec![Placeholder]),
        (json!("The report of [Company Name] for [Date]."), "", vec![Placeholder]),
        (json!("```python\ndef f():\n    pass  # TODO: write this\n```"), "", vec![Placeholder]),
        (json!("Set the key YOUR_API_KEY first."), "", vec![Placeholder]),
        (json!("Lorem ipsum dolor sit amet."), "", vec![Placeholder]),
        (json!({"title": "t", "body": "(insert summary here)"}), "", vec![Placeholder]),
        (json!({"a": [{"answer": "I cannot assist with that."}]}), "", vec![Refusal]),
        (json!("```python\nprint(1)"), "", vec![CutOff]),
        (json!("{\"title\": \"Tides\", \"levels\": [1, 2,"), "", vec![CutOff]),
        (json!("The water rose over night. By the morning it stood at the"), "", vec![CutOff]),
        (json!("The water rose over night. By the morning it stood at thre"), "", vec![CutOff]),
        (json!("Three things are to be done before the ship sails:"), "", vec![CutOff]),
        (json!(round), "", vec![Repetition]),
        (json!(loops.trim_end()), "", vec![CutOff, Repetition]),
        (json!("no no no no no no no no no no no no no"), "", vec![Repetition]),
        (json!(GERMAN), ENGLISH, vec![Language]),
        (json!("It silts up, see https://silt.example.net/paper."), SOURCES, vec![Citation]),
        (json!("It silts up [3]."), SOURCES, vec![Citation]),
        (json!("It silts up [4].\n\nReferences\n1. Silt\n2. Sand"), "", vec![Citation]),
        (json!("Dredging helps (Novak, 2020)."), PAPERS, vec![Citation]),
        (json!("Novak et al. (2020) say that dredging helps."), PAPERS, vec![Citation]),
        (json!("See [the table]() for more."), "", vec![BrokenLink]),
        (json!("See [the table](https://table) for more."), "", vec![BrokenLink]),
        (json!("See [the end](#ending).\n\n# The end\n\nDone."), "", vec![BrokenLink]),
        (json!("It rose by a metre.[^1]"), "", vec![BrokenLink]),
        (json!("I'm afraid I can't do that for you."), "", vec![Refusal]),
        (json!("That is not something I can help with."), "", vec![Refusal]),
        (json!("I lack the ability to open web pages."), "", vec![Refusal]),
        (json!("I'd rather not write about this."), "", vec![Refusal]),
        (json!("It would be inappropriate for me to give advice here."), "", vec![Refusal]),
        (json!("My guidelines do not allow this."), "", vec![Refusal]),
        (json!("This request goes against what I may do."), "", vec![Refusal]),
        (
            json!("Please provide the article that you would like me to summarise."),
            "",
            vec![Refusal],
        ),
        (json!("It looks like you haven't included the text."), "", vec![Refusal]),
        (json!("No text was provided, so there is nothing to sum up."), "", vec![Refusal]),
        (json!("Mi dispiace, ma non posso aiutarti."), "", vec![Refusal]),
        (
            json!("Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: x"),
            "",
            vec![ErrorText],
        ),
        (json!("Error: 429 Too Many Requests"), "", vec![ErrorText]),
        (json!("502 Bad Gateway"), "", vec![ErrorText]),
        (json!("An unexpected error occurred. Please try again later."), "", vec![ErrorText]),
        (
            json!("<html><head><title>503 Service Unavailable</title></head></html>"),
            "",
            vec![ErrorText],
        ),
        (json!("undefined"), "", vec![ErrorText]),
        (json!("[object Object]"), "", vec![ErrorText]),
        (json!("The tide turns at noon.<|im_end|>"), "", vec![Leftover]),
        (json!("[/INST] The tide turns at noon."), "", vec![Leftover]),
        (json!("<think>\nWhat is a tide?\n</think>\nThe tide turns at noon."), "", vec![Leftover]),
        (json!("Dear {name}, the ship sails at noon."), "", vec![Placeholder]),
        (json!("Write to {customer_email} today."), "", vec![Placeholder]),
        (json!("The level is XX.XX metres."), "", vec![Placeholder]),
        (json!("Signed by <Company Name>."), "", vec![Placeholder]),
        (json!("Results: analysis to be added later"), "", vec![Placeholder]),
        (json!("<%= title %> is out."), "", vec![Placeholder]),
        (json!("Summary {{ report.title"), "", vec![Placeholder]),
        (json!("{'title': 'Tides', 'level': 3}"), "", vec![Format]),
        (json!("{\"title\": \"Tides\", \"level\": 3,}"), "", vec![Format]),
        (json!("```json\n{\"title\": Tides}\n```"), "", vec![Format]),
        (json!({"title": "", "items": [], "more": {"a": null}}), "", vec![Empty]),
        (json!("It silts up [Source 3]."), SOURCES, vec![Citation]),
        (json!("It silts up (doi:10.1016/j.silt.2020.11)."), SOURCES, vec![Citation]),
    ] {
        assert_eq!(codes(&thing, asked), expected, "{thing}");
    }
}

#[test]
fn ordinary_texts_are_left_alone() {
    let long = format!("I cannot help admiring it. {}", ["Tides rise.", "Tides fall."].join(" "));
    for (thing, asked) in [
        (json!("None"), ""),
        (json!("There was no output at low tide."), ""),
        (json!("Error handling: every call returns what went wrong."), ""),
        (json!("The error: a wrong tide table. It was mended on Monday."), ""),
        (json!("The 404 Not Found page is kind."), ""),
        (json!("{\"error\": null, \"tide\": 3}"), ""),
        (json!("# Tides\n\nHigh water is at six, low water at noon.\n\n---"), ""),
        (json!("<html><body>High water is at six.</body></html>"), ""),
        (
            json!("He wrote \"I'm sorry, but I cannot help with that\" and left for the harbour."),
            "",
        ),
        (json!("The ferry cannot sail at low tide."), ""),
        (json!("I can't believe how well this works."), ""),
        (json!("We do provide an AI."), ""),
        (json!("As an AI company, we ship what we use."), ""),
        (json!("I'm sorry for the delay. The report is attached."), ""),
        (json!("Our shop cannot give refunds after 30 days."), ""),
        (json!("Three TODO comments are left in the code; the TODO list is short."), ""),
        (json!("See [the page](http://example.org) and <b>this</b>."), ""),
        (json!("Write `{{ name }}` where the name goes, and [Name](name.md) for its page."), ""),
        (json!("```jinja\nHello {{ name }}\n```"), ""),
        (json!("```\ncode\n```"), ""),
        (json!("The key is `snake____case`."), ""),
        (json!("positive"), ""),
        (json!("Tides, ships and quays"), ""),
        (json!("# Tides\n\n- high water at six\n- low water at twelve"), ""),
        (json!("| a | b |\n|-|-|\n| 1 | - |\n| 2 | and |"), ""),
        (
            json!(
                "The ship sails at noon. Bring your ticket.\n\nBest regards,\nThe harbour office"
            ),
            "",
        ),
        (
            json!(
                "It rose over night, as was said before. More is at https://tides.example.org/elbe"
            ),
            "",
        ),
        (json!("[1, 2, 3]"), ""),
        (json!("{\"a\": 1}"), ""),
        (json!("Yes. Yes. Yes. No. Yes."), ""),
        (
            json!("The tide rises. The tide falls. The ship sails with the tide. The tide turns."),
            "",
        ),
        (json!(GERMAN), GERMAN),
        (
            json!(GERMAN),
            "Translate into German: The harbour lies at the mouth of the river, and so on and on, for readers who have never been there.",
        ),
        (json!("It silts up [1], and is dredged [2]."), SOURCES),
        (
            json!("See https://harbour.example.org/2024 and https://tides.example.org/elbe/."),
            SOURCES,
        ),
        (json!("See https://silt.example.net/paper."), "What is silt?"),
        (json!("Miller (2019) and others (Okafor & Lind, 2021) agree."), PAPERS),
        (json!("In the spring (March 2020) it rose."), PAPERS),
        (json!("It silts up [1].\n\nReferences\n1. Silt"), ""),
        (json!("The list a[0] and a[12] hold numbers."), ""),
        (json!("It rose by a metre.[^1]\n\n[^1]: At the old quay."), ""),
        (json!("See [the end](#the-end) or [home](/index.html).\n\n## The end\n\nDone."), ""),
        (json!(0), ""),
        (json!(false), ""),
        (json!({"a": null}), ""),
        (json!({"items": []}), ""),
        (json!({"items": [], "count": 0}), ""),
        (json!("Please provide your invoice number with every letter to the office."), ""),
        (json!("Could you send the anchor chain back before Friday?"), ""),
        (json!("You have not paid the harbour fee for June."), ""),
        (json!("There is no data on tides before 1900."), ""),
        (json!("No documents were found in the archive of the harbour."), ""),
        (json!("The server answered with error 404 twice, then the page was moved."), ""),
        (
            json!(
                "An error occurred in the third sample, which was measured again: see table 2 for both values."
            ),
            "",
        ),
        (json!("Handle the case where the value is undefined."), ""),
        (json!("I am afraid of the open sea, and the crew knows it."), ""),
        (json!("I would rather sail at dawn than at dusk."), ""),
        (json!("It is not easy for me to leave the harbour."), ""),
        (json!("The word `<|im_end|>` ends a turn."), ""),
        (json!("The mate said that the water rose [...] and fell again."), ""),
        (json!("<person><first_name>Ann</first_name></person>"), ""),
        (json!("The set {a, b} has two members, and f(x) = {x}."), ""),
        (json!("MDCXX was the year on the gate; the XX corps stood there."), ""),
        (json!("{\"title\": \"Tides\"}\n{\"title\": \"Ships\"}"), ""),
        (json!("```json\n{\"title\": \"Tides\"}\n```"), ""),
        (json!("It silts up [Source 1] and [Ref. 2]."), SOURCES),
        (json!("See 10.1016/j.silt.2020.11 for more."), "What is silt?"),
        (json!({"label": "positive", "why": "It praises the quay."}), ""),
        (json!(long), ""),
    ] {
        assert_eq!(codes(&thing, asked), [], "{thing}");
    }
}

#[test]
fn what_is_quoted_moves_no_cursor_and_has_a_bound() {
    let hostile = "Dear [Your \u{1b}[31m\u{202e}Name], \u{9b}2J".to_owned() + &"x".repeat(900);
    let message = issues(&json!(hostile), "").remove(0).message;
    assert!(message.contains("Your"), "{message}");
    assert!(!message.contains(|it: char| it.is_control() || it == '\u{202e}'), "{message:?}");
    let long = super::Issue::new(super::IssueCode::Schema, "é\n".repeat(400)).message;
    assert_eq!((long.chars().count(), long.contains('\n')), (301, false));
}

#[test]
fn what_a_value_was_asked_for_excuses_what_has_it_word_by_word() {
    let value = json!({"result": "Hello {{ name }}, the tide turns at noon."});
    let step = |checked| Quality {
        score: 1.0,
        output_type: "string".to_owned(),
        output_size: 41,
        checked,
        issues: Vec::new(),
    };
    let (asked, free) = (step(vec![Check::Words]), step(Vec::new()));
    let page = json!("# Mail\n\nHello {{ name }}, the tide turns at noon.\n");
    for (thing, known, good) in [
        (&page, &asked, true),
        (&page, &free, false),
        (&json!("Hello {{ name }}, the tide turns at one."), &asked, false),
    ] {
        let (score, issues) = assess_result(thing, [(&value, known)]);
        assert_eq!((score == 1.0, issues.is_empty()), (good, good), "{thing}: {issues:?}");
    }
}
