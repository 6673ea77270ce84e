//! How an argument of a prompt or of an address goes on.

use std::path::Path;

use rmcp::model::{ArgumentInfo, CompletionInfo, Reference};

use super::{prompts, resources, topics};
use crate::cli::search::{is_named_pipeline, yaml_files};

/// The values that an argument can have, of those that fit what is written of it: first those that begin so. The working folder
/// is where files are looked for.
pub(super) fn complete(of: &Reference, argument: &ArgumentInfo) -> CompletionInfo {
    let all = match of {
        Reference::Prompt(prompt) if prompts::is_file(&prompt.name, &argument.name) => files(),
        Reference::Resource(at) if at.uri == resources::rule_template() => {
            topics::rules().map(|topic| topic.name.to_owned()).collect()
        }
        _ => Vec::new(),
    };
    let (mut fitting, rest): (Vec<String>, Vec<String>) =
        all.into_iter().partition(|value| value.starts_with(&argument.value));
    fitting.extend(rest.into_iter().filter(|value| value.contains(&argument.value)));
    let total = fitting.len();
    fitting.truncate(CompletionInfo::MAX_VALUES);
    let has_more = total > fitting.len();
    // No more than the protocol allows were left.
    CompletionInfo::with_pagination(fitting, u32::try_from(total).ok(), has_more)
        .unwrap_or_default()
}

/// The pipelines below the working folder: first those that are named so, then what else is YAML.
fn files() -> Vec<String> {
    let found = yaml_files(Path::new(".")).files;
    let (mut named, other): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|path| is_named_pipeline(path));
    named.extend(other);
    let bare = |path: &Path| path.strip_prefix(".").unwrap_or(path).display().to_string();
    named.iter().map(|path| bare(path)).collect()
}
