//! The offers, one file each.

mod check;
mod explain;
mod format;
mod help;
mod models_why;
mod plan;
mod quality;
mod report;
mod resume;
mod run;
mod runs;
mod show;
mod test;
mod tools;

use super::offer::Offer;

/// Those that only look.
pub(super) static LOOKS: &[Offer] = &[
    Offer::of_look::<check::Check>(),
    Offer::of_look::<plan::Plan>(),
    Offer::of_look::<explain::Explain>(),
    Offer::of_look::<format::Format>(),
    Offer::of_look::<help::Help>(),
    Offer::of_look::<tools::Tools>(),
    Offer::of_look::<models_why::ModelsWhy>(),
    Offer::of_look::<runs::Runs>(),
    Offer::of_look::<show::Show>(),
    Offer::of_look::<report::Report>(),
    Offer::of_look::<quality::Quality>(),
];

/// Those that run pipelines.
pub(super) static WORKS: &[Offer] = &[
    Offer::of_work::<run::Run>(),
    Offer::of_work::<resume::Resume>(),
    Offer::of_work::<test::Test>(),
];
