/** The real program, where a test needs one. */

import { execFileSync, spawnSync } from 'node:child_process';

export const program = process.env['DOWNBEAT_SERVER'];

/** For the options of a test that needs the program: why it is skipped, if it is. */
export const needsProgram = { skip: program ? false : 'DOWNBEAT_SERVER names no server' };

/** What `check` prints for people, and its exit code. */
export function check(paths: string[], options: { cwd: string }): string {
  const out = spawnSync(program!, ['check', '--color', 'never', ...paths], { cwd: options.cwd, encoding: 'utf8' });
  if (out.error) throw out.error;
  return out.stdout;
}

export function findings(text: string): { code: string; severity: string; message: string }[] {
  try {
    return JSON.parse(execFileSync(program!, ['check', '--format', 'json', '-'], { input: text, encoding: 'utf8' }));
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout);
  }
}
