//! Plan to Events. The scheduler does no I/O; the driver is thin around it; what is not in the journal did not happen. Contract.
pub mod event;
pub mod tool;
