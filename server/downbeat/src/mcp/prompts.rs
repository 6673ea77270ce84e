//! Ways of working that an agent can be set on.

use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::Value as Json;

const WRITE: &str = "write_pipeline";
const MEND: &str = "mend_pipeline";

/// An argument of [`MEND`].
const FILE: &str = "file";

/// All of them.
pub(super) fn list() -> Vec<Prompt> {
    let task = PromptArgument::new("task")
        .with_description("What the pipeline is to do, for whom, from what.")
        .with_required(true);
    let file = PromptArgument::new(FILE)
        .with_description("The pipeline, a path in the workspace.")
        .with_required(true);
    vec![
        Prompt::new(WRITE, Some("Write a pipeline and prove that it is right"), Some(vec![task])),
        Prompt::new(MEND, Some("Mend what is wrong with a pipeline"), Some(vec![file])),
    ]
}

/// Whether an argument is the path of a pipeline.
pub(super) fn is_file(prompt: &str, argument: &str) -> bool {
    (prompt, argument) == (MEND, FILE)
}

/// The words of one. None: there is no such prompt, or it lacks its argument.
pub(super) fn get(name: &str, given: &JsonObject) -> Option<GetPromptResult> {
    let given = |name: &str| given.get(name).and_then(Json::as_str);
    let words = match name {
        WRITE => write(given("task")?),
        MEND => mend(given(FILE)?),
        _ => return None,
    };
    Some(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, words)]))
}

fn write(task: &str) -> String {
    format!(
        "Write a Downbeat pipeline (`NAME.pipeline.yaml`) for this task:\n\n{task}\n\n\
         1. Read `help` on `steps`, `inputs` and `templates`, and on what else the task needs (`loops`, `conditions`, \
         `failures`, `models`, `products`, `people`). Look up every tool that you use with `tools`.\n\
         2. Write the text, and give it to `check` as `text` until it has no error and no warning that you cannot justify. \
         Take the fixes that it offers.\n\
         3. Look at `plan`: does every step wait for what it reads and for nothing else, and is the cost what it should be? \
         Look at `explain`: does it say what the task says?\n\
         4. Save it in the form that `format` gives. Run it only if somebody allowed that."
    )
}

fn mend(file: &str) -> String {
    format!(
        "Mend the Downbeat pipeline `{file}`.\n\n\
         1. `check` it with `mend: true`: the answer has the text with every safe fix in it. Read `help` on each code that is left.\n\
         2. Change no more than each finding asks for, and `check` again until no error is left.\n\
         3. Compare `explain` before and after: what the pipeline does must be the same, but for what was wrong.\n\
         4. If it ran before, `runs` and `report` say what failed then; `show` has the value of each step."
    )
}
