/** The server's lenses with icons, or none when they are switched off. What they start, the server says. */

import { CodeLens, workspace } from 'vscode';
import type { CodeLensProviderShape } from 'vscode-languageclient/node';
import { CANCEL, RUN, type RunArguments } from '../protocol';
import type { Session } from '../session';
import * as settings from '../settings';

/** What the lenses of a document become. */
export function dressLenses(lenses: readonly CodeLens[]): CodeLens[] {
  if (!settings.lenses()) return [];
  return lenses.map((lens) => {
    const icon = iconOf(lens);
    return icon && lens.command ? new CodeLens(lens.range, { ...lens.command, title: `$(${icon}) ${lens.command.title}` }) : lens;
  });
}

/** Only what concerns the whole pipeline has an icon: two on every step would be noise. */
function iconOf({ command }: CodeLens): string | undefined {
  if (command?.command === CANCEL) return 'debug-stop';
  const { only, from, until } = (command?.arguments?.[0] ?? {}) as Partial<RunArguments>;
  return command?.command === RUN && !only && !from && !until ? 'play' : undefined;
}

/** Lenses are asked for again when they are switched on or off. */
export function refreshLenses({ context, server }: Session): void {
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(`${settings.SECTION}.lens`)) return;
      const feature = server.client.getFeature('textDocument/codeLens');
      for (const document of workspace.textDocuments) {
        (feature.getProvider(document) as CodeLensProviderShape | undefined)?.onDidChangeCodeLensEmitter.fire();
      }
    }),
  );
}
