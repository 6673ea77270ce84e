//! New facts of models, from a price list that is given.

use models::catalogue::{facts, keep, price_list};
use pipeline::models::{Facts, changes, read_price_list};

use crate::{
    cli::{args::ModelsRefresh, exit::Exit, terminal::Terminal},
    words::today,
    workspace,
};

pub(super) fn run(terminal: Terminal, call: &ModelsRefresh) -> Exit {
    let Some(user) = workspace::user_folder() else {
        terminal.error("this user has no home folder, so nothing can be kept");
        return Exit::Failure;
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Failure;
        }
    };
    let text = match runtime.block_on(price_list(&call.from)) {
        Ok(text) => text,
        Err(error) => {
            terminal.error(&format!("`{}` cannot be read: {error}", call.from));
            return Exit::Failure;
        }
    };
    let models = match read_price_list(&text) {
        Ok(models) => models,
        Err(error) => {
            terminal.error(&format!("`{}` is no price list: {error}", call.from));
            terminal.help("it is the JSON that the Python library `litellm` carries as `model_prices_and_context_window.json`");
            return Exit::Wrong;
        }
    };
    let changed = changes(&facts(Some(&user)).models, &models);
    let new = Facts { source: call.from.replace(['\t', '\n', '\r'], " "), date: today(), models };
    match keep(&user, &new) {
        Ok(path) => {
            for line in &changed {
                terminal.line(line);
            }
            let count = new.models.len();
            terminal.note(&format!(
                "{count} models, {} changes, kept in {}",
                changed.len(),
                path.display()
            ));
            Exit::Success
        }
        Err(error) => {
            terminal.error(&format!("`{}`: {error}", user.display()));
            Exit::Failure
        }
    }
}
