// Pipelines' tests in the test view: found, run, their failures on the lines of what was expected, run again.
import { command, goTo, line, openFile } from '../workbench.mjs';

const FILE = 'greet.pipeline.test.yaml';

export async function testing({ page, scenario, picture }) {
  const row = (name) => page.locator('.test-explorer .monaco-list-row', { hasText: name }).first();
  const stands = (name, state) => page.locator(`.test-explorer .monaco-list-row:has(.computed-state.codicon-testing-${state}-icon)`, { hasText: name }).first().waitFor();
  const failure = page.locator('.test-message-inline-content, .test-error-content-widget', { hasText: 'Hello, Bob' }).first();
  await scenario('the tests of the workspace are found', async () => {
    await command(page, 'Testing: Focus on Test Explorer View');
    await row(FILE).waitFor();
    await row(FILE).click();
    await page.keyboard.press('ArrowRight');
    await row('greets the world').waitFor();
    await row('greets by name').waitFor();
  });
  await scenario('what a test came to stands in the view and on the line of what it expected', async () => {
    await openFile(page, FILE);
    await command(page, 'Test: Run All Tests');
    await stands('greets the world', 'passed');
    await stands('greets by name', 'failed');
    await failure.waitFor();
    await picture('vscode-tests');
  });
  await scenario('a mended test passes when it is run again', async () => {
    await openFile(page, FILE);
    await goTo(page, 10, 24);
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('Ada');
    await line(page, 'equals: Hello, Ada').waitFor();
    await command(page, 'Test: Rerun Failed Tests');
    await stands('greets by name', 'passed');
    await failure.waitFor({ state: 'detached' });
    await command(page, 'File: Revert File');
    await command(page, 'View: Show Explorer');
  });
}
