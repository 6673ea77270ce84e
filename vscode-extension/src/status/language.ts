/** The language status: which server serves this file, and what to do when none does. */

import { languages, LanguageStatusSeverity, workspace, type LanguageStatusItem } from 'vscode';
import type { Condition } from '../server/server';
import type { Session } from '../session';

export function showLanguageStatus({ context, server }: Session): LanguageStatusItem {
  const item = languages.createLanguageStatusItem('downbeat.server', [{ language: 'downbeat' }]);
  item.name = 'Downbeat';
  const draw = () => {
    const { text, severity } = look(server.condition);
    item.text = text;
    item.severity = severity;
    item.busy = server.condition.is === 'starting';
    item.detail = workspace.isTrusted ? '' : 'nothing runs in a workspace that is not trusted';
    item.command = { command: 'downbeat.restartServer', title: 'Restart', tooltip: 'Restart the Downbeat server' };
  };
  context.subscriptions.push(item, server.onDidChange(draw), workspace.onDidGrantWorkspaceTrust(draw));
  draw();
  return item;
}

function look(condition: Condition): { text: string; severity: LanguageStatusSeverity } {
  const { Information, Warning, Error } = LanguageStatusSeverity;
  switch (condition.is) {
    case 'starting':
      return { text: 'Downbeat server starts', severity: Information };
    case 'running': {
      const { major, minor, patch } = condition.version;
      return { text: `Downbeat server ${major}.${minor}.${patch} (${condition.place.origin})`, severity: Information };
    }
    case 'crashed':
      return { text: 'Downbeat server ended unexpectedly', severity: Warning };
    case 'failed':
      return { text: `Downbeat server: ${condition.why}`, severity: Error };
    case 'stopped':
      return { text: 'Downbeat server is stopped', severity: Warning };
  }
}
