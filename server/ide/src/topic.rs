//! Things that have a page of documentation, by a name that can be sent away and brought back.

use pipeline::catalogue::Catalogue;
use pipeline::eval::{self, Function};
use pipeline::language::{self, Level};
use pipeline::models::Roster;

use crate::hover;

/// Something with documentation that does not depend on the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A key of the language.
    Key(Level, &'static str),
    /// A tool.
    Tool(&'static str),
    /// An action.
    Action(&'static str),
    /// An operation of a tool.
    Operation(&'static str, &'static str),
    /// A parameter of a tool.
    Parameter(&'static str, &'static str),
    /// A filter.
    Filter(&'static str),
    /// A test.
    Test(&'static str),
    /// A function.
    Function(&'static str),
    /// A model by its full name.
    Model(String),
}

impl Topic {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Key(level, key) => format!("key {} {key}", level.word()),
            Self::Tool(tool) => format!("tool {tool}"),
            Self::Action(action) => format!("action {action}"),
            Self::Operation(tool, operation) => format!("operation {tool} {operation}"),
            Self::Parameter(tool, parameter) => format!("parameter {tool} {parameter}"),
            Self::Filter(name) => format!("filter {name}"),
            Self::Test(name) => format!("test {name}"),
            Self::Function(name) => format!("function {name}"),
            Self::Model(name) => format!("model {name}"),
        }
    }
}

/// The documentation of the topic of that [name](Topic::name), in Markdown; `None` where there is no such topic.
#[must_use]
pub fn documentation(name: &str, catalogue: &Catalogue, roster: &Roster) -> Option<String> {
    let (kind, name) = name.split_once(' ')?;
    let pair = || name.split_once(' ');
    let tool = |name| catalogue.tool(name).or_else(|| catalogue.action(name));
    let of = |table: &'static [Function]| table.iter().find(|it| it.name == name);
    Some(match kind {
        "key" => {
            let (level, key) = pair()?;
            hover::key(language::key(Level::of_word(level)?, key)?)
        }
        "tool" => hover::signature(catalogue, catalogue.tool(name)?),
        "action" => hover::signature(catalogue, catalogue.action(name)?),
        "operation" => {
            let (signature, operation) = pair()?;
            let signature = tool(signature)?;
            hover::operation(signature, signature.operation(operation)?)
        }
        "parameter" => {
            let (signature, parameter) = pair()?;
            let signature = tool(signature)?;
            hover::parameter(signature, signature.parameter(parameter)?)
        }
        "filter" => hover::function(of(eval::filters())?),
        "test" => hover::function(of(eval::tests())?),
        "function" => {
            hover::function(of(eval::functions()).or_else(|| of(eval::condition_functions()))?)
        }
        "model" => hover::model(roster.find(name)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Topic, documentation};
    use pipeline::catalogue::Catalogue;
    use pipeline::language::Level;
    use pipeline::models::Roster;

    #[test]
    fn every_topic_is_found_by_its_name() {
        let topics = [
            Topic::Key(Level::Step, "tool"),
            Topic::Tool("filesystem"),
            Topic::Action("generate"),
            Topic::Operation("filesystem", "read"),
            Topic::Parameter("terminal", "command"),
            Topic::Filter("slugify"),
            Topic::Test("defined"),
            Topic::Function("range"),
            Topic::Function("len"),
            Topic::Model("openai:gpt-4o-mini".to_owned()),
        ];
        for topic in topics {
            let found = documentation(&topic.name(), &Catalogue::declared(), &Roster::default());
            assert!(found.is_some_and(|it| it.len() > 20), "{topic:?}");
        }
        assert_eq!(documentation("tool", &Catalogue::declared(), &Roster::default()), None);
        assert_eq!(
            documentation("key step nothing", &Catalogue::declared(), &Roster::default()),
            None
        );
    }
}
