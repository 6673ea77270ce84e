/** Pipelines' tests in the editor's test view. Which tests there are, and what comes of them, the server says. */

import { Location, TestMessage, TestRunProfileKind, TestRunRequest, tests, Uri, workspace, type CancellationToken, type TestController, type TestItem, type TestRun } from 'vscode';
import { CANCEL_TEST, TEST, TEST_EVENT, TESTS, type TestEvent, type TestList, type TestSession } from '../protocol';
import { throttle } from '../runs/throttle';
import type { Session } from '../session';
import { TestSessions } from './sessions';

const PATTERN = '**/*.pipeline.test.{yaml,yml}';
const NAMED = /\.pipeline\.test\.ya?ml$/;
/** A burst of edits is looked at once. */
const RELIST_MS = 300;

/** The view, and what the tests in it came to last, by address and name. */
export interface Testing {
  readonly controller: TestController;
  readonly verdicts: ReadonlyMap<string, string>;
}

export const keyOf = (uri: Uri, name: string): string => `${uri.toString()}#${name}`;

export function showTests(session: Session): Testing {
  const { context, server } = session;
  const verdicts = new Map<string, string>();
  const controller = tests.createTestController('downbeat', 'Downbeat Pipelines');
  const sessions = new TestSessions();
  const waiting = new Set<string>();
  const relist = throttle(RELIST_MS, () => {
    const uris = [...waiting];
    waiting.clear();
    uris.forEach((uri) => void list(session, controller, Uri.parse(uri)));
  });
  const ask = (uri: Uri) => {
    waiting.add(uri.toString());
    relist.ask();
  };
  const discover = async () => {
    for (const uri of await workspace.findFiles(PATTERN, '**/node_modules/**')) ask(uri);
  };
  controller.resolveHandler = async (item) => (item?.uri ? list(session, controller, item.uri) : discover());
  controller.refreshHandler = discover;
  const run = (request: TestRunRequest, token: CancellationToken) => runTests(session, controller, sessions, verdicts, request, token);
  controller.createRunProfile('Run', TestRunProfileKind.Run, run, true);
  const watcher = workspace.createFileSystemWatcher(PATTERN);
  watcher.onDidCreate(ask);
  watcher.onDidChange(ask);
  watcher.onDidDelete((uri) => controller.items.delete(uri.toString()));
  context.subscriptions.push(
    controller,
    watcher,
    workspace.onDidChangeWorkspaceFolders(({ removed }) => {
      for (const { uri } of removed) forget(controller, uri);
      void discover();
    }),
    server.client.onNotification(TEST_EVENT, (event: TestEvent) => sessions.take(event)),
    server.onDidChange(({ is }) => {
      if (is === 'running') void discover();
      else if (is !== 'starting') sessions.lost();
    }),
    workspace.onDidOpenTextDocument(({ uri }) => NAMED.test(uri.path) && ask(uri)),
    workspace.onDidChangeTextDocument(({ document }) => NAMED.test(document.uri.path) && ask(document.uri)),
  );
  return { controller, verdicts };
}

/** Takes the tests of a folder that is closed away. */
function forget(controller: TestController, folder: Uri): void {
  const gone = [...controller.items].filter(([, { uri }]) => uri && !workspace.getWorkspaceFolder(uri) && uri.path.startsWith(`${folder.path}/`));
  for (const [id] of gone) controller.items.delete(id);
}

/** Shows the tests of a file as they are now. */
async function list({ server }: Session, controller: TestController, uri: Uri): Promise<void> {
  const { code2ProtocolConverter: to, protocol2CodeConverter: from } = server.client;
  let found: TestList;
  try {
    found = await server.client.sendRequest<TestList>(TESTS, { uri: to.asUri(uri) });
  } catch {
    // The file is gone, or the server is: what was there may still be there later.
    return;
  }
  const file = controller.items.get(uri.toString()) ?? controller.createTestItem(uri.toString(), workspace.asRelativePath(uri), uri);
  const errors = found.findings.length;
  file.error = errors > 0 ? `the file has ${errors === 1 ? 'an error' : `${errors} errors`}` : undefined;
  file.children.replace(
    found.tests.map(({ name, range }) => {
      const item = file.children.get(name) ?? controller.createTestItem(name, name, uri);
      item.range = from.asRange(range);
      return item;
    }),
  );
  controller.items.add(file);
}

/** What is asked for, by file; `undefined` are all tests of it. */
function wanted(controller: TestController, request: TestRunRequest): Map<TestItem, readonly TestItem[] | undefined> {
  const files = new Map<TestItem, readonly TestItem[] | undefined>();
  const excluded = new Set(request.exclude ?? []);
  const add = (item: TestItem) => {
    if (excluded.has(item)) return;
    const file = item.parent ?? item;
    const tests = item.parent ? [item] : [...item.children].map(([, test]) => test);
    files.set(file, [...(files.get(file) ?? []), ...tests.filter((test) => !excluded.has(test))]);
  };
  if (request.include) request.include.forEach(add);
  else controller.items.forEach(add);
  return files;
}

async function runTests(session: Session, controller: TestController, sessions: TestSessions, verdicts: Map<string, string>, request: TestRunRequest, token: CancellationToken): Promise<void> {
  const run = controller.createTestRun(request);
  for (const [file, items] of wanted(controller, request)) {
    if (token.isCancellationRequested) break;
    await runFile(session, sessions, verdicts, run, file, items ?? [], token);
  }
  run.end();
}

async function runFile({ server }: Session, sessions: TestSessions, verdicts: Map<string, string>, run: TestRun, file: TestItem, items: readonly TestItem[], token: CancellationToken): Promise<void> {
  if (!file.uri || items.length === 0) return;
  const { uri } = file;
  items.forEach((item) => run.enqueued(item));
  const call = (command: string, argument: object) => server.client.sendRequest<TestSession>('workspace/executeCommand', { command, arguments: [argument] });
  let begun: TestSession;
  try {
    begun = await call(TEST, { uri: server.client.code2ProtocolConverter.asUri(uri), names: items.map((item) => item.id) });
  } catch (error) {
    const message = new TestMessage(error instanceof Error ? error.message : String(error));
    items.forEach((item) => run.errored(item, message));
    return;
  }
  const stopped = token.onCancellationRequested(() => void call(CANCEL_TEST, begun));
  await new Promise<void>((resolve) => {
    sessions.follow(begun.session, (event) => {
      if (event.type === 'ended') {
        if (event.message) run.appendOutput(`${event.message}\r\n`);
        resolve();
      } else {
        const item = items.find((it) => it.id === event.name);
        if (event.type === 'over') verdicts.set(keyOf(uri, event.name), event.verdict);
        if (item) tell(server.client.protocol2CodeConverter.asRange, run, item, uri, event);
      }
    });
  });
  stopped.dispose();
}

type AsRange = Session['server']['client']['protocol2CodeConverter']['asRange'];

function tell(asRange: AsRange, run: TestRun, item: TestItem, uri: Uri, event: Exclude<TestEvent, { type: 'ended' }>): void {
  if (event.type === 'begun') return run.started(item);
  const milliseconds = event.duration * 1000;
  if (event.runs > 1) run.appendOutput(`${item.label}: passed ${event.passed} of ${event.runs} runs\r\n`, undefined, item);
  if (event.verdict === 'passed') return run.passed(item, milliseconds);
  const messages = event.failures.map((failure) => {
    const message = new TestMessage(failure.message);
    message.location = new Location(uri, asRange(failure.range));
    return message;
  });
  if (event.verdict === 'failed') run.failed(item, messages, milliseconds);
  else run.errored(item, messages, milliseconds);
}
