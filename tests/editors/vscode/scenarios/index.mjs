// What a person does, in this order: nothing is trusted until `trust` has shown that nothing runs.
import { asking } from './asking.mjs';
import { cancelling } from './cancelling.mjs';
import { completion } from './completion.mjs';
import { crash } from './crash.mjs';
import { failing } from './failing.mjs';
import { findings } from './findings.mjs';
import { graph } from './graph.mjs';
import { history } from './history.mjs';
import { reading } from './reading.mjs';
import { running } from './running.mjs';
import { testing } from './testing.mjs';
import { trust } from './trust.mjs';
import { words } from './words.mjs';

export const scenarios = { findings, reading, completion, trust, words, testing, running, graph, failing, history, asking, cancelling, crash };
