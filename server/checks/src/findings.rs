//! Where rules put what they find.

use std::{borrow::Cow, sync::Arc};

use syntax::Span;

use crate::{
    Diagnostic, Fix, Input, Related, Severity, Tags,
    calm::{Places, calm, calm_header},
    configuration::Level,
    declare::{declare_input, declare_secret},
};

/// What has been found so far, and by whom.
#[derive(Debug)]
pub(crate) struct Findings {
    code: &'static str,
    severity: Severity,
    found: Vec<Draft>,
}

/// A finding, and what only the whole document can add to it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) diagnostic: Diagnostic,
    pub(crate) elsewhere: Option<Elsewhere>,
    /// What other parts of the document may say the same of.
    pub(crate) topic: Option<Topic>,
    /// The outermost step to whose base its spans are relative, where a look at the whole found it in a step.
    pub(crate) home: Option<usize>,
}

/// What one slip makes wrong in several parts of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// A name that is unknown.
    Name(Arc<str>),
    /// A file whose writers and readers have no order.
    File(Arc<str>),
    /// A line that begins in this column, where nothing does.
    Column(u32),
    /// An item of `steps` that is no step.
    NoStep,
    /// A field that a step does not have: the step's name, the field's.
    Field(Arc<str>, Arc<str>),
    /// Of this place alone; what cannot be read elsewhere may say otherwise.
    Claim,
}

/// A fix in another part of the document than the finding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Elsewhere {
    /// Declares an input of that name.
    DeclareInput(String),
    /// The fix that is there reads an input of that name, which has to be a secret.
    ReadsSecret(String),
}

impl Findings {
    pub(crate) const fn new() -> Self {
        Self { code: "", severity: Severity::Error, found: Vec::new() }
    }

    /// What is reported from now on is the work of the rule `code`.
    pub(crate) const fn begin(&mut self, code: &'static str, severity: Severity) {
        self.code = code;
        self.severity = severity;
    }

