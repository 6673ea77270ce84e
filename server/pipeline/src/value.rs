//! Runtime values. Contract; the owner of `eval` writes the bodies and may add variants.
use indexmap::IndexMap;
use std::sync::Arc;

/// A typed value, cheap to clone.
#[derive(Clone, Debug)]
pub enum Value {
    /// not there; says what was looked for
    Undefined(Arc<str>),
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Arc<str>),
    List(Arc<Vec<Value>>),
    Tuple(Arc<Vec<Value>>),
    Set(Arc<Vec<Value>>),
    Map(Arc<IndexMap<Arc<str>, Value>>),
    /// a step's result with its record: the lookup rule of LANGUAGE §12 "Reading a step"
    Step(Arc<StepValue>),
}
/// What templates see of a step.
#[derive(Clone, Debug)]
pub struct StepValue {
    pub id: Arc<str>,
    pub status: &'static str,
    pub success: bool,
    pub skipped: bool,
    pub reason: Option<Arc<str>>,
    pub error: Option<Arc<str>>,
    pub duration: f64,
    pub attempts: u32,
    /// the tool's value (its envelope)
    pub value: Value,
}
impl Value {
    pub fn from_json(_json: &serde_json::Value) -> Self {
        todo!()
    }
    /// Sets and tuples become lists, undefined null, a step its value.
    pub fn to_json(&self) -> serde_json::Value {
        todo!()
    }
    /// Python's spelling (`True`, `None`, `['a']`); text as it is; a step its primary value.
    pub fn to_text(&self) -> String {
        todo!()
    }
    pub fn is_truthy(&self) -> bool {
        todo!()
    }
}
impl PartialEq for Value {
    fn eq(&self, _other: &Self) -> bool {
        todo!()
    }
}
