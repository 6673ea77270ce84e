//! Parameters as a tool gets them: rendered, then held against its signature, before anything happens.

use std::sync::Arc;

use pipeline::{
    Step, Value,
    catalogue::{self, Effect, Signature},
    eval::Scope,
    facts::writes_out_a_pipeline,
    value::convert,
};
use serde_json::{Map, Value as Json};

use crate::{
    autos,
    mind::Mind,
    prepare::{CallKind, Calling, Means},
    render,
    scope::Entries,
    tool::Failure,
};

use super::mind;

/// What a step asks of its tool.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) operation: Option<String>,
    pub(super) parameters: Arc<Map<String, Json>>,
    pub(super) text: Option<String>,
    pub(super) mind: Option<Arc<Mind>>,
    /// Parameters that are null, in words.
    pub(super) nulls: Option<String>,
}

impl Asked {
    /// What the call may do to the world.
    pub(super) fn effects(&self, signature: &Signature) -> &'static [Effect] {
        let word = |name: &str| self.parameters.get(name).and_then(Json::as_str);
        signature.effects_given(self.operation.as_deref(), word)
    }

    /// A failure of the call, with what may have led to it.
    pub(super) fn explain(&self, failure: Failure) -> Failure {
        explain(failure, self.nulls.as_deref())
    }
}

fn explain(failure: Failure, nulls: Option<&str>) -> Failure {
    match nulls.filter(|_| failure.error_type == "ParameterError") {
        Some(nulls) => Failure { message: format!("{}; {nulls}", failure.message), ..failure },
        None => failure,
    }
}

/// The texts that a call is given, a line each; what cannot be rendered is left out.
pub(super) fn texts(step: &Step, work: &Calling, scope: &dyn Scope) -> String {
    let mut out = match &work.kind {
        CallKind::Prose(text) | CallKind::Instruction(text) => {
            render::text(text, scope).map(|it| it.to_text()).unwrap_or_default()
        }
        CallKind::Message | CallKind::Tool { .. } => String::new(),
    };
    let given = rendered(step, work, scope).unwrap_or_default();
    for value in given.into_iter().map(|(_, value)| value.to_json()) {
        let mut open = vec![&value];
        while let Some(next) = open.pop() {
            match next {
                Json::String(text) => {
                    out.push('\n');
                    out.push_str(text);
                }
                Json::Array(items) => open.extend(items.iter().rev()),
                Json::Object(fields) => open.extend(fields.values().rev()),
                _ => {}
            }
        }
    }
    out
}

/// Renders and checks, and chooses the model.
pub(super) fn ask(
    step: &Step,
    work: &Calling,
    scope: &dyn Scope,
    means: &Means,
) -> Result<Asked, Failure> {
    let mut given = rendered(step, work, scope)?;
    let text = match &work.kind {
        CallKind::Prose(text) => {
            Some(render::text(text, scope).map_err(|error| unrendered("action", &error))?.to_text())
        }
        CallKind::Message => {
            Some(format!("echo {}", given.get("message").map(Value::to_text).unwrap_or_default()))
        }
        CallKind::Instruction(text) => {
            let prompt = autos::lenient(&text.value, scope);
            given.insert("prompt".into(), Value::from(prompt.trim()));
            None
        }
        CallKind::Tool { .. } => None,
    };
    let operation = match &work.kind {
        CallKind::Tool { operation } => {
            operation_of(work.signature, operation.as_deref(), &mut given, scope)?
        }
        CallKind::Prose(_) | CallKind::Message | CallKind::Instruction(_) => None,
    };
    // What a prose action needs is in its text.
    let required = match &work.kind {
        CallKind::Tool { .. } | CallKind::Instruction(_) => {
            work.signature.required(operation.as_deref())
        }
        CallKind::Prose(_) | CallKind::Message => Vec::new(),
    };
    let mind = match &work.brief {
        Some(brief) => Some(mind::choose(brief, &mut given, scope, means)?),
        None => None,
    };
    let nulls = nulls(step, &given);
    let parameters = fit(work.signature, &required, given)
        .map_err(|failure| explain(failure, nulls.as_deref()))?;
    Ok(Asked { operation, parameters: Arc::new(parameters), text, mind, nulls })
}

