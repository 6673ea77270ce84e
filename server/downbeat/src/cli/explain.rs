//! `downbeat explain`: the page of a code, or the facts of a pipeline.

use std::path::Path;

use super::{
    args::{Explain, ExplainFormat},
    exit::Exit,
    markdown, plan,
    terminal::{Stream, Terminal},
};

pub(super) fn run(terminal: Terminal, call: &Explain) -> Exit {
    if let Some(rule) = checks::rules().iter().find(|rule| rule.code == call.what) {
        if call.format == ExplainFormat::Json {
            terminal.error("the page of a rule is a text, not JSON");
            return Exit::Wrong;
        }
        let page =
            markdown::render(rule.page, terminal.width(Stream::Out), terminal.paint(Stream::Out));
        terminal.write(Stream::Out, &page);
        return Exit::Success;
    }
    if call.what == "-" || Path::new(&call.what).exists() || call.what.contains(['.', '/', '\\']) {
        return plan::explain(terminal, Path::new(&call.what), call);
    }
    terminal.error(&format!("no finding has the code `{}`, and no file is called so", call.what));
    let codes = checks::rules().iter().map(|rule| rule.code);
    if let Some(near) = pipeline::names::nearest(&call.what, codes.clone()) {
        terminal.help(&format!("did you mean `{near}`?"));
    } else {
        terminal.help(&format!("codes are: {}", codes.collect::<Vec<_>>().join(", ")));
    }
    Exit::Wrong
}
