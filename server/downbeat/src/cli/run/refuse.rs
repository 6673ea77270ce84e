//! Why a run does not start, drawn.

use checks::{Diagnostic, Severity};
use engine::{Refusal, Selection};
use syntax::Span;

use crate::{
    cli::{
        check,
        draw::{Drawing, Pen, Sheet},
        terminal::{Stream, Terminal},
    },
    workspace::{Analysis, Source},
};

/// Whether no error of the file touches what is to run; else the drawn errors.
pub(super) fn findings(
    terminal: Terminal,
    source: &Source,
    analysis: &Analysis,
    selection: &Selection,
) -> Result<(), String> {
    let touched = Touched::new(analysis, selection);
    let errors: Vec<Diagnostic> = analysis
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error && touched.by(found))
        .cloned()
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(check::draw(&Pen::new(terminal, Stream::Err), source, &errors))
    }
}

/// Says why the engine refused.
pub(super) fn refusals(terminal: Terminal, source: &Source, refusals: &[Refusal]) {
    let pen = Pen::new(terminal, Stream::Err);
    let sheet = Sheet::new(source);
    for refusal in refusals {
        let Some(span) = refusal.span else {
            terminal.error(&format!("{}: {}", refusal.code, refusal.message));
            refusal.help.iter().for_each(|help| terminal.help(help));
            continue;
        };
        let drawing = Drawing {
            code: refusal.code.to_owned(),
            severity: Severity::Error,
            message: refusal.message.clone(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: refusal.help.clone(),
        };
        terminal.write(Stream::Err, &pen.draw(&sheet, &drawing));
    }
    terminal.note("nothing ran");
}

/// Where an error keeps a selection from running.
enum Touched {
    /// Anywhere.
    Anywhere,
    /// In these steps, or outside of all steps and outputs.
    Parts { selected: Vec<Span>, harmless: Vec<Span> },
}

impl Touched {
    fn new(analysis: &Analysis, selection: &Selection) -> Self {
        let Analysis { pipeline, plan, .. } = analysis;
        let at = |id: &str| pipeline.steps.iter().position(|step| step.id_text() == id);
        let chosen = match selection {
            Selection::Only(id) => at(id).map(|step| vec![step]),
            Selection::Until(id) => at(id).map(|step| {
                let mut chosen = plan.ancestors(step);
                chosen.push(step);
                chosen
            }),
            Selection::All | Selection::From(_) => None,
        };
        let Some(chosen) = chosen else { return Self::Anywhere };
        let span = |at: usize| pipeline.steps.get(at).map(|step| step.absolute(step.span));
        let others =
            (0..pipeline.steps.len()).filter(|step| !chosen.contains(step)).filter_map(span);
        let outputs = pipeline.outputs.iter().map(|output| output.absolute(output.value.span));
        Self::Parts {
            selected: chosen.iter().filter_map(|step| span(*step)).collect(),
            harmless: others.chain(outputs).collect(),
        }
    }

    fn by(&self, found: &Diagnostic) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Parts { selected, harmless } => {
                let places =
                    || std::iter::once(found.span).chain(found.related.iter().map(|it| it.span));
                let meets = |part: &Span| places().any(|place| part.covers(place));
                selected.iter().any(meets) || !harmless.iter().any(|part| part.covers(found.span))
            }
        }
    }
}
