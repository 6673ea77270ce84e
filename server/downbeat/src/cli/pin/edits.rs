//! What pinning changes in a text.

use engine::{Decided, Document, StepRecord};
use pipeline::{Data, Located, Pipeline, Step, StepKind, catalogue::Catalogue, lower};
use serde_json::Value as Json;
use syntax::Span;

use super::places;

/// What stands between a pinned value and its tag, which is written as a JSON text.
const MARK: &str = "  # pinned: ";

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) text: String,
}

/// The text with all of them.
pub(super) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span.start);
    let mut whole = String::with_capacity(text.len());
    let mut at = 0;
    for Edit { span, text: new } in edits {
        let start = span.start as usize;
        if start < at {
            continue;
        }
        whole.push_str(text.get(at..start).unwrap_or_default());
        whole.push_str(new);
        at = span.end as usize;
    }
    whole.push_str(text.get(at..).unwrap_or_default());
    whole
}

/// A step as it is written, and where.
struct Written<'p> {
    step: &'p Step,
    /// Where its keys are: the action of a loop without `steps` stands in the loop.
    keys: &'p Step,
    base: u32,
}

/// The changes that put the answers of a run in the place of tags; and in words which tags stay, and why.
pub(super) fn pins(text: &str, document: &Document) -> (Vec<Edit>, Vec<String>) {
    let pipeline = read(text);
    let mut pins = Pins { text, edits: Vec::new(), left: Vec::new() };
    for placed in &pipeline.steps {
        let step: &Step = placed;
        let records: Vec<_> = document.steps.get(step.id_text()).into_iter().collect();
        pins.step(&Written { step, keys: step, base: placed.base }, &records);
    }
    (pins.edits, pins.left)
}

/// The changes that put tags back.
pub(super) fn unpins(text: &str) -> Vec<Edit> {
    let pipeline = read(text);
    let mut spans: Vec<Span> = Vec::new();
    for placed in &pipeline.steps {
        for entry in placed.walk().into_iter().flat_map(|step| &step.keys) {
            places::each(&entry.value, &mut |value| spans.push(value.span.shift(placed.base)));
        }
    }
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        if let Some((before, comment)) = body.rsplit_once(MARK)
            && let Ok(Json::String(tag)) = serde_json::from_str(comment)
        {
            let end = (start + before.trim_end().len()) as u32;
            let value = spans.iter().filter(|span| span.end == end).max_by_key(|span| span.start);
            if let Some(value) = value {
                let span = Span::new(value.start, (start + body.len()) as u32);
                edits.push(Edit { span, text: tag });
            }
        }
        start += line.len();
    }
    edits
}

fn read(text: &str) -> Pipeline {
    lower(&syntax::Document::new(text), &Catalogue::declared())
}

struct Pins<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    left: Vec<String>,
}

impl Pins<'_> {
    fn step(&mut self, written: &Written<'_>, records: &[&StepRecord]) {
        let mut decided: Vec<&Decided> = records.iter().flat_map(|it| &it.autos).collect();
        decided.sort_by(|a, b| a.place.cmp(&b.place));
        for of_place in decided.chunk_by(|a, b| a.place == b.place) {
            self.place(written, of_place);
        }
        self.model(written, records);
        for (index, inner) in written.step.body.iter().enumerate() {
            let keys = if inner.keys.is_empty() { written.step } else { inner };
            let found = records.iter().flat_map(|it| it.iterations.iter().flatten());
            let found = found.filter_map(|round| {
                let by_id = round.steps.get(inner.id_text());
                by_id.or_else(|| round.steps.get_index(index).map(|(_, record)| record))
            });
            let records: Vec<_> = found.collect();
            self.step(&Written { step: inner, keys, base: written.base }, &records);
        }
    }

    fn place(&mut self, written: &Written<'_>, decided: &[&Decided]) {
        let Some(first) = decided.first() else { return };
        let name = format!("`{}` of `{}`", first.place, written.keys.id_text());
        if first.place == "action" && matches!(written.step.kind, StepKind::Auto(_)) {
            return self.left.push(format!("{name} stays: what it asks for is done, not chosen"));
        }
        if first.place.starts_with("on_error(") {
            return self.left.push(format!("{name} stays: it was chosen for one failure"));
        }
        let Some(last) = decided.iter().max_by_key(|it| it.number) else { return };
        if decided.iter().any(|it| it.number == last.number && it.value != last.value) {
            return self
                .left
                .push(format!("{name} stays: it was answered differently from round to round"));
        }
        match places::find(written.step, written.keys, &first.place) {
            Some(value) => self.value(written, value, &last.value, &name),
            None => self.left.push(format!("{name} stays: the file no longer has it")),
        }
    }

    /// A tag in the place of a model, and the model that was chosen.
    fn model(&mut self, written: &Written<'_>, records: &[&StepRecord]) {
        let Some(model) = &written.step.model else { return };
        if model.value.as_text().is_none_or(|text| text.autos.is_empty()) {
            return;
        }
        let mut chosen = records.iter().filter_map(|it| it.chosen.as_ref()).map(|it| &it.model);
        let name = format!("`model` of `{}`", written.keys.id_text());
        let Some(first) = chosen.next() else { return };
        if chosen.any(|other| other != first) {
            return self.left.push(format!("{name} stays: its rounds had different models"));
        }
        self.value(written, model, &Json::String(first.clone()), &name);
    }

    fn value(&mut self, written: &Written<'_>, found: &Located<Data>, value: &Json, name: &str) {
        let whole = found.value.as_text().filter(|text| match &*text.autos {
            [tag] => {
                let outside = [
                    text.value.get(..tag.span.start as usize),
                    text.value.get(tag.span.end as usize..),
                ];
                outside.into_iter().flatten().all(|it| it.trim().is_empty())
            }
            _ => false,
        });
        if whole.is_none() {
            return self.left.push(format!("{name} stays: the tag is not the whole value"));
        }
        let span = found.span.shift(written.base);
        let source = self.text.get(span.range()).unwrap_or_default();
        let source = source.trim_end();
        let end = span.start as usize + source.len();
        let rest = self.text.get(end..).and_then(|it| it.lines().next()).unwrap_or_default();
        if !rest.trim().is_empty() {
            return self
                .left
                .push(format!("{name} stays: something else stands behind it on its line"));
        }
        let tag = Json::from(source);
        let text = format!("{}{MARK}{tag}", literal(value));
        self.edits.push(Edit { span: Span::new(span.start, end as u32), text });
    }
}

