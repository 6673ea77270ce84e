/** What a run says, as lines. */

import type { RunEvent } from '../protocol';
import type { Run } from './run';
import { duration, oneLine, runLine } from './words';

/** An unfinished line is written out from this length on. */
const MAX_LINE = 4_000;

/** What an event adds, as whole lines. Output that ends inside a line waits in `unfinished` for the rest of it. */
export function lines(run: Run, event: RunEvent, unfinished: Map<string, string>): string[] {
  const name = nameOf(event);
  const key = `${run.id}\n${name}`;
  const said = (line: string) => `${name} | ${clean(line)}`;
  const rest = unfinished.get(key) ?? '';
  if (event.type === 'step_output') {
    const whole = (rest + gap(rest, event) + text(event.data?.['text'])).split(/\r?\n/);
    const last = whole.pop() ?? '';
    if (last.length > MAX_LINE) whole.push(last);
    unfinished.set(key, last.length > MAX_LINE ? '' : last);
    return whole.map(said);
  }
  if (event.type === 'step_progress') return [];
  unfinished.delete(key);
  const line = sentence(run, event, name);
  return [...(rest ? [said(rest)] : []), ...(line === undefined ? [] : [line])];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The step; inside of loops with its round. */
const nameOf = ({ step, data }: RunEvent): string => text(data?.['path']) || (step ?? '');

/** Says how much the server left out in front of this output. */
function gap(before: string, { data }: RunEvent): string {
  const omitted = data?.['omitted'];
  return typeof omitted === 'number' && omitted > 0 ? `${before ? '\n' : ''}… ${omitted} bytes are left out …\n` : '';
}

function sentence(run: Run, { type, message, data, timestamp }: RunEvent, step: string): string | undefined {
  const time = typeof data?.['duration'] === 'number' ? ` in ${duration(data['duration'])}` : '';
  const why = oneLine(message || text(data?.['reason']), 2_000);
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
