//! Document to Pipeline, memoised per segment. Contract.
use crate::{Pipeline, catalogue::Catalogue};
use syntax::Document;
/// Lowers a document from scratch.
pub fn lower(document: &Document, catalogue: &Catalogue) -> Pipeline {
    Lowering::default().lower(document, catalogue)
}
/// Lowering that remembers: a segment whose `Arc` is the same is not lowered again. One per open document.
#[derive(Debug, Default)]
pub struct Lowering {
    _private: (),
}
impl Lowering {
    pub fn lower(&mut self, _document: &Document, _catalogue: &Catalogue) -> Pipeline {
        todo!()
    }
}
