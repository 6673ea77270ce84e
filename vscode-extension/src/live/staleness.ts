/** Which steps were edited since their run began: what the run says of them is about an older text. */

import { EventEmitter, workspace, type Disposable } from 'vscode';
import type { Book } from '../runs/book';
import type { Run } from '../runs/run';
import { asShift, type Places } from './places';
import { touches } from './shift';

export class Staleness implements Disposable {
  private readonly steps = new WeakMap<Run, Set<string>>();
  private readonly changed = new EventEmitter<Run>();
  private readonly listener: Disposable;

  /** Another step of the run was edited. */
  readonly onDidChange = this.changed.event;

  constructor(book: Book, places: Places) {
    this.listener = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const run = contentChanges.length > 0 ? book.newest(document.uri.toString()) : undefined;
      if (!run) return;
      const known = this.steps.get(run) ?? new Set();
      const before = known.size;
      for (const { key, range } of places.now(document)) {
        if (contentChanges.some((change) => touches(range.start.line, range.end.line, asShift(change)))) known.add(key);
      }
      this.steps.set(run, known);
      if (known.size > before) this.changed.fire(run);
    });
  }

  has(run: Run, step: string): boolean {
    return this.steps.get(run)?.has(step) ?? false;
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}
