// A long step talks while it runs, and is stopped.
import { command, openFile } from '../workbench.mjs';
import { shows } from './running.mjs';

export async function cancelling({ page, scenario, picture }) {
  await scenario('a running step shows its output', async () => {
    await openFile(page, 'slow.pipeline.yaml');
    await command(page, 'Downbeat: Run Pipeline');
    await shows(page, '- id: count', 'running.*tick 2');
    await picture('vscode-live');
  });
  await scenario('a run is cancelled', async () => {
    await command(page, 'Downbeat: Cancel Run');
    await shows(page, '- id: count', 'cancelled');
  });
}
