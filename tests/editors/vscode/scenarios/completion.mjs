// Names that the file, its folder and the language offer.
import { goTo, openFile } from '../workbench.mjs';

export async function completion({ page, scenario }) {
  await scenario('an attribute of AUTO is completed', async () => {
    await openFile(page, 'experts.pipeline.yaml');
    await goTo(page, 24, 25);
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'choices' }).first().waitFor();
    await page.keyboard.press('Escape');
  });
}
