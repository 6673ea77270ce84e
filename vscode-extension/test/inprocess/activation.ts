import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, note, type Tests } from './harness';

export const activation: Tests = {
  'the extension is activated': async () => {
    assert.equal(extension().isActive, false, 'the runner opened no pipeline before');
    const before = performance.now();
    const { started, session, timing } = await extension().activate();
    const whole = performance.now() - before;
    note(`activation ${whole.toFixed(0)} ms, of these ${timing.loading.toFixed(0)} for the modules and ${timing.activating.toFixed(0)} in activate()`);
    await started;
    note(`server ready ${(performance.now() - before).toFixed(0)} ms after the start of the activation`);
    assert.equal(session.server.condition.is, 'running');
  },

  'every command that the manifest names is there': async () => {
    const known = await vscode.commands.getCommands(true);
    const named = extension().packageJSON.contributes.commands as { command: string }[];
    assert.deepEqual(named.map(({ command }) => command).filter((command) => !known.includes(command)), []);
  },
};
