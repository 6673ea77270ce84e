// Inputs are asked for in one list, remembered, and used again.
import { answer, command, openFile } from '../workbench.mjs';
import { shows } from './running.mjs';

const asks = (page, title) => page.locator('.quick-input-widget', { hasText: title }).waitFor();

export async function asking({ page, scenario, picture }) {
  await scenario('inputs are asked for before a run', async () => {
    await openFile(page, 'asking.pipeline.yaml');
    await command(page, 'Downbeat: Run Pipeline');
    await asks(page, 'Run asking.pipeline.yaml');
    await picture('vscode-inputs');
    await answer(page, 'tone');
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: /plain|warm/ }).waitFor();
    await answer(page, 'warm');
    await asks(page, 'Run asking.pipeline.yaml');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'warm' }).waitFor();
    // Run, which asks for what is required and has no value yet.
    await answer(page);
    await asks(page, 'Whom to greet');
    await answer(page, 'Ida');
    await shows(page, '- id: greet', 'done');
  });
  await scenario('the run gets them, and the next one again', async () => {
    await command(page, 'Downbeat: Run Pipeline with the Last Inputs');
    await command(page, 'Downbeat: Show Run Output');
    const said = page.locator('.part.panel .view-line', { hasText: /Ida,\s*warm,\s*2/ });
    await said.nth(1).waitFor();
    await command(page, 'View: Hide Panel');
  });
}
