use super::{house, listing, open, roster, step};
use crate::models::{
    Access, LOCAL, Listed, Model, NoChoice, Nothing, Place, Reach, Roster, Server,
};

/// The full name of what is chosen, or the error in words.
fn chosen(header: &str, keys: &str, reach: Reach) -> String {
    chosen_of(house(), header, keys, reach)
}

fn chosen_of(models: Vec<Model>, header: &str, keys: &str, reach: Reach) -> String {
    let roster = Roster { reach, ..Roster::of(models) };
    match roster.choose(&step(header, keys)) {
        Ok(choice) => choice.model.full_name(),
        Err(none) => none.to_string(),
    }
}

#[test]
fn strategies_take_the_best_the_cheapest_the_fastest() {
    for (strategy, name) in [
        ("balanced", "anthropic:good"),
        ("accuracy", "anthropic:good"),
        ("cost", "openai:middling"),
        ("performance", "openai:middling"),
    ] {
        let header = format!("selection_schema: {strategy}");
        assert_eq!(chosen(&header, "", Reach::NotKnown), name, "{strategy}");
    }
}

#[test]
fn requirements_rule_models_out() {
    for (keys, name) in [
        ("requires_model: {capabilities: [vision]}", "anthropic:good"),
        ("requires_model: {modalities: [text, vision]}", "anthropic:good"),
        (
            "requires_model: {capabilities: [streaming, function_calling]}\nselection: cost",
            "openai:middling",
        ),
        ("requires_model: {expertise: very-high}", "anthropic:good"),
        ("requires_model: {expertise: [code, research]}", "anthropic:good"),
        ("requires_model: {expertise: medium-high, excluded: [good]}", "openai:middling"),
        ("requires_model: {excluded: [\"anthropic:good\", middling]}", "openai:weak"),
        ("requires_model: {min_accuracy_score: 0.7}", "anthropic:good"),
        ("requires_model: {cost_limit: 0.001}", "openai:weak"),
        (
            "requires_model: {cost_limit: 0.001, budget_period: per-hour, fallback_strategy: best_available}",
            "local:tiny",
        ),
        ("requires_model: {preferred: [weak]}", "openai:weak"),
        ("requires_model: {min_size: 7B, preferred: [middling, good]}", "anthropic:good"),
        ("model: <AUTO task=\"visual_analysis\">x</AUTO>", "anthropic:good"),
        ("model: <AUTO quality=\"high\">x</AUTO>", "anthropic:good"),
        ("model: <AUTO task=\"summarize\">x</AUTO>", "anthropic:good"),
    ] {
        assert_eq!(chosen("", keys, Reach::NotKnown), name, "{keys}");
    }
}

#[test]
fn a_name_is_taken_whatever_it_lacks_but_not_where_it_is_excluded() {
    assert_eq!(
        chosen("", "model: weak\nrequires_model: {capabilities: [vision]}", Reach::NotKnown),
        "openai:weak"
    );
    assert_eq!(
        chosen("", "model: weak\nrequires_model: {excluded: [weak]}", Reach::NotKnown),
        "`model` of the step names `weak`, which cannot be had: it is excluded"
    );
    let choice = roster()
        .choose(&step("", "model: weak\nrequires_model: {capabilities: [vision]}"))
        .unwrap();
    assert!(choice.because.contains(&"but it has no `vision`".to_owned()), "{:?}", choice.because);
}

#[test]
fn names_are_found_in_every_spelling() {
    for (written, name) in [
        ("openai/weak", "openai:weak"),
        ("OpenAI:Weak", "openai:weak"),
        ("anthropic/claude-old-1", "anthropic:claude-old-1"),
        ("claude-sonnet-4-20250514", "anthropic:claude-sonnet-4-20250514"),
        ("gemini:gemini-0", "google:gemini-0"),
        ("hf:meta/l-7b", "huggingface:meta/l-7b"),
        (
            "weka",
            "`model` of the step names `weka`, which nobody is known to serve; did you mean `weak`?",
        ),
        (
            "opnai:weak",
            "`model` of the step names `opnai:weak`, which nobody is known to serve; did you mean `openai:weak`?",
        ),
        ("llama3.2:1b", "`model` of the step names `llama3.2:1b`, which nobody is known to serve"),
    ] {
        assert_eq!(
            chosen("", &format!("model: \"{written}\""), Reach::NotKnown),
            name,
            "{written}"
        );
    }
}

