//! Threads for everything that takes time. Each is started when there is more to do than those before it can take: what a
//! thread frees stays with it, so one that is not needed costs memory.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// How many jobs run at once: one that hangs (a hostile document) leaves room for the others.
const THREADS: usize = 4;

#[derive(Default)]
struct Queue {
    work: Mutex<Work>,
    arrived: Condvar,
}

#[derive(Default)]
struct Work {
    /// Those that no thread has taken yet.
    jobs: VecDeque<Job>,
    /// Threads that have none.
    idle: usize,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pool of threads.
#[derive(Default)]
pub(crate) struct Pool {
    queue: Arc<Queue>,
    started: usize,
}

impl Pool {
    /// Runs `job` on a thread of the pool; jobs start in order. A panic ends the job, not the thread.
    pub(crate) fn run(&mut self, job: impl FnOnce() + Send + 'static) {
        let mut work = self.queue.lock();
        work.jobs.push_back(Box::new(job));
        if work.jobs.len() > work.idle && self.started < THREADS {
            work.idle += 1;
            drop(work);
            self.start();
        } else {
            drop(work);
        }
        self.queue.arrived.notify_one();
    }

    /// Starts a thread that is counted as idle already.
    fn start(&mut self) {
        let queue = Arc::clone(&self.queue);
        let thread = thread::Builder::new().name(format!("reader {}", self.started));
        if thread.spawn(move || take_all(&queue)).is_ok() {
            self.started += 1;
            return;
        }
        let mut work = self.queue.lock();
        work.idle -= 1;
        // Fewer threads are enough; with none at all the replies in the dropped jobs refuse.
        if self.started == 0 {
            work.jobs.clear();
        }
    }
}

fn take_all(queue: &Queue) {
    loop {
        let mut work = queue.lock();
        let job = loop {
            if let Some(job) = work.jobs.pop_front() {
                break job;
            }
            work = queue.arrived.wait(work).unwrap_or_else(PoisonError::into_inner);
        };
        work.idle -= 1;
        drop(work);
        // The panic hook has reported it, and the job's reply has refused.
        let _ = catch_unwind(AssertUnwindSafe(job));
        queue.lock().idle += 1;
    }
}
