/** The output channel of runs: everything that a run says, line by line. */

import { window, type OutputChannel } from 'vscode';
import type { RunEvent } from '../protocol';
import type { Session } from '../session';
import * as settings from '../settings';
import type { Run } from './run';
import { duration, oneLine, runLine } from './words';

/** An unfinished line is written out from this length on. */
const MAX_LINE = 4_000;

export function writeOutput({ book, context }: Session): OutputChannel {
  const channel = window.createOutputChannel('Downbeat Runs');
  const unfinished = new Map<string, string>();
  context.subscriptions.push(
    channel,
    book.onDidHappen(({ run, params: { event } }) => {
      if (event.type === 'run_started' && settings.showOutput()) channel.show(true);
      const text = lines(run, event, unfinished);
      if (text.length > 0) channel.append(`${text.join('\n')}\n`);
    }),
  );
  return channel;
}

/** What an event adds, as whole lines. Output that ends inside a line waits for the rest of it. */
export function lines(run: Run, event: RunEvent, unfinished: Map<string, string>): string[] {
  const key = `${run.id}\n${event.step ?? ''}`;
  const said = `${event.step ?? ''} | `;
  if (event.type === 'step_output') {
    const text = (unfinished.get(key) ?? '') + (typeof event.data?.['text'] === 'string' ? event.data['text'] : '');
    const whole = text.split(/\r?\n/);
    const rest = whole.pop() ?? '';
    if (rest.length > MAX_LINE) whole.push(rest);
    unfinished.set(key, rest.length > MAX_LINE ? '' : rest);
    return whole.map((line) => said + clean(line));
  }
  const rest = unfinished.get(key);
  const before = rest && event.type !== 'step_progress' ? [said + clean(rest)] : [];
  if (before.length > 0 || isEnd(event)) unfinished.delete(key);
  const line = sentence(run, event);
  return line === undefined ? before : [...before, line];
}

const isEnd = ({ type }: RunEvent): boolean => type === 'step_completed' || type === 'step_failed' || type === 'step_skipped';

function sentence(run: Run, { type, step, message, data, timestamp }: RunEvent): string | undefined {
  const time = typeof data?.['duration'] === 'number' ? ` in ${duration(data['duration'])}` : '';
  const why = oneLine(message ?? (typeof data?.['reason'] === 'string' ? data['reason'] : ''), 2_000);
  switch (type) {
    case 'run_started':
      return `=== ${run.name}: run ${run.id}, ${new Date(timestamp * 1000).toLocaleTimeString()}`;
    case 'step_started':
      return `${step} started`;
    case 'step_completed':
      return `${step} ${data?.['success'] === false ? 'reported a failure' : 'done'}${time}`;
    case 'step_failed':
      return `${step} failed${time}: ${why}`;
    case 'step_skipped':
      return `${step} skipped: ${why}`;
    case 'step_retrying':
      return `${step} is tried again: ${why}`;
    case 'run_completed':
    case 'run_failed':
    case 'run_cancelled':
      return `=== ${run.name}: ${runLine(run, timestamp)}${why ? `: ${why}` : ''}\n`;
    default:
      return undefined;
  }
}

/** Colours and other terminal commands mean nothing here. */
const clean = (line: string): string =>
  line.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
