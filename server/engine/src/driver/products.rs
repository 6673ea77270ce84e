//! The variables that a step promised, and the files that it leaves, when it succeeded. Files are written by the tool
//! `filesystem`, which knows where files may be; what is missing or cannot be written fails the step.

use std::{
    path::{Component, Path},
    sync::Arc,
};

use pipeline::{Value, names::nearest};
use serde_json::{Map, Value as Json};
use tokio_util::sync::CancellationToken;

use super::{
    attempt, attempt::Ending, ends::Done, frame::Frame, recalled::Door, record, record::Answer,
    steps::Steps,
};
use crate::{
    document::{Product, StepRecord, StepStatus},
    holdings::Holdings,
    limits::Hosts,
    people::People,
    products,
    recall::{Question, Recalled},
    render,
    scheduler::{At, End, Outcome},
    scope::StepScope,
    tool::{Call, Failure, Names, Output, Place, Tool},
};

/// The tool that writes.
pub(crate) const WRITER: &str = "filesystem";

/// A file to be written.
struct Draft {
    product: Product,
    content: String,
}

impl Steps<'_> {
    /// Writes what the step leaves that came to this; then its outcome counts.
    pub(super) fn leave_products(&mut self, at: At, answer: Answer, outcome: Outcome) {
        let left = self.left_before(at);
        let drafts = if left.is_none() { self.drafts(at, &answer) } else { Ok(Vec::new()) };
        if let Some(flight) = self.flight_mut(at) {
            flight.answer = answer;
        }
        match (left, drafts) {
            (Some(Ok(products)), _) => self.left_products(at, outcome, Ok(products)),
            (Some(Err(failure)), _) => self.raised(at, failure),
            (None, Ok(drafts)) if drafts.is_empty() => self.over(at, outcome),
            (None, Ok(drafts)) => self.write_products(at, drafts, outcome),
            (None, Err(failure)) => self.failed(at, failure),
        }
    }

    /// What a step left that was over before, or why it could not.
    fn left_before(&mut self, at: At) -> Option<Result<Vec<Product>, Failure>> {
        let kept = self.kept(at).filter(|kept| kept.is_over())?;
        if kept.record.status == StepStatus::Completed {
            let products = kept.record.products.clone();
            let path = self.flight(at)?.path.clone();
            for product in &products {
                self.writers.entry(product.path.clone()).or_insert_with(|| Arc::clone(&path));
            }
            return Some(Ok(products));
        }
        let question = Question::Attempt(self.flight(at)?.record.retries + 1);
        match self.door(at, question) {
            Door::Known(Recalled { answer: Ending::Raised(failure), .. }) => Some(Err(failure)),
            _ => None,
        }
    }

    fn drafts(&mut self, at: At, answer: &Answer) -> Result<Vec<Draft>, Failure> {
        let Some(frame) = self.frames.get(&at.frame) else { return Ok(Vec::new()) };
        let Some(step) = frame.block.step(at.step) else { return Ok(Vec::new()) };
        if step.products.is_empty() && step.vars.is_empty() {
            return Ok(Vec::new());
        }
        let (own, scope) = seen_by_itself(frame, at, answer);
        for variable in &step.vars {
            let name = &variable.value.name;
            variable_of(&own, name).map_err(|why| {
                let message = format!("the variable `{name}` is missing: {why}");
                Failure::permanent("VariableError", message)
            })?;
        }
        let flight = &frame.flights[at.step];
        let folder = folder(&scope);
        let mut drafts = Vec::with_capacity(step.products.len());
        for product in &step.products {
            let variable = &product.variable.value;
            let failed = |why: String| {
                let message = format!("the product `{variable}` cannot be written: {why}");
                Failure::permanent("ProductError", message)
            };
            let value = variable_of(&own, variable).map_err(failed)?;
            let file = render::text(&product.file.value, &scope)
                .map_err(|error| failed(error.to_string()))?;
            let path = path_in(&folder, file.to_text().trim()).map_err(failed)?;
            let (content, media_type) = products::content(&value, &path).map_err(failed)?;
            let writer =
                self.writers.entry(path.clone()).or_insert_with(|| Arc::clone(&flight.path));
            if *writer != flight.path {
                return Err(failed(format!("`{writer}` has already written `{path}`")));
            }
            let product = Product {
                step: flight.path.to_string(),
                variable: variable.clone(),
                path,
                media_type: media_type.to_owned(),
                bytes: content.len() as u64,
                blake3: blake3::hash(content.as_bytes()).to_hex().to_string(),
            };
            drafts.push(Draft { product, content });
        }
        Ok(drafts)
    }

    fn write_products(&mut self, at: At, drafts: Vec<Draft>, outcome: Outcome) {
        let Some(tool) = self.toolbox.get(WRITER).map(Arc::clone) else {
            let message = format!("products are written by `{WRITER}`, which is not provided");
            return self.raised(at, Failure::permanent("ProductError", message));
        };
        let Some(place) = self.place(at) else { return };
        let cancel = CancellationToken::new();
        if let Some(flight) = self.flight_mut(at) {
            flight.cancel = Some(cancel.clone());
        }
        let task = self.tasks.spawn(async move {
            let mut written = Vec::with_capacity(drafts.len());
            for draft in drafts {
                if let Err(failure) = write(&tool, &draft, place.clone(), &cancel).await {
                    return Done::Products { outcome, written: Err(failure) };
                }
                written.push(draft.product);
            }
            Done::Products { outcome, written: Ok(written) }
        });
        self.owners.insert(task.id(), at);
    }

    /// What a step left was written, or not.
    pub(super) fn left_products(
        &mut self,
        at: At,
        outcome: Outcome,
        written: Result<Vec<Product>, Failure>,
    ) {
        match written {
            Ok(products) => {
                self.products.extend(products.iter().cloned());
                if let Some(flight) = self.flight_mut(at) {
                    flight.record_mut().products = products;
                }
                self.over(at, outcome);
            }
            Err(failure) => self.failed(at, failure),
        }
    }
}

