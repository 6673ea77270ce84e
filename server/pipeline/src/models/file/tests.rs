use expect_test::expect;
use syntax::Tree;

use super::{ModelsFile, NamedServer};
use crate::models::{Capability, Level, Model, Roster};

/// What a text says, and its mistakes: the text of each place, and what is wrong with it.
fn read(text: &str) -> (ModelsFile, Vec<String>) {
    let (file, mistakes) = ModelsFile::read(&Tree::parse(text));
    let place = |span: syntax::Span| {
        let place = text.get(span.start as usize..span.end as usize).unwrap();
        place.lines().next().unwrap_or_default().to_owned()
    };
    let words = mistakes.iter().map(|it| format!("{} | {:?}", place(it.span), it.kind));
    (file, words.collect())
}

#[test]
fn what_a_file_says_is_put_on_top() {
    let text = "\
models:
  - {source: openai, name: gpt-4o-mini, input_price: 1.5, output_price: 3}
  - {source: ollama, name: \"gemma3:27b\", expertise: [general, fast], size: 27b}
  - provider: house
    name: h
    cost: {input_cost_per_1k_tokens: 0.5, output_cost_per_1k_tokens: 1}
    capabilities: {supports_tools: true, vision_capable: true, context_window: 9000}
  - {source: gemini, name: gemini-2.5-pro, capabilities: [vision, poetry]}
defaults: {expertise_preferences: {code: \"house:h\"}, fallback_chain: [\"house:h\"]}
";
    let (file, mistakes) = read(text);
    assert_eq!(mistakes, Vec::<String>::new());
    let mut roster = Roster::default();
    let before = roster.models.len();
    roster.add(&file);
    let model = roster.find("gpt-4o-mini").unwrap();
    assert_eq!(
        (model.input_price, model.output_price, model.context),
        (Some(1.5), Some(3.0), Some(128_000))
    );
    let model = roster.find("gemma3:27b").unwrap();
    assert_eq!((model.size, model.quality, model.input_price), (Some(27.0), Some(50), None));
    let model = roster.find("house:h").unwrap();
    assert_eq!((model.input_price, model.output_price), (Some(500.0), Some(1_000.0)));
    assert_eq!(model.can(Capability::Vision), Some(true));
    assert_eq!(model.can(Capability::Audio), Some(false));
    assert_eq!((model.context, model.level()), (Some(9_000), None));
    let model = roster.find("gemini-2.5-pro").unwrap();
    assert_eq!(model.capabilities, Some(vec![Capability::Vision]));
    assert!(model.tags.iter().any(|it| it == "poetry"));
    assert_eq!(roster.models.len(), before + 2);
    assert_eq!(roster.preferences, [("code".to_owned(), "house:h".to_owned())]);
    assert_eq!(roster.fallbacks, ["house:h"]);
}

#[test]
fn tags_of_a_file_tell_how_good_a_model_is() {
    let add = |name: &str, tags: &str| {
        format!("  - {{source: house, name: {name}, expertise: {tags}}}\n")
    };
    let entries =
        [("a", "[research]"), ("b", "code"), ("c", "[fast]"), ("d", "[general]"), ("e", "[]")];
    let entries: String = entries.iter().map(|(name, tags)| add(name, tags)).collect();
    let mut roster = Roster::of(Vec::new());
    roster.add(&read(&format!("models:\n{entries}")).0);
    let levels: Vec<_> = roster.models.iter().map(Model::level).collect();
    let levels_wanted =
        [Some(Level::VeryHigh), Some(Level::High), Some(Level::Low), Some(Level::Medium), None];
    assert_eq!(levels, levels_wanted);
}

#[test]
fn every_mistake_has_its_place_and_the_rest_counts() {
    let text = "\
models:
  - {name: nobody}
  - 7
  - {source: openai, name: gpt-4o, colour: red, quality: 120, input_price: cheap, size: big, speed: fast}
  - {source: house, name: h, cost: {is_free: maybe, price: 1}, capabilities: {supports_tool: true}}
  - {source: OpenAI, name: GPT-4o, accuracy: 2, context_window: 0}
  - {source: \"\", name: [x]}
  - *lost
model: []
defaults:
  fallback_chains: [a]
  fallback_chain: a
  expertise_preferences: {code: [a], law: b}
providers:
  lab: {url: \"http://127.0.0.1:1/v1\", key: LAB_KEY, protocol: gemini}
  thin: {}
  ftp: {url: \"ftp://x\"}
  open: {url: \"https://x\", key: sk-live-123, protokol: ollama}
  odd: {url: \"https://x\", protocol: smtp}
  none: 3
";
    let (file, mistakes) = read(text);
    expect![[r#"
        [
            "name | Missing { key: \"source\", about: \"the provider that serves it\" }",
            "7 | Wrong { wanted: \"a model: a map with `source` and `name`\" }",
            "colour | UnknownKey { key: \"colour\", known: [\"source\", \"provider\", \"name\", \"expertise\", \"tags\", \"size\", \"context_window\", \"max_tokens\", \"input_price\", \"output_price\", \"cached_price\", \"quality\", \"accuracy\", \"accuracy_score\", \"speed\", \"speed_rating\", \"tokens_per_second\", \"latency_ms\", \"capabilities\", \"cost\", \"metrics\", \"requirements\"] }",
            "120 | Wrong { wanted: \"a whole number from 0 to 100\" }",
            "cheap | Wrong { wanted: \"a price in US dollars, 0 or more\" }",
            "big | Wrong { wanted: \"a size in parameters, such as `7b`\" }",
            "maybe | Wrong { wanted: \"`true` or `false`\" }",
            "price | UnknownKey { key: \"price\", known: [\"supports_function_calling\", \"supports_tools\", \"supports_structured_output\", \"supports_json_mode\", \"vision_capable\", \"supports_multimodal\", \"audio_capable\", \"code_specialized\", \"context_window\", \"max_tokens\", \"domains\", \"supported_tasks\", \"languages\", \"temperature_range\", \"supports_streaming\", \"accuracy\", \"accuracy_score\", \"speed_rating\", \"throughput\", \"success_rate\", \"input_cost_per_1k_tokens\", \"output_cost_per_1k_tokens\", \"base_cost_per_request\", \"is_free\"] }",
            "supports_tool | UnknownKey { key: \"supports_tool\", known: [\"supports_function_calling\", \"supports_tools\", \"supports_structured_output\", \"supports_json_mode\", \"vision_capable\", \"supports_multimodal\", \"audio_capable\", \"code_specialized\", \"context_window\", \"max_tokens\", \"domains\", \"supported_tasks\", \"languages\", \"temperature_range\", \"supports_streaming\", \"accuracy\", \"accuracy_score\", \"speed_rating\", \"throughput\", \"success_rate\", \"input_cost_per_1k_tokens\", \"output_cost_per_1k_tokens\", \"base_cost_per_request\", \"is_free\"] }",
            "GPT-4o | Twice { name: \"OpenAI:GPT-4o\", first: Span { start: 60, end: 66 } }",
            "2 | Wrong { wanted: \"a number from 0 to 1\" }",
            "0 | Wrong { wanted: \"a number of tokens, 1 or more\" }",
            "\"\" | Wrong { wanted: \"the name of a provider\" }",
            "[x] | Wrong { wanted: \"the name of a model\" }",
            "*lost | Alias",
            "*lost | Wrong { wanted: \"a model: a map with `source` and `name`\" }",
            "model | UnknownKey { key: \"model\", known: [\"models\", \"defaults\", \"providers\"] }",
            "fallback_chains | UnknownKey { key: \"fallback_chains\", known: [\"expertise_preferences\", \"fallback_chain\"] }",
            "a | Wrong { wanted: \"a list of models\" }",
            "[a] | Wrong { wanted: \"the name of a model\" }",
            "thin | Missing { key: \"url\", about: \"the address of the server\" }",
            "\"ftp://x\" | Wrong { wanted: \"an address that begins with `http://` or `https://`\" }",
            "sk-live-123 | Wrong { wanted: \"the name of the variable that has the key, never the key\" }",
            "protokol | UnknownKey { key: \"protokol\", known: [\"name\", \"url\", \"key\", \"protocol\"] }",
            "smtp | Wrong { wanted: \"`openai`, `openai-responses`, `anthropic`, `google` or `ollama`\" }",
            "3 | Wrong { wanted: \"a server: a map with `url`, and `key` and `protocol` where it needs them\" }",
        ]
    "#]].assert_debug_eq(&mistakes);
    let names: Vec<_> = file
        .models
        .iter()
        .map(|it| format!("{}:{} {:?}", it.provider, it.name, it.facts))
        .collect();
    expect![[r#"
        [
            "openai:gpt-4o [Speed(Fast)]",
            "house:h []",
            "OpenAI:GPT-4o []",
        ]
    "#]]
    .assert_debug_eq(&names);
    assert_eq!(file.preferences, [("law".to_owned(), "b".to_owned())]);
    let servers: Vec<_> = file.servers.into_iter().map(|it| it.value).collect();
    let lab = NamedServer {
        name: "lab".to_owned(),
        url: "http://127.0.0.1:1/v1".to_owned(),
        key: Some("LAB_KEY".to_owned()),
        protocol: "google",
    };
    assert_eq!(servers, [lab]);
}

#[test]
fn servers_may_stand_in_a_list_and_what_is_shared_under_an_alias() {
    let text = "\
house: &base {url: \"https://a\"}
providers:
  - {name: one, <<: *base}
  - {name: claude, url: \"https://b\", protocol: anthropic}
  - {name: One, url: \"https://c\"}
  - {url: \"https://d\"}
";
    let (file, mistakes) = read(text);
    let servers: Vec<_> =
        file.servers.iter().map(|it| format!("{} {}", it.value.name, it.value.url)).collect();
    assert_eq!(servers, ["one https://a", "anthropic https://b"]);
    expect![[r#"
        [
            "house | UnknownKey { key: \"house\", known: [\"models\", \"defaults\", \"providers\"] }",
            "One | Twice { name: \"One\", first: Span { start: 54, end: 57 } }",
            "url | Missing { key: \"name\", about: \"what model strings call it\" }",
        ]
    "#]].assert_debug_eq(&mistakes);
}

#[test]
fn what_is_no_such_file() {
    for (text, count) in [
        ("", 0),
        ("# nothing\n", 0),
        ("null\n", 0),
        ("models:\n", 0),
        ("- 1\n", 1),
        ("models: {a: 1}\n", 1),
        ("x\n", 1),
    ] {
        let (file, mistakes) = read(text);
        assert_eq!(
            (file, mistakes.len()),
            (ModelsFile::default(), count),
            "{text:?}: {mistakes:?}"
        );
    }
}
