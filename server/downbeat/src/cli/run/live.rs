//! Progress as a tree that lives: finished steps above, running ones with their clocks below, all of it at the bottom.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use engine::event::{Event, EventKind};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{plain::in_flight, progress::Said};
use crate::{
    cli::{
        paint::Paint,
        printable::printable,
        terminal::{Stream, Terminal},
    },
    words,
};

/// How often clocks move.
const TICK: Duration = Duration::from_millis(100);

/// A tree on a terminal.
pub(in crate::cli) struct Live {
    paint: Paint,
    bars: MultiProgress,
    total: ProgressBar,
    running: Mutex<BTreeMap<String, ProgressBar>>,
    /// Lines that wait while a person is asked.
    waiting: Mutex<Option<Vec<String>>>,
}

impl Live {
    /// A tree with that run at its root and so many steps to come.
    pub(super) fn new(terminal: Terminal, run: &str, steps: usize) -> Self {
        let paint = terminal.paint(Stream::Err);
        let bars = MultiProgress::new();
        let total = bars.add(ProgressBar::new(steps as u64));
        total.set_style(style("└ [{bar:24}] {pos} of {len} steps, {elapsed} {wide_msg}"));
        total.enable_steady_tick(TICK);
        let live =
            Self { paint, bars, total, running: Mutex::default(), waiting: Mutex::default() };
        live.print(&paint.dim(run));
        live
    }

    pub(super) fn show(&self, event: &Event) {
        let said = Said(event);
        let step = printable(said.place()).into_owned();
        if let Some((outermost, round)) = said.inside() {
            self.show_inside(event, &step, outermost, round);
            return;
        }
        match event.kind {
            EventKind::StepStarted => self.start(&step),
            EventKind::StepProgress => self.progress(&step, &said),
            EventKind::StepOutput => self.output(&said),
            EventKind::StepRetrying => {
                self.message(&step, &format!("again: {}", printable(said.message())))
            }
            EventKind::StepCompleted if said.is("success", false) => {
                self.end(&step, &self.paint.yellow("!"), &took(&said));
            }
            EventKind::StepCompleted if said.is("cached", true) => {
                let earlier = format!("{} as an earlier run was answered", took(&said));
                self.end(&step, &self.paint.green("✓"), &earlier);
            }
            EventKind::StepCompleted => self.end(&step, &self.paint.green("✓"), &took(&said)),
            EventKind::StepFailed => {
                let what = format!("{} {}", took(&said), printable(said.message()));
                self.end(&step, &self.paint.red("✗"), &what);
            }
            EventKind::StepSkipped => {
                let why = printable(words::skipped(said.text("reason")));
                self.end(&step, &self.paint.dim("–"), &format!("skipped, {why}"));
            }
            EventKind::RunPaused => {
                self.total.set_message(format!("paused, {}", in_flight(&said)));
            }
            EventKind::RunUnpaused => self.total.set_message(""),
            EventKind::RunStarted
            | EventKind::Checkpoint
            | EventKind::RunCompleted
            | EventKind::RunFailed
            | EventKind::RunCancelled => {}
        }
    }

    /// Rounds are told on the line of their loop; only what fails in them gets a line of its own.
    fn show_inside(&self, event: &Event, step: &str, outermost: &str, round: u64) {
        let said = Said(event);
        let failed = match event.kind {
            EventKind::StepStarted => {
                let inner = printable(said.step());
                self.message(&printable(outermost), &format!("round {round}: {inner}"));
                return;
            }
            EventKind::StepOutput => return self.output(&said),
            EventKind::StepCompleted if said.is("success", false) => self.paint.yellow("!"),
            EventKind::StepFailed => self.paint.red("✗"),
            _ => return,
        };
        let what = format!("{} {}", took(&said), printable(said.message()));
        self.print(&format!("├ {failed} {step}  {}", self.paint.dim(what.trim_end())));
    }

    fn output(&self, said: &Said<'_>) {
        for text in said.text("text").lines().filter(|it| !it.trim().is_empty()) {
            self.print(&format!("│   {}", self.paint.dim(&printable(text))));
        }
    }

    pub(super) fn finish(&self) {
        for (_, bar) in std::mem::take(&mut *self.running()) {
            bar.finish_and_clear();
        }
        self.total.finish_and_clear();
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, ProgressBar>> {
        // What another thread left half done is a drawing; going on with it harms nothing.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line above the bars. A terminal that is gone is not drawn on.
    fn print(&self, line: &str) {
        match &mut *self.waiting() {
            Some(waiting) => waiting.push(line.to_owned()),
            None => drop(self.bars.println(line)),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Vec<String>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves the terminal to somebody else.
    pub(super) fn pause(&self) {
        let mut waiting = self.waiting();
        // Without the bars: what is asked stands below what was said.
        drop(self.bars.clear());
        self.bars.set_draw_target(ProgressDrawTarget::hidden());
        waiting.get_or_insert_with(Vec::new);
    }

    /// Draws again, and what was to be said meanwhile.
    pub(super) fn go_on(&self) {
        let waited = self.waiting().take();
        self.bars.set_draw_target(ProgressDrawTarget::stderr());
        for line in waited.into_iter().flatten() {
            drop(self.bars.println(line));
        }
    }

    fn start(&self, step: &str) {
        let mut running = self.running();
        if running.contains_key(step) {
            return;
        }
        let bar = self.bars.insert_before(&self.total, ProgressBar::no_length());
        bar.set_style(style("├ {spinner} {prefix}  {elapsed} {wide_msg}"));
        bar.set_prefix(step.to_owned());
        bar.enable_steady_tick(TICK);
        running.insert(step.to_owned(), bar);
    }

    fn message(&self, step: &str, message: &str) {
        if let Some(bar) = self.running().get(step) {
            bar.set_message(message.to_owned());
        }
    }

    fn progress(&self, step: &str, said: &Said<'_>) {
        let fraction = said.number("fraction").map(|it| format!("{:.0} %", it * 100.0));
        let message = Some(printable(said.message()).into_owned()).filter(|it| !it.is_empty());
        let parts: Vec<String> = [message, fraction].into_iter().flatten().collect();
        if !parts.is_empty() {
            self.message(step, &parts.join(", "));
        }
        if let (Some(bar), Some(remaining)) = (self.running().get(step), said.number("remaining")) {
            let expected = bar.elapsed().as_secs_f64() + remaining;
            bar.set_style(
                style("├ {spinner} {prefix}  {elapsed}, {left} {wide_msg}")
                    .with_key("left", left(expected)),
            );
        }
    }

    fn end(&self, step: &str, mark: &str, what: &str) {
        if let Some(bar) = self.running().remove(step) {
            bar.finish_and_clear();
        }
        self.total.inc(1);
        self.print(&format!("├ {mark} {step}  {}", self.paint.dim(what)));
    }
}

/// What is left of so many seconds, counted down while the clock runs.
fn left(expected: f64) -> impl Fn(&ProgressState, &mut dyn Write) + Clone + Send + Sync + 'static {
    move |state, out| {
        let seconds = expected - state.elapsed().as_secs_f64();
        // Writing to the bar's own text cannot fail.
        let _ = if seconds > 0.5 {
            write!(out, "about {seconds:.0} s left")
        } else {
            write!(out, "nearly done")
        };
    }
}

fn took(said: &Said<'_>) -> String {
    let before = if said.is("recorded", true) { "before, " } else { "" };
    said.number("duration").map_or_else(String::new, |seconds| format!("{before}{seconds:.2} s"))
}

fn style(template: &str) -> ProgressStyle {
    // The templates above are constants that parse; the fallback is a bar all the same.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸ ")
}
