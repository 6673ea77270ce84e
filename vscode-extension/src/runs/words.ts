/** How durations, states and output are said, everywhere alike. */

import type { Run, RunState, Step, StepState } from './run';

/** Characters of a message or of output that fit on a line beside the text. */
const MAX_LINE = 120;

export const stepWord: Readonly<Record<StepState, string>> = {
  waiting: 'waiting',
  running: 'running',
  retrying: 'trying again',
  done: 'done',
  reported: 'reported a failure',
  failed: 'failed',
  skipped: 'skipped',
  unfinished: 'not finished',
};

export const runWord: Readonly<Record<RunState, string>> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost',
};

export const stepIcon: Readonly<Record<StepState, string>> = {
  waiting: 'circle-outline',
  running: 'loading~spin',
  retrying: 'sync~spin',
  done: 'pass',
  reported: 'warning',
  failed: 'error',
  skipped: 'debug-step-over',
  unfinished: 'circle-slash',
};

export const runIcon: Readonly<Record<RunState, string>> = {
  running: 'loading~spin',
  completed: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
  lost: 'debug-disconnect',
};

/** `4 ms`, `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (seconds < 0.1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A time that ticks: whole seconds. */
export const ticking = (seconds: number): string => (seconds < 60 ? `${Math.floor(Math.max(0, seconds))} s` : duration(seconds));

/** One line of bounded length, without control characters. */
export function oneLine(text: string, most = MAX_LINE): string {
  const plain = text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  const letters = [...plain];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : plain;
}

/** The last line of output that says something. */
export function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim());
  return oneLine(lines.at(-1) ?? '');
}

/** What stands beside a step: its state, its time, and why or what it says. */
export function stepLine(step: Step, now: number): string {
  const parts = [stepWord[step.state]];
  if (step.state === 'running' || step.state === 'retrying') {
    if (step.startedAt !== undefined) parts.push(ticking(now - step.startedAt));
    if (step.fraction !== undefined) parts.push(`${Math.floor(step.fraction * 100)} %`);
  } else if (step.duration !== undefined) {
    parts.push(duration(step.duration));
  }
  const head = parts.join(' ');
  const why = oneLine(step.message);
  return why ? `${head}: ${why}` : head;
}

/** `completed in 0.4 s, 5 of 5 steps`. */
export function runLine(run: Run, now: number): string {
  const time = duration((run.endedAt ?? now) - run.startedAt);
  const steps = run.total > 0 ? `, ${run.settled} of ${run.total} steps` : '';
  return run.state === 'running' ? `${run.paused ? 'paused' : 'running'} ${time}${steps}` : `${runWord[run.state]} in ${time}${steps}`;
}
