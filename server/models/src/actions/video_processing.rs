//! `analyze` and `summarize` of `video-processing`: what a model sees in pictures of a film. The other operations ask nobody and
//! stay with the tool that has them, as do the film's facts and the pictures.
//!
//! The pictures are shown in parts, each with its time. What is said of a part is kept, so a run that goes on is not told it again;
//! what was said of several parts is summed up by one more question.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use engine::{
    Ceiling,
    mind::Mind,
    tool::{Call, Failure, Output, Reliance, Tool},
};
use pipeline::catalogue::{Signature, VIDEO_PROCESSING};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{text, wrong};
use crate::{
    Host, Image, Part,
    prompt::{self, Shape},
    step::{self, Telling, structured},
};

/// Pictures that are shown at once.
const AT_ONCE: usize = 8;
/// Objects and moments of a part, and letters of a text: small models find no end by themselves.
const MOST_OBJECTS: usize = 20;
const MOST_MOMENTS: usize = 8;
const LONGEST: usize = 2000;

/// A tool that knows films.
pub(super) struct VideoProcessing {
    pub(super) tool: Arc<dyn Tool>,
    pub(super) host: Arc<Host>,
}

/// A picture of a film.
#[derive(Deserialize)]
struct Picture {
    /// Seconds.
    time: f64,
    /// In base64.
    data: String,
}

/// What is said of some of them.
#[derive(Default, Deserialize)]
struct Seen {
    summary: String,
    objects: Vec<String>,
    moments: Vec<Moment>,
}

#[derive(Deserialize)]
struct Moment {
    time: f64,
    description: String,
}

impl VideoProcessing {
    /// Whether a tool is that one.
    pub(super) fn is_for(tool: &dyn Tool) -> bool {
        tool.signature().name == VIDEO_PROCESSING.name
    }

    async fn look(&self, call: &Call, pictures: Vec<Picture>) -> Result<Seen, Failure> {
        let mind = step::mind(call)?;
        let parts: Vec<Vec<(f64, Image)>> = pictures
            .chunks(AT_ONCE)
            .map(|it| it.iter().map(shown).collect())
            .collect::<Result<_, _>>()?;
        let mut all = Seen::default();
        let mut summaries = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let fraction = 0.5 + 0.5 * number as f64 / parts.len() as f64;
            call.output.progress(fraction, "shows pictures to the model");
            let seen = call.hands.once("looks at pictures", self.part(call, mind, part)).await?;
            let seen: Seen = read(seen)?;
            all.take(seen.objects, seen.moments, part);
            summaries.push((part[0].0, seen.summary));
        }
        all.summary = match summaries.pop() {
            Some((_, only)) if summaries.is_empty() => only,
            Some(last) => {
                summaries.push(last);
                let summed = call.hands.once("sums up", self.whole(call, mind, &summaries)).await?;
                text_of(&summed, "summary").to_owned()
            }
            None => String::new(),
        };
        Ok(all)
    }

    /// What is to be seen in some pictures.
    async fn part(&self, call: &Call, mind: &Mind, part: &[(f64, Image)]) -> Result<Json, Failure> {
        let asked = "These pictures are of one film, in order. Each has before it the second at which it is to be seen. Say in some \
                     sentences what happens, name the objects and beings that are to be seen, and the moments at which \
                     something happens, each with the second of its picture. Say nothing that is not to be seen.";
        let shown = part.iter().flat_map(|(time, image)| {
            [Part::Text(format!("At {time} s:")), Part::Image(image.clone())]
        });
        let parts = [Part::Text(asked.to_owned())].into_iter().chain(shown).collect();
        let request = prompt::ask(mind, &call.parameters, parts);
        structured(&self.host, call, request, &shape_of_part()?, Telling::Silent).await
    }

    /// What happens, by what was said of the parts.
    async fn whole(
        &self,
        call: &Call,
        mind: &Mind,
        parts: &[(f64, String)],
    ) -> Result<Json, Failure> {
        let mut asked = "Sum up in some sentences what happens in a film, by these notes on its parts. Add nothing.\n".to_owned();
        for (time, summary) in parts {
            asked.push_str(&format!("\nFrom {time} s: {summary}\n"));
        }
        let shape = Shape::of(&json!({
            "type": "object", "properties": { "summary": words() }, "required": ["summary"],
        }))
        .map_err(wrong)?;
        let request = prompt::request(mind, &call.parameters, asked);
        structured(&self.host, call, request, &shape, Telling::Silent).await
    }
}

