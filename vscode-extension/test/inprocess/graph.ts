import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, open, until, type Tests } from './harness';

const TEXT = `name: drawn
steps:
  - id: first
    action: echo one
  - id: second
    action: echo {{ first.result }}
`;

const nodes = async (uri: string): Promise<string[]> => {
  const { graphs } = await api();
  return graphs.of(uri)?.shown?.nodes.map(({ id }) => id) ?? [];
};

export const graph: Tests = {
  'the graph opens beside the text, follows it, and survives errors': async () => {
    const editor = await open('drawn.pipeline.yaml', TEXT);
    const uri = editor.document.uri.toString();
    await vscode.commands.executeCommand('downbeat.showGraph', editor.document.uri);
    assert.deepEqual(await until('a drawing', async () => (await nodes(uri)).length > 0 && nodes(uri)), ['first', 'second']);
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    await editor.edit((edit) => edit.insert(end, '  - id: third\n    action: echo {{ nobody.x }}\n  - {id: [\n'));
    const drawn = await until('the new steps', async () => (await nodes(uri)).includes('third') && nodes(uri));
    assert.ok(drawn.includes('?nobody'), drawn.join(' '));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  },
};
