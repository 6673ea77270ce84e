/** Runs that the workspace's journal knows: what `downbeat runs` says. */

import { execFile } from 'node:child_process';
import { workspace } from 'vscode';
import type { Session } from '../session';

/** More are not shown. */
const MOST = 50;
const PATIENCE_MS = 10_000;
const MAX_BYTES = 16 << 20;

/** As the command line prints it. */
export interface EarlierRun {
  readonly run: string;
  readonly pipeline: string;
  readonly file?: string | null;
  readonly status: string;
  readonly started_at: number;
  readonly duration?: number | null;
}

/** Whether it can go on. */
export const isUnfinished = ({ status }: EarlierRun): boolean => status === 'interrupted' || status === 'cancelled';

/** Of all folders that are open, newest first. A folder whose runs cannot be listed is left out, and the log says why. */
export async function earlierRuns({ log, server: { condition } }: Session): Promise<EarlierRun[]> {
  if (condition.is !== 'running') return [];
  const { path } = condition.place;
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri).filter(({ scheme }) => scheme === 'file');
  const unlisted = (error: Error): EarlierRun[] => {
    log.warn(`earlier runs cannot be listed: ${error.message}`);
    return [];
  };
  const runs = (await Promise.all(folders.map(({ fsPath }) => runsOf(path, fsPath).catch(unlisted)))).flat();
  // Folders of one workspace know the same runs.
  const each = new Map(runs.map((run) => [run.run, run]));
  return [...each.values()].sort((a, b) => b.started_at - a.started_at).slice(0, MOST);
}

/** Rejects with what the program said. */
function runsOf(program: string, folder: string): Promise<EarlierRun[]> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, timeout: PATIENCE_MS, maxBuffer: MAX_BYTES };
    execFile(program, ['runs', '--format', 'json'], options, (error, stdout, stderr) => {
      if (error) return reject(new Error(stderr.trim() || error.message));
      try {
        resolve(JSON.parse(stdout) as EarlierRun[]);
      } catch (broken) {
        reject(broken instanceof Error ? broken : new Error(String(broken)));
      }
    });
  });
}
