import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/protocol';
import { lines } from '../../src/runs/output-lines';
import { newRun } from '../../src/runs/run';

const run = newRun('tides_1_2', undefined, {}, 0);
const output = (text: string, rest = {}): RunEvent => ({ type: 'step_output', timestamp: 0, step: 'a', data: { text, ...rest } });
const written = (...events: RunEvent[]) => {
  const unfinished = new Map<string, string>();
  return events.flatMap((event) => lines(run, event, unfinished));
};

test('lines that come in pieces are written whole', () => {
  assert.deepEqual(written(output('on'), output('e\r\ntwo\nthr'), output('ee')), ['a | one', 'a | two']);
});

test('what is left when the step ends is written before its end', () => {
  const end: RunEvent = { type: 'step_completed', timestamp: 0, step: 'a', data: { success: true, duration: 1.5 } };
  assert.deepEqual(written(output('half'), end), ['a | half', 'a done in 1.5 s']);
});

test('a line without end is written in parts', () => {
  assert.equal(written(output('x'.repeat(5_000)))[0]?.length, 5_004);
});

test('terminal commands are left out, and what the server left out is said', () => {
  assert.deepEqual(written(output('\u001b[1mbold\u001b[0m\u0007\n')), ['a | bold']);
  assert.deepEqual(written(output('tail\n', { omitted: 12 })), ['a | … 12 bytes are left out …', 'a | tail']);
});

test('rounds of a loop are told apart', () => {
  const round = (number: number, words: string) => output(words, { path: `each[${number}].a` });
  assert.deepEqual(written(round(0, 'x'), round(1, 'y\n'), round(0, 'x\n')), ['each[1].a | y', 'each[0].a | xx']);
});
