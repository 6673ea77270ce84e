/** The language client: which documents it serves, and what the server is told at its start. */

import { spawn, type ChildProcess } from 'node:child_process';
import { homedir } from 'node:os';
import { workspace, type LogOutputChannel } from 'vscode';
import { LanguageClient, type ErrorHandler, type Middleware } from 'vscode-languageclient/node';
import * as settings from '../settings';

/** How a server process is started. */
export interface Program {
  readonly path: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Pipelines by name, and all YAML; the server decides which YAML documents are pipelines. */
export const SELECTOR = [
  { language: 'downbeat', scheme: 'file' },
  { language: 'downbeat', scheme: 'untitled' },
  { language: 'yaml', scheme: 'file' },
  { language: 'yaml', scheme: 'untitled' },
  { scheme: 'file', pattern: '**/downbeat.toml' },
];

export const initializationOptions = () => ({ trusted: workspace.isTrusted, asks: true, words: true, ...settings.forServer() });

/** Where a pipeline that has no file yet runs: the first folder that is open. */
const workingDirectory = (): string => workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();

export interface ClientParts {
  readonly log: LogOutputChannel;
  readonly trace: LogOutputChannel;
  readonly errorHandler: ErrorHandler;
  readonly middleware: Middleware;
  /** Asked at every start, also after a crash. */
  program(): Program;
  spawned(child: ChildProcess): void;
}

export function createClient(parts: ClientParts): LanguageClient {
  const start = () =>
    new Promise<ChildProcess>((resolve, reject) => {
      const { path, environment } = parts.program();
      const child = spawn(path, ['lsp'], { env: environment, cwd: workingDirectory(), stdio: 'pipe' });
      child.once('error', reject).once('spawn', () => {
        parts.spawned(child);
        resolve(child);
      });
    });
  return new LanguageClient('downbeat', 'Downbeat', start, {
    documentSelector: SELECTOR,
    outputChannel: parts.log,
    traceOutputChannel: parts.trace,
    initializationOptions,
    errorHandler: parts.errorHandler,
    middleware: parts.middleware,
  });
}
