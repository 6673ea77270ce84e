//! Messages that are Downbeat's own. `docs/protocol.md` describes them, and its examples are read into these types.

use engine::event::Event;
use engine::people::{BodyFormat, Choice, Kind, Need, Question};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tower_lsp_server::ls_types::{Range, Uri};

/// The notification that carries [`EventParams`].
pub(crate) const EVENT: &str = "downbeat/event";

/// The notification that carries [`TestEvent`].
pub(crate) const TEST_EVENT: &str = "downbeat/test";

/// The request that carries [`AskParams`], and is answered with [`Answer`].
pub(crate) const ASK: &str = "downbeat/ask";

/// `initializationOptions`. Members that are not known are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct InitializationOptions {
    /// Whether the user trusts the workspace; in one that is not, nothing runs.
    pub(crate) trusted: bool,
    /// Whether the client answers [`ASK`].
    pub(crate) asks: bool,
    /// Whether the client asks for a model's words by itself, so that hover leaves them out.
    pub(crate) words: bool,
    /// What [`ConfigurationParams`] may change later.
    #[serde(flatten)]
    pub(crate) settings: Settings,
}

/// The notification that words of a model have come for a document, or that it has none; carries [`About`].
pub(crate) const WORDS: &str = "downbeat/words";

/// What the user has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Settings {
    /// Texts beside the ids of steps.
    pub(crate) hints: HintSettings,
    /// Whether a model puts into words what a pipeline is for.
    pub(crate) wording: WordingSetting,
}

/// Whether a model is asked for words. Off by itself: to look at something must not cost anything, nor send it anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WordingSetting {
    #[default]
    Off,
    On,
}

/// Which hints are shown beside the id of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct HintSettings {
    /// Its stage.
    pub(crate) stage: bool,
    /// What it waits for without naming it in `dependencies`.
    pub(crate) edges: bool,
    /// The model that is chosen for it, where it names none.
    pub(crate) model: bool,
}

impl Default for HintSettings {
    fn default() -> Self {
        Self { stage: true, edges: true, model: true }
    }
}

/// Parameters of `workspace/didChangeConfiguration`. Other members are those of other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct ConfigurationParams {
    pub(crate) settings: Configuration,
}

/// The section of the settings that is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) downbeat: Settings,
}

/// Parameters of the requests about one open document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// The open document.
    pub(crate) uri: Uri,
}

/// Parameters of `downbeat/runs`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct AboutRuns {
    /// The open document.
    pub(crate) uri: Uri,
    /// At most so many.
    #[serde(default)]
    pub(crate) limit: Option<usize>,
}

/// A past run of a document, in the answer to `downbeat/runs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PastRun {
    /// Its id.
    pub(crate) run: String,
    /// `running`, `completed`, `failed`, `cancelled` or `interrupted`.
    pub(crate) status: String,
    /// Unix seconds.
    pub(crate) started_at: f64,
    /// Seconds; left out while it runs and where it was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) duration: Option<f64>,
}

/// A declared input, in the answer to `downbeat/inputs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InputInfo {
    pub(crate) name: String,
    /// `string`, `integer`, `number`, `boolean`, `array`, `object`, `path`, or `any` where the author says none.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// Prose of the author's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Whether a run is refused without a value.
    pub(crate) required: bool,
    /// The value of a run without one, templates as they are written; left out where there is none and for secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Json>,
    /// The only values that are accepted; left out where every value of the type is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) choices: Option<Vec<Json>>,
    /// The value must be shown to nobody and kept nowhere.
    pub(crate) secret: bool,
    /// Its name in the text.
    pub(crate) range: Range,
}

/// The argument of `downbeat.run`. At most one of `only`, `from` and `until`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunArguments {
    /// The open document.
    pub(crate) uri: String,
    /// Values for inputs.
    #[serde(default)]
    pub(crate) inputs: Map<String, Json>,
    /// Run this step alone.
    #[serde(default)]
    pub(crate) only: Option<String>,
    /// Run this step and what depends on it.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// Run this step and what it depends on.
    #[serde(default)]
    pub(crate) until: Option<String>,
}

/// The argument of `downbeat.cancel`, and the answer to `downbeat.run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunId {
    /// Id of the run.
    pub(crate) run: String,
}

/// The argument of `downbeat.resume`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResumeArguments {
    /// Id of the run, the beginning of it, or `latest`.
    pub(crate) run: String,
    /// Its secret inputs, which are not kept.
    #[serde(default)]
    pub(crate) inputs: Map<String, Json>,
}

/// Something happened in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct EventParams {
    /// Id of the run.
    pub(crate) run: String,
    /// From 1, without gaps.
    pub(crate) seq: u64,
    /// What happened.
    pub(crate) event: Event,
}

