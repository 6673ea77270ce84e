import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestSessions } from '../../src/tests/sessions';
import type { TestEvent } from '../../src/protocol';

const begun = (session: string, seq: number, name: string): TestEvent => ({ session, seq, type: 'begun', name });
const ended = (session: string, seq: number): TestEvent => ({ session, seq, type: 'ended', passed: true });

test('what came before somebody listened is told in order, and sessions are kept apart', () => {
  const sessions = new TestSessions();
  const heard: string[] = [];
  const listen = (event: TestEvent) => void heard.push(`${event.session} ${event.seq} ${event.type}`);
  sessions.take(begun('a', 1, 'one'));
  sessions.take(begun('b', 1, 'two'));
  sessions.follow('a', listen);
  sessions.take(begun('a', 2, 'three'));
  sessions.take(ended('a', 3));
  sessions.take(begun('a', 4, 'nobody listens any more'));
  assert.deepEqual(heard, ['a 1 begun', 'a 2 begun', 'a 3 ended']);
});

test('a server that is gone ends what goes on', () => {
  const sessions = new TestSessions();
  const heard: TestEvent[] = [];
  sessions.follow('a', (event) => heard.push(event));
  sessions.lost();
  sessions.lost();
  assert.equal(heard.length, 1);
  assert.equal(heard[0]?.type, 'ended');
});
