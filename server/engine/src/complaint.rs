//! Why a step did not succeed, for people.

use serde_json::Value as Json;

use crate::document::{StepRecord, StepStatus};

impl StepRecord {
    /// What went wrong: its error, else what a value that says `success: false` tells of it. `None` where nothing did, and
    /// of a step that has not ended.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let reported = self.status == StepStatus::Completed && !self.success;
        self.error.clone().or_else(|| reported.then(|| told_by(&self.value)))
    }
}

/// The code and the last line of the error stream, as programs leave them.
fn told_by(value: &Json) -> String {
    let inside = value.get("result").unwrap_or(&Json::Null);
    let field = |name| [inside, value].iter().find_map(|map| map.get(name));
    let code = field("return_code").filter(|code| !code.is_null());
    let code = code.map(|code| format!(" with exit code {code}")).unwrap_or_default();
    let last = field("stderr").and_then(Json::as_str).and_then(|text| text.trim().lines().last());
    let last = last.map(|line| format!(": {}", line.trim())).unwrap_or_default();
    format!("it reported a failure{code}{last}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_tells_why_it_did_not_succeed() {
        let step = |status, error: Option<&str>, value| StepRecord {
            status,
            value,
            error: error.map(str::to_owned),
            ..StepRecord::pending("a")
        };
        let ended = json!({"result": {"return_code": 2, "stderr": "warm\nno such file\n"}, "success": false});
        for (step, complaint) in [
            (step(StepStatus::Pending, None, Json::Null), None),
            (step(StepStatus::Skipped, None, json!({"success": false})), None),
            (step(StepStatus::Failed, Some("gone"), ended.clone()), Some("gone")),
            (
                step(StepStatus::Completed, None, ended),
                Some("it reported a failure with exit code 2: no such file"),
            ),
            (
                step(StepStatus::Completed, None, json!({"success": false, "return_code": 1})),
                Some("it reported a failure with exit code 1"),
            ),
            (
                step(StepStatus::Completed, None, json!({"success": false})),
                Some("it reported a failure"),
            ),
        ] {
            assert_eq!(step.complaint().as_deref(), complaint);
        }
    }
}
