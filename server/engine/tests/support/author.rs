//! Writes pipelines: nested loops, routes, conditions, and steps that read one another.

use std::fmt::Write as _;

/// Draws numbers from a seed.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

const WORDS: &[&str] = &[
    "item",
    "index",
    "position",
    "is_last",
    "iteration",
    "loop_id",
    "length",
    "queue_size",
    "loop_state",
    "has_previous",
    "nowhere",
    "topic",
    "row",
    "s1_loop_0",
    "s2_loop_1",
];

/// What steps say about their failure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    Nothing,
    /// Nothing after which they are tried again: then the order of steps is the same in every run.
    Once,
    Everything,
}

/// Writes pipelines.
pub(crate) struct Author {
    dice: Dice,
    care: Care,
    yaml: String,
    steps: usize,
}

impl Author {
    pub(crate) fn pipeline(seed: u64, care: Care) -> String {
        let mut author = Self { dice: Dice(seed), care, yaml: String::new(), steps: 0 };
        author.yaml += "id: p\ninputs:\n  topic: {type: string, default: owls}\nsteps:\n";
        let count = 2 + author.dice.below(4);
        author.list(count, 1);
        author.yaml
    }

    fn list(&mut self, count: usize, depth: usize) {
        for at in 0..count {
            self.step(depth, at + 1 < count);
        }
    }

    fn step(&mut self, depth: usize, more: bool) {
        let id = self.steps;
        self.steps += 1;
        let pad = "  ".repeat(depth * 2 - 1);
        writeln!(self.yaml, "{pad}- id: s{id}").unwrap();
        if self.dice.one_in(5) {
            let name = self.name();
            writeln!(self.yaml, "{pad}  condition: \"{name} is defined\"").unwrap();
        }
        if self.care != Care::Nothing {
            self.care(&pad);
        }
        let body = match self.dice.below(if depth < 4 { 12 } else { 6 }) {
            6 => format!("for_each: [a, b]\n{pad}  max_parallel: {}", 1 + self.dice.below(2)),
            7 => format!("for_each: \"{{{{ [topic, 1] }}}}\"\n{pad}  loop_var: row"),
            8 => "while: iteration < 2".to_owned(),
            9 => "until: iteration >= 1".to_owned(),
            10 => format!("create_parallel_queue:\n{pad}    on: [x, y]"),
            11 => "parallel:".to_owned(),
            _ => {
                if more && self.dice.one_in(8) {
                    writeln!(self.yaml, "{pad}  on_success: s{}", self.steps).unwrap();
                }
                let command = self.command();
                writeln!(
                    self.yaml,
                    "{pad}  tool: terminal\n{pad}  parameters: {{command: \"{command}\"}}"
                )
                .unwrap();
                return;
            }
        };
        writeln!(self.yaml, "{pad}  {body}").unwrap();
        let (inside, deeper) = match &*body {
            "parallel:" => ("", depth + 1),
            queue if queue.starts_with("create") => ("  action_loop:", depth + 1),
            _ => ("steps:", depth + 1),
        };
        if !inside.is_empty() {
            writeln!(self.yaml, "{pad}  {inside}").unwrap();
        }
        let count = 1 + self.dice.below(3);
        self.list(count, deeper);
    }

    fn care(&mut self, pad: &str) {
        let lines = match self.dice.below(if self.care == Care::Once { 4 } else { 6 }) {
            0 => "on_failure: continue",
            1 => "on_failure: skip",
            3 if self.care == Care::Everything => "retries: 2",
            4 => {
                "on_error:\n  - {handler_action: terminal, parameters: {command: mend}}\n  - {fallback_value: nothing}"
            }
            2 => {
                "on_error: {handler_action: terminal, retry_with_handler: false, continue_on_handler_failure: true, parameters: {command: instead}}"
            }
            _ => return,
        };
        for line in lines.lines() {
            writeln!(self.yaml, "{pad}  {line}").unwrap();
        }
    }

    /// A template for each of some names: where the step that it means ran, else the value, else `-`. What steps say of steps that
    /// say it of others in loops would soon be longer than memory, so it is cut.
    fn command(&mut self) -> String {
        let count = self.dice.below(4);
        let read = |name: String| {
            format!(
                "{name}=[{{{{ (({name}.stdout | default({name} if {name} is string or {name} is number else {name}.status | default('more'))) | string)[:200] if {name} is defined else '-' }}}}]"
            )
        };
        (0..count).map(|_| read(self.name())).collect::<Vec<_>>().join(" ")
    }

    fn name(&mut self) -> String {
        match self.dice.below(6) {
            0 => WORDS[self.dice.below(WORDS.len())].to_owned(),
            // A later one now and then: most such pipelines have no cycle.
            1 => format!("s{}", self.steps + self.dice.below(2)),
            _ => format!("s{}", self.dice.below(self.steps.max(1))),
        }
    }
}
