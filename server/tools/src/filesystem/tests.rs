//! What the tool answers, and what it refuses, on real folders.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::{Filesystem, act};
use crate::testing::{call_in, parameters, value};

/// `workspace/` to work in, with `outside/secret.txt` beside it.
fn ground() -> TempDir {
    let ground = tempfile::tempdir().unwrap();
    fs::create_dir_all(ground.path().join("workspace/sub")).unwrap();
    fs::create_dir(ground.path().join("outside")).unwrap();
    fs::write(ground.path().join("outside/secret.txt"), "secret").unwrap();
    fs::write(ground.path().join("workspace/a.txt"), "Grüße ☃\n").unwrap();
    ground
}

fn run(ground: &TempDir, request: Json) -> Result<Json, String> {
    let mut call = call_in(&ground.path().join("workspace"), parameters(request));
    let parameters = std::sync::Arc::make_mut(&mut call.parameters);
    call.operation = parameters.remove("action").map(|it| it.as_str().unwrap().to_owned());
    act(&call).map(|value| value["result"].clone()).map_err(|failure| {
        let value = failure.value.unwrap();
        assert_eq!((&value["success"], &value["error"]), (&json!(false), &json!(failure.message)));
        assert!(value["result"]["action"].is_string());
        failure.message
    })
}

#[track_caller]
fn check(ground: &TempDir, request: Json, expected: Json) {
    assert_eq!(run(ground, request.clone()).map_err(Json::from), Ok(expected), "{request}");
}

#[track_caller]
fn refused(ground: &TempDir, request: Json, words: &str) {
    let message = run(ground, request.clone()).expect_err(&request.to_string());
    assert!(message.contains(words), "{request}: {message}");
    assert_eq!(fs::read_to_string(ground.path().join("outside/secret.txt")).unwrap(), "secret");
    assert_eq!(fs::read_dir(ground.path().join("outside")).unwrap().count(), 1, "{request}");
}

#[test]
fn the_whole_answer() {
    let ground = ground();
    let call = call_in(
        &ground.path().join("workspace"),
        parameters(json!({"action": "read", "path": "./a.txt"})),
    );
    let result = json!({"action": "read", "path": "./a.txt", "content": "Grüße ☃\n", "size": 8});
    assert_eq!(value(&Filesystem, call), json!({"result": result, "success": true, "error": null}));
}

#[test]
fn operations() {
    let ground = ground();
    let file = |name: &str| fs::read_to_string(ground.path().join("workspace").join(name)).unwrap();
    check(
        &ground,
        json!({"action": "write", "path": "x/y/b.txt", "content": "ü☃"}),
        json!({"action": "write", "path": "x/y/b.txt", "size": 2}),
    );
    assert_eq!(file("x/y/b.txt"), "ü☃");
    check(
        &ground,
        json!({"action": "write", "path": "x/e"}),
        json!({"action": "write", "path": "x/e", "size": 0}),
    );
    check(
        &ground,
        json!({"action": "write", "path": "x/l", "content": {"a": [1, true]}}),
        json!({"action": "write", "path": "x/l", "size": 16}),
    );
    assert_eq!(file("x/l"), "{'a': [1, True]}");
    let copied = json!({"action": "copy", "source": "a.txt", "destination": "n/c.txt"});
    check(&ground, json!({"action": "copy", "path": "a.txt", "destination": "n/c.txt"}), copied);
    assert_eq!(file("n/c.txt"), "Grüße ☃\n");
    let copied = json!({"action": "copy", "source": "a.txt", "destination": "sub"});
    check(&ground, json!({"action": "copy", "path": "a.txt", "destination": "sub"}), copied);
    assert_eq!(file("sub/a.txt"), "Grüße ☃\n");
    let copied = json!({"action": "copy", "source": "x", "destination": "z"});
    check(&ground, json!({"action": "copy", "path": "x", "destination": "z"}), copied);
    assert_eq!(file("z/y/b.txt"), "ü☃");
    let moved = json!({"action": "move", "source": "z", "destination": "deep/er/z"});
    check(&ground, json!({"action": "move", "path": "z", "destination": "deep/er/z"}), moved);
    assert_eq!(file("deep/er/z/y/b.txt"), "ü☃");
    check(
        &ground,
        json!({"action": "delete", "path": "deep"}),
        json!({"action": "delete", "path": "deep"}),
    );
    assert!(!ground.path().join("workspace/deep").exists());
    check(
        &ground,
        json!({"action": "exists", "path": "x"}),
        json!({"action": "exists", "path": "x", "exists": true, "type": "directory"}),
    );
    check(
        &ground,
        json!({"action": "exists", "path": "no"}),
        json!({"action": "exists", "path": "no", "exists": false, "type": null}),
    );
    check(
        &ground,
        json!({"action": "mkdir", "path": "m/k"}),
        json!({"action": "mkdir", "path": "m/k", "created": true}),
    );
    check(
        &ground,
        json!({"action": "mkdir", "path": "m/k"}),
        json!({"action": "mkdir", "path": "m/k", "created": false}),
    );
}

