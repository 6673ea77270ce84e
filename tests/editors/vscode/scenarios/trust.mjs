// Somebody else's pipeline: it is read and checked, and does not run before the folder is trusted.
import { command, notification, openFile, quiet } from '../workbench.mjs';

export async function trust({ page, scenario, picture }) {
  await scenario('nothing runs in a folder that is not trusted', async () => {
    await openFile(page, 'failing.pipeline.yaml');
    await command(page, 'Downbeat: Run Pipeline');
    await notification(page, /trust/i).waitFor();
    await picture('vscode-untrusted');
    await quiet(page);
  });
  await scenario('trust is given', async () => {
    await command(page, 'Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').waitFor();
    await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ }).first().click();
    await page.locator('.workspace-trust-editor', { hasText: 'You trust this folder' }).waitFor();
    await page.locator('.monaco-modal-editor-block .codicon-close, .monaco-modal-editor .codicon-close').first().click();
    await page.locator('.workspace-trust-editor').waitFor({ state: 'detached' });
  });
}
