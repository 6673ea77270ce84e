/** Whether a program is a Downbeat server that this extension understands. */

import { execFile } from 'node:child_process';

/** How long a program may take to tell its version. */
const PATIENCE_MS = 10_000;

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The version in `downbeat 1.2.3` or in `1.2.3`. */
export function parseVersion(text: string): Version | undefined {
  const found = /^(?:downbeat )?(\d+)\.(\d+)\.(\d+)/.exec(text.trim());
  return found ? { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3]) } : undefined;
}

/** Below 1.0 every minor version may change the protocol; from then on every major one. */
export function compatible(server: Version, extension: Version): boolean {
  return server.major === extension.major && (server.major > 0 || server.minor === extension.minor);
}

/** What `path --version` says. Rejects when the program does not run or is something else. */
export function askVersion(path: string, environment: NodeJS.ProcessEnv): Promise<Version> {
  return new Promise((resolve, reject) => {
    execFile(path, ['--version'], { env: environment, timeout: PATIENCE_MS }, (error, stdout) => {
      if (error) return reject(new Error(`\`${path}\` does not run: ${error.message}`));
      const version = parseVersion(stdout);
      if (version) resolve(version);
      else reject(new Error(`\`${path}\` is no Downbeat server: \`--version\` says nothing that we know`));
    });
  });
}
