//! The catalogue agrees with itself, and with the pipelines that people wrote.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{Catalogue, DOCUMENTED_ONLY, Family, Field, Signature, family, normalise};

fn all() -> impl Iterator<Item = &'static Signature> {
    let catalogue = Catalogue::declared();
    catalogue.tools().iter().chain(catalogue.actions()).copied()
}

fn duplicates<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().map(normalise).filter(|name| !seen.insert(name.clone())).collect()
}

fn spellings(signatures: &[&'static Signature]) -> Vec<&'static str> {
    signatures.iter().flat_map(|it| it.aliases.iter().copied().chain([it.name])).collect()
}

#[test]
fn one_name_means_one_thing() {
    let catalogue = Catalogue::declared();
    let tools = spellings(catalogue.tools()).into_iter().chain(DOCUMENTED_ONLY.iter().copied());
    let none: Vec<String> = Vec::new();
    // `llm-generate` is no tool that exists, and an action's other name: the key says which is meant
    assert_eq!(duplicates(tools), none);
    assert_eq!(duplicates(spellings(catalogue.actions())), none);
    for signature in all() {
        let names =
            signature.parameters.iter().flat_map(|it| it.aliases.iter().copied().chain([it.name]));
        assert_eq!(duplicates(names), none, "parameters of {}", signature.name);
        assert_eq!(
            duplicates(signature.operations.iter().map(|it| it.name)),
            none,
            "operations of {}",
            signature.name
        );
    }
}

#[test]
fn defaults_are_json_and_among_the_choices() {
    for signature in all() {
        for parameter in signature.parameters {
            let place = format!("{}.{}", signature.name, parameter.name);
            let Some(default) = parameter.default else { continue };
            let value: serde_json::Value =
                serde_json::from_str(default).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(!parameter.required, "{place} is required and has a default");
            if !parameter.choices.is_empty() {
                assert!(parameter.choices.contains(&value.as_str().unwrap()), "{place}: {value}");
            }
        }
    }
}

#[test]
fn operations_name_what_is_there() {
    for signature in all() {
        for operation in signature.operations {
            for name in operation.required {
                let parameter = signature.parameter(name);
                assert_eq!(
                    parameter.map(|it| it.name),
                    Some(*name),
                    "{} {}",
                    signature.name,
                    operation.name
                );
            }
            for effect in operation.effects {
                let covered = signature.effects.contains(effect)
                    || *effect == super::Effect::Pure
                    || signature.effects == [super::Effect::Pure];
                assert!(covered, "{} {} {effect:?}", signature.name, operation.name);
            }
        }
        if let Some(default) = signature.default_operation {
            assert!(signature.operation(default).is_some(), "{}", signature.name);
        }
        if !signature.operations.is_empty() {
            let words = signature.parameter("action").expect(signature.name).choices;
            assert!(
                words.iter().copied().eq(signature.operations.iter().map(|it| it.name)),
                "{}",
                signature.name
            );
        }
    }
}

#[test]
fn a_primary_field_is_a_field() {
    fn known(fields: &[&'static Field], name: &str) -> bool {
        fields.iter().any(|field| field.name == name)
    }
    for signature in all() {
        if let Some(primary) = signature.primary {
            assert!(known(&signature.fields(None), primary), "{}.{primary}", signature.name);
        }
    }
}

#[test]
fn hover_prose_is_whole() {
    for signature in all() {
        assert!(signature.doc.contains("```yaml"), "{} has no example", signature.name);
        let docs = signature
            .parameters
            .iter()
            .map(|it| it.doc)
            .chain(signature.operations.iter().map(|it| it.doc));
        for doc in docs {
            assert!(doc.ends_with('.'), "{}: {doc}", signature.name);
        }
    }
}

#[test]
fn spelling_does_not_matter() {
    let catalogue = Catalogue::declared();
    for (written, name) in [
        ("web_search", "web-search"),
        ("  FileSystem ", "filesystem"),
        ("file", "filesystem"),
        ("auto-debugger", "auto_debugger"),
        ("Python_Executor", "python-executor"),
    ] {
        assert_eq!(catalogue.tool(written).map(|it| it.name), Some(name), "{written}");
    }
    for (written, name) in [
        ("generate_text", "generate"),
        ("generate-text", "generate"),
        ("generate-structured", "generate_structured"),
        ("Analyze", "analyze_text"),
        ("llm_call", "generate"),
        ("web_search", "web-search"),
        ("evaluate-condition", "evaluate_condition"),
    ] {
        assert_eq!(catalogue.action(written).map(|it| it.name), Some(name), "{written}");
    }
    assert_eq!(catalogue.action("gernate"), None);
    assert_eq!(catalogue.tool("generate"), None);
    assert!(catalogue.is_documented_only("HTTP_client"));
}

#[test]
fn a_build_says_what_it_provides() {
    assert!(!Catalogue::declared().provides("terminal"));
    let catalogue = Catalogue::providing(&["terminal", "echo"]);
    assert!(
        catalogue.provides("terminal")
            && catalogue.provides("echo")
            && !catalogue.provides("filesystem")
    );
}

#[test]
fn required_depends_on_the_operation() {
    let filesystem = Catalogue::declared().tool("filesystem").unwrap();
    assert_eq!(filesystem.required(Some("copy")), ["path", "destination"]);
    assert_eq!(filesystem.required(Some("read")), ["path"]);
    let validate = Catalogue::declared().action("validate").unwrap();
    assert_eq!(validate.required(None), ["data", "schema"]);
}

#[test]
fn prose_belongs_to_a_family() {
    for (action, expected) in [
        ("echo hello", Some(Family::Echo)),
        ("PRINT \"x\"", Some(Family::Echo)),
        ("echo", None),
        ("echoes of the past", None),
        ("write the following content to o/prose.md\nhello", Some(Family::FileProse)),
        ("Save the summary to a file", Some(Family::FileProse)),
        ("save it to out.csv", Some(Family::FileProse)),
        ("Write test file", None),
        ("Fetch data from API", None),
        ("<AUTO>create a markdown file at x</AUTO>", Some(Family::Auto)),
        ("<AUTO task=\"a\">choose</AUTO>", Some(Family::Auto)),
        ("Überschreibe alles", None),
    ] {
        assert_eq!(family(action), expected, "{action}");
    }
}

/// What lies beside the repository and is not part of it.
fn shared() -> PathBuf {
    std::env::var_os("DOWNBEAT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    )
}

fn pipelines(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pipelines(&path, found);
        } else if path.extension().is_some_and(|it| it == "yaml" || it == "yml") {
            found.push(path);
        }
    }
}

#[test]
fn every_tool_of_real_pipelines_is_known() {
    // Named by one example each, documented nowhere: an unknown tool is the right answer.
    const UNKNOWN: &[&str] =
        &["browser", "code-analyzer", "fact-checker", "git", "markdown-to-html", "memory"];
    let corpus = shared().join("corpus");
    if !corpus.is_dir() {
        eprintln!("SKIPPED every_tool_of_real_pipelines_is_known: no {}", corpus.display());
        return;
    }
    let mut files = Vec::new();
    pipelines(&corpus, &mut files);
    let catalogue = Catalogue::declared();
    let line = regex::Regex::new(r#"(?m)^\s*(?:- )?tool:\s*['"]?([\w-]+)['"]?\s*$"#).unwrap();
    let mut unknown = BTreeSet::new();
    let mut seen = 0;
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for found in line.captures_iter(&text) {
            let name = found.get(1).unwrap().as_str();
            seen += 1;
            if catalogue.tool(name).is_none() && !catalogue.is_documented_only(name) {
                unknown.insert(normalise(name));
            }
        }
    }
    assert!(seen > 100, "only {seen} tools were found");
    assert!(unknown.iter().map(String::as_str).eq(UNKNOWN.iter().copied()), "{unknown:?}");
}

#[test]
fn the_word_of_a_parameter_says_what_a_call_does() {
    use super::{Effect, FILESYSTEM, VIDEO_PROCESSING};
    let film = |word: &'static str| {
        VIDEO_PROCESSING.effects_given(None, |name| (name == "operation").then_some(word))
    };
    assert_eq!(film("extract_frames"), [Effect::Reads, Effect::Writes]);
    assert_eq!(film("Extract-Audio"), [Effect::Reads, Effect::Writes]);
    assert_eq!(film("summarize"), [Effect::Reads, Effect::Model]);
    // What is not known may be anything.
    assert_eq!(film("cut"), VIDEO_PROCESSING.effects);
    assert_eq!(VIDEO_PROCESSING.effects_given(None, |_| None), VIDEO_PROCESSING.effects);
    let read = FILESYSTEM.effects_given(Some("read"), |_| Some("write"));
    assert_eq!(read, FILESYSTEM.effects_of(Some("read")));
}
