import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throttle, type Timers } from '../../src/runs/throttle';

/** A clock that is moved by hand. */
function clock() {
  let now = 0;
  let waiting: { at: number; work: () => void }[] = [];
  const timers: Timers = {
    now: () => now,
    after: (ms, work) => {
      const entry = { at: now + ms, work };
      waiting.push(entry);
      return () => (waiting = waiting.filter((it) => it !== entry));
    },
  };
  const pass = (ms: number) => {
    now += ms;
    const due = waiting.filter((it) => it.at <= now);
    waiting = waiting.filter((it) => it.at > now);
    for (const { work } of due) work();
  };
  return { timers, pass };
}

test('the first call is done at once', () => {
  let done = 0;
  const { timers } = clock();
  throttle(100, () => done++, timers).ask();
  assert.equal(done, 1);
});

test('ten thousand calls in a second are at most eleven, and the last is not lost', () => {
  const { timers, pass } = clock();
  let asked = 0;
  const seen: number[] = [];
  const work = throttle(100, () => seen.push(asked), timers);
  for (let index = 0; index < 10_000; index++) {
    asked += 1;
    work.ask();
    if (index % 10 === 9) pass(1);
  }
  pass(100);
  assert.equal(seen.at(-1), 10_000);
  assert.ok(seen.length <= 11, `${seen.length}`);
});

test('what was cancelled is not done', () => {
  const { timers, pass } = clock();
  let done = 0;
  const work = throttle(100, () => done++, timers);
  work.ask();
  work.ask();
  work.cancel();
  pass(1000);
  assert.equal(done, 1);
});
