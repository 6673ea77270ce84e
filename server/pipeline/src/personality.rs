//! Personalities: what a model is told before every prompt of a step.
//!
//! A name is looked for among the document's `personalities`, then in files, then among those that are built in; text with
//! white space in it is the personality itself. Files are an input.

use serde_json::{Map, Value as Json};
use syntax::Document;

use crate::{Data, Pipeline, catalogue::Catalogue, lower, names::nearest};

/// The personality of steps that name none.
pub const STANDARD: &str = "standard";

const STANDARD_TEXT: &str = "You do one step of an automated pipeline. Answer completely and to the point, without a \
                             greeting, an introduction or a question back: the next step reads your answer as it is.";

/// How many personalities may extend one another.
const DEEPEST: usize = 8;

/// Endings of the files of personalities, in the order in which they are looked for.
const ENDINGS: [&str; 4] = ["md", "txt", "yaml", "yml"];

/// Reads a file of a `personalities` folder, by its name. `None`: there is none.
pub type Read<'r> = dyn Fn(&str) -> Result<Option<String>, String> + 'r;

/// A personality, with those that it extends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Personality {
    /// The system prompt.
    pub text: String,
    /// Parameters for the model that stand where the step has none.
    pub parameters: Map<String, Json>,
}

/// The personality that an author means.
///
/// # Errors
/// In words: it is unknown, it extends itself, it has no text, or its file cannot be read.
pub fn resolve(pipeline: &Pipeline, written: &str, read: &Read<'_>) -> Result<Personality, String> {
    resolve_below(pipeline, written, read, &mut Vec::new())
}

fn resolve_below(
    pipeline: &Pipeline,
    written: &str,
    read: &Read<'_>,
    chain: &mut Vec<String>,
) -> Result<Personality, String> {
    let name = written.trim();
    if chain.iter().any(|above| above == name) {
        return Err(format!("the personality `{name}` extends itself"));
    }
    if chain.len() == DEEPEST {
        return Err(format!("more than {DEEPEST} personalities extend one another"));
    }
    chain.push(name.to_owned());
    let definition = match declared(pipeline, name) {
        Some(data) => Definition::of(data, name)?,
        None => match in_files(name, read)? {
            Some(definition) => definition,
            None if name == STANDARD => Definition::of_text(STANDARD_TEXT),
            None if name.contains(char::is_whitespace) => Definition::of_text(name),
            None => return Err(unknown(pipeline, name)),
        },
    };
    let Some(base) = &definition.extends else { return Ok(definition.own) };
    let mut base = resolve_below(pipeline, base, read, chain)?;
    if !definition.own.text.is_empty() {
        base.text = format!("{}\n\n{}", base.text, definition.own.text);
    }
    base.parameters.extend(definition.own.parameters);
    Ok(base)
}

/// One definition, as it is written.
struct Definition {
    own: Personality,
    extends: Option<String>,
}

impl Definition {
    fn of_text(text: &str) -> Self {
        let own = Personality { text: text.trim().to_owned(), parameters: Map::new() };
        Self { own, extends: None }
    }

    fn of(data: &Data, name: &str) -> Result<Self, String> {
        match data {
            Data::Text(text) => Ok(Self::of_text(&text.value)),
            Data::Map(_) => Self::of_fields(&|key| Some(&data.get(key)?.value), name),
            other => Err(format!("the personality `{name}` is {}, not a map", other.kind())),
        }
    }

    fn of_fields<'d>(field: &dyn Fn(&str) -> Option<&'d Data>, name: &str) -> Result<Self, String> {
        let text = |key: &str| {
            let text = field(key).and_then(Data::as_text)?.value.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let extends = text("extends");
        let mut parts: Vec<String> = text("system_prompt").into_iter().collect();
        if parts.is_empty() && extends.is_none() {
            return Err(format!("the personality `{name}` has no `system_prompt`"));
        }
        parts.extend(text("style").map(|style| format!("Write in this style: {}.", bare(&style))));
        parts.extend(text("format").map(|format| format!("Give the answer as {}.", bare(&format))));
        let parameters = match field("parameters").map(json) {
            Some(Json::Object(parameters)) => parameters,
            _ => Map::new(),
        };
        Ok(Self { own: Personality { text: parts.join("\n\n"), parameters }, extends })
    }
}

fn bare(sentence: &str) -> &str {
    sentence.trim_end_matches('.')
}