#[async_trait]
impl Tool for VideoProcessing {
    fn signature(&self) -> &'static Signature {
        self.tool.signature()
    }

    fn relies_on(&self, call: &Call) -> Reliance {
        self.tool.relies_on(call)
    }

    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        asks(call).then(Ceiling::default)
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mut answer = self.tool.call(call.clone()).await?;
        if !asks(&call) {
            return Ok(answer);
        }
        let result = answer.get_mut("result").map(Json::take).unwrap_or_default();
        let Json::Object(mut known) = result else {
            return Err(wrong("`video-processing` says nothing of the film"));
        };
        let pictures = read(known.remove("pictures").unwrap_or_default())?;
        let seen = self.look(&call, pictures).await?;
        call.output.text(&seen.summary);
        let model = step::mind(&call)?.full_name();
        let result = match text(&call.parameters, "operation") {
            "summarize" => summary(known, seen, &model),
            _ => analysis(known, seen, &model),
        };
        Ok(json!({ "result": result, "success": true, "error": null }))
    }

    fn retell(&self, answer: &Json, output: &Output) {
        let result = answer.get("result").unwrap_or(answer);
        let summary = result.pointer("/analysis/summary").or_else(|| result.get("summary"));
        super::retell(summary, output);
    }
}

impl Seen {
    /// Objects once, and moments at the pictures that were shown: a model may name a second that it did not see.
    fn take(&mut self, objects: Vec<String>, moments: Vec<Moment>, part: &[(f64, Image)]) {
        for object in objects {
            if !self.objects.iter().any(|it| it.eq_ignore_ascii_case(&object)) {
                self.objects.push(object);
            }
        }
        let nearest = |time: f64| {
            let times = part.iter().map(|(time, _)| *time);
            times.min_by(|a, b| (a - time).abs().total_cmp(&(b - time).abs())).unwrap_or(time)
        };
        let moments = moments.into_iter().map(|it| Moment { time: nearest(it.time), ..it });
        self.moments.extend(moments);
        self.moments.sort_by(|a, b| a.time.total_cmp(&b.time));
    }

    fn moments(&self) -> Vec<Json> {
        let told = |it: &Moment| json!({ "time": it.time, "description": it.description });
        self.moments.iter().map(told).collect()
    }
}

fn analysis(mut known: Map<String, Json>, seen: Seen, model: &str) -> Json {
    let metadata = with_model(known.remove("metadata"), model);
    known.insert("key_moments".to_owned(), seen.moments().into());
    known.insert("detected_objects".to_owned(), seen.objects.into());
    known.insert("summary".to_owned(), seen.summary.into());
    json!({ "analysis": known, "metadata": metadata })
}

fn summary(mut known: Map<String, Json>, seen: Seen, model: &str) -> Json {
    json!({
        "summary": seen.summary,
        "key_moments": seen.moments(),
        "video_info": known.remove("video_info"),
        "metadata": with_model(known.remove("metadata"), model),
    })
}

fn with_model(metadata: Option<Json>, model: &str) -> Json {
    let mut metadata = metadata.unwrap_or_else(|| json!({}));
    metadata["model"] = model.into();
    metadata
}

fn shown(picture: &Picture) -> Result<(f64, Image), Failure> {
    let data = BASE64_STANDARD.decode(&picture.data).map_err(|error| wrong(error.to_string()))?;
    Ok((picture.time, Image::of_bytes(data)?))
}

fn words() -> Json {
    json!({ "type": "string", "maxLength": LONGEST })
}

fn shape_of_part() -> Result<Shape, Failure> {
    let moment = json!({
        "type": "object",
        "properties": { "time": { "type": "number" }, "description": words() },
        "required": ["time", "description"],
    });
    Shape::of(&json!({
        "type": "object",
        "properties": {
            "summary": words(),
            "objects": { "type": "array", "items": { "type": "string", "maxLength": 80 }, "maxItems": MOST_OBJECTS },
            "moments": { "type": "array", "items": moment, "maxItems": MOST_MOMENTS },
        },
        "required": ["summary", "objects", "moments"],
    }))
    .map_err(wrong)
}

fn read<T: for<'de> Deserialize<'de>>(value: Json) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| {
        Failure::permanent("StructureError", format!("the film's pictures: {error}"))
    })
}

fn text_of<'v>(value: &'v Json, name: &str) -> &'v str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn asks(call: &Call) -> bool {
    matches!(text(&call.parameters, "operation"), "analyze" | "summarize")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_says_of_parts_is_put_together() {
        let image = || Image::of_bytes(b"\xff\xd8\xff".to_vec()).unwrap();
        let moment = |time: f64| Moment { time, description: "it turns".to_owned() };
        let mut all = Seen::default();
        all.take(
            vec!["A dog".into(), "ball".into()],
            vec![moment(99.0)],
            &[(8.0, image()), (9.0, image())],
        );
        all.take(
            vec!["a DOG".into(), "tree".into()],
            vec![moment(1.2)],
            &[(0.0, image()), (1.0, image())],
        );
        assert_eq!(all.objects, ["A dog", "ball", "tree"]);
        let times: Vec<f64> = all.moments.iter().map(|it| it.time).collect();
        assert_eq!(times, [1.0, 9.0]);
    }
}
