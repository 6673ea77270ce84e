//! Pages as resources: `downbeat://guide/NAME`, `downbeat://rule/CODE` and `downbeat://schema/NAME`.

use rmcp::model::{Resource, ResourceContents, ResourceTemplate};

use super::topics;
use crate::shape::SHAPES;

const GUIDE: &str = "downbeat://guide/";
const RULE: &str = "downbeat://rule/";
const SCHEMA: &str = "downbeat://schema/";
const MARKDOWN: &str = "text/markdown";
const JSON: &str = "application/schema+json";

/// The pages of the guide, and the schemas. Those of findings are many; `help` and the template lead to them.
pub(super) fn list() -> Vec<Resource> {
    let guide = topics::guide().map(|topic| {
        let resource = Resource::new(format!("{GUIDE}{}", topic.name), topic.name);
        resource.with_title(topic.title).with_mime_type(MARKDOWN).with_size(topic.text.len() as u64)
    });
    let schemas = SHAPES.iter().map(|shape| {
        let resource = Resource::new(format!("{SCHEMA}{}", shape.name), shape.name);
        resource.with_title(format!("JSON Schema of `{}`", shape.name)).with_mime_type(JSON)
    });
    guide.chain(schemas).collect()
}

/// The address of a finding's page, with its code left open.
pub(super) fn rule_template() -> String {
    format!("{RULE}{{code}}")
}

/// What is not listed one by one.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let rules = ResourceTemplate::new(rule_template(), "rule")
        .with_description("The page of a finding: what it means, why, and how to mend it.")
        .with_mime_type(MARKDOWN);
    vec![rules]
}

/// What stands at an address.
pub(super) fn read(uri: &str) -> Option<ResourceContents> {
    let (text, kind) = if let Some(name) = uri.strip_prefix(GUIDE) {
        let topic = topics::guide().find(|topic| topic.name == name)?;
        (topic.text.to_owned(), MARKDOWN)
    } else if let Some(code) = uri.strip_prefix(RULE) {
        let topic = topics::rules().find(|topic| topic.name == code)?;
        (topic.text.to_owned(), MARKDOWN)
    } else {
        let name = uri.strip_prefix(SCHEMA)?;
        let shape = SHAPES.iter().find(|shape| shape.name == name)?;
        (format!("{:#}", shape.schema()), JSON)
    };
    Some(ResourceContents::text(text, uri).with_mime_type(kind))
}
