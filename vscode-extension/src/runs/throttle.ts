/** Work that is asked for often and done seldom. */

export interface Timers {
  now(): number;
  /** Calls back once; the answer cancels it. */
  after(ms: number, work: () => void): () => void;
}

export const realTimers: Timers = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

export interface Throttled {
  /** Does the work now, or as soon as the interval is over. However often asked meanwhile, it is done once. */
  ask(): void;
  /** Forgets what was asked for. */
  cancel(): void;
}

/** At most one call of `work` in `ms` milliseconds; what was asked last is never lost. */
export function throttle(ms: number, work: () => void, timers: Timers = realTimers): Throttled {
  let last = -Infinity;
  let pending: (() => void) | undefined;
  const run = () => {
    pending = undefined;
    last = timers.now();
    work();
  };
  return {
    ask() {
      if (pending) return;
      const wait = last + ms - timers.now();
      if (wait <= 0) run();
      else pending = timers.after(wait, run);
    },
    cancel() {
      pending?.();
      pending = undefined;
    },
  };
}
