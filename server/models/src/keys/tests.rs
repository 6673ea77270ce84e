use std::fs;

use super::Keys;
use crate::Surroundings;
use secrecy::ExposeSecret as _;

/// A home and a folder with files of variables.
fn keys(environment: &[(&str, &str)], own: &str, here: &str) -> (tempfile::TempDir, Keys) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".orchestrator")).unwrap();
    for (path, text) in [(".orchestrator/.env", own), (".env", here)] {
        if !text.is_empty() {
            fs::write(folder.path().join(path), text).unwrap();
        }
    }
    let surroundings = Surroundings {
        home: Some(folder.path().to_owned()),
        folder: Some(folder.path().to_owned()),
        ..Surroundings::of_variables(environment.iter().copied())
    };
    (folder, Keys::new(surroundings))
}

fn value(keys: &Keys, name: &str) -> Option<String> {
    keys.key(&[name]).map(|it| it.value.expose_secret().to_owned())
}

#[test]
fn the_nearest_to_the_author_wins() {
    let (_folder, keys) =
        keys(&[("A", "env"), ("B", "")], "A=own\nB=own\nB=own2\nC=own", "C=here\nD=here");
    assert_eq!(value(&keys, "A").as_deref(), Some("env"));
    assert_eq!(value(&keys, "B").as_deref(), Some("own2"));
    assert_eq!(value(&keys, "C").as_deref(), Some("own"));
    assert_eq!(value(&keys, "D").as_deref(), Some("here"));
    assert_eq!(value(&keys, "E"), None);
    let by = keys.key(&["E", "D"]).unwrap().by;
    assert!(by.starts_with("`D` of `") && by.ends_with(".env`"), "{by}");
}

#[test]
fn a_folder_gives_keys_and_no_addresses() {
    let (_folder, keys) = keys(&[], "", "OPENAI_API_KEY=k\nOPENAI_BASE_URL=http://evil.example");
    assert!(keys.key(&["OPENAI_API_KEY"]).is_some());
    assert!(keys.setting(&["OPENAI_BASE_URL"]).is_none());
}

#[test]
fn github_actions_have_their_environment_only() {
    let (_folder, keys) = keys(&[("GITHUB_ACTIONS", "true"), ("A", "env")], "B=own", "C=here");
    assert_eq!(value(&keys, "A").as_deref(), Some("env"));
    assert_eq!(value(&keys, "B"), None);
    assert_eq!(value(&keys, "C"), None);
}

#[cfg(unix)]
#[test]
fn files_that_others_read_are_said_aloud() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, keys) = keys(&[], "X_API_KEY=very-secret-key", "Y_TOKEN=another-secret");
    let own = folder.path().join(".orchestrator/.env");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(folder.path().join(".env"), fs::Permissions::from_mode(0o600)).unwrap();
    let warnings = keys.warnings().join("\n");
    assert!(warnings.contains("mode 644") && !warnings.contains("mode 600)"), "{warnings}");
    assert!(warnings.contains("may be shared"), "{warnings}");
    assert!(!warnings.contains("very-secret-key"), "{warnings}");
    assert_eq!(keys.secrets().len(), 2);
    assert!(!format!("{keys:?}{:?}", keys.secrets()).contains("secret-key"));
}

#[test]
fn a_clean_place_needs_no_words() {
    let (folder, keys) = keys(&[], "A=1", "");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let own = folder.path().join(".orchestrator/.env");
        fs::set_permissions(own, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let _ = folder;
    assert_eq!(keys.warnings(), [""; 0]);
}
