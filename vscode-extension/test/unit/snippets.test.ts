import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findings, needsProgram } from './server';

type Snippets = Record<string, { prefix: string; body: string[] }>;

/** What stands in the file when every placeholder keeps its default. */
function expanded(body: string[]): string {
  return body
    .join('\n')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, (_, text: string) => text.replace(/\\(.)/g, '$1'))
    .replace(/\$\d/g, '');
}

const indented = (text: string, columns: number) => text.replace(/^(?=.)/gm, ' '.repeat(columns));

/** The pipeline that a snippet of this prefix belongs into. */
function placed(prefix: string, text: string): string {
  if (prefix.endsWith('pipeline')) return text;
  const start = 'name: x\n';
  if (prefix.startsWith('input')) return `${start}inputs:\n${indented(text, 2)}\nsteps:\n  - id: a\n    action: echo a\n`;
  if (prefix === 'output') return `${start}steps:\n  - id: step\n    action: echo a\noutputs:\n${indented(text, 2)}\n`;
  if (prefix.startsWith('step')) return `${start}steps:\n${indented(text, 2)}\n`;
  const step = '  - id: step\n    action: echo a\n  - id: b\n    action: echo b\n    dependencies: [step]\n';
  if (prefix.startsWith('auto')) return `${start}steps:\n${step}    parameters:\n      kind: ${text}\n`;
  return `${start}steps:\n${step}${indented(text, 4)}\n`;
}

for (const file of ['downbeat', 'yaml']) {
  const snippets = JSON.parse(readFileSync(`snippets/${file}.json`, 'utf8')) as Snippets;
  for (const [name, { prefix, body }] of Object.entries(snippets)) {
    test(`the snippet ${name} of ${file} is a pipeline without errors`, needsProgram, () => {
      const text = placed(prefix, expanded(body));
      const errors = findings(text).filter(({ severity }) => severity === 'error');
      assert.deepEqual(errors, [], text);
    });
  }
}
