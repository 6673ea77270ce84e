/** Runs that the workspace's journal knows: what `downbeat runs` says. */

import { execFile } from 'node:child_process';

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

/** Newest first. Rejects with what the program said. */
export function earlierRuns(program: string, folder: string): Promise<EarlierRun[]> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, timeout: PATIENCE_MS, maxBuffer: MAX_BYTES };
    execFile(program, ['runs', '--format', 'json'], options, (error, stdout, stderr) => {
      if (error) return reject(new Error(stderr.trim() || error.message));
      try {
        resolve((JSON.parse(stdout) as EarlierRun[]).slice(0, MOST));
      } catch (broken) {
        reject(broken instanceof Error ? broken : new Error(String(broken)));
      }
    });
  });
}