async fn write(
    tool: &Arc<dyn Tool>,
    draft: &Draft,
    place: Place,
    cancel: &CancellationToken,
) -> Result<(), Failure> {
    let text = |text: &str| Json::String(text.to_owned());
    let parameters: Map<String, Json> =
        [("path", text(&draft.product.path)), ("content", text(&draft.content))]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect();
    let call = Call {
        operation: Some("write".to_owned()),
        parameters: Arc::new(parameters),
        text: None,
        mind: None,
        hands: crate::hands::Hands::none(),
        names: Names::none(),
        place,
        cancel: cancel.clone(),
        output: Output::none(),
        hosts: Hosts::default(),
        holdings: Holdings::default(),
        timeout: None,
        people: People::nobody(),
    };
    let failed = |why: &str| {
        let message = format!("the product `{}` cannot be written: {why}", draft.product.variable);
        Failure::permanent("ProductError", message)
    };
    match attempt::attempt(Arc::clone(tool), call, None).await {
        attempt::Ending::Value(_) => Ok(()),
        attempt::Ending::Raised(failure) => Err(failed(&failure.message)),
        attempt::Ending::TimedOut => Err(failed("it took too long")),
    }
}

/// A step that succeeded, as it will be seen, and the scope in which it sees itself.
pub(super) fn seen_by_itself(frame: &Frame, at: At, answer: &Answer) -> (Value, StepScope) {
    let mut own = StepRecord::clone(&frame.flights[at.step].record);
    let attempts = own.retries + 1;
    let end = match answer {
        Answer::Failure(failure) => {
            End::Failed { attempts, timed_out: failure.error_type == "TimeoutError" }
        }
        _ => End::Completed { attempts },
    };
    record::settle(&mut own, end, &mut answer.clone());
    let seen = record::seen(&own, end, answer);
    let mut scope = frame.scope_of(at.step);
    Arc::make_mut(&mut scope.results).insert(own.id.as_str().into(), seen.clone());
    (seen, scope)
}

fn variable_of(own: &Value, name: &str) -> Result<Json, String> {
    let Value::Step(step) = own else { return Err("its step has no result".to_owned()) };
    match step.field(name) {
        Some(Value::Absent(_) | Value::Undefined(_)) | None => Err(missing(&step.value, name)),
        Some(value) => Ok(value.to_json()),
    }
}

fn missing(value: &Value, name: &str) -> String {
    let json = value.to_json();
    let inner = json.get("result").filter(|it| it.is_object()).unwrap_or(&json);
    let known = || inner.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str));
    let near = nearest(name, known());
    let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("the step gives no `{name}`{help}")
}

/// Where relative files go: the input `output_dir`, else `output/<pipeline id>`.
fn folder(scope: &StepScope) -> String {
    let given = scope.facts.inputs.get("output_dir").map(Value::to_text);
    given
        .filter(|folder| !folder.trim().is_empty())
        .unwrap_or_else(|| format!("output/{}", scope.facts.pipeline_id.replace(['/', '\\'], "-")))
}

fn path_in(folder: &str, file: &str) -> Result<String, String> {
    let path = Path::new(file);
    if file.is_empty() {
        return Err("its file has no name".to_owned());
    }
    if path.components().any(|part| part == Component::ParentDir) {
        return Err(format!("`{file}` must not hold `..`"));
    }
    if path.is_absolute() && !path.starts_with(folder) {
        return Err(format!("`{file}` is outside `{folder}`"));
    }
    Ok(Path::new(folder).join(path).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_in_their_folder() {
        for (file, expected) in [
            ("a.md", Ok("out/a.md")),
            ("b/c.md", Ok("out/b/c.md")),
            ("../a.md", Err("`../a.md` must not hold `..`")),
            ("b/../../a", Err("`b/../../a` must not hold `..`")),
            ("/etc/a", Err("`/etc/a` is outside `out`")),
            ("", Err("its file has no name")),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(path_in("out", file), expected, "{file}");
        }
        assert_eq!(path_in("/tmp/out", "/tmp/out/a").as_deref(), Ok("/tmp/out/a"));
    }
}
