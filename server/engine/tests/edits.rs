//! What runs again after an edit, over generated pipelines and their edits, with the real journal: nothing where nothing
//! that is asked has changed, and exactly the calls that have changed otherwise. A forecast says the same before.
//! `PROPTEST_CASES` says how many.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
    sync::{Arc, Mutex},
};

use engine::{
    Document, Fate, Journal, Reuse, Toolbox,
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{Catalogue, Signature};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use support::{Case, request};

/// Stands for `terminal`: one of a few answers, which follows from the command. So a changed call may come to the same,
/// and then nothing behind it changes.
#[derive(Default)]
struct Clerk(Mutex<BTreeMap<String, String>>);

#[async_trait::async_trait]
impl Tool for Clerk {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let command = call.parameters["command"].as_str().unwrap().to_owned();
        let answer = command.bytes().map(usize::from).sum::<usize>() % 3;
        self.0.lock().unwrap().insert(call.place.path, command);
        Ok(json!({ "stdout": answer.to_string(), "success": true }))
    }
}

/// A step: what it says, whom it reads, and what nobody asks about.
#[derive(Clone, Debug)]
struct Spec {
    salt: u8,
    /// How far before it the steps are that it reads.
    reads: Vec<usize>,
    is_loop: bool,
    description: Option<u8>,
    is_reversed: bool,
    comment: Option<u8>,
}

fn spec() -> impl Strategy<Value = Spec> {
    let reads = prop::collection::vec(1_usize..4, 0..3);
    (0_u8..4, reads, prop::bool::weighted(0.3)).prop_map(|(salt, reads, is_loop)| Spec {
        salt,
        reads,
        is_loop,
        description: None,
        is_reversed: false,
        comment: None,
    })
}

/// An edit of a step.
#[derive(Clone, Debug)]
enum Edit {
    Describe(u8),
    Reverse,
    Comment(u8),
    /// The name of the pipeline.
    Name(u8),
    /// Another step at the end.
    More(u8),
    /// What the step says.
    Salt(u8),
}

impl Edit {
    const fn is_related(&self) -> bool {
        matches!(self, Self::Salt(_))
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        1 => (0_u8..9).prop_map(Edit::Describe),
        1 => Just(Edit::Reverse),
        1 => (0_u8..9).prop_map(Edit::Comment),
        1 => (0_u8..9).prop_map(Edit::Name),
        1 => (0_u8..9).prop_map(Edit::More),
        3 => (4_u8..9).prop_map(Edit::Salt),
    ]
}

fn written(name: u8, steps: &[Spec], more: Option<u8>) -> String {
    let mut yaml = format!("id: p\nname: 'n{name}'\nsteps:\n");
    for (at, step) in steps.iter().enumerate() {
        if let Some(comment) = step.comment {
            writeln!(yaml, "  # remark {comment}").unwrap();
        }
        let sources = step.reads.iter().filter_map(|back| at.checked_sub(*back));
        let reads: String = sources
            .map(|source| match steps[source].is_loop {
                true => format!(" {{{{ s{source}.results[0].stdout }}}}"),
                false => format!(" {{{{ s{source}.stdout }}}}"),
            })
            .collect();
        let item = if step.is_loop { " {{ item }}" } else { "" };
        let mut lines = vec![
            "tool: terminal".to_owned(),
            "cache: true".to_owned(),
            format!("parameters: {{command: \"say {at} {}{item}{reads}\"}}", step.salt),
        ];
        if let Some(description) = step.description {
            lines.push(format!("description: 'd{description}'"));
        }
        if step.is_reversed {
            lines.reverse();
        }
        if step.is_loop {
            writeln!(yaml, "  - id: s{at}\n    for_each: [x, y]\n    steps:\n      - id: b{at}")
                .unwrap();
            lines.iter().for_each(|line| writeln!(yaml, "        {line}").unwrap());
        } else {
            writeln!(yaml, "  - id: s{at}").unwrap();
            lines.iter().for_each(|line| writeln!(yaml, "    {line}").unwrap());
        }
    }
    if let Some(more) = more {
        writeln!(
            yaml,
            "  - id: more\n    tool: terminal\n    cache: true\n    parameters: {{command: 'more {more}'}}"
        )
        .unwrap();
    }
    yaml
}

/// The numbers of the rounds in a path: two calls in different rounds are different.
fn rounds(path: &str) -> String {
    path.chars()
        .filter(|it| it.is_ascii_digit() || *it == '[')
        .skip_while(|it| *it != '[')
        .collect()
}

