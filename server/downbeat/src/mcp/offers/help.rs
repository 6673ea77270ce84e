//! The guide, and the pages of findings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mcp::{
    bench::{Bench, Refusal},
    offer::{Look, Said},
    topics,
};

pub(super) struct Help;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A page of the guide (`steps`, `templates`, `loops`) or the code of a finding (`unknown-step`). Without it, all there are.
    topic: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// Markdown; absent in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    /// What there is to read, where nothing was named.
    topics: Vec<TopicName>,
}

/// A page.
#[derive(Serialize, JsonSchema)]
pub(super) struct TopicName {
    name: String,
    /// What it is about.
    title: String,
}

impl Look for Help {
    const NAME: &'static str = "help";
    const TITLE: &'static str = "Read about the language";
    const ABOUT: &'static str = "Pages about the pipeline language, with examples that run, and a page for the code of every finding: \
        what it means, why, how to mend it. Without a topic it lists them.";
    type Given = Given;
    type Answer = Answer;

    fn look(_: &Bench, given: Given) -> Result<Said<Answer>, Refusal> {
        let Some(name) = given.topic else {
            let topics = topics::guide().chain(topics::rules()).map(|topic| TopicName {
                name: topic.name.to_owned(),
                title: topic.title.to_owned(),
            });
            return Ok(Said::plainly(Answer { page: None, topics: topics.collect() }));
        };
        let Some(topic) = topics::find(name.trim()) else {
            let near = topics::near(name.trim()).map(|near| format!("; did you mean `{near}`?"));
            return Err(format!("there is no page `{name}`{}", near.unwrap_or_default()).into());
        };
        let page = topic.text.to_owned();
        Ok(Said::in_words(Answer { page: Some(page.clone()), topics: Vec::new() }, page))
    }
}
