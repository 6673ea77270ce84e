//! The last answers about the tokens of one document: what an answer has in common with an earlier one is found by
//! comparing sheets, not numbers.

use std::collections::VecDeque;
use std::sync::Arc;

use ide::{Snapshot, TokenMemo};

use super::encode::{Joined, Leads, Sheet};
use crate::lsp::encoding::Encoding;

/// How many answers a client may still refer to.
const KEPT: usize = 3;

/// Tokens of one open document. Holds no more than a few versions of it, which share what they have in common.
#[derive(Default)]
pub(crate) struct Shelf {
    memo: TokenMemo<Arc<Sheet>>,
    /// The last answers, newest last.
    answers: VecDeque<Answer>,
    /// How many answers there were.
    count: u64,
}

/// The tokens of one version.
struct Answer {
    id: u64,
    sheets: Vec<Placed>,
}

/// A sheet, and how many lines its first token stands below the token before.
#[derive(Clone, PartialEq, Eq)]
struct Placed {
    sheet: Arc<Sheet>,
    lead: u32,
}

impl Shelf {
    /// All tokens, as the JSON of `SemanticTokens`.
    pub(super) fn full(&mut self, snapshot: &Snapshot, encoding: Encoding) -> String {
        let answer = self.answer(snapshot, encoding);
        whole(answer)
    }

