/** The command line as tasks: `check` and `run` in a terminal, with what they find in the list of problems. */

import {
  ProcessExecution,
  Task,
  TaskGroup,
  tasks,
  TaskScope,
  workspace,
  type TaskDefinition,
  type WorkspaceFolder,
} from 'vscode';
import { currentEditor } from './editors';
import type { Session } from './session';
import * as settings from './settings';

const TYPE = 'downbeat';
/** A message of up to three lines, and the form that long lists have. */
const MATCHERS = ['$downbeat', '$downbeat-2', '$downbeat-3', '$downbeat-line'];

interface Definition extends TaskDefinition {
  readonly command: 'check' | 'run';
  readonly files?: readonly string[];
  readonly args?: readonly string[];
}

export function provideTasks(session: Session): void {
  const provider = tasks.registerTaskProvider(TYPE, {
    provideTasks: () => [
      ...(workspace.workspaceFolders ?? []).map((folder) => task(session, { type: TYPE, command: 'check' }, folder)),
      ...active().map((folder) => task(session, { type: TYPE, command: 'run' }, folder)),
    ],
    resolveTask: ({ definition, scope }) =>
      task(session, definition as Definition, scope ?? TaskScope.Workspace, definition as Definition),
  });
  session.context.subscriptions.push(provider);
}

/** The folder of the pipeline in the editor, if one is there. */
function active(): WorkspaceFolder[] {
  const document = currentEditor()?.document;
  const folder = document?.languageId === 'downbeat' ? workspace.getWorkspaceFolder(document.uri) : undefined;
  return folder ? [folder] : [];
}

/** `kept` is the definition that the editor gave; it wants the same object back. */
function task(session: Session, definition: Definition, scope: WorkspaceFolder | TaskScope, kept: Definition = definition): Task {
  const { command, files, args } = definition;
  const targets = files && files.length > 0 ? files : [command === 'check' ? '.' : '${file}'];
  const folder = typeof scope === 'object' ? scope.uri.fsPath : undefined;
  const execution = new ProcessExecution(session.server.place().path, [command, ...targets, ...(args ?? [])], {
    env: settings.serverEnvironment(),
    ...(folder ? { cwd: folder } : {}),
  });
  const result = new Task(kept, scope as WorkspaceFolder, `${command} ${targets.join(' ')}`, TYPE, execution, MATCHERS);
  if (command === 'check') result.group = TaskGroup.Build;
  return result;
}
