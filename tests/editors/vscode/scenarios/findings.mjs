// A wrong name is underlined, and mended by its quick fix.
import { command, goTo, line, openFile, until } from '../workbench.mjs';

export async function findings({ page, scenario, picture }) {
  await scenario('a wrong name is underlined', async () => {
    await openFile(page, 'tides.pipeline.yaml');
    await page.locator('.statusbar', { hasText: 'Downbeat' }).waitFor();
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await command(page, 'Problems: Focus on Problems View');
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'laod' }).first().waitFor();
    await picture('vscode-findings');
    await command(page, 'View: Hide Panel');
  });
  await scenario('its quick fix mends it', async () => {
    await goTo(page, 28, 21);
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'load' }).first();
    await until(page, async () => {
      await page.keyboard.press('Control+.');
      await fix.waitFor({ timeout: 5000 });
    });
    await picture('vscode-fix');
    await fix.click();
    await line(page, 'dependencies: [load]').waitFor();
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+S');
  });
}
