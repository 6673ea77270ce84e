import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventType, RunEvent } from '../../src/protocol';
import { lose, newRun, take } from '../../src/runs/run';
import { lastLine, oneLine, runLine, stepLine, duration, ticking } from '../../src/runs/words';

const event = (type: EventType, timestamp: number, rest: Partial<RunEvent> = {}): RunEvent => ({ type, timestamp, ...rest });

function runOf(...events: RunEvent[]) {
  const run = newRun('tides_1767225600_1a2b3c4d', 'file:///a.pipeline.yaml', {}, 0);
  for (const one of events) take(run, one);
  return run;
}

test('a run tells its name, its steps and its end', () => {
  const run = runOf(
    event('run_started', 10, { data: { run: 'x', pipeline_id: 'tides', steps: 3 } }),
    event('step_started', 10, { step: 'a', data: { attempt: 1 } }),
    event('step_output', 10.5, { step: 'a', data: { text: 'one\ntw' } }),
    event('step_output', 10.6, { step: 'a', data: { text: 'o\n' } }),
    event('step_completed', 12, { step: 'a', data: { success: true, duration: 2 } }),
    event('step_failed', 12, { step: 'b', message: 'no such\nfile', data: { duration: 0.5 } }),
    event('step_skipped', 12, { step: 'c', data: { reason: 'condition_false' } }),
    event('run_failed', 14),
  );
  assert.equal(run.name, 'tides');
  assert.equal(run.state, 'failed');
  assert.equal(runLine(run, 99), 'failed in 4.0 s, 3 of 3 steps');
  assert.deepEqual(
    [...run.steps.values()].map((step) => stepLine(step, 99)),
    ['done 2.0 s', 'failed 0.5 s: no such file', 'skipped: condition_false'],
  );
  assert.equal(lastLine(run.steps.get('a')!.tail), 'two');
});

test('a running step ticks, and says how far it is', () => {
  const run = runOf(event('step_started', 10, { step: 'a' }), event('step_progress', 11, { step: 'a', data: { fraction: 0.256 } }));
  assert.equal(stepLine(run.steps.get('a')!, 15.9), 'running 5 s 25 %');
});

test('a step that is tried again says why, and starts anew', () => {
  const run = runOf(
    event('step_started', 10, { step: 'a' }),
    event('step_retrying', 11, { step: 'a', message: 'busy', data: { attempt: 2, delay: 1 } }),
  );
  assert.equal(stepLine(run.steps.get('a')!, 12), 'trying again 2 s: busy');
  take(run, event('step_started', 12, { step: 'a', data: { attempt: 2 } }));
  assert.equal(stepLine(run.steps.get('a')!, 12), 'running 0 s');
});

test('rounds of a loop are kept apart, and counted beyond a limit', () => {
  const run = runOf(event('step_started', 1, { step: 'each' }));
  for (let round = 0; round < 1500; round++) {
    take(run, event('step_started', 2, { step: 'body', data: { path: `each[${round}].body` } }));
    take(run, event('step_completed', 3, { step: 'body', data: { path: `each[${round}].body`, success: true, duration: 1 } }));
  }
  const body = run.steps.get('each.body')!;
  assert.equal(body.rounds.size + body.forgotten, 1500);
  assert.equal(body.rounds.size, 1000);
  assert.equal(body.state, 'done');
  assert.equal(run.settled, 0);
});

test('steps of one name in two loops are two steps', () => {
  const run = runOf(
    event('step_completed', 1, { step: 'show', data: { path: 'first[0].show', duration: 1 } }),
    event('step_failed', 1, { step: 'show', message: 'no', data: { path: 'second[0].inner[3].show' } }),
  );
  assert.deepEqual(
    [...run.steps.values()].map(({ key, id, state }) => [key, id, state]),
    [['first.show', 'show', 'done'], ['second.inner.show', 'show', 'failed']],
  );
});

test('a run whose server is gone is lost, and so is what it was at', () => {
  const run = runOf(event('step_started', 10, { step: 'a' }), event('step_completed', 11, { step: 'b', data: { duration: 1 } }));
  lose(run, 20);
  assert.equal(run.state, 'lost');
  assert.deepEqual([...run.steps.values()].map((step) => step.state), ['unfinished', 'done']);
});

test('output without end is kept in part', () => {
  const run = runOf(event('step_started', 10, { step: 'a' }));
  for (let index = 0; index < 1000; index++) take(run, event('step_output', 10, { step: 'a', data: { text: `${index} `.repeat(100) } }));
  assert.ok(run.steps.get('a')!.tail.length <= 2000);
});

test('durations are said in the unit that fits', () => {
  assert.deepEqual([-1, 0.0004, 0.04, 0.1, 9.94, 9.96, 10, 59.9, 60, 3599, 7500].map(duration), ['0 ms', '0 ms', '40 ms', '0.1 s', '9.9 s', '9 s', '10 s', '59 s', '1 min 0 s', '59 min 59 s', '2 h 5 min']);
  assert.deepEqual([-1, 0.9, 61].map(ticking), ['0 s', '0 s', '1 min 1 s']);
});

test('a line holds no control characters and is cut between characters', () => {
  assert.equal(oneLine('\u001b[31mred\u001b[0m\r\n\tx\u0007'), 'red x');
  assert.equal(oneLine('🌊'.repeat(10), 5), '🌊🌊🌊🌊…');
});
