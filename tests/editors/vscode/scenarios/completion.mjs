// Names that the file, its folder and the language offer.
import { goTo, line, openFile } from '../workbench.mjs';

/** Replaces the rest of a line behind `column` by what is chosen from the proposals. */
async function choose(page, at, column, wanted) {
  await goTo(page, at, column);
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+Space');
  const proposal = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: wanted }).first();
  await proposal.waitFor();
  return proposal;
}

export async function completion({ page, scenario, picture }) {
  await scenario('an expert is completed', async () => {
    await openFile(page, 'experts.pipeline.yaml');
    const proposal = await choose(page, 16, 13, 'critic');
    await picture('vscode-completion');
    await proposal.click();
    await line(page, 'expert: critic').waitFor();
  });
  await scenario('a personality of the file and one of its folder are completed', async () => {
    await choose(page, 17, 18, 'dry');
    const proposal = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'harbour-master' }).first();
    await proposal.click();
    await line(page, 'personality: harbour-master').waitFor();
  });
  await scenario('an attribute of AUTO is completed', async () => {
    await goTo(page, 24, 25);
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'choices' }).first().waitFor();
    await page.keyboard.press('Escape');
  });
}
