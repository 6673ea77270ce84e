/** Messages that are Downbeat's own, as `docs/protocol.md` describes them. */

export const RUN = 'downbeat.run';
export const CANCEL = 'downbeat.cancel';
export const RESUME = 'downbeat.resume';
export const PAUSE = 'downbeat.pause';
export const UNPAUSE = 'downbeat.unpause';
export const EVENT = 'downbeat/event';
export const INPUTS = 'downbeat/inputs';
export const ASK = 'downbeat/ask';

export const WORDS = 'downbeat/words';
export const TEST = 'downbeat.test';
export const CANCEL_TEST = 'downbeat.cancelTest';
export const TESTS = 'downbeat/tests';
export const TEST_EVENT = 'downbeat/test';

/** Which part of a pipeline runs: at most one member. */
export interface Selection {
  readonly only?: string;
  readonly from?: string;
  readonly until?: string;
}

export interface RunArguments extends Selection {
  readonly uri: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface RunId {
  readonly run: string;
}

export type EventType =
  | 'run_started'
  | 'step_started'
  | 'step_progress'
  | 'step_output'
  | 'step_completed'
  | 'step_failed'
  | 'step_skipped'
  | 'step_retrying'
  | 'checkpoint'
  | 'run_paused'
  | 'run_unpaused'
  | 'run_completed'
  | 'run_failed'
  | 'run_cancelled';

export interface RunEvent {
  readonly type: EventType;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly step?: string | null;
  readonly message?: string | null;
  readonly data?: Readonly<Record<string, unknown>> | null;
}

export interface EventParams {
  readonly run: string;
  readonly seq: number;
  readonly event: RunEvent;
}

/** A declared input of a pipeline. */
export interface Input {
  readonly name: string;
  readonly type?: string | null;
  readonly description?: string | null;
  readonly required: boolean;
  readonly default?: unknown;
  readonly choices?: readonly unknown[] | null;
  readonly secret: boolean;
}

/** A question of a step to the user. */
export interface Question {
  readonly run: string;
  readonly step: string;
  readonly path: string;
  readonly name: string;
  readonly title?: string;
  readonly text: string;
  readonly body?: { readonly text: string; readonly format: 'text' | 'json' | 'markdown' };
  readonly kind: 'text' | 'lines' | 'secret' | 'number' | 'boolean' | 'choice';
  readonly draft?: string;
  readonly least?: number;
  readonly most?: number;
  readonly choices?: readonly { readonly value: unknown; readonly label: string }[];
  readonly default?: unknown;
  readonly required: boolean;
  readonly timeout?: number;
  readonly complaint?: string;
}

/** What the user said; without a member: nothing. */
export interface Answer {
  readonly answer?: unknown;
}

/** `data` of the error that refuses a run. */
export interface Refused {
  readonly reason: 'untrusted' | 'findings' | 'refused' | 'running' | (string & {});
  /** The run that goes on. */
  readonly run?: string;
  readonly findings?: readonly {
    readonly code: string;
    readonly message: string;
    readonly help?: string;
    readonly range?: { readonly start: { readonly line: number; readonly character: number } };
  }[];
}

/** A place in a text. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface Span {
  readonly start: Place;
  readonly end: Place;
}

/** The tests of a file. */
export interface TestList {
  readonly pipeline: string | null;
  readonly tests: readonly { readonly name: string; readonly range: Span }[];
  readonly findings: readonly { readonly code: string; readonly message: string; readonly range?: Span }[];
}

export interface TestSession {
  readonly session: string;
}

export type TestEvent = { readonly session: string; readonly seq: number } & (
  | { readonly type: 'begun'; readonly name: string }
  | {
      readonly type: 'over';
      readonly name: string;
      readonly verdict: 'passed' | 'failed' | 'error';
      /** Seconds. */
      readonly duration: number;
      readonly runs: number;
      readonly passed: number;
      readonly failures: readonly { readonly what: string; readonly message: string; readonly range: Span }[];
    }
  | { readonly type: 'ended'; readonly passed: boolean; readonly message?: string }
);
