use std::{path::PathBuf, sync::Arc};

use checks::{FileRole, Files};
use pipeline::catalogue::Catalogue;
use syntax::Document;

use crate::{Analyst, Snapshot, Target, completion, definition};

const CALLEE: &str = concat!(
    "name: part\ninputs:\n  depth: {type: integer, default: 2}\n",
    "  topic: {type: string, required: true, description: What it is about.}\n",
    "steps:\n  - id: a\n    action: echo {{ topic }}\noutputs:\n  said: \"{{ a.result }}\"\n",
);

/// A folder with one pipeline in it.
#[derive(Debug)]
struct Folder;

impl Files for Folder {
    fn exists(&self, path: &str) -> Option<bool> {
        Some(path == "part.yaml")
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        (path == "part.yaml").then(|| CALLEE.into())
    }

    fn find(&self, path: &str, _: FileRole) -> Option<PathBuf> {
        (path == "part.yaml").then(|| "/here/part.yaml".into())
    }
}

fn read(text: &str) -> (Snapshot, u32) {
    let (before, after) = text.split_once("$0").expect("a `$0`");
    let files: Arc<dyn Files> = Arc::new(Folder);
    let document = Document::new(&format!("{before}{after}"));
    (Analyst::default().read(document, &Catalogue::declared(), &files), before.len() as u32)
}

fn calling(rest: &str) -> String {
    format!(
        "steps:\n  - id: call\n    tool: pipeline-executor\n    parameters:\n      pipeline: part.yaml\n{rest}"
    )
}

#[track_caller]
fn proposes(rest: &str, expected: &[&str]) {
    let (snapshot, offset) = read(&calling(rest));
    let items = completion(&snapshot, offset).items;
    let labels: Vec<_> = items.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, expected, "at\n{rest}");
}

#[test]
fn inputs_of_the_called_pipeline_are_proposed_until_they_are_there() {
    proposes("      inputs:\n        $0", &["topic", "depth"]);
    proposes("      inputs:\n        to$0\n", &["topic", "depth"]);
    proposes("      inputs:\n        topic: x\n        $0\n", &["depth"]);
    proposes("      inputs: {$0}\n", &["topic", "depth"]);
    proposes("      inputs: {topic: x, $0", &["depth"]);
    let (snapshot, offset) = read(&calling("      inputs:\n        $0"));
    let topic = &completion(&snapshot, offset).items[0];
    assert_eq!(topic.detail, "text, required");
    assert_eq!(
        super::accept(&calling("      inputs:\n        "), topic),
        calling("      inputs:\n        topic: ")
    );
}

#[test]
fn outputs_of_the_called_pipeline_are_proposed_behind_it() {
    for path in
        ["call.outputs.$0", "call.outputs.sa$0", "call.result.outputs.$0", "call.outputs['$0']"]
    {
        let (snapshot, offset) =
            read(&calling(&format!("  - id: b\n    action: echo {{{{ {path} }}}}\n")));
        let items = completion(&snapshot, offset).items;
        assert!(items.iter().any(|it| it.label == "said"), "{path}: {items:?}");
    }
}

/// The line of the called pipeline that `$0` leads to, up to the end of the name.
#[track_caller]
fn leads_to(rest: &str) -> Option<String> {
    let (snapshot, offset) = read(&calling(rest));
    let Target::Inside { file, text, name } = definition(&snapshot, offset)?.target else {
        return None;
    };
    assert_eq!((file, &*text), (PathBuf::from("/here/part.yaml"), CALLEE));
    Some(text[..name.end as usize].lines().last()?.to_owned())
}

#[test]
fn what_a_caller_names_is_declared_in_the_called_pipeline() {
    assert_eq!(leads_to("      inputs:\n        to$0pic: x\n").as_deref(), Some("  topic"));
    assert_eq!(leads_to("      inputs: {dep$0th: 3}\n").as_deref(), Some("  depth"));
    assert_eq!(leads_to("      output_mapping: {sa$0id: heard}\n").as_deref(), Some("  said"));
    let reader = "  - id: b\n    action: echo {{ call.outputs.sa$0id }}\n";
    assert_eq!(leads_to(reader).as_deref(), Some("  said"));
    assert_eq!(leads_to("      inputs: {nob$0ody: 3}\n"), None);
    assert_eq!(leads_to("  - id: b\n    action: echo {{ call.out$0puts.said }}\n"), None);
}
