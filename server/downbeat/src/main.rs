//! The binary; everything it does is in the library beside it.

#[cfg(feature = "local")]
mod threads;

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "local")]
    threads::leave_room();
    downbeat::main()
}
