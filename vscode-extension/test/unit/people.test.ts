import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hint, rowsOf, titleOf } from '../../src/people/words';
import type { Question } from '../../src/protocol';

const question = (rest: Partial<Question>): Question => ({
  run: 'r',
  step: 'ask',
  path: 'each[0].ask',
  name: 'value',
  text: 'Which?',
  kind: 'text',
  required: true,
  ...rest,
});

test('the default of a choice comes first', () => {
  const choices = [
    { value: 'pdf', label: 'PDF' },
    { value: 3, label: 'three' },
  ];
  assert.deepEqual(rowsOf(question({ kind: 'choice', choices, default: 3 })), [
    { value: 3, label: 'three', description: 'default' },
    { value: 'pdf', label: 'PDF' },
  ]);
  assert.deepEqual(
    rowsOf(question({ kind: 'boolean', default: false })).map((row) => row.value),
    [false, true],
  );
  assert.deepEqual(rowsOf(question({})), []);
});

test('words help to answer', () => {
  assert.equal(titleOf(question({})), 'each[0].ask: Which?');
  assert.equal(titleOf(question({ title: 'Publish?' })), 'each[0].ask: Publish?');
  assert.equal(hint(question({ complaint: 'too long', title: 'T', kind: 'number', least: 1, most: 5, required: false })), 'too long · Which? · 1 to 5 · optional');
  assert.equal(hint(question({})), '');
});
