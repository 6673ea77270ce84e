/** What the user is told about the server without having asked: that it failed, came back, was given up, or is of another version. */

import { commands, window } from 'vscode';
import type { Session } from '../session';

const RESTART = 'Restart Server';
const LOG = 'Show Server Log';
const SETTING = 'Open Setting';

export function tellAboutServer({ context, server, book }: Session): void {
  context.subscriptions.push(
    server.onDidChange(async (condition) => {
      if (condition.is === 'failed') {
        act(await window.showErrorMessage(`Downbeat: ${condition.why}.`, SETTING, RESTART, LOG));
      } else if (condition.is === 'crashed' && condition.times === 'tooOften') {
        act(await window.showErrorMessage('Downbeat: the server ended unexpectedly too often and stays down. Your documents are as they were.', RESTART, LOG));
      } else if (condition.is === 'crashed') {
        const lost = book.running().length;
        const runs = lost > 0 ? ` ${lost === 1 ? 'A run was' : `${lost} runs were`} lost.` : '';
        act(await window.showWarningMessage(`Downbeat: the server ended unexpectedly and was started again.${runs} Your documents are as they were.`, LOG));
      }
    }),
    server.onMismatch(async ({ server: { major, minor, patch }, place }) => {
      const own = String(context.extension.packageJSON.version);
      const text = `Downbeat: \`${place.path}\` is version ${major}.${minor}.${patch}, this extension ${own}; they may not understand each other.`;
      act(await window.showWarningMessage(text, SETTING, LOG));
    }),
  );
}

function act(choice: string | undefined): void {
  if (choice === RESTART) void commands.executeCommand('downbeat.restartServer');
  if (choice === LOG) void commands.executeCommand('downbeat.showServerLog');
  if (choice === SETTING) void commands.executeCommand('workbench.action.openSettings', 'downbeat.server.path');
}
