/** Downbeat in VS Code: starts the server and shows what it says. What a pipeline means is the server's business. */

import { window, workspace, type ExtensionContext } from 'vscode';
import type { CodeLensProviderShape } from 'vscode-languageclient/node';
import { execute, registerCommands } from './commands/register';
import { dressLenses } from './commands/lens';
import { Places } from './live/places';
import { EVENT, type EventParams } from './protocol';
import { Book } from './runs/book';
import { SECTION } from './settings';
import { Server } from './server/server';
import type { Session } from './session';

/** What tests and other extensions see. */
export interface Api {
  readonly session: Session;
  /** Resolves when the server was started, or could not be. */
  readonly started: Promise<void>;
}

export function activate(context: ExtensionContext): Api {
  const log = window.createOutputChannel('Downbeat Server', { log: true });
  const book = new Book();
  const server: Server = new Server(context, log, {
    provideCodeLenses: async (document, token, next) =>
      dressLenses((await next(document, token)) ?? [], book.running().find((run) => run.uri === document.uri.toString())),
    executeCommand: (command, args, next) => execute(session, command, args, next),
  });
  const session: Session = { context, log, server, book, places: new Places(server.client) };
  context.subscriptions.push(log, book, server);

  server.client.onNotification(EVENT, (params: EventParams) => book.take(params));
  registerCommands(session);
  refreshLenses(session);
  context.subscriptions.push(
    server.onDidChange((condition) => {
      if (condition.is === 'crashed' || condition.is === 'stopped') book.serverLost();
    }),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.server`)) void server.restart();
    }),
  );
  return { session, started: server.start() };
}

/** Lenses are asked for again when a run begins or ends, and when they are switched on or off. */
function refreshLenses({ context, book, server }: Session): void {
  const refresh = () => {
    const feature = server.client.getFeature('textDocument/codeLens');
    for (const document of workspace.textDocuments) {
      (feature.getProvider(document) as CodeLensProviderShape | undefined)?.onDidChangeCodeLensEmitter.fire();
    }
  };
  context.subscriptions.push(
    book.onDidTurn(refresh),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.lens`)) refresh();
    }),
  );
}