/// A question of a step to the person at the editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AskParams {
    /// Id of the run.
    pub(crate) run: String,
    /// Id of the step.
    pub(crate) step: String,
    /// Its path inside of loops: `each[3].ask`.
    pub(crate) path: String,
    /// Which question of the step it is.
    pub(crate) name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// The question.
    pub(crate) text: String,
    /// What is to be looked at before answering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<AskBody>,
    /// What kind of answer is wanted.
    pub(crate) kind: AskKind,
    /// For `lines`: what there is to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<String>,
    /// For `number`: the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) least: Option<f64>,
    /// For `number`: the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) most: Option<f64>,
    /// For `choice`: what there is to choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) choices: Vec<AskChoice>,
    /// The answer when the person gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Json>,
    /// Whether there must be an answer.
    pub(crate) required: bool,
    /// Seconds until the question is taken back with `$/cancelRequest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<f64>,
    /// Why the answer before did not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) complaint: Option<String>,
}

/// A text to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskBody {
    pub(crate) text: String,
    /// `text`, `json` or `markdown`.
    pub(crate) format: String,
}

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskKind {
    /// One line.
    Text,
    /// A text of several lines.
    Lines,
    /// One line, shown to nobody.
    Secret,
    Number,
    Boolean,
    Choice,
}

/// One answer to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskChoice {
    pub(crate) value: Json,
    pub(crate) label: String,
}

impl AskParams {
    /// A question of the engine.
    pub(crate) fn of(question: &Question) -> Self {
        let (mut draft, mut least, mut most, mut choices) = (None, None, None, Vec::new());
        let kind = match &question.kind {
            Kind::Text => AskKind::Text,
            Kind::Secret => AskKind::Secret,
            Kind::Boolean => AskKind::Boolean,
            Kind::Lines { draft: written } => {
                draft = Some(written.clone());
                AskKind::Lines
            }
            Kind::Number { least: from, most: to } => {
                (least, most) = (*from, *to);
                AskKind::Number
            }
            Kind::Choice(all) => {
                let choice =
                    |it: &Choice| AskChoice { value: it.value.clone(), label: it.label.clone() };
                choices = all.iter().map(choice).collect();
                AskKind::Choice
            }
        };
        let format = |format: BodyFormat| match format {
            BodyFormat::Text => "text",
            BodyFormat::Json => "json",
            BodyFormat::Markdown => "markdown",
        };
        Self {
            run: question.run.clone(),
            step: question.step.clone(),
            path: question.path.clone(),
            name: question.name().to_owned(),
            title: question.title.clone(),
            text: question.text.clone(),
            body: question.body.as_ref().map(|body| AskBody {
                text: body.text.clone(),
                format: format(body.format).to_owned(),
            }),
            kind,
            draft,
            least,
            most,
            choices,
            default: question.default.clone(),
            required: question.need == Need::Needed,
            timeout: question.timeout.map(|limit| limit.as_secs_f64()),
            complaint: question.complaint.clone(),
        }
    }
}

/// What the person said; null, and no answer in it, is that nothing was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) answer: Option<Json>,
}

/// The answer to `downbeat/tests`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TestList {
    /// The file of the pipeline that is tested; null where it is not there.
    pub(crate) pipeline: Option<String>,
    /// In the order of the file, without those that have errors.
    pub(crate) tests: Vec<TestInfo>,
    /// What is wrong with the file.
    pub(crate) findings: Vec<Finding>,
}

/// A test of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestInfo {
    /// Unique in the file.
    pub(crate) name: String,
    /// Its name in the text.
    pub(crate) range: Range,
}

/// The argument of `downbeat.test`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestArguments {
    /// The file of tests, open or not.
    pub(crate) uri: String,
    /// The tests; all where it is left out.
    #[serde(default)]
    pub(crate) names: Option<Vec<String>>,
}

/// The answer to `downbeat.test`, and the argument of `downbeat.cancelTest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TestSession {
    pub(crate) session: String,
}

/// Something happened to tests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TestEvent {
    /// Of the answer to `downbeat.test`.
    pub(crate) session: String,
    /// From 1, without gaps.
    pub(crate) seq: u64,
    /// What happened.
    #[serde(flatten)]
    pub(crate) happened: TestHappened,
}

/// See [`TestEvent`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum TestHappened {
    /// The first run of a test begins.
    Begun { name: String },
    /// All runs of a test are over.
    Over {
        name: String,
        /// `passed`, `failed` or `error`.
        verdict: String,
        /// Seconds, all runs together.
        duration: f64,
        /// How often it ran.
        runs: usize,
        /// How often it passed.
        passed: usize,
        failures: Vec<TestFailure>,
    },
    /// Nothing follows.
    Ended {
        /// Whether all tests passed.
        passed: bool,
        /// Why it ended before it began.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

/// Something that did not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TestFailure {
    /// The key of the expectation, or `run_failed`, `refused`, `not_judged`.
    pub(crate) what: String,
    /// For people.
    pub(crate) message: String,
    /// Where it is written.
    pub(crate) range: Range,
}

/// `data` of the error that refuses a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// `untrusted`, `findings`, `refused` or `running`.
    pub(crate) reason: String,
    /// The run that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<String>,
    /// What is wrong with the pipeline or the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<Finding>,
}

/// One reason not to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// Kebab-case and stable.
    pub(crate) code: String,
    /// For people.
    pub(crate) message: String,
    /// Where, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<Range>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
}

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

    const PAGE: &str = include_str!("../../../../docs/protocol.md");

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
