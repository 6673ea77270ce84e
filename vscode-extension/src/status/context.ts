/** Context keys, which decide where buttons and keys are: whether the active document is a pipeline, and whether something runs. */

import { commands, window } from 'vscode';
import { currentEditor } from '../editors';
import type { Session } from '../session';

export function keepContext({ book, context, places, server }: Session): void {
  const set = (key: string, value: boolean) => void commands.executeCommand('setContext', key, value);
  const look = async () => {
    const document = currentEditor()?.document;
    if (!document) return set('downbeat.isPipeline', false);
    if (document.languageId !== 'yaml') return set('downbeat.isPipeline', document.languageId === 'downbeat');
    // Of plain YAML, only the server knows.
    const steps = await places.of(document);
    if (currentEditor()?.document === document) set('downbeat.isPipeline', steps.length > 0);
  };
  context.subscriptions.push(
    window.onDidChangeActiveTextEditor(look),
    window.onDidChangeVisibleTextEditors(look),
    places.onDidChange((document) => {
      if (document === currentEditor()?.document && document.languageId === 'yaml') {
        set('downbeat.isPipeline', places.now(document).length > 0);
      }
    }),
    server.onDidChange(({ is }) => is === 'running' && void look()),
    book.onDidTurn(() => set('downbeat.isRunning', book.running().length > 0)),
  );
  void look();
}
