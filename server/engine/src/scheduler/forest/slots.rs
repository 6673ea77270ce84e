//! Who gets the next job slot, and under which limits.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{At, Forest, FrameId, Order, Rank, Return};
use crate::{
    limits::{Meter, Opening},
    scheduler::Event,
};

impl Forest {
    /// Gives one free slot away; whether there was one and a frame that wanted it.
    pub(super) fn share(&mut self, orders: &mut Vec<Order>) -> bool {
        self.opens = None;
        if self.taken >= self.jobs.get() {
            return false;
        }
        match self.returning.pop_front() {
            Some((at, Return::Conclude(conclusion))) => {
                self.taken += 1;
                orders.push(Order::Conclude { at, conclusion });
                return true;
            }
            Some((at, Return::GoOn)) => {
                self.lent.remove(&at);
                self.taken += 1;
                orders.push(Order::GoOn { at });
                return true;
            }
            None => {}
        }
        if self.is_held {
            return false;
        }
        let Some((frame, limits)) = self.next() else { return false };
        self.pass(frame, Event::Slot { limits }, orders);
        true
    }

    /// The frame that gets the next slot, and for a step with which limits.
    fn next(&mut self) -> Option<(FrameId, Arc<[usize]>)> {
        let Self { wanting, meters, now, opens, .. } = self;
        let mut next: Option<(&Rank, &Arc<[usize]>)> = None;
        for (limits, frames) in wanting {
            let Some(first) = frames.first() else { continue };
            match opening(meters, limits, *now) {
                Opening::Now if next.is_none_or(|(best, _)| first < best) => {
                    next = Some((first, limits));
                }
                Opening::At(then) => {
                    *opens = Some(opens.map_or(then, |opens| opens.min(then)));
                }
                Opening::Now | Opening::AfterOne => {}
            }
        }
        next.map(|((_, frame), limits)| (*frame, Arc::clone(limits)))
    }

    /// A step begins under these limits.
    pub(super) fn meter(&mut self, at: At, limits: &Arc<[usize]>) {
        if !limits.is_empty() {
            for limit in limits.iter() {
                if let Some(meter) = self.meters.get_mut(*limit) {
                    meter.begin(self.now);
                }
            }
            self.metered.insert(at, Arc::clone(limits));
        }
    }

    /// Its limits have room again.
    pub(super) fn unmeter(&mut self, at: At) {
        for limit in self.metered.remove(&at).iter().flat_map(|limits| limits.iter()) {
            if let Some(meter) = self.meters.get_mut(*limit) {
                meter.end();
            }
        }
    }

    /// Its begin counts no more.
    pub(super) fn forgive(&mut self, at: At) {
        for limit in self.metered.get(&at).iter().flat_map(|limits| limits.iter()) {
            if let Some(meter) = self.meters.get_mut(*limit) {
                meter.forgive();
            }
        }
    }
}

pub(super) fn unwant(
    wanting: &mut BTreeMap<Arc<[usize]>, BTreeSet<Rank>>,
    limits: &Arc<[usize]>,
    place: Rank,
) {
    if let Some(frames) = wanting.get_mut(limits) {
        frames.remove(&place);
        if frames.is_empty() {
            wanting.remove(limits);
        }
    }
}

/// When all of these limits have room for one more.
fn opening(meters: &mut [Meter], limits: &[usize], now: Duration) -> Opening {
    let mut all = Opening::Now;
    for limit in limits {
        let Some(meter) = meters.get_mut(*limit) else { continue };
        all = match (all, meter.opening(now)) {
            (Opening::AfterOne, _) | (_, Opening::AfterOne) => Opening::AfterOne,
            (Opening::At(one), Opening::At(other)) => Opening::At(one.max(other)),
            (Opening::Now, opening) | (opening, Opening::Now) => opening,
        };
    }
    all
}