#[test]
fn a_list_is_ordered_and_joined() {
    let ground = ground();
    fs::write(ground.path().join("workspace/sub/2.md"), "zwei").unwrap();
    fs::create_dir(ground.path().join("workspace/sub/1")).unwrap();
    let items = json!([
        {"name": "1", "path": "sub/1", "type": "directory", "size": null},
        {"name": "2.md", "path": "sub/2.md", "type": "file", "size": 4},
    ]);
    for path in ["sub", "./sub", "sub/", ".//sub"] {
        let expected = json!({"action": "list", "path": path, "items": items, "count": 2});
        check(&ground, json!({"action": "list", "path": path}), expected);
    }
    let only = run(&ground, json!({"action": "list", "path": "sub", "pattern": "*.md"})).unwrap();
    assert_eq!(only["count"], 1);
    assert_eq!(
        run(&ground, json!({"action": "list", "path": "."})).unwrap()["items"][0]["path"],
        "a.txt"
    );
}

#[test]
fn what_is_not_there() {
    let ground = ground();
    for (request, words) in [
        (json!({"action": "read", "path": "no.txt"}), "File not found: no.txt"),
        (
            json!({"action": "read", "path": "/nonexistent/not/here.txt"}),
            "File not found: /nonexistent/not/here.txt",
        ),
        (json!({"action": "read", "path": "sub"}), "Path is a directory: sub"),
        (json!({"action": "write", "path": "sub", "content": "x"}), "Path is a directory: sub"),
        (json!({"action": "read", "path": "a.txt/b"}), "leads through a file"),
        (json!({"action": "list", "path": "nodir"}), "Directory not found: nodir"),
        (json!({"action": "list", "path": "a.txt"}), "Path is not a directory: a.txt"),
        (json!({"action": "copy", "path": "no", "destination": "x"}), "Source not found: no"),
        (json!({"action": "move", "path": "no", "destination": "x"}), "Source not found: no"),
        (json!({"action": "delete", "path": "no"}), "Path not found: no"),
        (json!({"action": "chmod", "path": "a.txt"}), "Unknown filesystem action: chmod"),
        (json!({"action": "read", "path": " "}), "the path is empty"),
        (json!({"action": "read", "path": "a\0b"}), "holds a null character"),
        (json!({"action": "move", "path": "sub", "destination": "sub/x"}), "is inside"),
        (json!({"action": "copy", "path": "sub", "destination": "sub/x"}), "is inside"),
    ] {
        refused(&ground, request, words);
    }
}

#[test]
fn nothing_leads_out_of_the_workspace() {
    let ground = ground();
    let workspace = ground.path().join("workspace");
    symlink("../outside", workspace.join("out")).unwrap();
    symlink("../outside/secret.txt", workspace.join("leak.txt")).unwrap();
    symlink(ground.path().join("outside/new.txt"), workspace.join("dangling.txt")).unwrap();
    let absolute = ground.path().join("outside/x.txt");
    for path in [
        "../outside/x.txt",
        "sub/../../outside/x.txt",
        "out/x.txt",
        "no/../out/x.txt",
        "dangling.txt",
        absolute.to_str().unwrap(),
    ] {
        for request in [
            json!({"action": "write", "path": path, "content": "x"}),
            json!({"action": "mkdir", "path": path}),
            json!({"action": "copy", "path": "a.txt", "destination": path}),
            json!({"action": "move", "path": "a.txt", "destination": path}),
        ] {
            let message = run(&ground, request.clone()).expect_err(&request.to_string());
            assert!(
                message.contains("outside the workspace") || message.contains("link to nothing"),
                "{message}"
            );
        }
        refused(&ground, json!({"action": "write", "path": path, "content": "x"}), "");
    }
    for path in ["../outside/secret.txt", "out/secret.txt", "leak.txt"] {
        refused(&ground, json!({"action": "read", "path": path}), "leads out of the workspace");
        refused(
            &ground,
            json!({"action": "copy", "path": path, "destination": "x"}),
            "leads out of the workspace",
        );
    }
    refused(
        &ground,
        json!({"action": "write", "path": "leak.txt", "content": "x"}),
        "outside the workspace",
    );
    refused(&ground, json!({"action": "list", "path": "out"}), "leads out of the workspace");
    refused(
        &ground,
        json!({"action": "delete", "path": "out/secret.txt"}),
        "outside the workspace",
    );
    refused(
        &ground,
        json!({"action": "copy", "path": "../workspace/out", "destination": "x"}),
        "leads out",
    );
    // A link is removed as a link; a folder with a link that leads out is not copied past it.
    refused(&ground, json!({"action": "copy", "path": ".", "destination": "sub/all"}), "is inside");
    check(
        &ground,
        json!({"action": "delete", "path": "out"}),
        json!({"action": "delete", "path": "out"}),
    );
    assert!(ground.path().join("outside/secret.txt").exists());
}

