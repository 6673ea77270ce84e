//! Whether two run documents tell of the same run.

use engine::Document;
use serde_json::Value as Json;

/// What must be the same: everything but times and the run's id.
pub(crate) fn essence(document: &Document) -> Json {
    let mut json = serde_json::to_value(document).unwrap();
    let run = document.run.clone();
    scrub(&mut json, &run);
    json
}

fn scrub(json: &mut Json, run: &str) {
    match json {
        Json::Object(map) => {
            for key in [
                "started_at",
                "completed_at",
                "duration",
                "total_duration",
                "execution_time",
                "queue_generation_time",
                "total_execution_time",
                "average_item_time",
                "average_duration",
                "total_time",
                "max_concurrent_executions",
                "output_size",
            ] {
                if let Some(value) = map.get_mut(key) {
                    *value = Json::Null;
                }
            }
            map.values_mut().for_each(|value| scrub(value, run));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| scrub(item, run)),
        Json::String(text) => *text = without_decimals(&text.replace(run, "RUN")),
        _ => {}
    }
}

/// A text with `.` for every number that has one: a step may print what a queue came to, with its times.
fn without_decimals(text: &str) -> String {
    let is_number = |it: char| it.is_ascii_digit() || matches!(it, '.' | 'e' | '-');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|it: char| it.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let (number, behind) = from.split_at(from.find(|it| !is_number(it)).unwrap_or(from.len()));
        out += before;
        out += if number.contains('.') { "." } else { number };
        rest = behind;
    }
    out + rest
}

/// Says where two documents differ, not what all is in them.
pub(crate) fn assert_same(got: &Json, expected: &Json, yaml: &str) {
    if let Some((place, got, expected)) = difference(got, expected) {
        let short = |json: &Json| json.to_string().chars().take(400).collect::<String>();
        panic!("{yaml}\nat {place} got:\n{}\n\nexpected:\n{}", short(got), short(expected));
    }
}

fn difference<'j>(got: &'j Json, expected: &'j Json) -> Option<(String, &'j Json, &'j Json)> {
    let below =
        |key: String, (place, a, b): (String, &'j Json, &'j Json)| (format!("{key} {place}"), a, b);
    match (got, expected) {
        (Json::Object(a), Json::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(key, value)| {
                difference(value, b.get(key).unwrap_or(&Json::Null))
                    .map(|it| below(key.clone(), it))
            })
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let pairs = std::iter::zip(a, b).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (a, b))| difference(a, b).map(|it| below(at.to_string(), it)))
        }
        _ if got == expected => None,
        _ => Some((String::new(), got, expected)),
    }
}

/// Whether a step was stopped, or not reached, for the failure of another.
pub(crate) fn stopped(json: &Json) -> bool {
    match json {
        Json::Object(map) => {
            matches!(map.get("status").and_then(Json::as_str), Some("cancelled" | "pending"))
                || map.values().any(stopped)
        }
        Json::Array(items) => items.iter().any(stopped),
        _ => false,
    }
}
