// The server dies, comes back by itself, and knows the text as it stands.
import { command, goTo, openFile, quiet } from '../workbench.mjs';

export async function crash({ page, server, scenario }) {
  await scenario('the server is killed and comes back', async () => {
    await openFile(page, 'slow.pipeline.yaml');
    const before = server.languageServers();
    if (before.length !== 1) throw new Error(`${before.length} language servers run`);
    process.kill(before[0], 'SIGKILL');
    const end = Date.now() + 60_000;
    while (!server.languageServers().some((pid) => pid !== before[0])) {
      if (Date.now() > end) throw new Error('no new language server');
      await page.waitForTimeout(100);
    }
    await goTo(page, 10, 1);
    await page.keyboard.press('Control+End');
    await page.keyboard.type('    dependencies: [nobody]');
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await page.keyboard.press('Control+Z');
    await quiet(page);
  });
}