#[test]
fn only_open_providers_are_asked() {
    assert_eq!(chosen("", "", open(&["openai"])), "openai:middling");
    assert_eq!(chosen("", "", open(&["openai", "local"])), "openai:middling");
    assert_eq!(chosen("", "", open(&["local"])), "local:tiny");
    let closed = Server {
        provider: "anthropic".to_owned(),
        place: Place::Elsewhere,
        access: Access::Closed("set `ANTHROPIC_API_KEY`".to_owned()),
    };
    assert_eq!(
        chosen("", "", Reach::Known(vec![closed.clone()])),
        "no model fits what the selection over all models asks for: `anthropic:good`: set `ANTHROPIC_API_KEY`; \
         `openai:middling` and 1 more: no provider `openai` is set up; `local:tiny`: no provider `local` is set up"
    );
    assert_eq!(
        chosen("", "model: good", Reach::Known(vec![closed])),
        "`model` of the step names `good`, which cannot be had: set `ANTHROPIC_API_KEY`"
    );
}

#[test]
fn what_a_server_lists_can_be_chosen_and_costs_nothing_at_home() {
    let reach = Reach::Known(vec![listing("ollama", &["mine:3b", "big-cloud"])]);
    let roster = Roster { reach: reach.clone(), ..roster() };
    let choice = roster.choose(&step("", "")).unwrap();
    assert_eq!(choice.model.full_name(), "ollama:mine:3b");
    assert_eq!((choice.model.input_price, choice.model.context), (Some(0.0), Some(2_048)));
    let named = roster.choose(&step("", "model: mine:3b")).unwrap();
    assert_eq!(named.model, choice.model);
    let cloud = roster.choose(&step("", "model: big-cloud")).unwrap();
    assert_eq!(cloud.model.input_price, None);
    assert_eq!(
        chosen("", "model: ollama:other", reach),
        "`model` of the step names `ollama:other`, which cannot be had: `ollama` does not have it; it has `mine:3b`, `big-cloud`"
    );
}

#[test]
fn a_bare_name_means_the_first_that_can_be_had() {
    let mut models = house();
    models.push(Model::unknown("ollama", "good"));
    assert_eq!(chosen_of(models.clone(), "", "model: good", Reach::NotKnown), "anthropic:good");
    assert_eq!(chosen_of(models.clone(), "", "model: good", open(&["ollama"])), "ollama:good");
    assert_eq!(
        chosen_of(models, "", "model: anthropic:good", open(&["anthropic", "ollama"])),
        "anthropic:good"
    );
}

#[test]
fn a_list_is_chosen_from() {
    let header = "experts:\n  pair: {model: [weak, middling]}";
    assert_eq!(chosen(header, "expert: pair", Reach::NotKnown), "openai:middling");
    assert_eq!(chosen(header, "expert: pair\nselection: cost", Reach::NotKnown), "openai:middling");
    let alone = "experts:\n  pair: [nobodys, \"openai:weak\"]";
    assert_eq!(chosen(alone, "expert: pair", Reach::NotKnown), "openai:weak");
    let text = chosen("experts:\n  pair: [nobodys, weak]", "expert: pair", open(&["anthropic"]));
    assert_eq!(
        text,
        "no model fits what the expert `pair` asks for: `openai:weak`: no provider `openai` is set up; `nobodys`: nobody is known to serve it"
    );
}

#[test]
fn nothing_is_fallen_back_on_unless_it_is_declared() {
    let keys = "requires_model: {min_size: 1T, max_size: 1B}";
    assert!(chosen("", keys, Reach::NotKnown).starts_with(
        "no model fits what `requires_model` asks for: `anthropic:good` and 2 more: its size is not known"
    ));
    assert_eq!(chosen("selection: {fallback: weak}", keys, Reach::NotKnown), "openai:weak");
    for (strategy, name) in [("best_available", "anthropic:good"), ("cheapest", "openai:middling")]
    {
        let keys = format!(
            "requires_model: {{max_size: 1B, min_size: 1T, fallback_strategy: {strategy}}}"
        );
        assert_eq!(chosen("", &keys, Reach::NotKnown), name);
    }
    let header = "selection: {fallback: good}";
    assert!(
        chosen(
            header,
            "requires_model: {excluded: [good], max_size: 1B, min_size: 1T}",
            Reach::NotKnown
        )
        .starts_with("no model fits")
    );
    let wanted = step("selection: {fallback: weak}", "model: good");
    let choice = Roster { reach: open(&["openai"]), ..roster() }.choose(&wanted).unwrap();
    let instead = choice.instead.unwrap();
    assert_eq!(
        instead,
        "`model` of the step names `good`, which cannot be had: no provider `anthropic` is set up; `weak` is declared as the fallback"
    );
    assert_eq!(choice.because.first(), Some(&instead));
}

