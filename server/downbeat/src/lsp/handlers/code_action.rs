use tower_lsp_server::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, NumberOrString,
    Uri,
};

use super::View;
use crate::lsp::message::Refusal;

/// Every safe mending at once.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.downbeat");

pub(super) fn uri(params: &CodeActionParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: CodeActionParams,
) -> Result<Vec<CodeActionOrCommand>, Refusal> {
    let only = params.context.only.as_deref();
    let wanted =
        |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|it| covers(it, kind)));
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        for fix in ide::fixes(view.snapshot, view.span(params.range)) {
            let range = view.range(fix.span);
            actions.push(CodeAction {
                title: fix.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(mended(&params.context.diagnostics, fix.code, range)),
                is_preferred: fix.is_preferred.then_some(true),
                edit: Some(view.edit(&fix.edits)),
                ..CodeAction::default()
            });
        }
    }
    // Editors ask for it by name when they save; unasked it would stand under every finding.
    if only.is_some() && wanted(&FIX_ALL) {
        let edits = ide::fix_all(view.snapshot);
        if !edits.is_empty() {
            actions.push(CodeAction {
                title: "Mend everything that is safe to mend".to_owned(),
                kind: Some(FIX_ALL),
                edit: Some(view.edit(&edits)),
                ..CodeAction::default()
            });
        }
    }
    Ok(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// Whether asking for `asked` means `kind` too: kinds are a tree of dotted names.
fn covers(asked: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(asked.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty())
}

/// Those of the client's own diagnostics that the fix mends.
fn mended(
    diagnostics: &[Diagnostic],
    code: &str,
    range: tower_lsp_server::ls_types::Range,
) -> Vec<Diagnostic> {
    let is_it = |it: &&Diagnostic| {
        it.range == range && matches!(&it.code, Some(NumberOrString::String(text)) if text == code)
    };
    diagnostics.iter().filter(is_it).cloned().collect()
}
