/** The commands of the extension. */

import { commands, Uri } from 'vscode';
import type { RunArguments, Selection } from '../protocol';
import type { Session } from '../session';
import { activePipeline, asServerUri, cancel, goToStep, selectionAtCursor, start, type Which } from './run';

type Work = (...args: never[]) => unknown;

export function registerCommands(session: Session): void {
  const here = (which: Which) => async () => {
    const document = activePipeline();
    const selection = document && (await selectionAtCursor(session, document, which));
    if (selection) await start(session, { uri: asServerUri(session, document), ...selection });
  };
  const all: Record<string, Work> = {
    'downbeat.runPipeline': async (uri?: Uri) => {
      const document = activePipeline();
      const target = uri instanceof Uri ? session.server.client.code2ProtocolConverter.asUri(uri) : document && asServerUri(session, document);
      if (target) await start(session, { uri: target });
    },
    'downbeat.runFromHere': here('from'),
    'downbeat.runOnlyHere': here('only'),
    'downbeat.runUntilHere': here('until'),
    'downbeat.cancelRun': (run?: string) => cancel(session, typeof run === 'string' ? run : undefined),
    'downbeat.goToStep': (uri: string, step: string) => goToStep(session, uri, step),
    'downbeat.restartServer': () => session.server.restart(),
    'downbeat.showServerLog': () => session.log.show(),
  };
  for (const [name, work] of Object.entries(all)) {
    session.context.subscriptions.push(commands.registerCommand(name, work as (...args: unknown[]) => unknown));
  }
}

/** `downbeat.run` and `downbeat.cancel` by name: what the server's own lenses and other extensions call. */
export async function execute(session: Session, command: string, args: unknown[], next: (command: string, args: unknown[]) => unknown): Promise<unknown> {
  if (command !== 'downbeat.run') return next(command, args);
  const call = args[0] as (RunArguments & Selection) | undefined;
  if (!call?.uri) return commands.executeCommand('downbeat.runPipeline');
  const run = await start(session, call);
  return run === undefined ? undefined : { run };
}
