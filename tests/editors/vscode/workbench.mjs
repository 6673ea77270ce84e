// What a person does in VS Code's window, by keyboard and mouse.
import { chromium } from 'playwright-core';

/** A page on a server's workspace; pictures of it have the size of the window. */
export async function open(server, { width = 1280, height = 800 } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--force-color-profile=srgb'],
  });
  const context = await browser.newContext({ viewport: { width, height } });
  // Nothing outside this machine can be reached: such requests fail at once instead of hanging.
  const isOutside = (url) => /^https?:|^wss?:/.test(url.protocol) && url.hostname !== '127.0.0.1' && !url.hostname.endsWith('.vscode-cdn.net');
  await context.route(isOutside, (route) => route.abort());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return { browser, page };
}

/** Shows the workspace, with its explorer. */
export async function load(page, server) {
  await page.goto(`${server.url}/?folder=${encodeURIComponent(server.workspace)}`);
  await page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout: 90_000 });
}

const picker = (page) => page.locator('.quick-input-widget input').first();

/** Does it until it succeeds, six times at most: VS Code drops a key that comes while it is busy. */
export async function until(page, act) {
  for (let tries = 5; ; tries--) {
    try {
      return await act();
    } catch (error) {
      if (tries === 0) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Types into the picker that `key` opens, and takes the entry; an early picker may not know it yet. */
const pick = (page, key, text, entry) =>
  until(page, async () => {
    await page.keyboard.press(key);
    await picker(page).waitFor();
    await picker(page).fill(text);
    // The row that Enter takes: the list behind an older text may still be shown.
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: entry }).waitFor({ timeout: 6000 });
    await page.keyboard.press('Enter');
  });

/** Calls a command of the palette by its full title. */
export const command = (page, title) => pick(page, 'F1', `>${title}`, title);

/** Opens a file of the workspace. */
export async function openFile(page, name) {
  await pick(page, 'Control+P', name, name);
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator('.editor-group-container.active .view-lines .view-line').first().waitFor();
}

/** Puts the cursor there, counted from 1, and the keyboard's focus into the editor. */
export async function goTo(page, line, column = 1) {
  await page.keyboard.press('Control+G');
  await picker(page).waitFor();
  await picker(page).fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** The line that holds `text`, as it is drawn. VS Code draws blanks as no-break spaces. */
export function line(page, text) {
  const pattern = text.trim().split(/\s+/).map(literal).join('[\\s\\u00a0]+');
  return page.locator('.editor-group-container.active .view-line', { hasText: new RegExp(pattern) }).first();
}

const literal = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The choices of the quick pick that is open. */
export const choices = (page) => page.locator('.quick-input-list .monaco-list-row');

/** Answers the quick input that is open: types when there is something to type. */
export async function answer(page, text) {
  if (text !== undefined) await picker(page).fill(text);
  await page.keyboard.press('Enter');
}

/** A notification that says `text`. */
export const notification = (page, text) => page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();

/** Closes every notification. */
export async function quiet(page) {
  await command(page, 'Notifications: Clear All Notifications');
}
