//! Results that went wrong in ways of their own: machinery of other programs, broken encodings, tables and forms that were never
//! filled in; and good ones that look like them.

use serde_json::{Value as Json, json};

use super::{IssueCode, issues};

fn codes(thing: &Json, asked: &str) -> Vec<IssueCode> {
    issues(thing, asked).into_iter().map(|issue| issue.code).collect()
}

const KEYED: &str = "Answer with these sources and name them by their keys.\n\nSources:\n[Hara17] Salt in estuaries\n[Mwan22] Mangroves and silt";
const PAGES: &str = "Sum up what these pages say.\n\nSources:\n[1] https://quays.example.org/news/2024/new-quay\n[2] https://ports.example.org/depths";
const AUTHORS: &str =
    "Write a review.\nReferences: Haraldsen (2017) on salt; (Mwangi & Osei, 2022) on silt.";
const GERMAN: &str = "Fasse den Bericht über den Hafen für den Rat in wenigen Sätzen zusammen und sage, was im letzten Jahr getan wurde und was es gekostet hat, und was vor dem Sommer noch zu entscheiden ist.";

#[test]
fn what_went_wrong_is_seen_in_its_own_way() {
    use IssueCode::{
        BrokenLink, Citation, CutOff, ErrorText, Format, Language, Leftover, Placeholder, Refusal,
        Repetition,
    };
    let mut wrong = Vec::new();
    for (thing, asked, expected) in [
        // Declined in other words.
        (json!("I'm not able to help with this request."), "", vec![Refusal]),
        (json!("This is beyond what I can do as a text model."), "", vec![Refusal]),
        (json!("I don't have information about events after 2023."), "", vec![Refusal]),
        (json!("I'm only able to read text, so the chart is closed to me."), "", vec![Refusal]),
        (json!("I have no way to open links."), "", vec![Refusal]),
        (json!("Could you clarify which report you mean?"), "", vec![Refusal]),
        (
            json!(
                "The response was filtered due to the prompt triggering the content management policy."
            ),
            "",
            vec![Refusal],
        ),
        (json!("Przepraszam, ale nie mogę w tym pomóc."), "", vec![Refusal]),
        (json!("Het spijt me, maar daar kan ik niet bij helpen."), "", vec![Refusal]),
        // Never filled in.
        (json!("INSERT TITLE HERE\n\nThe tide turns at noon."), "", vec![Placeholder]),
        (json!("Dear %s, the ship sails at noon."), "", vec![Placeholder]),
        (json!("{0} sails from {1} at noon."), "", vec![Placeholder]),
        (json!("Summary: <summary of the report>"), "", vec![Placeholder]),
        (json!("The fee is $[amount] for each ton."), "", vec![Placeholder]),
        (json!("Contact: john.doe@example.com, phone 555-XXXX"), "", vec![Placeholder]),
        (
            json!("| port | depth |\n|-|-|\n| Bergen | TBD |\n| Narvik | TBD |"),
            "",
            vec![Placeholder],
        ),
        // Machinery.
        (json!("The quay is open【4†source】."), "", vec![Leftover]),
        (json!("The quay is open citeturn0search1."), "", vec![Leftover]),
        (
            json!("Thought: I need the tides.\nAction: search\nAction Input: tides"),
            "",
            vec![Leftover],
        ),
        (
            json!(
                "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"tides\"}}\n</tool_call>"
            ),
            "",
            vec![Leftover],
        ),
        (json!("The tide turns at noon.</s>"), "", vec![Leftover]),
        (json!("Der KÃ¶nig fuhr Ã¼ber die BrÃ¼cke."), "", vec![Leftover]),
        (json!("The caf\u{fffd} at the quay is \u{fffd}pen."), "", vec![Leftover]),
        // Ends at a limit.
        (
            json!("The quay was rebuilt in 1890 and then again in 1954 (after the storm of that"),
            "",
            vec![CutOff],
        ),
        (json!("<?xml version=\"1.0\"?>\n<ports>\n  <port name=\"Bergen\"/>\n"), "", vec![CutOff]),
        (
            json!("The council met twice this year and the quay was rebuilt [output truncated]"),
            "",
            vec![CutOff],
        ),
        (
            json!("The quay was rebuilt after the storm.\n\n(continued in the next message)"),
            "",
            vec![CutOff],
        ),
        (json!("port,depth,owner\nBergen,11,city\nNarvik,14,state\nHammer"), "", vec![CutOff]),
        // Circles.
        (json!("a".repeat(80)), "", vec![Repetition]),
        (
            json!(
                "The depth is 11111111111111111111111111111111111111111111111111111111111111 metres."
            ),
            "",
            vec![Repetition],
        ),
        (json!(vec!["The harbour is the heart of the town."; 6]), "", vec![Repetition]),
        // Errors of programs.
        (json!("#REF!"), "", vec![ErrorText]),
        (json!("null"), "", vec![ErrorText]),
        (json!({"status": "error", "message": "the model is overloaded"}), "", vec![ErrorText]),
        (json!({"error": {"code": 429, "message": "rate limit"}}), "", vec![ErrorText]),
        (json!("bash: jq: command not found"), "", vec![ErrorText]),
        (
            json!("fatal: not a git repository (or any of the parent directories): .git"),
            "",
            vec![ErrorText],
        ),
        (json!("ModuleNotFoundError: No module named 'pandas'"), "", vec![ErrorText]),
        (json!("java.lang.NullPointerException\n\tat Main.main(Main.java:3)"), "", vec![ErrorText]),
        (
            json!("thread 'main' panicked at src/main.rs:3:5:\nindex out of bounds"),
            "",
            vec![ErrorText],
        ),
        // Sources and links.
        (json!("Salt rises in dry years [Petr19]."), KEYED, vec![Citation]),
        (
            json!("The quay is open, says https://quays.example.org/news/2025/opening."),
            PAGES,
            vec![Citation],
        ),
        (json!("The quay is open [Error! Reference source not found.]."), "", vec![BrokenLink]),
        (json!("As Section ?? shows, the tide turns at noon [?]."), "", vec![BrokenLink]),
        (json!("See [the table](URL) and [the chart](link)."), "", vec![BrokenLink]),
        (json!("Read [more](http://)."), "", vec![BrokenLink]),
        // Forms.
        (json!("[{\"port\": \"Bergen\"}, {\"port\": Narvik}]"), "", vec![Format]),
        (
            json!(
                "The council has built a new quay this year, and it has cost more than was planned, but the boats can now come in at any hour of the day and the fishermen are content with it. Nobody knows yet what will be done about the old quay, which is to be decided before the summer."
            ),
            GERMAN,
            vec![Language],
        ),
    ] {
        let found = codes(&thing, asked);
        if found != expected {
            wrong.push(format!("{found:?}, not {expected:?}: {thing}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_results_that_look_like_them_are_left_alone() {
    let mut wrong = Vec::new();
    for (thing, asked) in [
        // Asked for.
        (
            json!("Hello {{ name }}, your ship {{ ship }} sails at noon."),
            "Write a Jinja template for a greeting.",
        ),
        (
            json!("Dear [Name],\n\nthe ship sails at noon.\n\n[Your Name]"),
            "Draft a letter with placeholders for the names.",
        ),
        (
            json!("I'm sorry, but I cannot come to the dinner on Friday."),
            "Write a short note that declines the invitation.",
        ),
        (
            json!("We sail at dawn. We sail at dawn. We sail at dawn."),
            "Repeat the sentence \"We sail at dawn.\" three times.",
        ),
        (json!("Der Kai ist offen, und die Boote fahren jeden Tag hinaus auf das Meer."), GERMAN),
        // Numbers in brackets that are no sources.
        (json!("For x in [0, 1] the salt falls, as [1] says."), PAGES),
        (
            json!("In Bergen (2021) the quay was rebuilt, as Haraldsen (2017) had asked for."),
            AUTHORS,
        ),
        (json!("More is at https://quays.example.org and on its pages."), PAGES),
        (json!("Salt rises in dry years [Hara17], silt stays [Mwan22]."), KEYED),
        // Ends that are ends.
        (json!("The overall grade of the harbour in this year's report is B-"), ""),
        (json!("The harbour was deepened, widened, lit, and so on"), ""),
        (json!("The depth was measured at three places (see table 2)"), ""),
        (json!("Bergen\nNarvik\nHammerfest\nTromsø\nBodø\nÅlesund\nKristiansund"), ""),
        (json!("What the harbour is made of\nWhat it stands for\nWhere the ships come from"), ""),
        (json!("port,depth,owner\nBergen,11,city\nNarvik,14,state\nHammerfest,9,town"), ""),
        (json!("name;note\nBergen;\"old; deep\"\nNarvik;new\n"), ""),
        (json!("<ports><port name=\"Bergen\"/></ports>"), ""),
        (json!("Thanks for everything, and see you at the quay!\n\n— Ann"), ""),
        // Letters of offices, and other first persons.
        (json!("Unfortunately, we cannot ship to Narvik this week: the ice is too thick."), ""),
        (json!("I can't recommend this harbour enough."), ""),
        (json!("Could the council clarify the budget? That is the question of the evening."), ""),
        (json!("The minister had no information about the ships after 1923."), ""),
        (json!("The action that follows: search the hold, then lock it."), ""),
        // Talk of what else would be a fault.
        (json!("The formats %s and %d stand for a text and a number."), ""),
        (json!("In Python, {0} and {1} are filled in by position."), ""),
        (json!("The cell shows #REF! when its source is gone; #N/A means no value."), ""),
        (json!("`fatal: not a git repository` means that the folder was never set up."), ""),
        (json!("A NullPointerException was thrown twice in June; both are mended."), ""),
        (json!("The status is error-free since June."), ""),
        (json!({"status": "ok", "message": "no error was found"}), ""),
        (
            json!({"status": "error", "count": 3, "lines": ["a", "b"], "verdict": "three lines are wrong"}),
            "",
        ),
        (json!({"error_rate": 0.02, "errors": ["a typo in line 3"]}), ""),
        // Alike, and no circle.
        (json!(["yes", "yes", "yes", "no", "yes", "yes", "yes", "yes"]), ""),
        (json!(["rain", "rain", "rain", "rain", "rain", "rain"]), ""),
        (json!("0000-0002-1825-0097 is the number of the author."), ""),
        (
            json!(
                "=====================================================\nTides\n====================================================="
            ),
            "",
        ),
        (json!("The hash is 00000000000000000000000000000000."), ""),
        (json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGFsZ28="), ""),
        (json!("Aaaaah! Hmmmmm. Nooooo."), ""),
        // Words of other tongues that hold such letters.
        (json!("A cidade de São João fica à beira do mar; Ângela mora lá."), ""),
        (json!("Ã is a letter of Portuguese."), ""),
        (json!("The sign reads ?? in the old print."), ""),
        (json!("Is it true?? Yes, it is."), ""),
        (json!("[link](https://quays.example.org/link) leads to the page."), ""),
        (json!("The fee is $5 [amount paid in June]."), ""),
        (json!("Thought is free. Action is dear."), ""),
    ] {
        let found = codes(&thing, asked);
        if !found.is_empty() {
            wrong.push(format!("{found:?}: {thing}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
