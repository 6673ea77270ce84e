use std::collections::HashMap;

use checks::Edit;
use tower_lsp_server::ls_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};

use super::View;

impl View<'_> {
    /// Edits of the document, for its version where the client can tell one from another.
    pub(super) fn edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let text_edit = |edit: &Edit| TextEdit::new(self.range(edit.span), edit.text.clone());
        let edits: Vec<TextEdit> = edits.iter().map(text_edit).collect();
        if self.client.document_changes {
            let text_document = OptionalVersionedTextDocumentIdentifier {
                uri: self.uri.clone(),
                version: Some(self.version),
            };
            let edits = edits.into_iter().map(OneOf::Left).collect();
            let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
            WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
        } else {
            let changes = HashMap::from([(self.uri.clone(), edits)]);
            WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
        }
    }
}
