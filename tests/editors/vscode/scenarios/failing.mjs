// A step that fails says so where it stands.
import { command, openFile } from '../workbench.mjs';
import { shows } from './running.mjs';

export async function failing({ page, scenario, picture }) {
  await scenario("a failing step's error stands on its line", async () => {
    await openFile(page, 'failing.pipeline.yaml');
    await command(page, 'Downbeat: Run Pipeline');
    await shows(page, '- id: missing', 'File not found: no/such/file.txt');
    await shows(page, '- id: fine', 'done');
    await picture('vscode-failure');
  });
}
