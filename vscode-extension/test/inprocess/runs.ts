import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { api, folder, lenses, open, until, type Tests } from './harness';

const FAILING = `name: failing
steps:
  - id: fine
    action: echo fine
  - id: missing
    tool: filesystem
    action: read
    parameters:
      path: no/such/file.txt
    dependencies: [fine]
  - id: never
    action: echo {{ missing.content }}
`;

const SLOW = `name: slow
steps:
  - id: wait
    tool: terminal
    parameters:
      command: echo begun; sleep 60
  - id: after
    action: echo after
    dependencies: [wait]
`;

/** Runs without questions, as a lens does for a pipeline that has no inputs. */
async function run(editor: vscode.TextEditor, selection = {}): Promise<string> {
  const uri = editor.document.uri.toString();
  const answer = await vscode.commands.executeCommand<{ run: string } | undefined>('downbeat.run', { uri, ...selection });
  assert.ok(answer, 'the run began');
  return answer.run;
}

/** What is drawn at each line, without the times. */
async function drawn(editor: vscode.TextEditor): Promise<string[]> {
  const { live } = await api();
  return live.drawn(editor).map(({ line, text }) => `${line}: ${text.replace(/ \d+(\.\d+)? m?s\b/, '')}`);
}

/** Waits until exactly this is drawn. */
async function draws(editor: vscode.TextEditor, ...expected: string[]): Promise<void> {
  let got: string[] = [];
  await until('the drawing', async () => {
    got = await drawn(editor);
    return isDeepStrictEqual(got, expected);
  }).catch(() => assert.deepEqual(got, expected));
}

async function ended(id: string) {
  const { session } = await api();
  return until(`the end of ${id}`, () => {
    const run = session.book.get(id);
    return run && run.state !== 'running' && run;
  });
}

