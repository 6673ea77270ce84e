/** Tests that the server runs: what it tells of a session goes to whoever began it, also what came before they listened. */

import type { TestEvent } from '../protocol';

export type Listener = (event: TestEvent) => void;

export class TestSessions {
  private readonly listeners = new Map<string, Listener>();
  private readonly early = new Map<string, TestEvent[]>();

  take(event: TestEvent): void {
    const listener = this.listeners.get(event.session);
    if (!listener) {
      this.early.set(event.session, [...(this.early.get(event.session) ?? []), event]);
      return;
    }
    if (event.type === 'ended') this.listeners.delete(event.session);
    listener(event);
  }

  follow(session: string, listener: Listener): void {
    this.listeners.set(session, listener);
    const before = this.early.get(session) ?? [];
    this.early.delete(session);
    before.forEach((event) => this.take(event));
  }

  /** The server is gone: nothing more will come. */
  lost(): void {
    const open = [...this.listeners];
    this.listeners.clear();
    this.early.clear();
    for (const [session, listener] of open) {
      listener({ session, seq: 0, type: 'ended', passed: false, message: 'the server is gone' });
    }
  }
}