/// A value as YAML on one line.
fn literal(value: &Json) -> String {
    let is_word = |text: &str| {
        let starts = text.starts_with(|it: char| it.is_ascii_alphabetic());
        let fits =
            |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | ':');
        let means_else = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
        starts
            && text.chars().all(fits)
            && !text.ends_with(':')
            && !means_else.contains(&&*text.to_lowercase())
    };
    match value {
        Json::String(text) if is_word(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
name: p
steps:
  - id: a
    for_each: <AUTO>list of colours</AUTO>
    max_parallel: <AUTO type=\"integer\" min=\"1\">how many?</AUTO>
    steps:
      - id: b
        tool: filesystem
        action: write
        parameters:
          path: x
          content: \"<AUTO>say: hi</AUTO>\"
      - id: c
        action: generate
        parameters: {prompt: hi, model: <AUTO task=\"chat\">x</AUTO>}
  - id: d
    action: generate
    model: <AUTO task=\"code\">cheap
      one</AUTO>
    condition: <AUTO>x?</AUTO> and true
    parameters: {prompt: hi}
";

    fn decided(place: &str, value: Json) -> Decided {
        Decided {
            place: place.into(),
            number: 0,
            round: None,
            question: "q".into(),
            expected: "e".into(),
            value,
            model: "m".into(),
            because: Vec::new(),
        }
    }

    fn document() -> Document {
        let mut document: Document = serde_json::from_value(serde_json::json!({
            "schema_version": 1, "run": "r", "execution_id": "r", "pipeline_id": "p", "status": "completed",
            "success": true, "steps": {}, "outputs": {}, "products": [], "execution_order": [], "execution_levels": [],
            "started_at": 0.0, "completed_at": null, "duration": null, "error": null, "error_type": null,
            "warnings": [], "usage": {"input_tokens": null, "output_tokens": null, "cost": null}
        }))
        .unwrap();
        let mut b = StepRecord::pending("b");
        b.autos = vec![decided("parameters.content", "hi, you".into())];
        let round = serde_json::json!({
            "index": 0, "status": "completed", "success": true, "error": null,
            "steps": {"b": b}, "started_at": 0.0, "completed_at": 0.0, "duration": 0.0
        });
        let mut a = StepRecord::pending("a");
        a.autos = vec![
            decided("for_each", serde_json::json!(["red", "blue"])),
            decided("max_parallel", 2.into()),
        ];
        a.iterations = Some(vec![serde_json::from_value(round).unwrap()]);
        let mut d = StepRecord::pending("d");
        d.autos = vec![decided("condition", true.into())];
        d.chosen = Some(Box::new(engine::mind::Chosen {
            model: "openai:gpt-4o-mini".into(),
            score: None,
            because: Vec::new(),
        }));
        document.steps.insert("a".into(), a);
        document.steps.insert("d".into(), d);
        document
    }

    #[test]
    fn answers_take_the_place_of_tags_and_tags_come_back() {
        let (edits, left) = pins(TEXT, &document());
        let pinned = apply(TEXT, &edits);
        for line in [
            "    for_each: [\"red\",\"blue\"]  # pinned: \"<AUTO>list of colours</AUTO>\"\n",
            "    max_parallel: 2  # pinned: \"<AUTO type=\\\"integer\\\" min=\\\"1\\\">how many?</AUTO>\"\n",
            "          content: \"hi, you\"  # pinned: \"\\\"<AUTO>say: hi</AUTO>\\\"\"\n",
            "    model: openai:gpt-4o-mini  # pinned: ",
        ] {
            assert!(pinned.contains(line), "{line}\n{pinned}");
        }
        assert_eq!(left, ["`condition` of `d` stays: the tag is not the whole value"]);
        assert_eq!(apply(&pinned, &unpins(&pinned)), TEXT);
        assert_eq!(unpins(TEXT), []);
    }
}
