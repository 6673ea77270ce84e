// A person's session in VS Code, by its user interface. Called by tests/tests/vscode.rs with
//   CODE_SERVER  the script that starts VS Code's server    CHROMIUM  the browser
//   PACKAGE      the extension, a .vsix                      WORKSPACE the folder of pipelines that is opened, as a copy
//   PICTURES     where pictures go                           LLAMACPP_BASE_URL who answers as a model; may be left out
// Prints a line a scenario and a closing count; ends with code 1 when one failed.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './code-server.mjs';
import { reporter } from './report.mjs';
import { scenarios } from './scenarios/index.mjs';
import { load, open } from './workbench.mjs';

const { CODE_SERVER, PACKAGE, WORKSPACE, PICTURES } = process.env;
mkdirSync(PICTURES, { recursive: true });
// Words are asked for where somebody is there to answer.
const settings = process.env.LLAMACPP_BASE_URL ? { 'downbeat.wording': 'on' } : {};
const server = await start({ script: CODE_SERVER, packages: [PACKAGE], workspace: WORKSPACE, settings });
const { browser, page } = await open(server);
const picture = (name) => page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
const recover = async () => {
  for (let layers = 0; layers < 3; layers++) await page.keyboard.press('Escape');
};
const report = reporter({ picture, recover });
try {
  await report.scenario('VS Code opens the workspace', () => load(page, server));
  const chosen = process.env.ONLY?.split(',');
  for (const [name, play] of Object.entries(scenarios)) {
    if (!chosen || chosen.includes(name)) await play({ page, server, picture, ...report });
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exitCode = report.close() ? 0 : 1;
