/** Downbeat in VS Code: starts the server and shows what it says. What a pipeline means is the server's business. */

import { window, workspace, type ExtensionContext } from 'vscode';
import { dressLenses, refreshLenses } from './commands/lens';
import { execute, registerCommands } from './commands/register';
import { showGraphs, type Graphs } from './graph/show';
import { showInsights } from './insight/show';
import { hearWords, showWords } from './insight/words';
import { documentOf, Places } from './live/places';
import { showProblems } from './live/problems';
import { Staleness } from './live/staleness';
import { showLiveStatus, type LiveStatus } from './live/status';
import { ownFindings } from './neighbour';
import { answerQuestions } from './people/answer';
import { EVENT, type EventParams } from './protocol';
import { Book } from './runs/book';
import { writeOutput } from './runs/output';
import { Server } from './server/server';
import type { Session } from './session';
import { SECTION } from './settings';
import { showStatusBar } from './status/bar';
import { keepContext } from './status/context';
import { showLanguageStatus } from './status/language';
import { tellAboutServer } from './status/messages';
import { provideTasks } from './tasks';
import { showTests, type Testing } from './tests/view';
import { startClock, type Timing } from './timing';
import { showRunView } from './view/tree';

/** What tests and other extensions see. */
export interface Api {
  readonly session: Session;
  readonly live: LiveStatus;
  readonly graphs: Graphs;
  readonly testing: Testing;
  /** Resolves when the server was started, or could not be. */
  readonly started: Promise<void>;
  readonly timing: Timing;
}

export function activate(context: ExtensionContext): Api {
  const stop = startClock();
  const log = window.createOutputChannel('Downbeat Server', { log: true });
  const book = new Book();
  const server: Server = new Server(context, log, {
    provideCodeLenses: async (document, token, next) => dressLenses((await next(document, token)) ?? []),
    provideDiagnostics: async (target, previous, token, next) => {
      const report = await next(target, previous, token);
      const document = 'languageId' in target ? target : documentOf(target.toString());
      return report && 'items' in report && document ? { ...report, items: ownFindings(document, report.items) } : report;
    },
    executeCommand: (command, args, next) => execute(session, command, args, next),
    // The status bar and the run view show how far a run is.
    handleWorkDoneProgress: () => undefined,
  });
  const places = new Places(server.client);
  const stale = new Staleness(book, places);
  const session: Session = { context, log, server, book, places, stale };
  context.subscriptions.push(log, book, server, places, stale);

  server.client.onNotification(EVENT, (params: EventParams) => book.take(params));
  answerQuestions(session);
  tellAboutServer(session);
  followServer(session);
  const output = writeOutput(session);
  const live = showLiveStatus(session);
  showProblems(session);
  showRunView(session);
  const graphs = showGraphs(session);
  const spoken = hearWords(session);
  showInsights(session, spoken);
  showWords(session, spoken);
  const testing = showTests(session);
  provideTasks(session);
  showStatusBar(session);
  showLanguageStatus(session);
  keepContext(session);
  refreshLenses(session);
  registerCommands(session, { output: () => output.show() });
  const started = server.start();
  return { session, live, graphs, testing, started, timing: stop() };
}

/** A server that is gone takes its runs along; trust and the server's own settings need a new one. */
function followServer({ book, context, server }: Session): void {
  context.subscriptions.push(
    server.onDidChange(({ is }) => {
      if (is === 'crashed' || is === 'stopped' || is === 'failed') book.serverLost();
    }),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.server`)) void server.restart();
      else if (change.affectsConfiguration(`${SECTION}.hints`) || change.affectsConfiguration(`${SECTION}.wording`)) void server.sendSettings();
    }),
  );
}
