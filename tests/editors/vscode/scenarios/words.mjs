// A model's words, which come into a hover that is open. Who answers stands behind LLAMACPP_BASE_URL.
import { command, goTo, openFile } from '../workbench.mjs';

const WORDS = 'The step announce runs a command.';

export async function words({ page, scenario, picture }) {
  if (!process.env.LLAMACPP_BASE_URL) return;
  const hover = (text) => page.locator('.monaco-hover:visible', { hasText: text }).first();
  await scenario('a hover shows the facts, and the words of a model come into it', async () => {
    await openFile(page, 'tides.pipeline.yaml');
    await goTo(page, 2, 9);
    await command(page, 'Show or Focus Hover');
    await hover('when the water is highest').waitFor();
    if (await hover(WORDS).isVisible()) throw new Error('the facts waited for the words');
    await hover(WORDS).waitFor();
    await picture('vscode-words');
    const text = await hover(WORDS).innerText();
    for (const wanted of ['when the water is highest', 'In the words of']) {
      if (!text.includes(wanted)) throw new Error(`no ${wanted} in ${text}`);
    }
    if (text.includes('captain')) throw new Error('what the facts do not cover is shown');
    await page.keyboard.press('Escape');
  });
}
