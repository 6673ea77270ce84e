//! The rounds of one step: which round opens when, what is tested, and how it all ends. It knows neither frames nor
//! values.

use std::{collections::VecDeque, num::NonZeroUsize};

/// How a step goes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How far.
    pub extent: Extent,
    /// How many rounds may be open at once.
    pub parallel: NonZeroUsize,
    /// What is asked between rounds.
    pub tests: Tests,
    /// What a broken round means for the others.
    pub on_broken: OnBroken,
}

/// How many rounds there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// As many as there are items.
    Items(usize),
    /// As many as the tests say, and no more than that.
    AtMost(usize),
}

/// What is asked between rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    /// Whether a round may open.
    pub before: bool,
    /// Whether further rounds may follow one that ended.
    pub after: bool,
}

/// What a broken round means for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBroken {
    /// No other opens, and the open ones are stopped.
    Ends,
    /// The others go on.
    Counts,
}

/// When a test is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before the round opens.
    Before,
    /// After the round ended.
    After,
}

/// What a test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Further rounds may come.
    Goes,
    /// No further round.
    Stops,
    /// It could not be evaluated: no further round.
    Unclear,
}

/// How a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// To its end.
    Through,
    /// A step's failure stopped it.
    Broken,
    /// Its time was up.
    Expired,
    /// It was stopped from outside.
    Stopped,
}

/// Why no further round follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Every item had its round, or a test says so.
    Done,
    /// There were as many rounds as there may be.
    Limit,
    /// A test could not be evaluated.
    Unclear {
        /// When it was asked.
        when: When,
        /// Of which round.
        round: usize,
    },
    /// A round broke.
    Broken {
        /// Which.
        round: usize,
    },
    /// The time of a round was up.
    RoundExpired {
        /// Which.
        round: usize,
    },
    /// The time of the whole was up.
    Expired,
    /// It was stopped from outside.
    Stopped,
}

/// What is to be done about a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Evaluate the test; its answer is awaited.
    Test {
        /// Which test.
        when: When,
        /// Of which round.
        round: usize,
    },
    /// Begin a round; its end is awaited.
    Open {
        /// Which, from 0.
        round: usize,
    },
    /// Stop the rounds that are open; their ends are still awaited.
    StopOpen,
    /// Nothing further comes.
    Conclude(Conclusion),
}

/// The machine.
#[derive(Debug)]
pub struct Rounds {
    shape: Shape,
    /// The next round to open.
    next: usize,
    open: usize,
    /// Rounds that ended and whose test is still to be asked.
    untested: VecDeque<usize>,
    asked: Option<(When, usize)>,
    conclusion: Option<Conclusion>,
    concluded: bool,
}

impl Rounds {
    /// A machine of that shape; [`Rounds::begin`] sets it going.
    #[must_use]
    pub const fn new(shape: Shape) -> Self {
        Self {
            shape,
            next: 0,
            open: 0,
            untested: VecDeque::new(),
            asked: None,
            conclusion: None,
            concluded: false,
        }
    }

    /// The first rounds.
    pub fn begin(&mut self) -> Vec<Round> {
        self.go_on(Vec::new())
    }

    /// A test was evaluated.
    pub fn tested(&mut self, next: Next) -> Vec<Round> {
        let Some((when, round)) = self.asked.take() else { return Vec::new() };
        match next {
            Next::Goes if when == When::Before && self.conclusion.is_none() => {
                let open = self.open_next();
                return self.go_on(vec![open]);
            }
            Next::Goes => {}
            Next::Stops => {
                self.conclusion.get_or_insert(Conclusion::Done);
            }
            Next::Unclear => {
                self.conclusion.get_or_insert(Conclusion::Unclear { when, round });
            }
        }
        self.go_on(Vec::new())
    }

    /// A round ended.
    pub fn ended(&mut self, round: usize, went: Went) -> Vec<Round> {
        self.open = self.open.saturating_sub(1);
        let conclusion = match went {
            Went::Broken if self.shape.on_broken == OnBroken::Ends => {
                Some(Conclusion::Broken { round })
            }
            Went::Expired => Some(Conclusion::RoundExpired { round }),
            Went::Through | Went::Broken => None,
            // Only what was told to stop is stopped: the reason is known already.
            Went::Stopped => Some(Conclusion::Stopped),
        };
        match conclusion {
            Some(conclusion) => self.conclude(conclusion),
            None => {
                if self.shape.tests.after && self.conclusion.is_none() {
                    self.untested.push_back(round);
                }
                self.go_on(Vec::new())
            }
        }
    }

    /// Ends it early, for that reason.
    pub fn conclude(&mut self, conclusion: Conclusion) -> Vec<Round> {
        if self.conclusion.is_some() {
            return self.go_on(Vec::new());
        }
        self.conclusion = Some(conclusion);
        let stop = (self.open > 0).then_some(Round::StopOpen);
        self.go_on(stop.into_iter().collect())
    }

    /// Whether nothing is left of them but the step's value.
    pub(super) const fn are_concluded(&self) -> bool {
        self.concluded
    }

    fn open_next(&mut self) -> Round {
        let round = self.next;
        self.next += 1;
        self.open += 1;
        Round::Open { round }
    }

    fn go_on(&mut self, mut rounds: Vec<Round>) -> Vec<Round> {
        while self.asked.is_none() && !self.concluded {
            if let Some(conclusion) = self.conclusion {
                if self.open == 0 {
                    self.concluded = true;
                    rounds.push(Round::Conclude(conclusion));
                }
                break;
            }
            if let Some(round) = self.untested.pop_front() {
                rounds.push(self.ask(When::After, round));
            } else if let Some(conclusion) = self.exhausted() {
                if self.open > 0 {
                    break;
                }
                self.conclusion = Some(conclusion);
            } else if self.open >= self.shape.parallel.get() {
                break;
            } else if self.shape.tests.before {
                let round = self.next;
                rounds.push(self.ask(When::Before, round));
            } else {
                let open = self.open_next();
                rounds.push(open);
            }
        }
        rounds
    }

    fn ask(&mut self, when: When, round: usize) -> Round {
        self.asked = Some((when, round));
        Round::Test { when, round }
    }

    /// Why no further round may open, as far as numbers say.
    const fn exhausted(&self) -> Option<Conclusion> {
        match self.shape.extent {
            Extent::Items(count) if self.next >= count => Some(Conclusion::Done),
            Extent::AtMost(most) if self.next >= most => Some(Conclusion::Limit),
            Extent::Items(_) | Extent::AtMost(_) => None,
        }
    }
}
