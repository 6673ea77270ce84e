//! The catalogue agrees with itself, and with the pipelines that people wrote.
