//! What an input takes: type, choices, range, length, pattern. A run and the rules ask the same.

use crate::{Input, Value, eval, facts, value::convert};

/// The value as its input takes it: of the declared type, and a choice spelled as declared.
///
/// # Errors
/// In words why the input does not take it.
pub fn accept(input: &Input, value: Value) -> Result<Value, String> {
    if matches!(value, Value::Null) {
        return Ok(value);
    }
    let value =
        convert(value, facts::input_type(input)).map_err(|found| format!("it is {found}"))?;
    let value = choose(input, value)?;
    in_range(input, &value)?;
    is_long_enough(input, &value)?;
    matches_pattern(input, &value)?;
    Ok(value)
}

/// One of the declared choices, spelled as declared; of a list each item.
fn choose(input: &Input, value: Value) -> Result<Value, String> {
    let Some(choices) = &input.choices else { return Ok(value) };
    let choices: Vec<Value> =
        choices.iter().map(|choice| Value::as_written(&choice.value)).collect();
    let one = |value: &Value| {
        let spelled = value.to_text().to_lowercase();
        let same = |it: &&Value| *it == value || it.to_text().to_lowercase() == spelled;
        choices.iter().find(same).cloned().ok_or_else(|| {
            let list: Vec<_> = choices.iter().map(|it| format!("`{}`", it.to_text())).collect();
            format!("`{}` is none of {}", value.to_text(), list.join(", "))
        })
    };
    match (one(&value), &value) {
        (Err(_), Value::List(items)) => {
            items.iter().map(one).collect::<Result<_, _>>().map(Value::list)
        }
        (found, _) => found,
    }
}

fn in_range(input: &Input, value: &Value) -> Result<(), String> {
    let number = match value {
        Value::Int(int) => *int as f64,
        Value::Float(float) => *float,
        _ => return Ok(()),
    };
    match (input.min, input.max) {
        (Some(min), _) if number < min => Err(format!("{number} is less than {min}")),
        (_, Some(max)) if number > max => Err(format!("{number} is greater than {max}")),
        _ => Ok(()),
    }
}

fn is_long_enough(input: &Input, value: &Value) -> Result<(), String> {
    let (length, things) = match value {
        Value::Text(text) => (text.chars().count(), "characters"),
        Value::List(items) => (items.len(), "items"),
        _ => return Ok(()),
    };
    match (input.shortest, input.longest) {
        (Some(least), _) if (length as f64) < least => {
            Err(format!("it has {length} {things}, at least {least} are needed"))
        }
        (_, Some(most)) if length as f64 > most => {
            Err(format!("it has {length} {things}, at most {most} are accepted"))
        }
        _ => Ok(()),
    }
}

fn matches_pattern(input: &Input, value: &Value) -> Result<(), String> {
    let (Some(pattern), Value::Text(text)) = (&input.pattern, value) else { return Ok(()) };
    let pattern = eval::Pattern::new(&pattern.value)
        .map_err(|reason| format!("its pattern cannot be read: {reason}"))?;
    match pattern.is_match(text) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("`{text}` does not match `{}`", pattern.as_str())),
        Err(eval::Endless) => Err(format!("its pattern `{}` takes too long", pattern.as_str())),
    }
}

/// Why an input takes no value at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Contradiction {
    /// Its pattern is no regular expression; why.
    Pattern(String),
    /// Its least number is above its greatest one.
    Range(f64, f64),
    /// It must be longer than it may be.
    Length(f64, f64),
    /// There is nothing to choose from.
    NoChoice,
}

/// Why the input takes no value at all, if that is so.
#[must_use]
pub fn contradiction(input: &Input) -> Option<Contradiction> {
    let pattern = input.pattern.as_ref().and_then(|it| eval::Pattern::new(&it.value).err());
    let above = |least: Option<f64>, most: Option<f64>| {
        least.zip(most).filter(|(least, most)| least > most)
    };
    let range = above(input.min, input.max).map(|(least, most)| Contradiction::Range(least, most));
    let length = above(input.shortest, input.longest)
        .map(|(least, most)| Contradiction::Length(least, most));
    let nothing = input.choices.as_ref().is_some_and(Vec::is_empty);
    pattern
        .map(Contradiction::Pattern)
        .or(range)
        .or(length)
        .or(nothing.then_some(Contradiction::NoChoice))
}
