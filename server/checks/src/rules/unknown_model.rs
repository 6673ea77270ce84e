use pipeline::{
    models::{Ask, PROVIDERS, Roster, Source, parse},
    names::nearest,
};
use syntax::Span;

use crate::{
    Fix, findings::Findings, rule::declare_rule, view::StepView, view::asked, words::did_you_mean,
};

declare_rule!("unknown-model", Warning, "unknown_model.md", Step(detect));

/// A provider may have models that nobody has heard of here, so only a slip of the pen is reported: a known name with the
/// same digits, for versions differ in those.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(asked) = asked(view) else { return };
    let Ask::Named(names) = &asked.wanted.ask else { return };
    // What is proposed for a tool is no author's word.
    if let Source::Tool(_) = asked.wanted.source {
        return;
    }
    let roster = view.scope.input.roster;
    let own = view.step.model.as_ref().and_then(|it| Some((it.span, it.value.as_text()?)));
    for written in names.iter().filter(|it| roster.find(it).is_none()) {
        let serves = |it: &str| {
            roster.models.iter().any(|known| *known.provider == *it)
                || roster.servers.iter().any(|known| known.name == it)
        };
        let name = parse(written, &serves);
        let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
        let wanted = digits(name.name);
        let mut known = roster.models.iter().filter(|it| digits(&it.name) == wanted);
        let near = match name.provider {
            Some(provider) => {
                nearest(name.name, known.filter(|it| it.provider == provider).map(|it| &*it.name))
            }
            None => nearest(name.name, known.by_ref().map(|it| &*it.name)),
        };
        let Some(near) = near else {
            let strange = || written.split_once(':').filter(|it| is_strange(it, roster));
            // Whoever is known as a provider may have models of any name.
            if name.provider.is_none()
                && let Some((before, _)) = strange()
            {
                let own_servers = roster.servers.iter().map(|it| &*it.name);
                let near = nearest(before.trim(), PROVIDERS.into_iter().chain(own_servers));
                let whole = own.filter(|(_, text)| *text.value == **written).map(|(span, _)| span);
                let corrected = near.map(|near| written.replacen(before, near, 1));
                findings
                    .report(asked.span, nobody(written, corrected.as_deref()))
                    .fix(whole.zip(corrected.as_deref()).map(|(span, name)| fix(span, name)));
            }
            continue;
        };
        let whole = own.filter(|(_, text)| *text.value == **written).map(|(span, _)| span);
        let corrected = written.replace(name.name, near);
        findings
            .report(asked.span, words(written, &corrected))
            .fix(whole.map(|span| fix(span, &corrected)));
    }
}

/// Whether what stands before a `:` is neither a provider nor the family of a model that is known with other tags, and
/// the tag is none that any model may have.
fn is_strange((before, tag): &(&str, &str), roster: &Roster) -> bool {
    let stem = |name: &str| {
        let letters = name.chars().take_while(char::is_ascii_alphabetic);
        letters.map(|it| it.to_ascii_lowercase()).collect::<String>()
    };
    let models = || roster.models.iter().flat_map(|it| [&*it.name, &*it.provider]);
    let names = || models().chain(roster.servers.iter().map(|it| &*it.name));
    let family = stem(before.trim());
    let is_known = names().any(|name| name.split('/').any(|part| stem(part) == family));
    let is_size = tag.chars().any(|it| it.is_ascii_digit()) || tag.trim() == "latest";
    let is_formed = !before.trim().is_empty() && !tag.trim().is_empty() && !tag.contains(':');
    is_formed && !is_known && !is_size
}

fn nobody(name: &str, near: Option<&str>) -> String {
    format!("nobody is known to serve a model `{name}`{}", did_you_mean(near))
}

fn words(name: &str, near: &str) -> String {
    nobody(name, Some(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
