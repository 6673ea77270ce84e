import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, open, until, type Tests } from './harness';

const TEXT = `name: asked
inputs:
  topic: {type: string, required: true, description: What it is about}
  depth: {type: integer, default: 2}
steps:
  - id: say
    action: echo {{ topic }} {{ depth }}
outputs:
  said: "{{ say.result }}"
`;

/** What the run's only step wrote. */
async function said(id: string): Promise<string> {
  const { session } = await api();
  const run = await until('the end', () => session.book.get(id)?.state === 'completed' && session.book.get(id));
  return run!.steps.get('say')?.tail.trim() ?? '';
}

export const inputs: Tests = {
  'the list shows what was typed before, and Enter runs with it': async () => {
    const { session } = await api();
    const editor = await open('asked.pipeline.yaml', TEXT);
    const uri = editor.document.uri.toString();
    await session.context.workspaceState.update(`inputs:${uri}`, { topic: 'tides', gone: 1 });
    const answer = vscode.commands.executeCommand<{ run: string }>('downbeat.run', { uri });
    const accept = setInterval(() => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'), 200);
    const { run } = await answer;
    clearInterval(accept);
    assert.equal(await said(run), 'tides 2');
    assert.deepEqual(session.context.workspaceState.get(`inputs:${uri}`), { topic: 'tides' });
  },

  'with the last inputs, nothing is asked': async () => {
    const { session } = await api();
    await open('asked.pipeline.yaml', TEXT);
    const before = session.book.all().length;
    await vscode.commands.executeCommand('downbeat.runWithLastInputs');
    assert.equal(session.book.all().length, before + 1);
    assert.equal(await said(session.book.all()[0]!.id), 'tides 2');
  },

  'given inputs are not asked for': async () => {
    const editor = await open('asked.pipeline.yaml', TEXT);
    const uri = editor.document.uri.toString();
    const { run } = await vscode.commands.executeCommand<{ run: string }>('downbeat.run', { uri, inputs: { topic: 'moon', depth: 3 } });
    assert.equal(await said(run), 'moon 3');
  },
};
