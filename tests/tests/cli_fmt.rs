//! `downbeat fmt` as scripts and hooks see it.

use std::{fs, path::Path};

use tests::process::downbeat;

const MESSY: &str = "\
name:   demo # ours
steps:
-   id: first
    action:   echo \"one\"
-   id: second
    dependencies: [ first ]
    action:   echo two
";

const NEAT: &str = "\
name: demo # ours
steps:
  - id: first
    action: echo \"one\"

  - id: second
    dependencies: [first]
    action: echo two
";

/// The second step cannot be read.
const BROKEN: &str = "name:   demo\nsteps:\n  - id:   a\n    action: echo a\n  - id: [\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("it is there")
}

#[test]
fn a_file_is_rewritten_once() {
    let folder = folder(&[("a.yaml", MESSY)]);
    let said = downbeat(folder.path(), &["fmt", "a.yaml"], b"");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    assert!(said.err.contains("laid out `a.yaml`"), "{}", said.err);
    assert_eq!(read(folder.path(), "a.yaml"), NEAT);
    let again = downbeat(folder.path(), &["fmt", "a.yaml"], b"");
    assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (Some(0), "", ""));
}

#[test]
fn check_changes_nothing_and_names_the_files() {
    let folder = folder(&[("a.yaml", MESSY), ("b.yaml", NEAT)]);
    let said = downbeat(folder.path(), &["fmt", "--check", "a.yaml", "b.yaml"], b"");
    assert_eq!((said.code, said.out.as_str()), (Some(1), "a.yaml\n"));
    assert!(said.err.contains("1 file would be changed, 1 in order"), "{}", said.err);
    assert_eq!(read(folder.path(), "a.yaml"), MESSY);
    let said = downbeat(folder.path(), &["fmt", "--check", "b.yaml"], b"");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
}

#[test]
fn a_diff_is_what_patch_takes() {
    let folder = folder(&[("a.yaml", MESSY), ("b.yaml", "a: 1\nb:\n   c: 2")]);
    let said = downbeat(folder.path(), &["fmt", "--diff", "a.yaml", "b.yaml"], b"");
    assert_eq!(said.code, Some(0));
    assert_eq!(
        said.out,
        "\
--- a.yaml
+++ a.yaml
@@ -1,7 +1,8 @@
-name:   demo # ours
+name: demo # ours
 steps:
--   id: first
-    action:   echo \"one\"
--   id: second
-    dependencies: [ first ]
-    action:   echo two
+  - id: first
+    action: echo \"one\"
+
+  - id: second
+    dependencies: [first]
+    action: echo two
--- b.yaml
+++ b.yaml
@@ -1,3 +1,3 @@
 a: 1
 b:
-   c: 2
\\ No newline at end of file
+  c: 2
"
    );
    assert_eq!(read(folder.path(), "a.yaml"), MESSY);
    let said = downbeat(folder.path(), &["fmt", "--diff", "--check", "a.yaml"], b"");
    assert_eq!(said.code, Some(1));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder(&[]);
    let said = downbeat(folder.path(), &["fmt", "-"], MESSY.as_bytes());
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), NEAT, ""));
    let said = downbeat(folder.path(), &["fmt", "--check", "-"], MESSY.as_bytes());
    assert_eq!((said.code, said.out.as_str()), (Some(1), "-\n"));
}

#[test]
fn folders_are_searched_for_what_is_named_a_pipeline() {
    let folder = folder(&[
        ("deep/a.pipeline.yaml", MESSY),
        ("b.pipeline.yml", NEAT),
        ("other.yaml", "a:   1\n"),
        (".git/c.pipeline.yaml", MESSY),
        ("node_modules/d.pipeline.yaml", MESSY),
    ]);
    let said = downbeat(folder.path(), &["fmt"], b"");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    assert!(said.err.contains("1 file changed, 1 in order"), "{}", said.err);
    assert_eq!(read(folder.path(), "deep/a.pipeline.yaml"), NEAT);
    assert_eq!(read(folder.path(), "other.yaml"), "a:   1\n");
    assert_eq!(read(folder.path(), ".git/c.pipeline.yaml"), MESSY);
    fs::create_dir(folder.path().join("empty")).expect("made");
    let said = downbeat(folder.path(), &["fmt", "empty"], b"");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no pipeline is in this folder"), "{}", said.err);
}

#[test]
fn what_cannot_be_read_stays_and_is_named() {
    let folder = folder(&[("a.yaml", BROKEN)]);
    let said = downbeat(folder.path(), &["fmt", "a.yaml"], b"");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("`a.yaml`: line 5 stays as it is"), "{}", said.err);
    let expected = "name: demo\nsteps:\n  - id: a\n    action: echo a\n\n  - id: [\n";
    assert_eq!(read(folder.path(), "a.yaml"), expected);
    fs::write(folder.path().join("latin.yaml"), b"name: caf\xe9\n").expect("written");
    let said = downbeat(folder.path(), &["fmt", "latin.yaml", "missing.yaml", "a.yaml"], b"");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("not UTF-8") && said.err.contains("no such file"), "{}", said.err);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder(&[("a.yaml", MESSY)]);
    let path = folder.path().join("a.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    symlink("a.yaml", folder.path().join("link.yaml")).expect("linked");
    let said = downbeat(folder.path(), &["fmt", "link.yaml"], b"");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert!(folder.path().join("link.yaml").is_symlink());
    assert_eq!(read(folder.path(), "a.yaml"), NEAT);
}
