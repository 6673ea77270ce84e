use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{
    Just, Strategy as Generate, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

use super::step;
use crate::models::{Capability, Model, Reach, Speed, Strategy, Wanted, choose};

fn model() -> impl Generate<Value = Model> {
    let number = || option::of(0.0..100.0_f64);
    (
        ("[a-d]", "[a-z][a-z0-9]{2}", option::of(0_u8..=100)),
        (number(), number(), option::of(0.1..100.0_f64), option::of(1_000_u32..100_000)),
        option::of(proptest::sample::subsequence(Capability::ALL.to_vec(), 0..=5)),
        option::of(prop_oneof![Just(Speed::Slow), Just(Speed::Medium), Just(Speed::Fast)]),
        proptest::sample::subsequence(vec!["code", "research", "law"], 0..=3),
        any::<bool>(),
    )
        .prop_map(
            |(
                (provider, name, quality),
                (read, written, size, context),
                able,
                speed,
                tags,
                special,
            )| Model {
                quality,
                input_price: read,
                output_price: written,
                size,
                context,
                capabilities: able,
                speed,
                tags: tags.into_iter().map(Into::into).collect(),
                is_special: special,
                ..Model::unknown(&provider, &name)
            },
        )
}

fn wish() -> impl Generate<Value = Wanted> {
    let strategy = prop_oneof![
        Just(Strategy::Balanced),
        Just(Strategy::Cost),
        Just(Strategy::Performance),
        Just(Strategy::Accuracy)
    ];
    let keys = prop_oneof![
        Just(""),
        Just("requires_model: {capabilities: [vision]}"),
        Just("requires_model: {expertise: high}"),
        Just("requires_model: {expertise: [code]}"),
        Just("requires_model: {min_size: 7B, max_size: 50B}"),
        Just("requires_model: {cost_limit: 0.01}"),
        Just("model: <AUTO task=\"image\" domain=\"law\" complexity=\"high\">x</AUTO>"),
    ];
    (strategy, keys, vec("[a-d]:[a-z][a-z0-9]{2}", 0..3)).prop_map(|(strategy, keys, excluded)| {
        let mut wanted = step("", keys);
        wanted.strategy = strategy;
        wanted.requirement.excluded = excluded;
        wanted
    })
}

/// Models of different names.
fn models() -> impl Generate<Value = Vec<Model>> {
    vec(model(), 0..12).prop_map(|mut models| {
        let mut seen = Vec::new();
        models.retain(|it| {
            let name = it.full_name();
            let is_new = !seen.contains(&name);
            seen.push(name);
            is_new
        });
        models
    })
}

proptest! {
    #[test]
    fn a_model_that_does_not_fit_changes_nothing(models in models(), wanted in wish(), other in model(), at in 0_usize..12) {
        let reach = Reach::NotKnown;
        if models.iter().any(|it| it.full_name() == other.full_name()) || choose(&wanted, std::slice::from_ref(&other), &reach).is_ok() {
            return Ok(());
        }
        let before = choose(&wanted, &models, &reach).ok().map(|it| it.model);
        let mut more = models.clone();
        more.insert(at.min(models.len()), other);
        prop_assert_eq!(before, choose(&wanted, &more, &reach).ok().map(|it| it.model));
    }

    #[test]
    fn what_is_chosen_fits_alone_and_is_not_excluded(models in models(), mut wanted in wish(), pick in 0_usize..12) {
        if let Some(model) = models.get(pick) {
            wanted.requirement.excluded.push(model.full_name());
        }
        wanted.fallbacks = models.iter().map(Model::full_name).collect();
        let Ok(choice) = choose(&wanted, &models, &Reach::NotKnown) else { return Ok(()) };
        prop_assert!(!wanted.requirement.excluded.contains(&choice.model.full_name()));
        if choice.instead.is_none() {
            wanted.fallbacks.clear();
            prop_assert!(choose(&wanted, &[choice.model], &Reach::NotKnown).is_ok());
        }
    }

    #[test]
    fn nothing_is_chosen_only_if_every_model_fails_alone(models in models(), wanted in wish()) {
        let none = choose(&wanted, &models, &Reach::NotKnown).is_err();
        let alone = |it: &Model| choose(&wanted, std::slice::from_ref(it), &Reach::NotKnown).is_ok();
        prop_assert_eq!(none, !models.iter().any(alone));
    }

    #[test]
    fn equals_are_taken_in_order(model in model(), wanted in wish()) {
        let mut twin = model.clone();
        twin.name = "zzzz".into();
        if let Ok(choice) = choose(&wanted, &[model.clone(), twin], &Reach::NotKnown)
            && choose(&wanted, std::slice::from_ref(&model), &Reach::NotKnown).is_ok()
        {
            prop_assert_eq!(choice.model, model);
        }
    }
}
