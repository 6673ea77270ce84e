//! Models inside this process, where the build has them.

use std::sync::Arc;

use crate::{ModelError, Provider, Surroundings};

/// Who answers for them.
///
/// # Errors
/// This build has none, or nobody whose models they could be.
#[cfg(feature = "local")]
pub(super) fn provider(surroundings: &Surroundings) -> Result<Arc<dyn Provider>, ModelError> {
    use std::time::Duration;

    use crate::{Code, providers::Local, shelf::Shelf};

    /// How long a model stays in memory that nobody asks, where the variable says nothing.
    const IDLE: Duration = Duration::from_secs(300);

    let Some(home) = &surroundings.home else {
        let message = "`local`: this user has no home folder in which models could lie";
        return Err(ModelError::new(Code::NotConfigured, message));
    };
    let seconds =
        (surroundings.variables)("DOWNBEAT_LOCAL_IDLE").and_then(|it| it.trim().parse().ok());
    let idle = seconds.map_or(IDLE, Duration::from_secs);
    let folder = surroundings.folder.clone().unwrap_or_default();
    Ok(Arc::new(Local::new(Shelf::of_user(&home.join(".orchestrator")), folder, idle)))
}

/// That there are none.
///
/// # Errors
/// Always.
#[cfg(not(feature = "local"))]
pub(super) fn provider(_: &Surroundings) -> Result<Arc<dyn Provider>, ModelError> {
    let message =
        "`local`: this program was built without the feature `local`, so no model runs inside it";
    Err(ModelError::new(crate::Code::NotConfigured, message).with_help(
        "released programs have it; from source: `cargo build --release --features local`",
    ))
}
