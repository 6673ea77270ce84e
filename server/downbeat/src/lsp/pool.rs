//! Threads for everything that takes time. They are started with the first job.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// How many jobs run at once: one that hangs (a hostile document) leaves room for the others.
const THREADS: usize = 4;

#[derive(Default)]
struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    arrived: Condvar,
}

/// A pool of threads.
#[derive(Default)]
pub(crate) struct Pool {
    queue: Arc<Queue>,
    started: bool,
}

impl Pool {
    /// Runs `job` on a thread of the pool; jobs start in order. A panic ends the job, not the thread.
    pub(crate) fn run(&mut self, job: impl FnOnce() + Send + 'static) {
        if !self.started {
            self.started = true;
            for number in 0..THREADS {
                let queue = Arc::clone(&self.queue);
                let thread = thread::Builder::new().name(format!("reader {number}"));
                // Fewer threads are enough; with none at all the replies in the dropped jobs refuse.
                let _ = thread.spawn(move || work(&queue));
            }
        }
        self.queue.jobs.lock().unwrap_or_else(PoisonError::into_inner).push_back(Box::new(job));
        self.queue.arrived.notify_one();
    }
}

fn work(queue: &Queue) {
    loop {
        let mut jobs = queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = loop {
            if let Some(job) = jobs.pop_front() {
                break job;
            }
            jobs = queue.arrived.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        };
        drop(jobs);
        // The panic hook has reported it, and the job's reply has refused.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
