import assert from 'node:assert/strict';
import type { RunEvent } from '../../src/protocol';
import { api, note, open, until, type Tests } from './harness';

const STEPS = 1_000;
const EVENTS = 10_000;

export const torrent: Tests = {
  'ten thousand events of a thousand steps are drawn as they end': async () => {
    const { session, live } = await api();
    const step = (index: number) => `  - id: s${index}\n    action: echo ${index}\n`;
    const editor = await open('many.pipeline.yaml', `name: many\nsteps:\n${Array.from({ length: STEPS }, (_, index) => step(index)).join('')}`);
    await until('the places', () => session.places.now(editor.document).length === STEPS);
    const { id } = session.book.begin('many_1_ab', editor.document.uri.toString(), {});

    let seq = 0;
    const tell = (event: Omit<RunEvent, 'timestamp'>) => session.book.take({ run: id, seq: ++seq, event: { timestamp: Date.now() / 1000, ...event } });
    const before = performance.now();
    tell({ type: 'run_started', data: { steps: STEPS, pipeline_id: 'many' } });
    for (let index = 0; index < STEPS; index++) {
      const name = `s${index}`;
      tell({ type: 'step_started', step: name });
      for (let line = 0; line < EVENTS / STEPS - 2; line++) tell({ type: 'step_output', step: name, data: { text: `line ${line}\n` } });
      tell({ type: 'step_completed', step: name, data: { success: true, duration: 2 } });
    }
    tell({ type: 'run_completed' });
    note(`${seq} events took ${(performance.now() - before).toFixed(0)} ms of the extension host`);

    const run = session.book.get(id)!;
    assert.deepEqual([run.state, run.settled, run.steps.size], ['completed', STEPS, STEPS]);
    await until('the drawing', () => live.drawn(editor).length > 10 && live.drawn(editor).every(({ text }) => text === '✓ done 2.0 s'));
    assert.ok(live.drawn(editor).length < STEPS, 'only what is in view is drawn');
  },
};
