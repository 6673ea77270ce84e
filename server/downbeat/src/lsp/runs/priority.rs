//! Who types comes first: what a run does, and what it starts, steps aside for the editor.

/// How far: `nice` has 19 grades, and each is worth a tenth of the time.
#[cfg(target_os = "linux")]
const GRADES: i32 = 10;

/// Lowers the priority of this thread, and with it that of the threads and processes that it will start.
#[cfg(target_os = "linux")]
pub(in crate::lsp) fn step_aside() {
    // On Linux each thread has a priority of its own. Where it cannot be lowered, the run competes with the editor.
    let _ = rustix::process::nice(GRADES);
}

/// Elsewhere only whole processes have a priority, and this one serves the editor too.
#[cfg(not(target_os = "linux"))]
pub(in crate::lsp) const fn step_aside() {}
