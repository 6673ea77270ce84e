//! `downbeat log`: a past run as a report.

use super::{
    args::Log,
    exit::Exit,
    markdown, past,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::report::Report;

pub(super) fn run(terminal: Terminal, call: &Log) -> Exit {
    let document = match past::document(terminal, &call.past) {
        Ok((_, document)) => document,
        Err(exit) => return exit,
    };
    let report = Report::new(&document);
    if call.json {
        terminal.json(&report);
        return Exit::Success;
    }
    let text = printable(&report.to_markdown()).into_owned();
    let text = if call.markdown {
        text
    } else {
        let (width, paint) = (terminal.width(Stream::Out), terminal.paint(Stream::Out));
        markdown::render(&text, width, paint)
    };
    terminal.write(Stream::Out, &text);
    Exit::Success
}
