//! The words of what is said: sentences, what stands in code in them, and their forms.

/// Sentences without their full stops; one in code ends nothing.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let (mut all, mut now, mut code) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        code ^= char == '`';
        if char == '.' && !code && chars.peek().is_none_or(|it| *it == ' ') {
            all.push(std::mem::take(&mut now));
            chars.next();
        } else {
            now.push(char);
        }
    }
    assert!(now.is_empty(), "no full stop: {text}");
    all
}

/// What stands in code, in order.
pub(super) fn codes(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('`') {
        if let Some(inner) = behind.strip_prefix("` ") {
            let Some((code, behind)) = inner.split_once(" ``") else { break };
            all.push(code.to_owned());
            rest = behind;
        } else {
            let Some((code, behind)) = behind.split_once('`') else { break };
            all.push(code.to_owned());
            rest = behind;
        }
    }
    all
}

/// The words with each piece of code as `_`.
pub(super) fn form(text: &str) -> String {
    let mut form = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('`') {
        form.push_str(before);
        form.push('_');
        let double = behind.strip_prefix("` ").and_then(|it| it.split_once(" ``"));
        rest = double.or_else(|| behind.split_once('`')).map_or("", |(_, it)| it);
    }
    form + rest
}

/// `_, _ and _` and the like as `…`.
pub(super) fn short(form: &str) -> String {
    let mut form = form.to_owned();
    for _ in 0..40 {
        form = form.replace("_, _", "_").replace("_ and _", "_").replace("… and _", "…");
    }
    form
}

pub(super) fn number(text: &str) -> Option<usize> {
    text.split(|it: char| !it.is_ascii_digit()).find(|it| !it.is_empty())?.parse().ok()
}

pub(super) fn one_line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &flat[..at]),
        None => flat,
    }
}