#[test]
fn a_provider_alone_restricts_the_choice() {
    let keys = "requires_model: {provider: openai, min_size: 1T, max_size: 1B, fallback_strategy: best_available}";
    for (header, keys, name) in [
        ("", "requires_model: {provider: openai}", "openai:middling"),
        ("", "requires_model: {provider: OpenAI}\nselection: cost", "openai:middling"),
        ("experts:\n  x: {provider: openai}", "expert: x", "openai:middling"),
        ("experts:\n  x: {provider: openai}\ndefault_model: good", "expert: x", "openai:middling"),
        (
            "experts:\n  x: {provider: openai}\ndefault_model: openai:weak",
            "expert: x",
            "openai:weak",
        ),
        ("", "model: {provider: openai}", "openai:middling"),
        ("model: {provider: openai}", "", "openai:middling"),
        ("", "model: {provider: local}", "local:tiny"),
        // Whatever is taken instead is of that provider as well.
        ("", keys, "openai:middling"),
    ] {
        assert_eq!(chosen(header, keys, Reach::NotKnown), name, "{header} {keys}");
    }
    let choice = roster().choose(&step("", "model: {provider: openai}")).unwrap();
    let because = [
        "`model` of the step leaves the choice open among the models of a provider",
        "2 of 2 models of `openai` fit",
    ];
    assert_eq!(choice.because.get(..2).unwrap(), because);
    for (keys, reach, words) in [
        (
            "model: {provider: opnai}",
            Reach::NotKnown,
            "`model` of the step asks for a model of `opnai`, of which none is known; did you mean `openai`?",
        ),
        (
            "model: {provider: lab}",
            open(&["openai"]),
            "`model` of the step asks for a model of `lab`, of which none is known: `lab`: no provider `lab` is set up",
        ),
        (
            "requires_model: {provider: openai, capabilities: [vision]}",
            open(&["openai", "anthropic"]),
            "no model fits what `requires_model` asks for: `openai:middling` and 1 more: it has no `vision`",
        ),
    ] {
        assert_eq!(chosen("", keys, reach), words);
    }
}

#[test]
fn defaults_of_models_yaml() {
    let mut roster = roster();
    roster.preferences = vec![("law".to_owned(), "weak".to_owned())];
    roster.fallbacks = vec!["nobodys".to_owned(), "middling".to_owned()];
    let name = |keys: &str| roster.choose(&step("", keys)).unwrap().model.full_name();
    assert_eq!(name(""), "anthropic:good");
    assert_eq!(name("model: <AUTO domain=\"law\">x</AUTO>"), "openai:weak");
    assert_eq!(name("requires_model: {min_size: 1T, max_size: 1B}"), "openai:middling");
}

#[test]
fn a_template_is_known_when_the_step_starts() {
    let none = roster().choose(&step("", "model: \"{{ pick }}\"")).unwrap_err();
    assert!(matches!(&none, NoChoice { why: Nothing::Later(it), .. } if it == "{{ pick }}"));
}

#[test]
fn what_is_special_or_gone_is_taken_by_name_only() {
    let reach = Reach::NotKnown;
    let all = crate::models::models().to_vec();
    for name in ["o3-deep-research", "claude-mythos-preview", "text-embedding-3-small"] {
        let is_chosen = chosen_of(
            all.clone(),
            "",
            &format!("requires_model: {{preferred: [{name}]}}"),
            reach.clone(),
        );
        assert!(!is_chosen.ends_with(name), "{name}");
        assert!(
            chosen_of(all.clone(), "", &format!("model: {name}"), reach.clone()).ends_with(name)
        );
    }
}

#[test]
fn the_last_resort_is_said_aloud() {
    let listed = Listed { name: "tiny".to_owned(), context: None };
    let server = Server {
        provider: LOCAL.to_owned(),
        place: Place::OwnMachine,
        access: Access::Open { models: Some(vec![listed]) },
    };
    let roster = Roster { reach: Reach::Known(vec![server]), ..roster() };
    let choice = roster.choose(&step("", "")).unwrap();
    assert_eq!(choice.model.full_name(), "local:tiny");
    assert!(choice.because.iter().any(|it| it.contains("the last resort")), "{:?}", choice.because);
    assert!(choice.instead.is_some_and(|it| it.contains("the last resort")));
    // Who is named is no last resort: by its name, or by the path of its file, which nobody has to list.
    for named in ["local:tiny", "local:/models/x.gguf"] {
        let choice = roster.choose(&step("", &format!("model: {named}"))).unwrap();
        assert_eq!((choice.model.full_name(), choice.instead), (named.to_owned(), None));
        assert_eq!(choice.model.input_price, Some(0.0));
    }
    let none = roster.choose(&step("", "model: local:other")).unwrap_err();
    assert!(none.to_string().contains("downbeat models pull other"), "{none}");
}
