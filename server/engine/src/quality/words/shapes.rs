//! Results in other shapes than prose: other languages, tables, code, JSON, single words, numbers, lists, HTML.

use serde_json::{Value as Json, json};

use super::{IssueCode, issues};

fn codes(thing: &Json, asked: &str) -> Vec<IssueCode> {
    issues(thing, asked).into_iter().map(|issue| issue.code).collect()
}

/// A request of some length, in English.
const ENGLISH: &str = "Write a short summary of the report below for the members of the council. Say what was done in the last year, what it has cost, and what is still to be decided before the summer.";

/// Two papers by their authors, numbered.
const STUDIES: &str = "Answer from these studies only, and cite them by number.\n\nReferences:\n1. Haraldsen, T. (2017). Salt in estuaries. https://salt.example.org/haraldsen\n2. Mwangi, P. and Osei, K. (2022). Mangroves and silt. https://silt.example.org/mwangi";

#[test]
fn what_went_wrong_is_seen_in_every_shape() {
    use IssueCode::{
        BrokenLink, Citation, CutOff, Empty, ErrorText, Format, Language, Leftover, Placeholder,
        Refusal, Repetition,
    };
    let rows = "| 2021 | wood | 14 |\n".repeat(12);
    let japanese = "港は静かです。".repeat(8);
    let mut wrong = Vec::new();
    for (thing, asked, expected) in [
        // Other languages.
        (json!("Je suis désolé, mais je ne peux pas répondre à cette demande."), "", vec![Refusal]),
        (json!("Lo siento, pero no puedo ayudarte con eso."), "", vec![Refusal]),
        (json!("申し訳ありませんが、そのご要望にはお応えできません。"), "", vec![Refusal]),
        (json!("抱歉，我无法协助完成这个请求。"), "", vec![Refusal]),
        (json!("Извините, но я не могу помочь с этим запросом."), "", vec![Refusal]),
        (json!("Als KI-Sprachmodell habe ich keine eigene Meinung dazu."), "", vec![Refusal]),
        (
            json!(
                "Le port a été agrandi l'année dernière et les travaux ont coûté plus que ce qui avait été prévu par le conseil, mais les bateaux de pêche peuvent maintenant entrer à toute heure."
            ),
            ENGLISH,
            vec![Language],
        ),
        (
            json!(
                "市议会去年扩建了港口，工程费用超过预算，但是渔船现在可以在任何时间进港。夏季之前还要决定谁来支付新的灯塔。"
            ),
            ENGLISH,
            vec![Language],
        ),
        (json!(japanese), "", vec![Repetition]),
        // Tables.
        (json!(format!("| year | good | tons |\n|-|-|-|\n{rows}")), "", vec![Repetition]),
        (
            json!("| port | depth |\n|-|-|\n| Bergen | 11 m |\n| Narvik | [depth] |"),
            "",
            vec![Placeholder],
        ),
        (json!("| port | depth |\n|-|-|\n| Bergen | 11 m |\n| Narv"), "", vec![CutOff]),
        // Code.
        (
            json!("def depth(port):\n    # your code here\n    raise NotImplementedError"),
            "",
            vec![Placeholder],
        ),
        (
            json!("Use this:\n\n```js\nfunction depth(port) {\n  return table[port"),
            "",
            vec![CutOff],
        ),
        (
            json!("function depth(port) {\n  // ... rest of the code remains the same\n}"),
            "",
            vec![Placeholder],
        ),
        // JSON.
        (
            json!({"summary": "I'm unable to summarise this document.", "score": 0}),
            "",
            vec![Refusal],
        ),
        (json!([{"name": "", "depth": "N/A"}, {"name": "", "depth": null}]), "", vec![Empty]),
        (json!("Here is the JSON:\n{\"port\": \"Bergen\", \"depth\": 11,"), "", vec![CutOff]),
        (json!("{\"port\": \"Bergen\", \"depth\": \"<depth in metres>\"}"), "", vec![Placeholder]),
        // HTML and XML.
        (json!("<ul><li>Bergen</li><li>Narvik</li><li>Hammer"), "", vec![CutOff]),
        (json!("<h1>Internal Server Error</h1><p>nginx/1.24</p>"), "", vec![ErrorText]),
        (json!("<p>Dear {{customer_name}},</p><p>the ship sails.</p>"), "", vec![Placeholder]),
        // Numbers, words, lists.
        (json!("NaN"), "", vec![ErrorText]),
        (json!("-"), "", vec![Empty]),
        (
            json!(
                "1. Bergen\n2. Narvik\n3. Bergen\n4. Narvik\n5. Bergen\n6. Narvik\n7. Bergen\n8. Narvik\n9. Bergen\n10. Narvik\n11. Bergen\n12. Narvik\n13. Bergen\n14. Narvik"
            ),
            "",
            vec![Repetition],
        ),
        // Sources.
        (json!("Salt rises in dry years [1][3]."), STUDIES, vec![Citation]),
        (json!("Salt rises in dry years (Haraldsen 2017; Petrov 2019)."), STUDIES, vec![Citation]),
        (
            json!("Salt rises in dry years.[^2]\n\n[^1]: Haraldsen, 2017."),
            STUDIES,
            vec![BrokenLink],
        ),
        (json!("Salt rises, as Lindqvist and Berg (2015) show."), STUDIES, vec![Citation]),
        (json!("More is at https://salt.example.org/lindqvist."), STUDIES, vec![Citation]),
        // Ends at a limit, machinery, errors.
        (
            json!(
                "The council met twice this year. The second meeting was about the quay, which had been damaged by the storm in"
            ),
            "",
            vec![CutOff],
        ),
        (
            json!(
                "Der Rat tagte zweimal. In der zweiten Sitzung ging es um den Kai, der durch den Sturm beschädigt worden war und"
            ),
            "",
            vec![CutOff],
        ),
        (
            json!("Assistant: The tide turns at noon.\nUser: And then?\nAssistant: It falls."),
            "",
            vec![Leftover],
        ),
        (json!("<|assistant|>\nThe tide turns at noon."), "", vec![Leftover]),
        (json!("{\"detail\":\"Rate limit exceeded, try again in 20s\"}"), "", vec![ErrorText]),
        (json!("curl: (28) Operation timed out after 30001 milliseconds"), "", vec![ErrorText]),
        (json!("{\"port\": Bergen}"), "", vec![Format]),
    ] {
        let found = codes(&thing, asked);
        if found != expected {
            wrong.push(format!("{found:?}, not {expected:?}: {thing}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_results_in_every_shape_are_left_alone() {
    let mut wrong = Vec::new();
    for (thing, asked) in [
        // Very short.
        (json!("42"), ""),
        (json!("yes"), ENGLISH),
        (json!("No."), ""),
        (json!("B"), "Answer with A, B or C only."),
        (json!("-3.5e2"), ""),
        (json!("€ 1,250.00"), ""),
        (json!("2026-11-26T04:48:25Z"), ""),
        (json!("👍"), ""),
        (json!(3.25), ""),
        (json!([true, false, null]), ""),
        // Other languages, as asked for.
        (json!("港は静かで、船は正午に出ます。"), "港について一文で書いてください。"),
        (json!("Порт открыт до шести часов, и корабли уходят в полдень."), ""),
        (json!("¿Cuándo sube la marea? A las seis de la mañana."), ""),
        (json!("Je ne peux pas imaginer un port plus calme que celui-ci."), ""),
        (
            json!("Der Kai ist fertig, die Kosten lagen bei 2,4 Mio. €"),
            "Fasse den Bericht zusammen.",
        ),
        (
            json!(
                "El puerto se amplió el año pasado y las obras costaron más de lo previsto, pero los barcos de pesca ya pueden entrar a cualquier hora del día."
            ),
            "Resume el informe en español para los miembros del consejo, y di lo que se hizo durante el año pasado y lo que ha costado.",
        ),
        // Tables and lists.
        (
            json!(
                "| port | depth |\n|:--|--:|\n| Bergen | 11 m |\n| Narvik | n/a |\n| Hammerfest | - |"
            ),
            "",
        ),
        (json!("year,good,tons\n2021,wood,14\n2022,wood,14\n2023,wood,15\n2024,wood,14"), ""),
        (json!("- Bergen\n- Narvik\n- Hammerfest and the islands around it"), ""),
        (json!("[ ] load the wood\n[x] load the grain\n[ ] pay the fee"), ""),
        (json!("1) Bergen 2) Narvik 3) Hammerfest"), ""),
        (json!(["yes", "no", "no", "no", "no", "no", "no", "yes"]), ""),
        // Code.
        (json!("SELECT port, depth FROM ports WHERE depth > 10 ORDER BY depth;"), ""),
        (json!("fn depth(port: &str) -> Option<f64> {\n    TABLE.get(port).copied()\n}"), ""),
        (json!("for i in range(10):\n    print(i)\n    print(i)\n    print(i)"), ""),
        (json!("```yaml\nsteps:\n  - id: a\n    action: echo {{ name }}\n```"), ""),
        (json!("const key = process.env.API_KEY;\nif (!key) throw new Error(\"no key\");"), ""),
        (json!("git commit -m \"mend the quay\" && git push origin main"), ""),
        // JSON and markup.
        (json!("{\"error\": false, \"ports\": [\"Bergen\"], \"note\": null}"), ""),
        (json!({"port": "Bergen", "depth": 11, "notes": ""}), ""),
        (json!("[]\n[1]\n[1, 2]"), ""),
        (json!("<p>The quay is open.</p>"), ""),
        (
            json!("<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"4\"/></svg>"),
            "Draw a circle. See https://svg.example.org/guide.",
        ),
        (json!("E = mc^2"), ""),
        (json!("$$\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$$"), ""),
        // Sources.
        (json!("Salt rises in dry years [1, 2]; mangroves hold silt back [2]."), STUDIES),
        (json!("Salt rises in dry years (Haraldsen, 2017; Mwangi & Osei, 2022)."), STUDIES),
        (json!("As Mwangi and Osei (2022) show, mangroves hold silt back.¹"), STUDIES),
        (json!("Salt rises.[^1]\n\n[^1]: Haraldsen, T. (2017). Salt in estuaries."), STUDIES),
        // Words that look like something else.
        (json!("The refusal read: we are unable to accept the offer."), ""),
        (json!("To whom it may concern: the harbour office is closed on Monday"), ""),
        (
            json!(
                "Out of memory errors are rare since the last release, and none was seen in June."
            ),
            "",
        ),
        (json!("Row, row, row your boat, gently down the stream."), ""),
    ] {
        let found = codes(&thing, asked);
        if !found.is_empty() {
            wrong.push(format!("{found:?}: {thing}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
