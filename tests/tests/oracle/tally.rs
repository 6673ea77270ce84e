//! How many recorded answers are equal, how many differ because of a rule, and how many do neither.

use std::sync::Mutex;

/// The three lists, by their lengths.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) equal: usize,
    /// Different because of a rule that is named.
    pub(crate) by_rule: usize,
    /// Neither. The tests hold this list empty.
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

    /// Prints the counts of a part, and those of all parts so far. `unsettled` says what is neither.
    ///
    /// # Panics
    /// When anything is neither.
    #[track_caller]
    pub(crate) fn settle(self, part: &str, unsettled: &str) {
        {
            let mut total = TOTAL.lock().unwrap();
            total.add(self);
            println!("{part}: {}; so far: {}", self.words(), total.words());
        }
        assert!(self.unsettled == 0 && unsettled.is_empty(), "{unsettled}");
    }

    fn words(self) -> String {
        format!("{} equal, {} by a rule, {} unsettled", self.equal, self.by_rule, self.unsettled)
    }
}
