// The graph beside the text: it follows the cursor and the text, and leads to the steps.
import { command, goTo, openFile } from '../workbench.mjs';

export async function graph({ page, scenario, picture }) {
  const drawing = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const node = (id) => drawing.locator(`.node[data-id="${id}"]`);
  await scenario('the graph opens beside the text, in the colours of the last run', async () => {
    await openFile(page, 'tides.pipeline.yaml');
    await command(page, 'Downbeat: Show Graph');
    await node('tide_table').waitFor();
    await node('announce').waitFor();
    await goTo(page, 18, 10);
    await drawing.locator('.node.at-cursor[data-id="load"]').waitFor();
    await picture('vscode-graph');
  });
  await scenario('a node leads to its step', async () => {
    await node('announce').click();
    await page.keyboard.press('Enter');
    await page.locator('.statusbar', { hasText: 'Ln 24,' }).waitFor();
  });
  await scenario('the graph follows the text, errors or not', async () => {
    await goTo(page, 28, 20);
    await page.keyboard.type('no');
    await drawing.locator('.node.missing').waitFor();
    await page.keyboard.press('Control+Z');
    await drawing.locator('.node.missing').waitFor({ state: 'detached' });
    await command(page, 'View: Close Editors in Other Groups');
  });
}
