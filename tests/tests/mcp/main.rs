//! The Model Context Protocol against real peers: servers that steps use.

mod steps;
