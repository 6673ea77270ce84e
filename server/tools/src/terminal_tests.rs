//! Commands and programs as tools see them.

use serde_json::{Value as Json, json};

use crate::{
    python_executor::PythonExecutor,
    terminal::Terminal,
    testing::{call_in, failure, parameters, value},
};

fn run(request: Json) -> Json {
    let folder = tempfile::tempdir().unwrap();
    let mut value = value(&Terminal, call_in(folder.path(), parameters(request)));
    let time = value["result"].as_object_mut().unwrap().remove("execution_time").unwrap();
    assert!(time.as_f64().unwrap() > 0.0);
    value
}

#[test]
fn a_command_answers() {
    let result = json!({"command": "printf hi", "return_code": 0, "stdout": "hi", "stderr": "", "working_dir": "."});
    assert_eq!(
        run(json!({"command": "!printf hi"})),
        json!({"result": result, "success": true, "error": null})
    );
    let three = run(json!({"command": "echo e >&2; exit 3"}));
    assert_eq!((&three["success"], &three["error"]), (&json!(false), &Json::Null));
    assert_eq!(
        (&three["result"]["return_code"], &three["result"]["stderr"]),
        (&json!(3), &json!("e\n"))
    );
    let elsewhere = run(json!({"command": "basename \"$(pwd)\"", "working_dir": "/tmp"}));
    assert_eq!(elsewhere["result"]["stdout"], "tmp\n");
    assert_eq!(
        run(json!({"command": "basename \"$PWD\"", "working_dir": "new/one"}))["result"]["stdout"],
        "one\n"
    );
    assert!(
        run(json!({"command": "echo x", "capture_output": false}))["result"]
            .get("stdout")
            .is_none()
    );
}

#[test]
fn a_command_that_takes_too_long_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let request = json!({"command": "echo begun; sleep 30", "timeout": 0.3});
    let failure = failure(&Terminal, call_in(folder.path(), parameters(request)));
    assert_eq!(
        (&*failure.error_type, failure.message.as_str()),
        ("TimeoutError", "Command timed out")
    );
    let value = failure.value.unwrap();
    assert_eq!(
        (&value["result"]["return_code"], &value["result"]["stdout"]),
        (&json!(-1), &json!("begun\n"))
    );
}

#[test]
fn a_program_answers() {
    if std::process::Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED a_program_answers: no python3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |code: &str| {
        value(&PythonExecutor, call_in(folder.path(), parameters(json!({"code": code}))))
    };
    let code = "import os\nprint(os.path.basename(os.getcwd()), 'ü')";
    let name = folder.path().file_name().unwrap().to_str().unwrap().to_owned();
    let result =
        json!({"code": code, "return_code": 0, "stdout": format!("{name} ü\n"), "stderr": ""});
    assert_eq!(run(code), json!({"result": result, "success": true, "error": null}));
    let broken = run("raise ValueError('no')");
    assert_eq!((&broken["success"], &broken["result"]["return_code"]), (&json!(false), &json!(1)));
    assert!(broken["result"]["stderr"].as_str().unwrap().contains("ValueError: no"));
}
