// The view of runs: what ran, step by step, and the way back to its line.
import { command, openFile } from '../workbench.mjs';

export async function history({ page, scenario, picture }) {
  await scenario('the view of runs shows each run and its steps', async () => {
    await openFile(page, 'failing.pipeline.yaml');
    await command(page, 'Downbeat: Show Runs');
    const row = (text) => page.locator('.part.sidebar .monaco-list-row', { hasText: text }).first();
    await row('failing').waitFor();
    // The newest run opens by itself, unless the view was shown before.
    await row('missing').waitFor({ timeout: 5000 }).catch(() => row('failing').click());
    await row('missing').waitFor();
    await picture('vscode-runs');
    await row('missing').dblclick();
    await page.locator('.statusbar', { hasText: 'Ln 6,' }).waitFor();
    await command(page, 'View: Show Explorer');
  });
}
