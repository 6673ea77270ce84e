//! One tool, one file.
