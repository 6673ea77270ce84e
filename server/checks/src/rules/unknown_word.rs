use pipeline::{
    Data, Parameter, Problem, ProblemKind, StepKind, language::auto_attribute, models::Capability,
    names::nearest, variables,
};
use syntax::Span;

use crate::{
    Fix, Severity,
    findings::{Draft, Findings},
    rule::declare_rule,
    view::{StepView, TextView, each_tag, inside_quotes, unknown_capabilities},
    words::any_of,
};

declare_rule!(
    "unknown-word",
    Error,
    "unknown_word.md",
    Problem(of_key),
    Call(of_parameters),
    Step(of_capabilities),
    Step(of_operation),
    Step(of_variables),
    Text(of_tags),
);

fn of_key(problem: &Problem, findings: &mut Findings) {
    match &problem.kind {
        ProblemKind::UnknownWord { key, word, allowed } => {
            let draft = report(key, word, allowed, problem.span, findings);
            // An input of a type that is not known is taken as it comes.
            if key == "type" {
                draft.severity(Severity::Warning);
            }
        }
        ProblemKind::OtherCase { usual } => other_case(problem.span, usual, findings),
        _ => {}
    }
}

/// Words are matched without case; another case is worth a hint.
fn of_parameters(view: &StepView<'_>, findings: &mut Findings) {
    let Some(signature) = view.signature() else { return };
    for parameter in &view.step.parameters {
        let Some(declared) = signature.parameter(&parameter.name.value) else { continue };
        let Data::Text(text) = &parameter.value.value else { continue };
        let word = text.value.trim();
        if declared.choices.is_empty() || !text.is_static() || declared.choices.contains(&word) {
            continue;
        }
        if is_operation(view, parameter) && signature.operation(word).is_none() {
            continue;
        }
        match declared.choices.iter().find(|choice| choice.eq_ignore_ascii_case(word)) {
            Some(_) if text.aliased.is_some() => {}
            Some(choice) => other_case(parameter.value.span, choice, findings),
            None => {
                report(declared.name, word, declared.choices, parameter.value.span, findings);
            }
        }
    }
}

/// Whether a parameter names the operation of the step's tool: one that does not exist has a rule of its own.
fn is_operation(view: &StepView<'_>, parameter: &Parameter) -> bool {
    matches!(&view.step.kind, StepKind::Tool { operation: Some(it), .. } if it.span == parameter.value.span)
}

fn of_capabilities(view: &StepView<'_>, findings: &mut Findings) {
    for item in unknown_capabilities(view) {
        let word = item.value.as_text().map_or("", |text| text.value.trim());
        let known = Capability::ALL.map(Capability::word);
        report("capabilities", word, &known, item.span, findings).severity(Severity::Warning);
    }
}

/// The word of `action`, where it is an operation or an action.
fn of_operation(view: &StepView<'_>, findings: &mut Findings) {
    let (Some(signature), Some(action)) = (view.signature(), view.step.key("action")) else {
        return;
    };
    let text = action.value.value.as_text();
    let Some(text) = text.filter(|text| text.is_static() && text.aliased.is_none()) else { return };
    let word = text.value.trim();
    let usual = match &view.step.kind {
        StepKind::Tool { .. } => signature.operation(word).map(|it| it.name),
        _ => Some(signature.name),
    };
    if let Some(usual) = usual.filter(|usual| *usual != word && usual.eq_ignore_ascii_case(word)) {
        other_case(action.value.span, usual, findings);
    }
}

/// The type of a variable may be said in prose; a single word that is almost one of the types is none.
fn of_variables(view: &StepView<'_>, findings: &mut Findings) {
    for variable in &view.step.vars {
        let declaration = &variable.value.declaration;
        let Some(ty) = declaration.get("type") else { continue };
        let Some(text) = ty.value.as_text().filter(|text| text.is_static()) else { continue };
        let word = text.value.trim();
        if word.chars().all(char::is_alphabetic)
            && !word.is_empty()
            && !variables::says_a_type(word)
        {
            report("type", word, variables::TYPES, ty.span, findings).severity(Severity::Warning);
        }
    }
}

/// `type` of AUTO tags.
fn of_tags(view: &TextView<'_>, findings: &mut Findings) {
    let words = auto_attribute("type").map_or(&[][..], |it| it.words);
    each_tag(&view.text.autos, &mut |tag| {
        for attribute in tag.attributes.iter().filter(|it| it.name == "type") {
            let word = attribute.value.trim();
            let usual = words.iter().find(|usual| usual.eq_ignore_ascii_case(word));
            if let Some(usual) = usual.filter(|usual| **usual != word) {
                other_case(view.source(attribute.value_span), usual, findings);
            }
        }
    });
}

fn other_case(span: Span, usual: &str, findings: &mut Findings) {
    let inside = inside_quotes(span, usual);
    let fits = inside.len() as usize == usual.len();
    let fix = fits.then(|| Fix::safe(format!("change to `{usual}`"), inside, usual));
    findings
        .report(span, format!("the usual spelling is `{usual}`"))
        .severity(Severity::Hint)
        .fix(fix);
}

fn report<'f>(
    key: &str,
    word: &str,
    allowed: &[&str],
    span: Span,
    findings: &'f mut Findings,
) -> &'f mut Draft {
    let near = nearest(word, allowed.iter().copied());
    findings.report(span, words(key, word, allowed)).fix(near.map(|near| fix(span, near)))
}

fn words(key: &str, word: &str, allowed: &[&str]) -> String {
    format!("`{key}` is {}, not `{word}`", any_of(allowed))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
