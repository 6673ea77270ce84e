//! Providers against servers that others wrote: llama.cpp with a real model, and two that speak the protocols and fail on
//! demand.

#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

mod asked;
mod ceiling;
mod faults;
mod media;
mod nobody;
mod prices;
mod protocols;
mod real;
mod run;
mod shapes;
mod verdict;
