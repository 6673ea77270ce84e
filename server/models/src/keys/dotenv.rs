//! Files of variables, as shells and the usual libraries read them: `NAME=value`, `export NAME="value"`, `# comment`.

use secrecy::SecretString;

/// The variables of a file, in their order. Lines that are none are left out.
pub(super) fn variables(text: &str) -> Vec<(String, SecretString)> {
    text.trim_start_matches('\u{feff}').lines().filter_map(variable).collect()
}

fn variable(line: &str) -> Option<(String, SecretString)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name =
        !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    is_name.then(|| (name.to_owned(), unquoted(value.trim()).into()))
}

/// A value without its quotes, or without the comment behind it.
fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|it| it.split_once(quote)) {
            return inner.to_owned();
        }
    }
    let plain = value.split_once(" #").map_or(value, |(value, _)| value);
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::variables;

    #[test]
    fn a_file_is_read_as_a_shell_reads_it() {
        let text = "\u{feff}# keys\nA=1\n export B = \"two words\" # c\r\nC='x#y'\nD=a#b # c\nno line\n=x\nbad name=1\nE=\n";
        let read = variables(text);
        let read: Vec<_> =
            read.iter().map(|(name, value)| format!("{name}={}", value.expose_secret())).collect();
        assert_eq!(read, ["A=1", "B=two words", "C=x#y", "D=a#b", "E="]);
        assert!(!format!("{:?}", variables(text)).contains("two words"));
    }
}
