// Runs the extension's in-process tests: VS Code's extension host loads the extension from its folder, and then a module
// that exports `run()`. Called by tests/tests/vscode.rs with
//   CODE_SERVER, CHROMIUM  as in session.mjs      EXTENSION the extension's folder, built      WORKSPACE a scratch folder
import { join } from 'node:path';
import { start } from './code-server.mjs';
import { open } from './workbench.mjs';

const { CODE_SERVER, EXTENSION, WORKSPACE } = process.env;
const PATIENCE = 180_000;
const server = await start({
  script: CODE_SERVER,
  workspace: WORKSPACE,
  settings: { 'security.workspace.trust.enabled': false },
});
const { browser, page } = await open(server);
try {
  const ended = Promise.withResolvers();
  // VS Code calls these two on its window when tests drive it.
  const ours = /^(ok  |FAIL|\d+ passed,|note )/;
  await page.exposeFunction('codeAutomationLog', (_, words) => {
    const text = words.map(String).join(' ');
    if (ours.test(text) || process.env.VERBOSE) console.log(text);
  });
  await page.exposeFunction('codeAutomationExit', ended.resolve);
  const remote = (path) => ({ scheme: 'vscode-remote', authority: `127.0.0.1:${server.port}`, path });
  // The workbench reads its options from this element before its own script runs.
  await page.addInitScript(
    (development) => {
      document.addEventListener('readystatechange', () => {
        const element = document.getElementById('vscode-workbench-web-configuration');
        if (document.readyState !== 'interactive' || !element) return;
        const options = JSON.parse(element.getAttribute('data-settings'));
        options.developmentOptions = { ...options.developmentOptions, ...development };
        element.setAttribute('data-settings', JSON.stringify(options));
      });
    },
    { extensions: [remote(EXTENSION)], extensionTestsPath: remote(join(EXTENSION, 'dist-test/inprocess.js')) },
  );
  await page.goto(`${server.url}/?folder=${encodeURIComponent(server.workspace)}`);
  const late = setTimeout(() => ended.resolve('time is up'), PATIENCE);
  const code = await ended.promise;
  clearTimeout(late);
  if (code !== 0) console.log(`the tests ended with ${code}`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
}
