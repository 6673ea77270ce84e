/** The commands of the extension. */

import { commands, Uri, workspace } from 'vscode';
import { documentOf } from '../live/places';
import { RUN, type RunArguments } from '../protocol';
import type { Session } from '../session';
import type { Node } from '../view/nodes';
import { resume } from './resume';
import { activePipeline, cancel, goToStep, pause, selectionAtCursor, start, unpause, type Inputs, type Which } from './run';

type Work = (...args: never[]) => unknown;

/** What lens and view show beside the log: channels that a command reveals. */
export interface Shown {
  output(): void;
}

export function registerCommands(session: Session, shown: Shown): void {
  const { context, book, log, server } = session;
  const whole = (inputs: Inputs) => async (uri?: unknown) => {
    const document = uri instanceof Uri ? await workspace.openTextDocument(uri) : activePipeline();
    if (document) await start(session, document, {}, inputs);
  };
  const part = (which: Which) => async () => {
    const document = activePipeline();
    const selection = document && (await selectionAtCursor(session, document, which));
    if (selection) await start(session, document, selection, 'ask');
  };
  const all: Record<string, Work> = {
    'downbeat.runPipeline': whole('ask'),
    'downbeat.runWithLastInputs': whole('last'),
    'downbeat.runFromHere': part('from'),
    'downbeat.runOnlyHere': part('only'),
    'downbeat.runUntilHere': part('until'),
    'downbeat.cancelRun': (run?: unknown) => cancel(session, runOf(run)),
    'downbeat.pauseRun': (run?: unknown) => pause(session, runOf(run)),
    'downbeat.unpauseRun': (run?: unknown) => unpause(session, runOf(run)),
    'downbeat.resumeRun': (run?: unknown) => resume(session, runOf(run)),
    'downbeat.runAgain': async (node?: Node) => {
      const run = (node?.is === 'run' ? node.run : undefined) ?? book.all().find(({ uri }) => uri !== undefined);
      if (run?.uri) await start(session, await workspace.openTextDocument(Uri.parse(run.uri)), run.selection, 'last');
    },
    'downbeat.goToStep': (uri: string, step: string) => goToStep(session, uri, step),
    'downbeat.clearRuns': () => book.clear(),
    'downbeat.showRuns': () => commands.executeCommand('downbeat.runs.focus'),
    'downbeat.showRunOutput': () => shown.output(),
    'downbeat.showServerLog': () => log.show(),
    'downbeat.restartServer': () => server.restart(),
  };
  for (const [name, work] of Object.entries(all)) {
    context.subscriptions.push(commands.registerCommand(name, work as (...args: unknown[]) => unknown));
  }
}

/** The run that a command was called for: its id, or the entry of the run view. */
function runOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  const node = argument as Node | undefined;
  if (node?.is === 'run') return node.run.id;
  return node?.is === 'past' ? node.run.run : undefined;
}

/** `downbeat.run` by name, as lenses and other extensions call it: asks for inputs unless they are given. */
export async function execute(
  session: Session,
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => unknown,
): Promise<unknown> {
  if (command !== RUN) return next(command, args);
  const call = args[0] as RunArguments | undefined;
  if (!call?.uri) return commands.executeCommand('downbeat.runPipeline');
  const { uri, inputs, ...selection } = call;
  const target = session.server.client.protocol2CodeConverter.asUri(uri);
  const document = documentOf(target.toString()) ?? (await workspace.openTextDocument(target));
  const run = await start(session, document, selection, inputs ?? 'ask');
  return run === undefined ? undefined : { run };
}
