/** The server's lenses, with their commands replaced by those that ask for inputs first; while a run goes on, `Cancel`. */

import { CodeLens, workspace, type Command } from 'vscode';
import type { CodeLensProviderShape } from 'vscode-languageclient/node';
import { RUN, type RunArguments } from '../protocol';
import * as settings from '../settings';
import type { Run } from '../runs/run';
import type { Session } from '../session';

/** What the lenses of a document become, given the run that goes on in it. */
export function dressLenses(lenses: readonly CodeLens[], going: Run | undefined): CodeLens[] {
  if (!settings.lenses()) return [];
  return lenses.map((lens) => {
    const call = lens.command?.command === RUN ? (lens.command.arguments?.[0] as RunArguments | undefined) : undefined;
    if (!lens.command || !call) return lens;
    const isWhole = !call.only && !call.from && !call.until;
    return new CodeLens(lens.range, isWhole && going ? cancel(going) : run(lens.command.title, isWhole, call));
  });
}

const cancel = (run: Run): Command => ({
  command: 'downbeat.cancelRun',
  title: '$(debug-stop) Cancel',
  tooltip: `Stop ${run.name} and every process that it started`,
  arguments: [run.id],
});

const run = (title: string, isWhole: boolean, call: RunArguments): Command => ({
  command: RUN,
  title: isWhole ? `$(play) ${title}` : title,
  arguments: [call],
});

/** Lenses are asked for again when a run begins or ends, and when they are switched on or off. */
export function refreshLenses({ context, book, server }: Session): void {
  const refresh = () => {
    const feature = server.client.getFeature('textDocument/codeLens');
    for (const document of workspace.textDocuments) {
      (feature.getProvider(document) as CodeLensProviderShape | undefined)?.onDidChangeCodeLensEmitter.fire();
    }
  };
  context.subscriptions.push(
    book.onDidTurn(refresh),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${settings.SECTION}.lens`)) refresh();
    }),
  );
}
