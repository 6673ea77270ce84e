use super::{pipeline, step, wanted};
use crate::models::{Ask, Source, Strategy, Wanted};

const HEADER: &str = "experts:\n  - web_search: searcher\n  - critic: {model: [a, b], provider: openai, temperature: 0.1, max_tokens: 9, system_prompt: Be hard.}\n\
                      default_model: default\nselection: {strategy: cost, fallback: last}";

/// The names that may answer, and who says so.
fn asked(wanted: &Wanted) -> (String, Source) {
    let names = match &wanted.ask {
        Ask::Named(names) => names.join(" "),
        Ask::Later(template) => template.clone(),
        Ask::Any => "any".to_owned(),
    };
    (names, wanted.source.clone())
}

#[test]
fn the_strongest_word_counts() {
    let critic = || Source::Expert("critic".to_owned());
    let searcher = || Source::ToolExpert("web-search".to_owned());
    let rows = [
        (
            "model: mine\nexpert: critic\ntools: [web-search]\nrequires_model: {min_size: 7B}",
            "mine",
            Source::Step,
        ),
        ("parameters: {model: mine}\nexpert: critic", "mine", Source::Step),
        (
            "expert: critic\ntools: [web-search]\nrequires_model: other",
            "openai:a openai:b",
            critic(),
        ),
        ("tools: [web-search]\nrequires_model: other", "searcher", searcher()),
        ("tools: filesystem, web-search", "searcher", searcher()),
        ("requires_model: {min_size: 7B}\nselection: cost", "any", Source::Requirement),
        ("requires_model: other", "other", Source::Requirement),
        ("requires_model: none", "default", Source::Default),
        ("selection: performance", "any", Source::Selection),
        ("model: <AUTO task=\"code\">Choose</AUTO>", "any", Source::Auto),
        ("model: AUTO", "any", Source::Auto),
        ("model: <AUTO>", "any", Source::Auto),
        ("model: \"{{ pick.model }}\"", "{{ pick.model }}", Source::Step),
        ("model: {name: gpt-4o}", "gpt-4o", Source::Step),
        ("model: {model: gpt-4o, provider: openai}", "openai:gpt-4o", Source::Step),
        ("model: {capabilities: [vision]}", "any", Source::Step),
        ("model: {provider: openai}", "any", Source::Step),
        ("model: {name: AUTO, provider: openai}", "any", Source::Step),
        ("model: {name: \"{{ pick }}\", provider: openai}", "openai:{{ pick }}", Source::Step),
        ("requires_model: {provider: openai}", "any", Source::Requirement),
        ("", "default", Source::Default),
        ("model:", "default", Source::Default),
    ];
    for (keys, names, source) in rows {
        let wanted = step(HEADER, keys);
        assert_eq!(asked(&wanted), (names.to_owned(), source), "{keys}");
        assert_eq!(wanted.fallbacks, ["last"], "{keys}");
    }
    assert_eq!(asked(&step("", "")), ("any".to_owned(), Source::Nothing));
    let document = "model: all\ndefault_model: default";
    assert_eq!(
        asked(&step(document, "requires_model: {min_size: 7B}")),
        ("all".to_owned(), Source::Document)
    );
    assert_eq!(asked(&step(document, "model: mine")), ("mine".to_owned(), Source::Step));
}

#[test]
fn a_provider_alone_leaves_open_which_of_its_models() {
    let expert = |about: &str, rest: &str, keys: &str| {
        let header = format!("experts:\n  x: {about}\n{rest}");
        let wanted = step(&header, &format!("expert: x\n{keys}"));
        (asked(&wanted), wanted.requirement.provider)
    };
    let x = || Source::Expert("x".to_owned());
    for (about, rest, keys, names, source) in [
        ("{provider: Claude, temperature: 0}", "", "", "any", x()),
        // Weaker words that name models of that provider narrow it down; others do not count.
        ("{provider: claude}", "default_model: anthropic:good", "", "anthropic:good", x()),
        ("{provider: claude}", "default_model: claude-old", "", "claude-old", x()),
        ("{provider: claude}", "default_model: gpt-4o", "", "any", x()),
        ("{provider: claude}", "model: \"{{ pick }}\"", "", "any", x()),
        ("{provider: claude}", "", "requires_model: {provider: openai}", "any", x()),
        // Who is stronger names the model.
        ("{provider: claude}", "", "model: gpt-4o", "gpt-4o", Source::Step),
    ] {
        let found = expert(about, rest, keys);
        let wanted = ((names.to_owned(), source), Some("anthropic".to_owned()));
        assert_eq!(found, wanted, "{about} {rest} {keys}");
    }
}