export const runs: Tests = {
  'a step that failed says so on its line, and as a problem until it is edited': async () => {
    const editor = await open('failing.pipeline.yaml', FAILING);
    const over = await ended(await run(editor));
    assert.equal(over.state, 'failed');
    await draws(editor, '2: ✓ done', '4: ✗ failed: File not found: no/such/file.txt');
    const problem = () => vscode.languages.getDiagnostics(editor.document.uri).find(({ source }) => source === 'downbeat run');
    assert.equal((await until('the problem', problem)).range.start.line, 4);
    // An edit elsewhere moves it, an edit of the step makes it a thing of the past.
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '# a line\n'));
    await until('the moved drawing', async () => (await drawn(editor))[1]?.startsWith('5: ✗ failed'));
    await editor.edit((edit) => edit.insert(new vscode.Position(9, 14), 'x'));
    await until('the stale drawing', async () => (await drawn(editor))[1]?.endsWith('before your edit'));
    assert.equal((await drawn(editor))[0], '3: ✓ done');
    await until('the problem to go', () => !problem());
  },

  'a run that goes on shows its output and can be cancelled from the lens': async () => {
    const editor = await open('slow.pipeline.yaml', SLOW);
    const id = await run(editor);
    await draws(editor, '2: ▶ running · begun', '6: ○ waiting');
    const cancel = await until('the lens', async () => (await lenses(editor.document)).find(({ title }) => title.includes('Cancel')));
    await vscode.commands.executeCommand(cancel.command, ...(cancel.arguments ?? []));
    const over = await ended(id);
    assert.equal(over.state, 'cancelled');
    await until('the run lens', async () => (await lenses(editor.document)).some(({ title }) => title === '$(play) Run'));
  },

  'only the chosen step runs': async () => {
    const editor = await open('failing.pipeline.yaml', FAILING);
    const over = await ended(await run(editor, { only: 'fine' }));
    assert.equal(over.state, 'completed');
    assert.deepEqual([...over.steps.keys()], ['fine']);
  },

  'rounds of a loop are under their step, and its line shows the newest': async () => {
    const text = 'name: rounds\nsteps:\n  - id: each\n    for_each: [a, b, c]\n    steps:\n      - id: show\n        action: echo {{ item }}\n';
    const editor = await open('rounds.pipeline.yaml', text);
    const over = await ended(await run(editor));
    assert.equal(over.state, 'completed');
    assert.equal(over.steps.get('each.show')?.rounds.size, 3);
    await draws(editor, '2: ✓ done', '5: ✓ done');
  },

  'a second run of the same text is refused while one goes on': async () => {
    const editor = await open('slow.pipeline.yaml', SLOW);
    const id = await run(editor);
    const uri = editor.document.uri.toString();
    assert.equal(await vscode.commands.executeCommand('downbeat.run', { uri }), undefined);
    await vscode.commands.executeCommand('downbeat.cancelRun', id);
    await ended(id);
  },

  'the run view has the runs and their steps, and goes to their lines': async () => {
    const { session } = await api();
    await vscode.commands.executeCommand('downbeat.showRuns');
    const run = session.book.all().find(({ name, state }) => name === 'failing' && state === 'failed')!;
    await vscode.commands.executeCommand('downbeat.goToStep', run.uri, 'missing');
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 4);
  },

  'a run whose server is killed is lost, and the next one works': async () => {
    const { session } = await api();
    const editor = await open('slow.pipeline.yaml', SLOW);
    const id = await run(editor);
    await until('the step', () => session.book.get(id)?.steps.get('wait')?.state === 'running');
    const { pid } = session.server;
    process.kill(pid!, 'SIGKILL');
    assert.equal((await ended(id)).state, 'lost');
    await until('another server', () => session.server.condition.is === 'running' && session.server.pid !== pid);
    const again = await open('failing.pipeline.yaml', FAILING);
    assert.equal((await ended(await run(again, { only: 'fine' }))).state, 'completed');
  },

  'a run that was lost goes on from its entry in the run view, its file being closed': async () => {
    const { session } = await api();
    const editor = await open('slow.pipeline.yaml', SLOW);
    const uri = editor.document.uri.toString();
    const id = await run(editor);
    await until('the step', () => session.book.get(id)?.steps.get('wait')?.state === 'running');
    const { pid } = session.server;
    process.kill(pid!, 'SIGKILL');
    await until('another server', () => session.server.condition.is === 'running' && session.server.pid !== pid);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    session.book.clear();
    await vscode.commands.executeCommand('downbeat.resumeRun', { is: 'past', run: { run: id } });
    const goes = await until('the run', () => session.book.get(id));
    assert.deepEqual([goes.state, goes.uri], ['running', uri]);
    await vscode.commands.executeCommand('downbeat.cancelRun', id);
    await ended(id);
  },

  'a pipeline that has no file yet runs in the folder that is open': async () => {
    const content = 'name: draft\nsteps:\n  - id: where\n    tool: terminal\n    parameters: {command: pwd}\n';
    const document = await vscode.workspace.openTextDocument({ language: 'downbeat', content });
    const editor = await vscode.window.showTextDocument(document);
    const over = await ended(await run(editor));
    assert.equal(over.steps.get('where')?.tail.trim(), folder());
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },

  'lenses and live state can be switched off': async () => {
    const editor = await open('failing.pipeline.yaml', FAILING);
    const settings = vscode.workspace.getConfiguration('downbeat');
    await ended(await run(editor, { only: 'fine' }));
    await until('the drawing', async () => (await drawn(editor)).length > 0);
    await settings.update('lens.enabled', false, vscode.ConfigurationTarget.Global);
    await settings.update('live.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      await until('no drawing', async () => (await drawn(editor)).length === 0);
      assert.deepEqual(await lenses(editor.document), []);
    } finally {
      await settings.update('lens.enabled', undefined, vscode.ConfigurationTarget.Global);
      await settings.update('live.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    await until('the drawing again', async () => (await drawn(editor)).length > 0);
  },

  'check and run are tasks, and check runs in a terminal': async () => {
    await open('hello.pipeline.yaml', 'name: hello\nsteps:\n  - id: a\n    action: echo a\n');
    const closed = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'closed.pipeline.yaml');
    const text = 'name: closed\nsteps:\n  - id: a\n    action: echo a\n    dependencies: [no_such_step]\n';
    await vscode.workspace.fs.writeFile(closed, new TextEncoder().encode(text));
    const tasks = await vscode.tasks.fetchTasks({ type: 'downbeat' });
    assert.deepEqual(tasks.map(({ name }) => name).sort(), ['check .', 'run ${file}']);
    const exit = new Promise<number | undefined>((resolve) => vscode.tasks.onDidEndTaskProcess(({ exitCode }) => resolve(exitCode)));
    await vscode.tasks.executeTask(tasks.find(({ name }) => name === 'check .')!);
    assert.equal(await exit, 2);
  },
};