/// Which parameters came to null, and from which templates.
fn nulls(step: &Step, given: &Entries) -> Option<String> {
    /// Characters of a template that are told.
    const SHOWN: usize = 80;
    let null = |parameter: &pipeline::Parameter| {
        let written = parameter.name.value.as_str();
        let text = parameter.value.value.as_text().filter(|text| text.template.is_some())?;
        let value = given.get(written)?;
        matches!(value, Value::Null).then(|| {
            let shown: String = text.value.trim().chars().take(SHOWN).collect();
            format!("`{written}` is null: that is what `{shown}` came to")
        })
    };
    let nulls: Vec<String> = step.parameters.iter().filter_map(null).collect();
    (!nulls.is_empty()).then(|| nulls.join(", "))
}

/// What a step says about where its output is found.
pub(super) fn location(step: &Step, scope: &dyn Scope) -> Result<Option<Box<str>>, Failure> {
    let Some(location) = &step.location else { return Ok(None) };
    let rendered =
        render::text(&location.value, scope).map_err(|error| unrendered("location", &error))?;
    Ok(Some(rendered.to_text().into()))
}

/// Under canonical names; of two spellings of one parameter the canonical one wins.
fn rendered(step: &Step, work: &Calling, scope: &dyn Scope) -> Result<Entries, Failure> {
    let signature = work.signature;
    let mut given = Entries::new();
    for parameter in &step.parameters {
        let written = parameter.name.value.as_str();
        let name = signature.parameter(written).map_or(written, |known| known.name);
        if name != written && step.parameter(name).is_some() {
            continue;
        }
        // Which model is meant is in the brief.
        if name == "model" && work.brief.is_some() {
            continue;
        }
        let stays =
            is_expression(signature, name) || (name == "pipeline" && writes_out_a_pipeline(step));
        let value = if stays {
            as_written(&parameter.value.value)
        } else {
            render::data(&parameter.value.value, scope)
                .map_err(|error| unrendered(&format!("parameters.{written}"), &error))?
        };
        given.insert(name.into(), value);
    }
    Ok(given)
}

/// A parameter that the tool itself evaluates.
fn is_expression(signature: &Signature, parameter: &str) -> bool {
    signature.name == "evaluate_condition" && parameter == "condition"
}

fn as_written(data: &pipeline::Data) -> Value {
    match data {
        pipeline::Data::Text(text) => Value::Text(text.value.clone()),
        pipeline::Data::Bool(value) => Value::Bool(*value),
        pipeline::Data::Int(value) => Value::Int(*value),
        pipeline::Data::Float(value) => Value::Float(*value),
        _ => Value::Null,
    }
}

/// The operation's own spelling. `parameters.action` wins over the step's `action`, which may say something else.
fn operation_of(
    signature: &Signature,
    written: Option<&str>,
    given: &mut Entries,
    scope: &dyn Scope,
) -> Result<Option<String>, Failure> {
    if signature.operations.is_empty() {
        return Ok(None);
    }
    let inner =
        given.get("action").map(Value::to_text).filter(|word| signature.operation(word).is_some());
    let written = written.map(|word| render_word(word, scope)).transpose()?;
    let word = inner.or(written).or_else(|| given.get("action").map(Value::to_text));
    let word = word.or_else(|| signature.default_operation.map(str::to_owned));
    given.shift_remove("action");
    let Some(word) = word else {
        return Err(wrong(
            signature,
            format!("needs an operation: one of {}", operations(signature)),
        ));
    };
    match signature.operation(&word) {
        Some(operation) => Ok(Some(operation.name.to_owned())),
        None => Err(wrong(
            signature,
            format!("has no operation `{word}`; it has {}", operations(signature)),
        )),
    }
}