#[test]
fn strategies_in_both_vocabularies() {
    for (header, keys, strategy) in [
        ("", "", Strategy::Balanced),
        ("selection_schema: performance", "", Strategy::Performance),
        ("selection_schema: cost_optimized", "", Strategy::Cost),
        ("selection: accuracy_optimized", "", Strategy::Accuracy),
        ("selection: {strategy: performance_optimized}", "", Strategy::Performance),
        ("selection: cost", "selection: balanced", Strategy::Balanced),
        ("selection: cost", "selection: {strategy: accuracy}", Strategy::Accuracy),
        ("selection: cost", "selection: sideways", Strategy::Cost),
    ] {
        assert_eq!(step(header, keys).strategy, strategy, "{header} | {keys}");
    }
    let wanted = step("selection: {fallback: a}", "selection: {fallback: b}");
    assert_eq!(wanted.fallbacks, ["b"]);
}

#[test]
fn an_expert_says_how_to_ask_also_where_the_step_names_the_model() {
    for keys in ["expert: critic", "expert: critic\nmodel: mine"] {
        let settings = step(HEADER, keys).settings;
        assert_eq!(settings.temperature, Some(0.1));
        assert_eq!(settings.max_tokens, Some(9));
        assert_eq!(settings.system_prompt.as_deref(), Some("Be hard."));
    }
    let plain = "experts:\n  calm: {system_prompt: Be kind.}\ndefault_model: d";
    let wanted = step(plain, "expert: calm");
    assert_eq!(asked(&wanted), ("d".to_owned(), Source::Default));
    assert_eq!(wanted.settings.system_prompt.as_deref(), Some("Be kind."));
}

#[test]
fn steps_in_loops_ask_for_what_the_loop_requires() {
    let text = "name: x\nsteps:\n  - id: loop\n    for_each: [1]\n    requires_model: {min_size: 7B, expertise: high}\n    steps:\n      - id: inner\n        action: <AUTO>Do it</AUTO>\n      - id: own\n        prompt: hi\n        requires_model: {max_size: 3B}\n      - id: files\n        tool: filesystem\n        action: list\n";
    assert_eq!(wanted(text, "inner").unwrap().requirement.min_size, Some(7.0));
    let own = wanted(text, "own").unwrap().requirement;
    assert_eq!((own.min_size, own.max_size), (None, Some(3.0)));
    assert_eq!(wanted(text, "files"), None);
}

#[test]
fn the_orchestrator_answers_auto_tags() {
    for (header, names, source) in [
        ("orchestrator: o\nmodel: m\ndefault_model: d", "o", Source::Orchestrator),
        ("model: m\ndefault_model: d", "m", Source::Document),
        ("default_model: d", "d", Source::Default),
        ("selection: cost", "any", Source::Nothing),
    ] {
        let wanted =
            Wanted::of_orchestration(&pipeline(&format!("name: x\n{header}\nsteps: []\n")));
        assert_eq!(asked(&wanted), (names.to_owned(), source), "{header}");
    }
}

#[test]
fn a_rendered_template_is_read_as_if_it_stood_there() {
    let wanted = || step("", "model: \"{{ pick }}\"");
    assert_eq!(
        asked(&wanted().rendered(" openai:gpt-4o ")),
        ("openai:gpt-4o".to_owned(), Source::Step)
    );
    let auto = wanted().rendered("<AUTO task=\"image\">x</AUTO>");
    assert_eq!(asked(&auto), ("any".to_owned(), Source::Auto));
    assert_eq!(auto.leaning.capabilities.len(), 1);
}
