import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { api, folder, open, until, type Tests } from './harness';

const BROKEN = 'name: broken\nsteps:\n  - id: a\n    action: echo a\n    dependencies: [b]\n';

export const server: Tests = {
  'a pipeline has a language of its own, and findings': async () => {
    const editor = await open('broken.pipeline.yaml', BROKEN);
    assert.equal(editor.document.languageId, 'downbeat');
    const { started, session } = await api();
    await started;
    assert.equal(session.server.condition.is, 'running');
    const [found] = await until('a finding', () => {
      const list = vscode.languages.getDiagnostics(editor.document.uri);
      return list.length > 0 && list;
    });
    assert.equal(found?.range.start.line, 4);
  },

  'a server that is killed comes back, and the document is still served': async () => {
    const { session } = await api();
    const editor = await open('broken.pipeline.yaml', BROKEN);
    const before = session.server.pid;
    assert.ok(before);
    process.kill(before, 'SIGKILL');
    await until('another server', () => session.server.condition.is === 'running' && session.server.pid !== before);
    await until('findings', () => vscode.languages.getDiagnostics(editor.document.uri).length > 0);
  },

  'plain YAML that looks like a pipeline is served, other YAML is not': async () => {
    const ours = await open('plain.yaml', BROKEN);
    assert.equal(ours.document.languageId, 'yaml');
    await until('findings', () => vscode.languages.getDiagnostics(ours.document.uri).length > 0);
    const other = await open('other.yaml', 'services:\n  web: {image: x}\n');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', other.document.uri, new vscode.Position(0, 2));
    assert.deepEqual([hovers.length, vscode.languages.getDiagnostics(other.document.uri).length], [0, 0]);
  },

  'the YAML extension serves no pipeline that has its own language': async () => {
    const selector = ['yaml', 'dockercompose', 'github-actions-workflow'].map((language): vscode.DocumentFilter => ({ language }));
    const theirs = [...selector, { pattern: '*.y(a)ml' }];
    const ours = await open('broken.pipeline.yaml', BROKEN);
    assert.equal(vscode.languages.match(theirs, ours.document), 0);
    const plain = await open('plain.yaml', BROKEN);
    assert.notEqual(vscode.languages.match(theirs, plain.document), 0);
  },

  'a file that another program changes is read again': async () => {
    const part = 'name: part\ninputs:\n  topic: {type: string, required: true}\nsteps:\n  - id: a\n    action: echo {{ topic }}\n';
    const path = join(folder(), 'part.yaml');
    await writeFile(path, part);
    const text = 'name: caller\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters:\n      pipeline: part.yaml\n      inputs: {}\n';
    const { document } = await open('caller.pipeline.yaml', text);
    const codes = () => vscode.languages.getDiagnostics(document.uri).map(({ code }) => (typeof code === 'object' ? code.value : code));
    await until('the finding', () => codes().includes('called-pipeline'));
    await writeFile(path, part.replace('required: true', 'default: tides'));
    await until('the finding to go', () => !codes().includes('called-pipeline'));
  },

  'an untitled pipeline is served too': async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'downbeat', content: BROKEN });
    await vscode.window.showTextDocument(document);
    await until('findings', () => vscode.languages.getDiagnostics(document.uri).length > 0);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },

  'hints follow their settings': async () => {
    const { document } = await open('hints.pipeline.yaml', 'name: hints\nsteps:\n  - id: a\n    action: echo a\n  - id: b\n    action: echo {{ a.result }}\n');
    const settings = vscode.workspace.getConfiguration('downbeat.hints');
    const labels = async () => {
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, new vscode.Range(0, 0, 6, 0));
      return hints.map(({ label }) => (typeof label === 'string' ? label : label.map(({ value }) => value).join(''))).join('; ');
    };
    await until('both hints', async () => /stage/.test(await labels()) && /a/.test(await labels()));
    await settings.update('stage', false, vscode.ConfigurationTarget.Global);
    await settings.update('edges', false, vscode.ConfigurationTarget.Global);
    try {
      await until('no hints', async () => (await labels()) === '');
    } finally {
      await settings.update('stage', undefined, vscode.ConfigurationTarget.Global);
      await settings.update('edges', undefined, vscode.ConfigurationTarget.Global);
    }
  },

  'a server that crashes again and again is left alone until it is restarted by hand': async () => {
    const { session } = await api();
    await vscode.commands.executeCommand('downbeat.restartServer');
    for (let crashes = 0; crashes < 5; crashes++) {
      await until('a server', () => session.server.condition.is === 'running');
      const { pid } = session.server;
      process.kill(pid!, 'SIGKILL');
      await until('its end', () => session.server.condition.is !== 'running' || session.server.pid !== pid);
    }
    const { condition } = session.server;
    assert.deepEqual(condition, { is: 'crashed', times: 'tooOften' });
    await vscode.commands.executeCommand('downbeat.restartServer');
    assert.equal(session.server.condition.is, 'running');
  },
};
