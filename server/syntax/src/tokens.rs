//! A text as its tokens, for who moves them about and must lose none.

use crate::lex::{Lexer, Token};

/// The tokens of a whole text in order. Between two of them, before the first and behind the last there is nothing but
/// white space and a byte order mark, except on lines with findings. A comment in the header of a block scalar lies within
/// that scalar's token, behind which it comes.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(crate::document::within_limit(text));
    let mut tokens = Vec::new();
    while lexer.line().is_some() {
        tokens.extend_from_slice(&lexer.tokens);
    }
    tokens
}
