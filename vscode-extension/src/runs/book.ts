/** The runs of this window, and who wants to know about them. */

import { EventEmitter, type Disposable } from 'vscode';
import type { EventParams, Selection } from '../protocol';
import { lose, newRun, take, type Run } from './run';

/** Runs that are over and still shown. */
const MAX_KEPT = 50;

/** An event and the run it belongs to. */
export interface Happening {
  readonly run: Run;
  readonly params: EventParams;
}

export class Book implements Disposable {
  private readonly runs = new Map<string, Run>();
  private readonly changed = new EventEmitter<Run>();
  private readonly happened = new EventEmitter<Happening>();
  private readonly turned = new EventEmitter<Run>();

  /** Something about a run changed; comes as often as events do, so throttle. */
  readonly onDidChange = this.changed.event;
  /** Every event, in order. */
  readonly onDidHappen = this.happened.event;
  /** A run began, ended or was removed. */
  readonly onDidTurn = this.turned.event;

  /** A run that the server has begun for `uri`. */
  begin(id: string, uri: string, selection: Selection): Run {
    const early = this.runs.get(id);
    const run: Run = early ? { ...early, uri, selection } : newRun(id, uri, selection, Date.now() / 1000);
    this.runs.delete(id);
    this.runs.set(id, run);
    this.forget();
    this.turned.fire(run);
    this.changed.fire(run);
    return run;
  }

  take(params: EventParams): void {
    let run = this.runs.get(params.run);
    if (!run) {
      run = newRun(params.run, undefined, {}, params.event.timestamp);
      this.runs.set(run.id, run);
    }
    const before = run.state;
    take(run, params.event);
    this.happened.fire({ run, params });
    if (run.state !== before) this.turned.fire(run);
    this.changed.fire(run);
  }

  /** The server is gone, and every run with it. */
  serverLost(): void {
    for (const run of this.running()) {
      lose(run, Date.now() / 1000);
      this.turned.fire(run);
      this.changed.fire(run);
    }
  }

  /** Newest first. */
  all(): Run[] {
    return [...this.runs.values()].reverse();
  }

  get(id: string): Run | undefined {
    return this.runs.get(id);
  }

  running(): Run[] {
    return this.all().filter((run) => run.state === 'running');
  }

  /** The newest run of a document. */
  newest(uri: string): Run | undefined {
    return this.all().find((run) => run.uri === uri);
  }

  /** Removes what is over. */
  clear(): void {
    for (const run of this.all().filter((run) => run.state !== 'running')) {
      this.runs.delete(run.id);
      this.turned.fire(run);
    }
  }

  dispose(): void {
    for (const emitter of [this.changed, this.happened, this.turned]) emitter.dispose();
  }

  private forget(): void {
    const over = [...this.runs.values()].filter((run) => run.state !== 'running');
    for (const run of over.slice(0, Math.max(0, over.length - MAX_KEPT))) this.runs.delete(run.id);
  }
}
