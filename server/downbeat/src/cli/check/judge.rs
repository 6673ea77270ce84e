//! Whether pipelines do what their authors say, as a model judges it.

use std::path::PathBuf;

use checks::{Diagnostic, Severity, Tags, configuration::Level, stated_intention};
use pipeline::{
    catalogue::Catalogue,
    insight::{Extent, Sheet, explanation},
    models::Wanted,
};
use tokio_util::sync::CancellationToken;

use super::{Checked, Outcome};
use crate::{
    cli::terminal::Terminal,
    judging::{self, Matter, Ruling},
    workspace::{self, Analysis},
};

/// The rule that speaks of it.
const CODE: &str = "misaligned";

/// Has every pipeline judged that says what it is for. Where nobody can judge, that is said and changes nothing.
pub(super) fn all(terminal: Terminal, outcome: &mut Outcome, catalogue: &Catalogue) {
    for file in outcome.files.iter_mut().filter(|file| file.analysis.pipeline.is_pipeline) {
        match judged(file, catalogue) {
            Ok(found) => {
                file.analysis.findings.extend(found);
                file.analysis.findings.sort_by_key(|it| (it.span.start, it.severity));
            }
            Err(why) => terminal.note(&format!("`{}` was not judged: {why}", file.source.name)),
        }
    }
}

fn judged(file: &Checked, catalogue: &Catalogue) -> Result<Option<Diagnostic>, String> {
    let root: PathBuf = workspace::root(&file.source.folder());
    let settings = workspace::settings(&root, file.source.path.as_deref());
    let severity = match settings.level(CODE) {
        Some(Level::Off) => return Ok(None),
        Some(Level::At(severity)) => severity,
        None => Severity::Warning,
    };
    let Analysis { pipeline, names, plan, .. } = &file.analysis;
    let Some(stated) = stated_intention(pipeline).filter(|_| !pipeline.steps.is_empty()) else {
        return Ok(None);
    };
    let facts = explanation(&Sheet::of(pipeline, names, plan, catalogue), Extent::Brief);
    let shown = format!("What its author says:\n{}\n\nFacts:\n{facts}", stated.text);
    let matter = Matter { task: TASK, examples: EXAMPLES, shown: &shown };
    let wanted = Wanted::of_orchestration(pipeline);
    let judgement = judging::judge(&root, &wanted, &matter, &CancellationToken::new())?;
    Ok((judgement.ruling == Ruling::Fail).then(|| Diagnostic {
        code: CODE,
        severity,
        message: format!(
            "`{}` judges that this is not what the steps do: {}",
            judgement.model, judgement.reason
        ),
        span: stated.span,
        related: Vec::new(),
        fixes: Vec::new(),
        tags: Tags::None,
    }))
}

const TASK: &str = "You judge whether a data pipeline does what its author says. You are shown what the author says and facts about the \
    pipeline, which are certain. Answer with a JSON object: `reason`, one short sentence, and `verdict`: `pass` where the steps can \
    do what is said, `fail` where something that is said is plainly done by no step, or where the steps plainly do something else. \
    Details that the author leaves out are no reason to fail.";

const EXAMPLES: &[(&str, &str)] = &[
    (
        "What its author says:\nSums up an article.\n\nFacts:\nIt takes `url`. `get` reads a web page. `sum` asks a model: it reads \
         `content` of `get`. It gives `summary` from `sum`.",
        r#"{"reason": "One step reads the article and another sums it up.", "verdict": "pass"}"#,
    ),
    (
        "What its author says:\nTranslates a letter into French and German.\n\nFacts:\nIt takes `letter`. `french` asks a model: it reads \
         the input `letter`. It gives `french` from `french`.",
        r#"{"reason": "No step translates into German.", "verdict": "fail"}"#,
    ),
    (
        "What its author says:\nCleans a table of prices.\n\nFacts:\n`load` reads files. `clean` changes data: it reads `content` of `load`. \
         `save` writes `prices.csv`.",
        r#"{"reason": "The table is read, cleaned and saved.", "verdict": "pass"}"#,
    ),
];
