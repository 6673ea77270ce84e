/**
 * Tests inside VS Code's own extension host, with the real server. The runner loads this module and calls `run`; the workspace
 * that it opened is a scratch folder that the tests may write to.
 */

import { summary, type Tests } from './harness';
import { server } from './server';

export async function run(): Promise<void> {
  const groups: Record<string, Tests> = { server };
  await summary(groups);
}
