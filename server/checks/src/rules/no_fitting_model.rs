use pipeline::{
    Problem, ProblemKind,
    models::{NoChoice, Nothing, Reach, Source, any_fits, choose},
};

use crate::{
    findings::Findings,
    rule::declare_rule,
    view::{StepView, asked, unknown_capabilities},
};

declare_rule!("no-fitting-model", Warning, "no_fitting_model.md", Step(detect));

/// Whether a provider can be reached is no matter of the pipeline's text: all count as open.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(asked) = asked(view) else { return };
    let is_open = matches!(asked.wanted.source, Source::Requirement | Source::Auto);
    if !is_open && asked.wanted.requirement.provider.is_none() {
        return;
    }
    // It says so itself that a word of it means nothing.
    let says_so = |it: &Problem| matches!(&it.kind, ProblemKind::UnknownWord { .. });
    if !unknown_capabilities(view).is_empty() || view.step.problems.iter().any(says_so) {
        return;
    }
    let models = &view.scope.input.roster.models;
    if any_fits(&asked.wanted, models) {
        return;
    }
    let none = choose(&asked.wanted, models, &Reach::NotKnown).err();
    match none {
        Some(none) if none.why == Nothing::NoneFits => findings.report(asked.span, words(&none)),
        // Servers that only `models.yaml` and variables name are not known here.
        Some(NoChoice { why: Nothing::NoneOf(provider, Some(near)), .. }) => {
            let words =
                format!("no provider is known by the name `{provider}`; did you mean `{near}`?");
            findings.report(asked.span, words)
        }
        _ => return,
    };
}

/// The reason that most of them share comes first.
fn words(none: &NoChoice) -> String {
    let mut groups = none.by_reason();
    groups.sort_by_key(|(_, models)| std::cmp::Reverse(models.len()));
    match groups.first() {
        Some((reason, _)) => format!("no known model fulfils this; most fail on: {reason}"),
        None => "no known model fulfils this: none is known".to_owned(),
    }
}
