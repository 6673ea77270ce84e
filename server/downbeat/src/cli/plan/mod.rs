//! `downbeat plan`: what would run, in which order and why. A file with errors has a plan too.

pub(super) mod cost;
mod graph;
mod text;

use std::{mem::ManuallyDrop, path::Path, sync::Arc};

use checks::Severity;
use engine::Selection;
use pipeline::catalogue::Catalogue;

use super::{
    args::{self, ExplainFormat, PlanFormat},
    check,
    draw::Pen,
    exit::Exit,
    facts, forecast, markdown,
    place::Workplace,
    printable::printable,
    run::refuse,
    terminal::{Reader, Stream, Terminal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    shape::Insight,
    wording::{self, Wording},
    workspace::{self, Analysis, Source},
};

pub(super) fn run(terminal: Terminal, call: &args::Plan) -> Exit {
    let read = Source::read(&call.file).map_err(|error| error.to_string());
    let placed =
        read.and_then(|source| Workplace::new(&source, &call.place).map(|place| (source, place)));
    let (source, place) = match placed {
        Ok(placed) => placed,
        Err(message) => {
            terminal.error(&message);
            return Exit::Wrong;
        }
    };
    let catalogue = workspace::catalogue();
    // The process ends soon: freeing a large analysis piece by piece is left to the system.
    let analysis = ManuallyDrop::new(workspace::analyse(&source, &place.workspace, &catalogue));
    if let Some(run) = &call.against {
        return against(terminal, call, run, &source, &analysis, &place);
    }
    if call.explain && matches!(call.format, PlanFormat::Mermaid | PlanFormat::Dot) {
        terminal.error("a drawing has no room for `--explain`");
        terminal.help("it goes with `--format text` and `--format json`");
        return Exit::Wrong;
    }
    let mut plan = facts::plan(&source, &analysis, &catalogue, &place);
    plan.insight = call.explain.then(|| insight(&analysis, &catalogue, &place));
    match call.format {
        PlanFormat::Text => {
            if let Some(insight) = &plan.insight {
                tell(terminal, &insight.explanation);
                terminal.line("");
            }
            terminal.write(Stream::Out, &text::render(&plan, terminal.paint(Stream::Out)))
        }
        PlanFormat::Json => terminal.json(&plan),
        PlanFormat::Mermaid => terminal.write(Stream::Out, &graph::mermaid(&analysis.graph())),
        PlanFormat::Dot => {
            let name = plan.pipeline.as_deref().unwrap_or("pipeline");
            terminal.write(Stream::Out, &graph::dot(name, &analysis.graph()))
        }
    };
    let errors: Vec<_> =
        analysis.findings.iter().filter(|it| it.severity == Severity::Error).cloned().collect();
    if errors.is_empty() {
        return Exit::Success;
    }
    let drawn = check::draw(&Pen::new(terminal, Stream::Err), &source, &errors);
    terminal.write(Stream::Err, &drawn);
    Exit::Wrong
}

/// What would run again after a past run.
fn against(
    terminal: Terminal,
    call: &args::Plan,
    run: &str,
    source: &Source,
    analysis: &Analysis,
    place: &Workplace,
) -> Exit {
    if matches!(call.format, PlanFormat::Mermaid | PlanFormat::Dot) {
        terminal.error("`--against` is told as text or JSON");
        return Exit::Wrong;
    }
    if let Err(drawn) = refuse::findings(terminal, source, analysis, &Selection::All) {
        terminal.write(Stream::Err, &drawn);
        return Exit::Wrong;
    }
    let forecast = match forecast::against(terminal, call, run, source, analysis, place) {
        Ok(forecast) => forecast,
        Err(exit) => return exit,
    };
    match call.format {
        PlanFormat::Json => terminal.json(&forecast),
        _ => {
            let text = forecast::text(&forecast, terminal.paint(Stream::Out));
            terminal.write(Stream::Out, &text)
        }
    };
    Exit::Success
}

/// `downbeat explain FILE`: what the editor shows over the pipeline's name.
pub(super) fn explain(terminal: Terminal, file: &Path, call: &args::Explain) -> Exit {
    let source = match Source::read(file) {
        Ok(source) => source,
        Err(unreadable) => {
            terminal.error(&unreadable.to_string());
            return Exit::Wrong;
        }
    };
    let place = Workplace::usual(&source);
    let catalogue = workspace::catalogue();
    let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
    let mut insight = insight(&analysis, &catalogue, &place);
    if call.words {
        match wording::word(
            &analysis.pipeline,
            &insight.facts,
            &place.workspace,
            call.patience,
            &CancellationToken::new(),
        ) {
            Ok(words) => insight.wording = Some(words),
            Err(why) => terminal.note(&format!("no words of a model: {why}")),
        }
    }
    match call.format {
        ExplainFormat::Text => {
            if let Some(words) = &insight.wording {
                in_words(terminal, words);
            }
            tell(terminal, &insight.explanation)
        }
        ExplainFormat::Json => terminal.json(&insight),
    };
    Exit::Success
}

/// What a model says, and how much of it was left out.
fn in_words(terminal: Terminal, words: &Wording) {
    if let Some(text) = &words.text {
        tell(terminal, text);
        terminal.line("");
    }
    let out = words.left_out.len();
    let count = if out == 1 { "1 sentence".to_owned() } else { format!("{out} sentences") };
    if out > 0 {
        terminal.note(&format!(
            "{count} of `{}` are left out: the facts do not cover them",
            words.model
        ));
    }
}

fn insight(analysis: &Analysis, catalogue: &Catalogue, place: &Workplace) -> Insight {
    let Analysis { pipeline, names, plan, .. } = analysis;
    // Nobody is looked for: where the models are left open, the plan tells what they cost.
    let roster = Arc::new(workspace::roster(&place.workspace));
    Insight::of(pipeline, names, plan, catalogue, &roster)
}

fn tell(terminal: Terminal, said: &str) -> Reader {
    let (width, paint) = (terminal.width(Stream::Out), terminal.paint(Stream::Out));
    terminal.write(Stream::Out, &markdown::render(&printable(said), width, paint))
}
