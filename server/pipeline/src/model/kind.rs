use super::{Condition, Data, Located, Text};

/// What a step does. Exactly one; `Unknown` where the step does not say.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// A canonical action of LANGUAGE §7.1, aliases and synonyms spelled out.
    Action(Located<String>),
    /// A tool, its name normalised (`_` to `-`, lower case).
    Tool {
        /// The name, at the value of `tool` (or of `action`, where that names a tool).
        tool: Located<String>,
        /// From `action` or `parameters.action`, as written.
        operation: Option<Located<String>>,
    },
    /// `action: echo hello`: the whole text, verb included.
    Echo(Located<Text>),
    /// `action: debug`: echoes its parameter `message`.
    Debug(Option<Located<Text>>),
    /// `action: write the report to a file`
    FileProse(Located<Text>),
    /// `action: <AUTO>...</AUTO>`
    Auto(Located<Text>),
    /// `for_each`
    ForEach(Box<ForEach>),
    /// `while`, or `until` alone.
    While(Box<While>),
    /// `action_loop`
    ActionLoop(Box<ActionLoop>),
    /// `create_parallel_queue`
    Queue(Box<Queue>),
    /// `parallel:` with a list: the body steps, in no order.
    Parallel,
    /// Action text that is none of these, or none at all.
    Unknown(Option<Located<Text>>),
}

impl StepKind {
    /// Whether it is a loop with an action of its own: see [`ForEach::shorthand`].
    #[must_use]
    pub const fn is_shorthand(&self) -> bool {
        match self {
            Self::ForEach(it) => it.shorthand,
            Self::While(it) => it.shorthand,
            _ => false,
        }
    }
}

/// A number that may be written as a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// Known now.
    Fixed(u64),
    /// Known when the step starts.
    Text(Text),
}

/// A loop over the items of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    /// What is looped over: a list, or text that yields one.
    pub items: Located<Data>,
    /// How many iterations at once; default 1.
    pub max_parallel: Option<Located<Count>>,
    /// A further name for the item, without `$`.
    pub loop_var: Option<Located<String>>,
    /// The name by which other steps read the loop's bindings.
    pub loop_name: Option<Located<String>>,
    /// The loop has an action of its own instead of `steps`: the body is that one step, without id or keys.
    pub shorthand: bool,
}

/// A loop over a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct While {
    /// Goes on while true, tested before the body. `None`: always.
    pub test: Option<Condition>,
    /// Stops when true, tested after the body.
    pub until: Option<Condition>,
    /// Most rounds; default 10.
    pub max_iterations: Option<Located<Count>>,
    /// The name by which other steps read the loop's bindings.
    pub loop_name: Option<Located<String>>,
    /// See [`ForEach::shorthand`].
    pub shorthand: bool,
}

/// A list of actions, repeated. The actions are the step's body.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionLoop {
    /// Goes on while true, tested after the actions.
    pub test: Option<Condition>,
    /// Stops when true, tested after the actions.
    pub until: Option<Condition>,
    /// Most rounds; default 100.
    pub max_iterations: Option<Located<Count>>,
    /// Whether a failed action ends the loop.
    pub break_on_error: bool,
}

/// A list of actions, done for every item of a list. The actions are the step's body.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// What the items are: a list, or text that yields one.
    pub on: Option<Located<Data>>,
    /// Tool of the actions that name none.
    pub tool: Option<Located<String>>,
    /// How many items at once; default 10.
    pub max_parallel: Option<Located<Count>>,
    /// Stops when true.
    pub until: Option<Condition>,
    /// Goes on while true.
    pub test: Option<Condition>,
}
