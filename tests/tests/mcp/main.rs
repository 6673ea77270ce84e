//! The Model Context Protocol in both directions, against real peers: servers that steps use, and agents that use
//! `downbeat mcp`.

mod agents;
mod steps;
