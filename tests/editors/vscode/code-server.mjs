// VS Code as a server, in folders of its own, with one extension and a copy of the workspace.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Settings under which VS Code shows the workspace and nothing else, and asks nothing of the network. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  // Its panel takes the lines of the editor that later scenarios look at.
  'testing.automaticallyOpenTestResults': 'neverOpen',
  'update.mode': 'none',
  'window.confirmBeforeClose': 'never',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

const pause = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

function freePort() {
  return new Promise((found, fail) => {
    const listener = createServer().once('error', fail);
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address();
      listener.close(() => found(port));
    });
  });
}

/**
 * Starts VS Code on a copy of `workspace`, with the extensions of `packages` (.vsix files) installed.
 * `environment` is added to that of the extension host.
 */
export async function start({ script, workspace, packages = [], settings = {}, environment = {} }) {
  const root = mkdtempSync(join(tmpdir(), 'downbeat-code-'));
  const at = (...names) => join(root, ...names);
  mkdirSync(at('user', 'User'), { recursive: true });
  mkdirSync(at('extensions'));
  writeFileSync(at('user', 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  writeFileSync(at('config.yaml'), 'auth: none\n');
  cpSync(workspace, at('tides'), { recursive: true });
  const folders = ['--user-data-dir', at('user'), '--extensions-dir', at('extensions'), '--config', at('config.yaml')];
  const env = { ...process.env, ...environment, XDG_CONFIG_HOME: at('xdg'), XDG_DATA_HOME: at('xdg') };
  delete env.VSCODE_IPC_HOOK_CLI;
  for (const file of packages) {
    await promisify(execFile)(process.execPath, [script, ...folders, '--install-extension', resolve(file)], { env });
  }

  const port = await freePort();
  const log = at('code-server.log');
  const output = openSync(log, 'a');
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check',
    '--disable-getting-started-override', '--disable-proxy'];
  const child = spawn(process.execPath, [script, ...folders, ...flags], { env, stdio: ['ignore', output, output], detached: true });
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    signal('SIGTERM');
    for (let tries = 0; tries < 50 && !ended(); tries++) await pause(100);
    signal('SIGKILL');
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };

  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (ended() || tries > 600) {
      const said = readFileSync(log, 'utf8');
      await stop();
      throw new Error(`VS Code's server did not start:\n${said}`);
    }
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) break;
    await pause(100);
  }
  return { url, port, workspace: at('tides'), root, languageServers: () => below(child.pid), stop };
}

/** Process ids of the language servers among the descendants of `ancestor`. */
function below(ancestor) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) && readOr(() => readFileSync(`/proc/${name}/stat`, 'utf8'));
    // The name stands in parentheses and may hold any character; the parent is the second word after it.
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const descends = (pid) => pid === ancestor || (parents.has(pid) && descends(parents.get(pid)));
  return [...parents.keys()].filter((pid) => {
    const program = readOr(() => readlinkSync(`/proc/${pid}/exe`)) ?? '';
    const words = readOr(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
    return /\/downbeat$/.test(program) && words.split('\0').includes('lsp') && descends(parents.get(pid));
  });
}

/** What `read` gives, or nothing when the process is gone meanwhile. */
function readOr(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
