//! Filters by theme: each file holds the entries of the table and what they do.

mod choose;
mod dates;
mod encode;
mod files;
mod items;
mod numbers;
mod patterns;
mod percent;
mod pretty;
mod texts;
pub(super) mod words;

pub(super) use choose::{extreme, sorted};
pub(super) use dates::{strftime, time_field};
pub(super) use files::include_file;
pub(super) use items::{map_of, pairs};
pub(super) use numbers::{absolute, as_float, as_int, rounded, summed};
pub(super) use percent::percent_format;

use super::args::Bound;
use super::error::Answer;
use super::machine::Machine;
use super::table::{Function, Run, entry};
use crate::Value;

/// All filters.
pub(super) fn all() -> Vec<Function> {
    [
        choose::filters(),
        dates::filters(),
        encode::filters(),
        files::filters(),
        items::filters(),
        numbers::filters(),
        patterns::filters(),
        percent::filters(),
        pretty::filters(),
        texts::filters(),
    ]
    .concat()
}

type Filter = fn(&mut Machine<'_>, &Value, &Bound) -> Answer;

/// A filter that keeps the mark of a text: what it makes of escaped text is escaped.
fn keeping(signature: &'static str, doc: &'static str, run: Filter) -> Function {
    entry(signature, doc, Run::Keeping(run))
}

/// A filter that sees which texts are marked as safe.
fn marking(signature: &'static str, doc: &'static str, run: Filter) -> Function {
    entry(signature, doc, Run::Marked(run))
}

fn filter(signature: &'static str, doc: &'static str, run: Filter) -> Function {
    entry(signature, doc, Run::Value(run))
}
