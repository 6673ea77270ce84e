//! What is said of models inside this program by one that was built without them.

use crate::cli::{
    args::{ModelsPull, ModelsRm},
    exit::Exit,
    terminal::Terminal,
};

pub(super) fn run(terminal: Terminal, _: &ModelsPull) -> Exit {
    refuse(terminal)
}

pub(super) fn remove(terminal: Terminal, _: &ModelsRm) -> Exit {
    refuse(terminal)
}

fn refuse(terminal: Terminal) -> Exit {
    terminal
        .error("this program was built without the feature `local`, so no model runs inside it");
    terminal
        .help("released programs have it; from source: `cargo build --release --features local`");
    Exit::Wrong
}
