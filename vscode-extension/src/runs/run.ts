/** What is known of a run, from its events alone. Pure: no editor, no clock. */

import type { RunEvent, Selection } from '../protocol';

/** More rounds of one loop than this are counted, not kept. */
const MAX_ROUNDS = 1_000;
/** Characters of live output that are kept of a step. */
const MAX_TAIL = 2_000;

export type StepState = 'waiting' | 'running' | 'retrying' | 'done' | 'reported' | 'failed' | 'skipped' | 'unfinished';
export type RunState = 'running' | 'completed' | 'failed' | 'cancelled' | 'lost';

/** A step, or one round of a step inside a loop. */
export interface Step {
  readonly id: string;
  /** Unique in the pipeline: `loop.step` for a step inside a loop. */
  readonly key: string;
  state: StepState;
  /** Unix seconds. */
  startedAt: number | undefined;
  /** Seconds. */
  duration: number | undefined;
  /** Why it failed or was skipped, or what it is at. */
  message: string;
  /** The end of its live output. */
  tail: string;
  /** From 0 to 1; undefined when unknown. */
  fraction: number | undefined;
  /** Rounds by their paths, newest last, when it ran inside a loop. */
  readonly rounds: Map<string, Step>;
  /** Rounds that are not kept. */
  forgotten: number;
}

export interface Run {
  readonly id: string;
  /** The document, where this window started the run. */
  readonly uri: string | undefined;
  readonly selection: Selection;
  name: string;
  state: RunState;
  /** Nothing begins for now. */
  paused: boolean;
  startedAt: number;
  endedAt: number | undefined;
  message: string;
  /** How many steps there are; 0 until the run says. */
  total: number;
  settled: number;
  /** By their keys. */
  readonly steps: Map<string, Step>;
}

export const newRun = (id: string, uri: string | undefined, selection: Selection, startedAt: number): Run => ({
  id,
  uri,
  selection,
  name: id.replace(/_\d+_[0-9a-f]+$/, ''),
  state: 'running',
  paused: false,
  startedAt,
  endedAt: undefined,
  message: '',
  total: 0,
  settled: 0,
  steps: new Map(),
});

export const newStep = (id: string, key: string): Step => ({
  id,
  key,
  state: 'waiting',
  startedAt: undefined,
  duration: undefined,
  message: '',
  tail: '',
  fraction: undefined,
  rounds: new Map(),
  forgotten: 0,
});

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Where an event happened: the step, and inside of loops the round, as in `loop[2].step`. */
function placeOf(id: string, { data }: RunEvent): { key: string; round: string | undefined } {
  const path = text(data?.['path']);
  return path && path !== id ? { key: path.replace(/\[\d+\]/g, ''), round: path } : { key: id, round: undefined };
}

/** Takes an event into the run. */
export function take(run: Run, event: RunEvent): void {
  const { step: id } = event;
  if (id) return takeStep(run, id, event);
  switch (event.type) {
    case 'run_started':
      run.startedAt = event.timestamp;
      run.total = number(event.data?.['steps']) ?? 0;
      run.name = text(event.data?.['pipeline_id']) || run.name;
      return;
    case 'run_paused':
    case 'run_unpaused':
      run.paused = event.type === 'run_paused';
      return;
    case 'run_completed':
      return end(run, event.data?.['success'] === false ? 'failed' : 'completed', event);
    case 'run_failed':
      return end(run, 'failed', event);
    case 'run_cancelled':
      return end(run, 'cancelled', event);
    default:
      return;
  }
}

/** The server that drove the run is gone. */
export function lose(run: Run, now: number): void {
  run.message = 'the server stopped';
  close(run, 'lost', now);
}

function end(run: Run, state: RunState, event: RunEvent): void {
  run.message = event.message ?? '';
  close(run, state, event.timestamp);
}

function close(run: Run, state: RunState, at: number): void {
  run.state = state;
  run.endedAt = at;
  for (const step of run.steps.values()) {
    for (const one of [step, ...step.rounds.values()]) {
      if (isLive(one)) one.state = 'unfinished';
    }
  }
}

export const isLive = (step: Step): boolean => step.state === 'running' || step.state === 'retrying';

function takeStep(run: Run, id: string, event: RunEvent): void {
  const { key, round } = placeOf(id, event);
  const step = entry(run.steps, key, id);
  if (round === undefined) {
    if (settle(step, event)) run.settled += 1;
    return;
  }
  settle(roundEntry(step, round), event);
  // The line of a step inside a loop shows its newest round.
  settle(step, event);
}

function entry(steps: Map<string, Step>, key: string, id: string): Step {
  let step = steps.get(key);
  if (!step) steps.set(key, (step = newStep(id, key)));
  return step;
}

function roundEntry(step: Step, round: string): Step {
  const kept = entry(step.rounds, round, round);
  if (step.rounds.size > MAX_ROUNDS) {
    const oldest = step.rounds.keys().next().value;
    if (oldest !== undefined) step.rounds.delete(oldest);
    step.forgotten += 1;
  }
  return kept;
}

/** Takes an event into a step; true when the step is over by it. */
function settle(step: Step, event: RunEvent): boolean {
  const { data } = event;
  const message = event.message ?? '';
  switch (event.type) {
    case 'step_started':
      step.state = 'running';
      step.startedAt = event.timestamp;
      step.duration = undefined;
      step.fraction = undefined;
      step.message = '';
      return false;
    case 'step_output':
      step.tail = (step.tail + text(data?.['text'])).slice(-MAX_TAIL);
      return false;
    case 'step_progress':
      step.fraction = number(data?.['fraction']);
      if (message) step.message = message;
      return false;
    case 'step_retrying':
      step.state = 'retrying';
      step.message = message;
      return false;
    case 'step_completed':
      step.state = data?.['success'] === false ? 'reported' : 'done';
      step.duration = number(data?.['duration']);
      step.message = message;
      return true;
    case 'step_failed':
      step.state = 'failed';
      step.duration = number(data?.['duration']);
      step.message = message;
      return true;
    case 'step_skipped':
      step.state = 'skipped';
      step.message = message || text(data?.['reason']);
      return true;
    default:
      return false;
  }
}