struct World {
    folder: tempfile::TempDir,
    journal: Journal,
}

impl World {
    fn new() -> Self {
        let shared = Path::new("/dev/shm");
        let folder = tempfile::tempdir_in(shared).or_else(|_| tempfile::tempdir()).unwrap();
        let journal = Journal::open(&folder.path().join("state")).unwrap();
        Self { folder, journal }
    }

    /// Runs, and gives the calls that were made, by path.
    fn run(&self, yaml: &str, reuse: Reuse) -> (Document, BTreeMap<String, String>) {
        let clerk = Arc::new(Clerk::default());
        let toolbox = Toolbox::new([Arc::clone(&clerk) as Arc<dyn Tool>]);
        let mut request = request(yaml, self.folder.path(), &Case::new(yaml));
        request.options.reuse = reuse;
        let prepared = engine::prepare(request, &toolbox).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let cancel = CancellationToken::new();
        let run = engine::run(prepared, &toolbox, &self.journal, |_| {}, cancel);
        let document = runtime.block_on(run);
        assert!(document.success, "{yaml}\n{document:#?}");
        let calls = std::mem::take(&mut *clerk.0.lock().unwrap());
        (document, calls)
    }

    /// Paths of the calls that a forecast against a run says will be made for sure, and of those that may be.
    fn foreseen(&self, yaml: &str, run: &str) -> (BTreeSet<String>, BTreeSet<String>) {
        let toolbox = Toolbox::new([Arc::new(Clerk::default()) as Arc<dyn Tool>]);
        let mut request = request(yaml, self.folder.path(), &Case::new(yaml));
        request.options.reuse = Reuse::Run(run.to_owned());
        let prepared = engine::prepare(request, &toolbox).unwrap();
        let seen = engine::forecast(&prepared, &toolbox, Some(&self.journal), Some(run)).unwrap();
        let called = seen.steps.iter().filter(|step| step.fate == Fate::Called);
        let because = |it: &&engine::Foreseen| {
            it.because.as_ref().is_some_and(|because| because.part == "upstream")
        };
        let (may, will): (Vec<_>, Vec<_>) = called.partition(because);
        let paths =
            |steps: Vec<&engine::Foreseen>| steps.iter().map(|it| it.path.clone()).collect();
        (paths(will), paths(may))
    }
}

proptest! {
    #[test]
    fn after_an_edit_runs_what_changed_and_nothing_else(
        steps in prop::collection::vec(spec(), 2..7),
        at in any::<prop::sample::Index>(),
        edit in edit(),
    ) {
        let world = World::new();
        let before = written(0, &steps, None);
        let (first, asked) = world.run(&before, Reuse::Calls);
        let at = at.index(steps.len());
        let (mut name, mut more, mut edited) = (0, None, steps);
        match edit {
            Edit::Describe(word) => edited[at].description = Some(word),
            Edit::Reverse => edited[at].is_reversed = true,
            Edit::Comment(word) => edited[at].comment = Some(word),
            Edit::Name(word) => name = word,
            Edit::More(word) => more = Some(word),
            Edit::Salt(word) => edited[at].salt = word,
        }
        let after = written(name, &edited, more);
        // What every call asks, found out where nothing is kept.
        let (_, whole) = World::new().run(&after, Reuse::Calls);
        let known: BTreeSet<(&str, String)> =
            asked.iter().map(|(path, command)| (command.as_str(), rounds(path))).collect();
        let changed: BTreeSet<&String> = whole
            .iter()
            .filter(|(path, command)| !known.contains(&(command.as_str(), rounds(path))))
            .map(|(path, _)| path)
            .collect();
        let (will, may) = world.foreseen(&after, &first.run);
        let (_, made) = world.run(&after, Reuse::Calls);
        prop_assert_eq!(made.keys().collect::<BTreeSet<_>>(), changed, "{}\n{}", before, after);
        if !edit.is_related() {
            let only_new = made.keys().all(|path| path == "more");
            prop_assert!(only_new, "{:?} made {:?} run again", edit, made);
        }
        for path in &will {
            prop_assert!(made.contains_key(path), "`{}` was foreseen\n{}", path, after);
        }
        for path in made.keys() {
            let foreseen = will.contains(path) || may.contains(path);
            prop_assert!(foreseen, "`{}` was not foreseen\n{}\n{}", path, before, after);
        }
    }
}
