// What a pipeline is for.
import { command, goTo, openFile } from '../workbench.mjs';

export async function reading({ page, scenario, picture }) {
  await scenario('hover on its name tells what the pipeline is for', async () => {
    await openFile(page, 'tides.pipeline.yaml');
    await goTo(page, 2, 9);
    await command(page, 'Show or Focus Hover');
    await page.locator('.monaco-hover:visible', { hasText: 'when the water is highest' }).first().waitFor();
    await picture('vscode-hover');
    await page.keyboard.press('Escape');
  });
}