#[test]
fn links_inside_are_fine() {
    let ground = ground();
    let workspace = ground.path().join("workspace");
    symlink("sub", workspace.join("there")).unwrap();
    symlink("a.txt", workspace.join("alias.txt")).unwrap();
    run(&ground, json!({"action": "write", "path": "there/b.txt", "content": "b"})).unwrap();
    run(&ground, json!({"action": "write", "path": "alias.txt", "content": "new"})).unwrap();
    assert_eq!(fs::read_to_string(workspace.join("sub/b.txt")).unwrap(), "b");
    assert_eq!(fs::read_to_string(workspace.join("a.txt")).unwrap(), "new");
    assert!(workspace.join("alias.txt").is_symlink());
}

#[test]
fn the_ground_and_our_own_state_stay() {
    let ground = ground();
    let workspace = ground.path().join("workspace");
    fs::create_dir(workspace.join(".downbeat")).unwrap();
    for path in [".", "./", "sub/..", workspace.to_str().unwrap()] {
        refused(&ground, json!({"action": "delete", "path": path}), "");
    }
    refused(
        &ground,
        json!({"action": "write", "path": ".downbeat/x", "content": "x"}),
        "where the runs are kept",
    );
    refused(&ground, json!({"action": "delete", "path": ".downbeat"}), "where the runs are kept");
    assert!(workspace.join("a.txt").exists());
}

#[test]
fn allowed_folders_and_the_folder_of_the_pipeline() {
    let ground = ground();
    let outside = ground.path().join("outside");
    let mut call = call_in(
        &ground.path().join("workspace"),
        parameters(json!({"action": "write", "path": "../outside/new/x", "content": "x"})),
    );
    call.place.writable.push(outside.clone());
    act(&call).unwrap();
    assert_eq!(fs::read_to_string(outside.join("new/x")).unwrap(), "x");

    let mut call = call_in(
        &ground.path().join("workspace"),
        parameters(json!({"action": "read", "path": "secret.txt"})),
    );
    call.place.pipeline_folder = outside;
    assert_eq!(act(&call).unwrap()["result"]["content"], "secret");
    call.parameters = std::sync::Arc::new(parameters(
        json!({"action": "write", "path": "secret.txt", "content": "mine"}),
    ));
    act(&call).unwrap();
    assert_eq!(fs::read_to_string(ground.path().join("workspace/secret.txt")).unwrap(), "mine");
    // An absolute path that is plainly elsewhere may be read.
    let path = ground.path().join("outside/secret.txt");
    assert_eq!(run(&ground, json!({"action": "read", "path": path})).unwrap()["content"], "secret");
}

#[test]
fn what_is_no_text_and_what_may_not_be_read() {
    let ground = ground();
    let workspace = ground.path().join("workspace");
    fs::write(workspace.join("latin.txt"), b"abc\xff").unwrap();
    refused(&ground, json!({"action": "read", "path": "latin.txt"}), "no UTF-8 text: byte 3");
    let large = fs::File::create(workspace.join("large")).unwrap();
    large.set_len((128 << 20) + 1).unwrap();
    refused(&ground, json!({"action": "read", "path": "large"}), "too large");
    rustix::fs::mkfifoat(rustix::fs::CWD, workspace.join("pipe"), 0o600.into()).unwrap();
    refused(&ground, json!({"action": "read", "path": "pipe"}), "no regular file");
    if rustix::process::getuid().is_root() {
        eprintln!("SKIPPED the permissions of the file system: root may do everything");
        return;
    }
    fs::set_permissions(workspace.join("sub"), fs::Permissions::from_mode(0o500)).unwrap();
    refused(
        &ground,
        json!({"action": "write", "path": "sub/x", "content": "x"}),
        "no permission for",
    );
}

#[test]
fn a_write_is_whole_and_keeps_permissions() {
    let ground = ground();
    let file = ground.path().join("workspace/a.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o751)).unwrap();
    run(&ground, json!({"action": "write", "path": "a.txt", "content": "new"})).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o751);
    let names: Vec<_> =
        fs::read_dir(file.parent().unwrap()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "no draft is left: {names:?}");
}

#[test]
fn links_that_appear_meanwhile_are_not_followed() {
    use crate::files::{Follow, read, to_read, to_write, write};
    let ground = ground();
    let workspace = ground.path().join("workspace");
    let call = call_in(&workspace, parameters(json!({})));
    let target = to_write(&call.place, "sub/x.txt", Follow::Link).unwrap();
    let source = to_read(&call.place, "a.txt").unwrap();
    fs::remove_dir(workspace.join("sub")).unwrap();
    symlink("../outside", workspace.join("sub")).unwrap();
    fs::remove_file(workspace.join("a.txt")).unwrap();
    symlink("../outside/secret.txt", workspace.join("a.txt")).unwrap();
    assert!(write(&target, b"x").is_err());
    assert!(read(&source).is_err());
    assert!(!Path::new(&ground.path().join("outside/x.txt")).exists());
}
