// A run, watched on the lines of its steps.
import { goTo, line, openFile } from '../workbench.mjs';

/** The status at the end of a line; VS Code draws decorations as pseudo elements, whose text only styles know. */
export const status = (page, text, pattern) =>
  line(page, text).evaluate(
    (view, wanted) =>
      [...view.querySelectorAll('span')]
        .map((span) => getComputedStyle(span, '::after').content)
        .find((content) => new RegExp(wanted).test(content)),
    pattern,
  );

/** Waits until a status appears. */
export async function shows(page, text, pattern) {
  const end = Date.now() + 60_000;
  for (;;) {
    if (await status(page, text, pattern)) return;
    if (Date.now() > end) throw new Error(`no status like ${pattern} on the line ${text}`);
    await page.waitForTimeout(50);
  }
}

export async function running({ page, scenario, picture }) {
  await scenario('a run shows each step as done', async () => {
    await openFile(page, 'tides.pipeline.yaml');
    await goTo(page, 1);
    await page.locator('.codelens-decoration a:has(.codicon-play)').click();
    await page.locator('.quick-input-widget', { hasText: 'Run tides.pipeline.yaml' }).waitFor();
    await page.keyboard.press('Enter');
    await shows(page, '- id: load', 'done');
    await shows(page, '- id: announce', 'done');
    await picture('vscode-run');
  });
}
