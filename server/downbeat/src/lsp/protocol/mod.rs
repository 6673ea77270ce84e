//! Messages that are Downbeat's own. `docs/protocol.md` describes them, and its examples are read into these types.

mod documents;
mod people;
mod runs;
mod settings;
mod testing;

pub(crate) use self::{
    documents::{About, AboutRuns, InputInfo, PastRun, WORDS},
    people::{ASK, Answer, AskParams},
    runs::{EVENT, EventParams, Finding, Refused, ResumeArguments, RunArguments, RunId},
    settings::{ConfigurationParams, InitializationOptions, Settings, WordingSetting},
    testing::{
        TEST_EVENT, TestArguments, TestEvent, TestFailure, TestHappened, TestInfo, TestList,
        TestSession,
    },
};

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use tower_lsp_server::ls_types::TextDocumentPositionParams;

    use super::{
        About, AboutRuns, Answer, AskParams, ConfigurationParams, EventParams,
        InitializationOptions, InputInfo, PastRun, Refused, ResumeArguments, RunArguments, RunId,
        TestArguments, TestEvent, TestList, TestSession,
    };
    use crate::lsp::drawing::{Drawing, Outdated};

    const PAGE: &str = include_str!("../../../../../docs/protocol.md");

    /// Fenced blocks of the page whose info string is `json NAME`.
    fn examples() -> Vec<(&'static str, &'static str)> {
        PAGE.split("```json ")
            .skip(1)
            .map(|rest| {
                let (name, rest) = rest.split_once('\n').unwrap();
                (name.trim(), rest.split("```").next().unwrap())
            })
            .collect()
    }

    fn reads<T: DeserializeOwned>(text: &str) {
        serde_json::from_str::<T>(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    }

    #[test]
    fn examples_of_the_page_are_messages() {
        let examples = examples();
        for (name, text) in &examples {
            match *name {
                "InitializationOptions" => reads::<InitializationOptions>(text),
                "ConfigurationParams" => reads::<ConfigurationParams>(text),
                "RunArguments" => reads::<RunArguments>(text),
                "TextDocumentPositionParams" => reads::<TextDocumentPositionParams>(text),
                "About" => reads::<About>(text),
                "AboutRuns" => reads::<AboutRuns>(text),
                "PastRuns" => reads::<Vec<PastRun>>(text),
                "Inputs" => reads::<Vec<InputInfo>>(text),
                "Drawing" => reads::<Drawing>(text),
                "Outdated" => reads::<Outdated>(text),
                "AskParams" => reads::<AskParams>(text),
                "Answer" => reads::<Answer>(text),
                "RunId" => reads::<RunId>(text),
                "ResumeArguments" => reads::<ResumeArguments>(text),
                "EventParams" => reads::<EventParams>(text),
                "Refused" => reads::<Refused>(text),
                "TestList" => reads::<TestList>(text),
                "TestArguments" => reads::<TestArguments>(text),
                "TestSession" => reads::<TestSession>(text),
                "TestEvent" => reads::<TestEvent>(text),
                other => panic!("no message is called `{other}`"),
            }
        }
        assert!(examples.len() >= 8, "{examples:?}");
    }
}