    /// What has changed since the answer `before`, as the JSON of `SemanticTokensDelta`; all tokens if that answer is
    /// not there any more.
    pub(super) fn delta(
        &mut self,
        snapshot: &Snapshot,
        encoding: Encoding,
        before: &str,
    ) -> String {
        let before = before.parse().ok();
        let before = self.answers.iter().find(|it| Some(it.id) == before);
        let before = before.map(|answer| answer.sheets.clone());
        let answer = self.answer(snapshot, encoding);
        match before {
            Some(before) => {
                let edits = edit(&before, &answer.sheets).unwrap_or_default();
                format!(r#"{{"resultId":"{}","edits":[{edits}]}}"#, answer.id)
            }
            None => whole(answer),
        }
    }

    /// The answer for a version; the last one if it is the same.
    fn answer(&mut self, snapshot: &Snapshot, encoding: Encoding) -> &Answer {
        let mut leads = Leads::default();
        let mut sheets = Vec::new();
        for (part, made) in self.memo.read(snapshot) {
            let text = part.segment.tree.text();
            let sheet =
                made.get_or_insert_with(|| Arc::new(Sheet::new(text, &part.tokens, encoding)));
            let lead = leads.next(sheet, part.line);
            sheets.push(Placed { sheet: Arc::clone(sheet), lead });
        }
        // Sheets that were kept are the same object, which is seen before their numbers are looked at.
        if self.answers.back().is_none_or(|last| last.sheets != sheets) {
            self.count += 1;
            if self.answers.len() == KEPT {
                self.answers.pop_front();
            }
            self.answers.push_back(Answer { id: self.count, sheets });
        }
        let newest = self.answers.len() - 1;
        &self.answers[newest]
    }
}

fn whole(answer: &Answer) -> String {
    format!(r#"{{"resultId":"{}","data":[{}]}}"#, answer.id, numbers(&answer.sheets))
}

fn numbers(sheets: &[Placed]) -> String {
    let mut joined = Joined::default();
    for placed in sheets {
        joined.add(&placed.sheet, placed.lead);
    }
    joined.finish()
}

/// The one edit that makes `now` of `before`, as the JSON of `SemanticTokensEdit`; nothing if they are the same.
fn edit(before: &[Placed], now: &[Placed]) -> Option<String> {
    let is = |(before, now): &(&Placed, &Placed)| before == now;
    let head = before.iter().zip(now).take_while(is).count();
    let shorter = before.len().min(now.len()) - head;
    let pairs = before.iter().rev().zip(now.iter().rev()).take(shorter);
    let tail = pairs.take_while(is).count();
    let count = |sheets: &[Placed]| 5 * sheets.iter().map(|it| it.sheet.count).sum::<u32>();
    let old = before.get(head..before.len() - tail).unwrap_or_default();
    let new = now.get(head..now.len() - tail).unwrap_or_default();
    if old.is_empty() && new.is_empty() {
        return None;
    }
    let start = count(before.get(..head).unwrap_or_default());
    let (deleted, data) = (count(old), numbers(new));
    Some(format!(r#"{{"start":{start},"deleteCount":{deleted},"data":[{data}]}}"#))
}

#[cfg(test)]
mod tests {
    use checks::{Files, NoFiles};
    use ide::Analyst;
    use pipeline::catalogue::Catalogue;
    use serde_json::Value as Json;
    use syntax::{Document, Span};

    use super::super::encode::of_range;
    use super::*;

    const TEXT: &str = "\
id: é😀 # é
inputs:
  topic: tides
steps:
  - id: one
    tool: terminal
    parameters: {command: \"é😀 {{ topic | upper }} {{ two.x }}\"}
  - id: two
    action: generate
    condition: one.result and topic == 'x'
    parameters:
      prompt: |
        {% for x in topic %}{{ x }}
        {{ loop.index }}{% endfor %}
      model: <AUTO task=\"é\">😀 {{ one.y }}</AUTO>
  - id: three
    action: echo {{ one }} {{ two }}
outputs:
  o: \"{{ three.result }}\"
";
    const PLACES: [&str; 8] =
        ["topic", "  - id: two\n", "{{ x }}", "one", "\n", "action: ", "outputs:\n", "id"];
    const WORDS: [&str; 8] =
        ["", "one", "\n", "  - id: fresh\n    action: echo {{ one }}\n", "é", "{{ ", "😀", "# c"];

    fn no_files() -> Arc<dyn Files> {
        Arc::new(NoFiles)
    }

    fn numbers(json: &Json) -> Vec<u64> {
        json.as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).collect()
    }

    /// Line, column, length, kind and modifiers of each token.
    fn decoded(data: &[u64]) -> Vec<[u64; 5]> {
        let (mut line, mut column) = (0, 0);
        let mut all = Vec::new();
        for token in data.chunks(5) {
            column = if token[0] == 0 { column + token[1] } else { token[1] };
            line += token[0];
            all.push([line, column, token[2], token[3], token[4]]);
        }
        all
    }

    fn fresh(snapshot: &Snapshot, encoding: Encoding) -> Vec<u64> {
        let full: Json = serde_json::from_str(&Shelf::default().full(snapshot, encoding)).unwrap();
        numbers(&full["data"])
    }

    /// Reads version after version of an edited text.
    fn edited(turns: usize, mut look: impl FnMut(&Snapshot, Encoding, usize)) {
        for encoding in [Encoding::Utf16, Encoding::Utf8] {
            let mut analyst = Analyst::default();
            let mut document = Document::new(TEXT);
            for turn in 0..turns {
                let now = document.rope().to_string();
                let hits: Vec<_> = now.match_indices(PLACES[turn % PLACES.len()]).collect();
                if let Some((at, found)) = hits.get(turn * 7 % hits.len().max(1)) {
                    let end = at + found.len() * (turn % 2);
                    document.edit(Span::new(*at as u32, end as u32), WORDS[turn * 5 % WORDS.len()]);
                }
                if document.len() > 4_000 || document.len() < 200 {
                    document = Document::new(TEXT);
                }
                let catalogue = Catalogue::declared();
                look(&analyst.read(document.clone(), &catalogue, &no_files()), encoding, turn);
            }
        }
    }

    #[test]
    fn an_earlier_answer_and_its_difference_are_the_whole() {
        let mut shelf = Shelf::default();
        let mut known: Option<(String, Vec<u64>)> = None;
        let mut last = Encoding::Utf16;
        edited(300, |snapshot, encoding, turn| {
            if encoding != last {
                (shelf, known, last) = (Shelf::default(), None, encoding);
            }
            let expected = fresh(snapshot, encoding);
            let Some((id, before)) = &mut known else {
                let full: Json = serde_json::from_str(&shelf.full(snapshot, encoding)).unwrap();
                assert_eq!(numbers(&full["data"]), expected);
                known = Some((full["resultId"].as_str().unwrap().to_owned(), expected));
                return;
            };
            let delta: Json = serde_json::from_str(&shelf.delta(snapshot, encoding, id)).unwrap();
            for edit in delta["edits"].as_array().unwrap() {
                let start = edit["start"].as_u64().unwrap() as usize;
                let end = start + edit["deleteCount"].as_u64().unwrap() as usize;
                before.splice(start..end, numbers(&edit["data"]));
            }
            assert_eq!(*before, expected, "{turn}: {delta}");
            *id = delta["resultId"].as_str().unwrap().to_owned();
        });
    }

    #[test]
    fn ranges_joined_are_the_whole() {
        edited(60, |snapshot, encoding, turn| {
            let whole = decoded(&fresh(snapshot, encoding));
            let mut joined = Vec::new();
            let document = &snapshot.document;
            let starts: Vec<u32> = document.segments().map(|(base, _)| base).collect();
            for (index, start) in starts.iter().enumerate() {
                let end = starts.get(index + 1).copied().unwrap_or(document.len());
                let middle = start + (end - start) / 2;
                for span in [Span::new(*start, middle), Span::new(middle, end)] {
                    let json = format!("[{}]", of_range(snapshot, encoding, span));
                    joined.extend(decoded(&numbers(&serde_json::from_str(&json).unwrap())));
                }
            }
            joined.dedup();
            assert_eq!(joined, whole, "{turn}");
        });
    }

    #[test]
    fn an_answer_that_is_forgotten_is_given_whole() {
        let snapshot =
            Analyst::default().read(Document::new(TEXT), &Catalogue::declared(), &no_files());
        let mut shelf = Shelf::default();
        for before in ["0", "7", "what", ""] {
            let answer: Json =
                serde_json::from_str(&shelf.delta(&snapshot, Encoding::Utf16, before)).unwrap();
            assert!(answer["data"].is_array() && answer["edits"].is_null(), "{before}: {answer}");
        }
        let same: Json =
            serde_json::from_str(&shelf.delta(&snapshot, Encoding::Utf16, "1")).unwrap();
        assert_eq!(same, serde_json::json!({ "resultId": "1", "edits": [] }));
    }
}
