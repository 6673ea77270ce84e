// What a pipeline is for, what a step is called, what follows from what.
import { answer, command, goTo, line, openFile } from '../workbench.mjs';

export async function reading({ page, scenario, picture }) {
  await scenario('hover on its name tells what the pipeline is for', async () => {
    await openFile(page, 'tides.pipeline.yaml');
    await goTo(page, 2, 9);
    await command(page, 'Show or Focus Hover');
    await page.locator('.monaco-hover:visible', { hasText: 'when the water is highest' }).first().waitFor();
    await picture('vscode-hover');
    await page.keyboard.press('Escape');
  });
  await scenario('a step is renamed everywhere', async () => {
    await goTo(page, 11, 10);
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input, .rename-box textarea').first();
    await box.waitFor();
    await box.fill('tide_table');
    await page.keyboard.press('Enter');
    await line(page, '- id: tide_table').waitFor();
    await line(page, 'path: "{{ tide_table.path }}"').waitFor();
  });
}