pub(super) fn render_word(word: &str, scope: &dyn Scope) -> Result<String, Failure> {
    if !syntax::template::has_markers(word) {
        return Ok(word.to_owned());
    }
    let template = syntax::template::parse_template(word);
    let rendered = pipeline::eval::render(&template, word, scope);
    rendered
        .map(|value| value.to_text())
        .map_err(|error| template_failure(format!("`action`: {}", error.message)))
}

fn operations(signature: &Signature) -> String {
    signature
        .operations
        .iter()
        .map(|operation| format!("`{}`", operation.name))
        .collect::<Vec<_>>()
        .join(", ")
}

fn fit(
    signature: &Signature,
    required: &[&'static str],
    given: Entries,
) -> Result<Map<String, Json>, Failure> {
    let mut fitted = Map::new();
    for (name, value) in given {
        let known = signature.parameters.iter().find(|parameter| parameter.name == &*name);
        let value = match known {
            Some(parameter) => conform(signature, parameter, value)?,
            None => value,
        };
        if !matches!(value, Value::Null) || known.is_none_or(|known| known.default.is_none()) {
            fitted.insert(name.to_string(), value.to_json());
        }
    }
    let absent = |name: &&&str| fitted.get(**name).is_none_or(Json::is_null);
    let missing: Vec<_> =
        required.iter().filter(absent).filter(|name| default(signature, name).is_none()).collect();
    if let Some(name) = missing.first() {
        return Err(wrong(signature, format!("needs the parameter `{name}`")));
    }
    for parameter in signature.parameters {
        if let Some(value) =
            default(signature, parameter.name).filter(|_| !fitted.contains_key(parameter.name))
        {
            fitted.insert(parameter.name.to_owned(), value);
        }
    }
    Ok(fitted)
}

fn default(signature: &Signature, name: &str) -> Option<Json> {
    let parameter = signature.parameters.iter().find(|parameter| parameter.name == name)?;
    serde_json::from_str(parameter.default?).ok()
}

fn conform(
    signature: &Signature,
    parameter: &catalogue::Parameter,
    value: Value,
) -> Result<Value, Failure> {
    let value = convert(value, parameter.ty).map_err(|found| {
        wrong(signature, format!("its parameter `{}` is {found}", parameter.name))
    })?;
    let Value::Text(word) = &value else { return Ok(value) };
    if parameter.choices.is_empty() {
        return Ok(value);
    }
    match parameter.choices.iter().find(|choice| choice.eq_ignore_ascii_case(word.trim())) {
        Some(choice) => Ok(Value::Text((*choice).into())),
        None => {
            let choices: Vec<_> =
                parameter.choices.iter().map(|choice| format!("`{choice}`")).collect();
            Err(wrong(
                signature,
                format!(
                    "its parameter `{}` is `{word}`, not one of {}",
                    parameter.name,
                    choices.join(", ")
                ),
            ))
        }
    }
}

fn wrong(signature: &Signature, message: String) -> Failure {
    Failure::permanent("ParameterError", format!("`{}`: {message}", signature.name))
}

fn unrendered(place: &str, error: &render::RenderError) -> Failure {
    let dot = if error.place.is_empty() || error.place.starts_with('[') { "" } else { "." };
    template_failure(format!("`{place}{dot}{}`: {}", error.place, error.message))
}

fn template_failure(message: String) -> Failure {
    Failure::permanent("TemplateError", message)
}

/// What someone who is not the author gives a tool: its operation, which stands under `action`, and the rest held against
/// the signature. What the tool does not know is refused.
pub(crate) fn arguments(
    signature: &'static Signature,
    mut given: Entries,
) -> Result<(Option<String>, Map<String, Json>), Failure> {
    let takes_action = !signature.operations.is_empty();
    let is_known =
        |name: &str| signature.parameter(name).is_some() || (takes_action && name == "action");
    if let Some(name) = given.keys().find(|name| !is_known(name)) {
        return Err(wrong(signature, format!("has no parameter `{name}`")));
    }
    let nothing = crate::tool::Names::none();
    let operation = operation_of(signature, None, &mut given, nothing.scope())?;
    let parameters = fit(signature, &signature.required(operation.as_deref()), given)?;
    Ok((operation, parameters))
}
