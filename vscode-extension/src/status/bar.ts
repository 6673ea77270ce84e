/** The status bar: whether the server is there, and how far the newest run is. */

import { StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import { currentEditor } from '../editors';
import { isLive, type Run } from '../runs/run';
import { throttle } from '../runs/throttle';
import type { Condition } from '../server/server';
import type { Session } from '../session';

const INTERVAL_MS = 200;

export function showStatusBar({ book, context, server }: Session): StatusBarItem {
  const item = window.createStatusBarItem('downbeat.status', StatusBarAlignment.Left, 10);
  item.name = 'Downbeat';
  const draw = () => {
    const [run] = book.running();
    const { text, tooltip, command } = run ? going(run, book.running().length) : idle(server.condition);
    item.text = text;
    item.tooltip = tooltip;
    item.command = command;
    item.accessibilityInformation = { label: `${text.replace(/\$\([^)]*\)\s*/g, '')}. ${tooltip}`, role: 'button' };
    const isNeeded = run !== undefined || server.condition.is === 'failed' || currentEditor()?.document.languageId === 'downbeat';
    if (isNeeded) item.show();
    else item.hide();
  };
  const redraw = throttle(INTERVAL_MS, draw);
  context.subscriptions.push(
    item,
    { dispose: () => redraw.cancel() },
    server.onDidChange(() => redraw.ask()),
    book.onDidChange(() => redraw.ask()),
    window.onDidChangeActiveTextEditor(() => redraw.ask()),
    window.onDidChangeVisibleTextEditors(() => redraw.ask()),
  );
  draw();
  return item;
}

interface Look {
  readonly text: string;
  readonly tooltip: string;
  readonly command: string;
}

function going(run: Run, runs: number): Look {
  const at = [...run.steps.values()].findLast(isLive);
  const steps = run.total > 0 ? ` ${run.settled}/${run.total}` : '';
  const others = runs > 1 ? ` +${runs - 1}` : '';
  return {
    text: `$(loading~spin) ${run.name}${steps}${others}`,
    tooltip: at ? `Running ${at.id}. Choose to show the runs.` : 'A pipeline runs. Choose to show the runs.',
    command: 'downbeat.showRuns',
  };
}

function idle(condition: Condition): Look {
  switch (condition.is) {
    case 'starting':
      return { text: '$(loading~spin) Downbeat', tooltip: 'The server starts', command: 'downbeat.showServerLog' };
    case 'running':
      return { text: '$(check) Downbeat', tooltip: 'Choose to show the runs', command: 'downbeat.showRuns' };
    case 'crashed':
      return { text: '$(warning) Downbeat', tooltip: 'The server ended unexpectedly. Choose to restart it.', command: 'downbeat.restartServer' };
    case 'failed':
      return { text: '$(error) Downbeat', tooltip: `${condition.why}. Choose to restart the server.`, command: 'downbeat.restartServer' };
    case 'stopped':
      return { text: '$(circle-slash) Downbeat', tooltip: 'The server is stopped. Choose to restart it.', command: 'downbeat.restartServer' };
  }
}
