//! What is said in words where a protocol has no field for it.

use crate::Structure;

/// Asks for JSON of a shape.
pub(crate) fn instruction(structure: &Structure) -> String {
    format!(
        "Answer with one JSON value that is valid for the JSON Schema below, and with nothing before or behind it.\n\n{}",
        structure.schema
    )
}
