/**
 * Tests inside VS Code's own extension host, with the real server. The runner loads this module and calls `run`; the workspace
 * that it opened is a trusted scratch folder that the tests may write to.
 */

import { activation } from './activation';
import { graph } from './graph';
import { summary } from './harness';
import { inputs } from './inputs';
import { runs } from './runs';
import { server } from './server';
import { testing } from './testing';
import { torrent } from './torrent';

export const run = (): Promise<void> => summary({ activation, server, inputs, runs, testing, torrent, graph });