    /// Adds a finding.
    pub(crate) fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Draft {
        let diagnostic = Diagnostic {
            code: self.code,
            severity: self.severity,
            message: message.into(),
            span,
            related: Vec::new(),
            fixes: Vec::new(),
            tags: Tags::None,
        };
        self.found.push(Draft { diagnostic, elsewhere: None, topic: None, home: None });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// Adds a finding of a look at the whole that belongs to an outermost step: `span` is relative to its base. It is
    /// remembered with the step, so it costs little while nothing about it changes.
    pub(crate) fn report_in(
        &mut self,
        step: usize,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Draft {
        let draft = self.report(span, message);
        draft.home = Some(step);
        draft
    }

    /// All that was found since `mark` weighs this much.
    pub(crate) fn weigh_from(&mut self, mark: usize, level: Level) {
        match level {
            Level::Off => self.found.truncate(mark),
            Level::At(severity) => {
                self.found
                    .iter_mut()
                    .skip(mark)
                    .for_each(|draft| draft.diagnostic.severity = severity);
            }
        }
    }

    /// Takes out what only follows from something else that was found since `mark`, in an item with those places.
    pub(crate) fn calm_from(&mut self, mark: usize, places: &Places) {
        let mut rest = self.found.split_off(mark.min(self.found.len()));
        calm(&mut rest, places);
        self.found.append(&mut rest);
    }

    /// Says once what was found in the same words at several entries.
    pub(crate) fn calm_header(&mut self) {
        calm_header(&mut self.found);
    }

    /// What has been found since `mark`.
    pub(crate) fn since(&self, mark: usize) -> &[Draft] {
        self.found.get(mark..).unwrap_or_default()
    }

    /// Adds what was found before.
    pub(crate) fn extend(&mut self, found: impl IntoIterator<Item = Draft>) {
        self.found.extend(found);
    }

    /// How much has been found.
    pub(crate) const fn len(&self) -> usize {
        self.found.len()
    }

    /// Moves what was found since `mark` on by `base` bytes.
    pub(crate) fn shift_from(&mut self, mark: usize, base: u32) {
        for draft in self.found.iter_mut().skip(mark) {
            let diagnostic = std::mem::replace(&mut draft.diagnostic, Diagnostic::EMPTY);
            draft.diagnostic = diagnostic.shifted(base);
        }
    }

    pub(crate) fn into_drafts(self) -> Vec<Draft> {
        self.found
    }
}

impl Diagnostic {
    const EMPTY: Self = Self {
        code: "",
        severity: Severity::Hint,
        message: String::new(),
        span: Span::empty(0),
        related: Vec::new(),
        fixes: Vec::new(),
        tags: Tags::None,
    };

    /// The finding of a step with absolute spans. `base_of` says where a step starts.
    pub(crate) fn settled(self, step: usize, base_of: impl Fn(usize) -> u32) -> Self {
        let mut it = self.shifted(base_of(step));
        for related in it.related.iter_mut().filter(|it| it.away != 0) {
            let away = std::mem::take(&mut related.away);
            related.span = related.span.shift(base_of(step.saturating_add_signed(away)));
        }
        it
    }
}

impl Draft {
    /// Whether only the whole document can finish it.
    pub(crate) const fn is_unfinished(&self) -> bool {
        self.elsewhere.is_some() || self.topic.is_some()
    }

    /// The same, `base` bytes further on.
    pub(crate) fn shifted(self, base: u32) -> Self {
        Self { diagnostic: self.diagnostic.shifted(base), ..self }
    }

    /// The finding with all its fixes; its spans are absolute.
    pub(crate) fn finish(self, input: &Input<'_>) -> Diagnostic {
        let mut diagnostic = self.diagnostic;
        match &self.elsewhere {
            Some(Elsewhere::DeclareInput(name)) => {
                diagnostic.fixes.push(declare_input(input.pipeline, name));
            }
            Some(Elsewhere::ReadsSecret(name)) => hand_over(&mut diagnostic, name, input),
            None => {}
        }
        diagnostic
    }

    /// Weighs this finding otherwise than its rule usually does.
    pub(crate) const fn severity(&mut self, severity: Severity) -> &mut Self {
        self.diagnostic.severity = severity;
        self
    }

    pub(crate) fn related(
        &mut self,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Self {
        self.diagnostic.related.push(Related { span, away: 0, message: message.into() });
        self
    }

    /// A related place in an outermost step, relative to its base; for a finding with a home.
    pub(crate) fn related_in(
        &mut self,
        step: usize,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Self {
        let away = step.cast_signed() - self.home.unwrap_or(step).cast_signed();
        self.diagnostic.related.push(Related { span, away, message: message.into() });
        self
    }

    pub(crate) fn fix(&mut self, fix: impl Into<Option<Fix>>) -> &mut Self {
        self.diagnostic.fixes.extend(fix.into());
        self
    }

    pub(crate) fn elsewhere(&mut self, elsewhere: Elsewhere) -> &mut Self {
        self.elsewhere = Some(elsewhere);
        self
    }

    /// That `name` is unknown is what was found.
    pub(crate) fn about(&mut self, name: impl Into<Arc<str>>) -> &mut Self {
        self.topic(Topic::Name(name.into()))
    }

    pub(crate) fn topic(&mut self, topic: Topic) -> &mut Self {
        self.topic = Some(topic);
        self
    }

    pub(crate) const fn tag(&mut self, tag: Tags) -> &mut Self {
        self.diagnostic.tags = tag;
        self
    }
}

/// Declares the secret that the fixes read; where something else has its name, they are no fixes.
fn hand_over(diagnostic: &mut Diagnostic, name: &str, input: &Input<'_>) {
    let declared = input.pipeline.inputs.iter().find(|it| it.name.value == *name);
    if declared.is_some_and(|it| !it.secret) || input.names.step(name).is_some() {
        diagnostic.fixes.clear();
    } else if declared.is_none() {
        let declaration = declare_secret(input.pipeline, name);
        for fix in &mut diagnostic.fixes {
            fix.edits.extend(declaration.edits.iter().cloned());
        }
    }
}
