import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValue, printValue } from '../../src/inputs/value';
import { missing, recalled, rememberable, shownValue } from '../../src/inputs/values';
import type { Input } from '../../src/protocol';

const input = (name: string, rest: Partial<Input> = {}): Input => ({ name, required: false, secret: false, ...rest });
const value = (type: string | undefined, text: string) => parseValue(input('x', type === undefined ? {} : { type }), text);

test('text stays text, also where it looks like something else', () => {
  assert.deepEqual(value('string', '42'), { value: '42' });
  assert.deepEqual(value('path', ' a b '), { value: ' a b ' });
});

test('nothing is no value for what is required', () => {
  assert.ok('problem' in parseValue(input('x', { type: 'string', required: true }), ''));
  assert.deepEqual(parseValue(input('x', { type: 'string' }), ''), { value: '' });
});

test('numbers are numbers', () => {
  assert.deepEqual(value('integer', ' -7 '), { value: -7 });
  assert.ok('problem' in value('integer', '1.5'));
  assert.deepEqual(value('number', '1e3'), { value: 1000 });
  for (const wrong of ['', ' ', 'one', 'Infinity', 'NaN']) assert.ok('problem' in value('number', wrong), wrong);
});

test('lists and objects are JSON of that kind', () => {
  assert.deepEqual(value('array', '[1, "a"]'), { value: [1, 'a'] });
  assert.deepEqual(value('object', '{"a": null}'), { value: { a: null } });
  for (const wrong of ['{}', '1', 'a', 'null', '']) assert.ok('problem' in value('array', wrong), wrong);
  for (const wrong of ['[]', '1', 'null']) assert.ok('problem' in value('object', wrong), wrong);
});

test('without a type, JSON is JSON and all else text, as on the command line', () => {
  assert.deepEqual(value('any', '[1]'), { value: [1] });
  assert.deepEqual(value(undefined, 'true'), { value: true });
  assert.deepEqual(value(undefined, 'tides of'), { value: 'tides of' });
});

test('what is shown can be typed again', () => {
  for (const [type, one] of [['array', [1, { a: 'é' }]], ['string', '"quoted"'], ['number', 0.1], ['object', {}]] as const) {
    assert.deepEqual(value(type, printValue(one)), { value: one });
  }
});

const INPUTS = [input('topic', { required: true }), input('depth', { default: 2, choices: [1, 2, 3] }), input('key', { secret: true, required: true })];

test('secrets and what the file does not declare are not remembered', () => {
  assert.deepEqual(rememberable(INPUTS, { topic: 'a', key: 'k', gone: 1 }), { topic: 'a' });
});

test('a remembered value that is no choice any more is forgotten', () => {
  assert.deepEqual(recalled(INPUTS, { topic: 'a', depth: 7, key: 'k' }), { topic: 'a' });
  assert.deepEqual(recalled(INPUTS, { depth: 3 }), { depth: 3 });
});

test('only what is required and has no value is missing', () => {
  assert.deepEqual(missing(INPUTS, { topic: '' }).map(({ name }) => name), ['key']);
});

test('a secret is never shown', () => {
  assert.equal(shownValue(INPUTS[2]!, { key: 'hunter2' }), '••••••');
  assert.equal(shownValue(INPUTS[1]!, {}), '2 (default)');
  assert.equal(shownValue(INPUTS[0]!, {}), 'required');
});
