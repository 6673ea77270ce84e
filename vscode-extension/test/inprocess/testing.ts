import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { keyOf } from '../../src/tests/view';
import { api, folder, open, until, type Tests } from './harness';

const PIPELINE = `id: tested
name: tested
steps:
  - id: say
    action: echo hi
outputs:
  said: "{{ say.result }}"
`;

const TESTS = `tests:
  - name: holds
    expect:
      - outputs.said == 'hi'
  - name: does not hold
    expect:
      - value: outputs.said
        equals: bye
`;

export const testing: Tests = {
  'tests of a file are found, run, and shown by the view': async () => {
    const { testing } = await api();
    await open('tested.pipeline.yaml', PIPELINE);
    await writeFile(join(folder(), 'tested.pipeline.test.yaml'), TESTS);
    const { document } = await open('tested.pipeline.test.yaml', TESTS);
    const key = document.uri.toString();
    const file = await until('the tests', () => (testing.controller.items.get(key)?.children.size === 2 ? testing.controller.items.get(key) : undefined));
    assert.equal(file.children.get('holds')?.range?.start.line, 1);
    await vscode.commands.executeCommand('testing.runAll');
    await until('the verdicts', () => testing.verdicts.has(keyOf(document.uri, 'does not hold')));
    const verdicts = ['holds', 'does not hold'].map((name) => testing.verdicts.get(keyOf(document.uri, name)));
    assert.deepEqual(verdicts, ['passed', 'failed']);
  },

  'a slip in a test is underlined': async () => {
    const { document } = await open('slip.pipeline.test.yaml', 'pipeline: tested.pipeline.yaml\ntests:\n  - nme: a\n');
    const found = await until('the finding', () => vscode.languages.getDiagnostics(document.uri).find((it) => it.message.includes('`nme`')));
    assert.equal(found.range.start.line, 2);
  },
};
