//! From what a step says to what a model is asked. Pure.

mod shape;
pub(crate) mod tools;

use engine::mind::Mind;
use serde_json::{Map, Value as Json};

use crate::{Format, Message, Part, Request, Structure};
pub(crate) use shape::{Shape, shape_of};

/// A question in words, as that mind. `parameters` are those of the step, checked.
pub(crate) fn request(mind: &Mind, parameters: &Map<String, Json>, prompt: String) -> Request {
    ask(mind, parameters, vec![Part::Text(prompt)])
}

/// The same with pictures.
pub(crate) fn ask(mind: &Mind, parameters: &Map<String, Json>, parts: Vec<Part>) -> Request {
    let system = Some(mind.system.trim()).filter(|it| !it.is_empty());
    let system = system.map(|text| Message::System(text.to_owned()));
    Request {
        model: mind.model.clone(),
        messages: system.into_iter().chain([Message::User(parts)]).collect(),
        temperature: parameters.get("temperature").and_then(Json::as_f64),
        max_tokens: whole(parameters.get("max_tokens")),
        stop: stops(parameters.get("stop")),
        seed: parameters.get("seed").and_then(Json::as_u64),
        response: Format::Text,
        tools: Vec::new(),
    }
}

/// The same question, to be answered by JSON of a shape.
pub(crate) fn shaped(request: Request, shape: &Shape) -> Request {
    let name = "answer".to_owned();
    Request {
        response: Format::Json(Structure { name, schema: shape.schema().clone() }),
        ..request
    }
}

fn whole(value: Option<&Json>) -> Option<u32> {
    value?.as_u64().and_then(|it| u32::try_from(it).ok())
}

fn stops(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(text)) => vec![text.clone()],
        Some(Json::Array(items)) => {
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// What `analyze_text` asks.
pub(crate) fn analysis(parameters: &Map<String, Json>) -> String {
    let text = |name: &str| {
        parameters.get(name).and_then(Json::as_str).map(str::trim).filter(|it| !it.is_empty())
    };
    let kind = text("analysis_type").unwrap_or("general");
    let asked = match text("prompt") {
        Some(prompt) => prompt.to_owned(),
        None if kind.eq_ignore_ascii_case("general") => {
            "Analyse the following text: say what it is about, its main points, and what stands out.".to_owned()
        }
        None => format!("Analyse the following text. What to look for: {}.", kind.replace('_', " ")),
    };
    match text("text").filter(|text| !asked.contains(text)) {
        Some(text) => format!("{asked}\n\nText:\n{text}"),
        None => asked,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters(json: Json) -> Map<String, Json> {
        json.as_object().unwrap().clone()
    }

    #[test]
    fn a_step_becomes_a_question() {
        let mind = Mind { model: "m".into(), system: "You are terse.".into(), ..Mind::default() };
        let given = json!({"temperature": 0.2, "max_tokens": 48, "stop": "END", "seed": 7});
        let request = request(&mind, &parameters(given), "Say hi".into());
        assert_eq!(
            request,
            Request {
                model: "m".into(),
                messages: vec![Message::System("You are terse.".into()), Message::user("Say hi")],
                temperature: Some(0.2),
                max_tokens: Some(48),
                stop: vec!["END".into()],
                seed: Some(7),
                ..Request::default()
            }
        );
        assert_eq!(super::request(&Mind::default(), &Map::new(), "x".into()).messages.len(), 1);
    }

    #[test]
    fn an_analysis_has_its_text_once() {
        for (given, asked) in [
            (
                json!({"text": "abc", "analysis_type": "key_points"}),
                "Analyse the following text. What to look for: key points.\n\nText:\nabc",
            ),
            (json!({"text": "abc", "prompt": "Is abc long?"}), "Is abc long?"),
            (json!({"text": "abc", "prompt": "Is it long?"}), "Is it long?\n\nText:\nabc"),
        ] {
            assert_eq!(analysis(&parameters(given)), asked);
        }
    }
}