fn declared<'p>(pipeline: &'p Pipeline, name: &str) -> Option<&'p Data> {
    let found = pipeline.personalities.iter().find(|it| it.name.value == name)?;
    Some(&found.item.value.value)
}

fn in_files(name: &str, read: &Read<'_>) -> Result<Option<Definition>, String> {
    if !is_file_name(name) {
        return Ok(None);
    }
    for ending in ENDINGS {
        let Some(text) = read(&format!("{name}.{ending}"))? else { continue };
        if !ending.starts_with('y') {
            return Ok(Some(Definition::of_text(&text)));
        }
        let file = lower(&Document::new(&text), &Catalogue::declared());
        let field = |key: &str| {
            let entry = file.entries.iter().find(|entry| entry.key.value == key)?;
            Some(&entry.value.value)
        };
        return Definition::of_fields(&field, name).map(Some);
    }
    Ok(None)
}

/// Whether a name can be that of a file in one folder.
fn is_file_name(name: &str) -> bool {
    const LONGEST: usize = 100;
    let is_odd = |it: char| it.is_control() || matches!(it, '/' | '\\' | ':' | '\0');
    !name.is_empty() && name.len() <= LONGEST && !name.starts_with('.') && !name.contains(is_odd)
}

fn unknown(pipeline: &Pipeline, name: &str) -> String {
    let declared = pipeline.personalities.iter().map(|it| it.name.value.as_str());
    let known = declared.chain([STANDARD]);
    let near = nearest(name, known).map(|near| format!("; did you mean `{near}`?"));
    format!("there is no personality `{name}`{}", near.unwrap_or_default())
}

/// Data without its templates' meaning, as JSON.
pub(crate) fn json(data: &Data) -> Json {
    match data {
        Data::Null => Json::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => crate::Value::Int(*value).to_json(),
        Data::Float(value) => (*value).into(),
        Data::Text(text) => Json::String(text.value.to_string()),
        Data::List(items) => items.iter().map(|item| json(&item.value)).collect(),
        Data::Map(entries) => {
            let entry = |(key, value): &(crate::Located<String>, crate::Located<Data>)| {
                (key.value.clone(), json(&value.value))
            };
            Json::Object(entries.iter().map(entry).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
personalities:
  critic:
    system_prompt: You find flaws.
    style: terse
    format: a list.
    parameters: {temperature: 0.1}
  mild:
    extends: critic
    system_prompt: You are kind about it.
    parameters: {top_p: 0.9}
  loop: {extends: loop2}
  loop2: {extends: loop}
  empty: {style: none}
steps: []
";

    fn resolved(written: &str) -> Result<Personality, String> {
        let pipeline = lower(&Document::new(DOCUMENT), &Catalogue::declared());
        let read = |name: &str| match name {
            "teacher.md" => Ok(Some("You teach.\n".to_owned())),
            "cook.yaml" => Ok(Some("system_prompt: You cook.\nextends: teacher\n".to_owned())),
            "broken.txt" => Err("cannot be read".to_owned()),
            _ => Ok(None),
        };
        resolve(&pipeline, written, &read)
    }

    #[test]
    fn names_are_found_in_order_and_extend_one_another() {
        for (written, text) in [
            (
                "critic",
                "You find flaws.\n\nWrite in this style: terse.\n\nGive the answer as a list.",
            ),
            ("teacher", "You teach."),
            ("cook", "You teach.\n\nYou cook."),
            ("standard", STANDARD_TEXT),
            (" You are a pirate. ", "You are a pirate."),
        ] {
            assert_eq!(resolved(written).map(|it| it.text).as_deref(), Ok(text), "{written}");
        }
        let mild = resolved("mild").unwrap();
        assert!(mild.text.starts_with("You find flaws.") && mild.text.ends_with("kind about it."));
        assert_eq!(
            Json::from(mild.parameters),
            serde_json::json!({"temperature": 0.1, "top_p": 0.9})
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (written, why) in [
            ("critik", "there is no personality `critik`; did you mean `critic`?"),
            ("nobody", "there is no personality `nobody`"),
            ("../teacher", "there is no personality `../teacher`"),
            ("loop", "the personality `loop` extends itself"),
            ("empty", "the personality `empty` has no `system_prompt`"),
            ("broken", "cannot be read"),
        ] {
            assert_eq!(resolved(written).unwrap_err(), why, "{written}");
        }
    }
}
