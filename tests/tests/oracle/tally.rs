//! How many recorded answers are equal, how many differ because of a rule, and how many do neither.

use std::sync::Mutex;

/// The three lists, by their lengths.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) equal: usize,
    /// Different because of a rule that is named.
    pub(crate) by_rule: usize,
    /// Neither: wrong, or not runnable yet.
    pub(crate) unsettled: usize,
}

/// Of all parts so far.
static TOTAL: Mutex<Tally> = Mutex::new(Tally { equal: 0, by_rule: 0, unsettled: 0 });

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.equal += other.equal;
        self.by_rule += other.by_rule;
        self.unsettled += other.unsettled;
    }

    /// Prints the counts of a part, and those of all parts so far.
    pub(crate) fn tell(self, part: &str) {
        let mut total = TOTAL.lock().unwrap();
        total.add(self);
        println!("{part}: {}; so far: {}", self.words(), total.words());
    }

    fn words(self) -> String {
        format!("{} equal, {} by a rule, {} unsettled", self.equal, self.by_rule, self.unsettled)
    }
}
