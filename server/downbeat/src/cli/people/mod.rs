//! Whom the steps of a run ask: a file of answers first, then a caller who agrees, then whoever sits at the terminal.

#[cfg(unix)]
mod screen;
#[cfg(not(unix))]
mod unreachable;
mod words;

#[cfg(not(unix))]
use unreachable as screen;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use engine::people::{Asker, Context, Kind, Need, NotAsked, People, Question, Reply};
use serde_json::Value as Json;

use self::screen::{Echo, Screen};
use super::{
    args,
    run::progress::Progress,
    terminal::{Stream, Terminal},
};
use crate::answers::{Answers, Given};

/// Where the pipeline of a run comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PipelineFrom {
    /// A file, so standard input is free.
    File,
    /// Standard input.
    Stdin,
}

/// Whether the caller agrees to what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Consent {
    Given,
    Asked,
}

/// See the module.
pub(super) struct Speaker {
    terminal: Terminal,
    answers: Option<Answers>,
    consent: Consent,
    screen: Option<Screen>,
    /// What draws on the terminal meanwhile.
    progress: OnceLock<Arc<Progress>>,
}

impl Speaker {
    /// As the call says.
    ///
    /// # Errors
    /// In words: the file of answers cannot be read.
    pub(super) fn new(
        terminal: Terminal,
        call: &args::Asked,
        from: PipelineFrom,
    ) -> Result<Arc<Self>, String> {
        let answers = call.answers.as_deref().map(Answers::read).transpose()?;
        let consent = if call.yes { Consent::Given } else { Consent::Asked };
        let screen = Screen::find(terminal, from);
        Ok(Arc::new(Self { terminal, answers, consent, screen, progress: OnceLock::new() }))
    }

    /// For [`engine::Options`].
    pub(super) fn people(self: &Arc<Self>) -> People {
        let asker: Arc<dyn Asker> = Arc::clone(self) as _;
        People::reached_by(asker)
    }

    /// From now on this draws on the terminal, and pauses while a person is asked.
    pub(super) fn attach(&self, progress: Arc<Progress>) {
        // A run is driven once.
        let _ = self.progress.set(progress);
    }

    /// Says which answers nobody asked for.
    pub(super) fn farewell(&self) {
        let Some(answers) = &self.answers else { return };
        for name in answers.unused() {
            let file = answers.file();
            self.terminal.note(&format!("`{file}` answers `{name}`, which was not asked"));
        }
    }

    async fn at_the_terminal(
        &self,
        screen: &Screen,
        question: &Question,
    ) -> Result<Reply, NotAsked> {
        let paint = self.terminal.paint(Stream::Err);
        let width = self.terminal.width(Stream::Err);
        let _pause = self.progress.get().map(|progress| progress.pause());
        self.terminal.write(Stream::Err, &words::opening(question, paint, width));
        loop {
            let echo = if question.is_secret() { Echo::Off } else { Echo::On };
            let say = || {
                self.terminal.write(Stream::Err, &words::prompt(question, paint));
            };
            let read = match &question.kind {
                Kind::Lines { .. } => lines(screen, say).await,
                _ => screen.line(echo, say).await,
            };
            if question.is_secret() {
                self.terminal.write(Stream::Err, "\n");
            }
            let line = read.map_err(|error| {
                NotAsked(format!("cannot ask `{}` on the terminal: {error}", question.path))
            })?;
            let is_left_out = question.default.is_some() || question.need == Need::Optional;
            match line {
                Some(line) if !line.trim().is_empty() => {
                    return Ok(Reply::Said { answer: Json::String(line), at: Context::Cli });
                }
                _ if is_left_out => return Ok(Reply::Nothing),
                Some(_) => {
                    self.terminal
                        .write(Stream::Err, &words::complaint("an answer is needed", paint));
                }
                None => return Ok(Reply::Nothing),
            }
        }
    }
}

/// Up to a line that holds a full stop only.
async fn lines(screen: &Screen, say: impl FnOnce()) -> std::io::Result<Option<String>> {
    let mut all: Vec<String> = Vec::new();
    let mut say = Some(say);
    loop {
        let say = || say.take().map_or((), |say| say());
        match screen.line(Echo::On, say).await? {
            Some(line) if line == "." => return Ok(Some(all.join("\n"))),
            Some(line) => all.push(line),
            None if all.is_empty() => return Ok(None),
            None => return Ok(Some(all.join("\n"))),
        }
    }
}

#[async_trait]
impl Asker for Speaker {
    async fn ask(&self, question: &Question) -> Result<Reply, NotAsked> {
        let said = |answer: Json| Ok(Reply::Said { answer, at: Context::Api });
        if let Some(answers) = &self.answers {
            match answers.of(question)? {
                Given::Answer(answer) => return said(answer),
                Given::LeftOut => return Ok(Reply::Nothing),
                Given::Nothing => {}
            }
        }
        if self.consent == Consent::Given {
            match question.consent() {
                Some(answer) => return said(answer.clone()),
                None if question.need == Need::Optional => return Ok(Reply::Nothing),
                None => {}
            }
        }
        match &self.screen {
            Some(screen) => self.at_the_terminal(screen, question).await,
            None => Err(NotAsked(words::nobody(question))),
        }
    }
}
