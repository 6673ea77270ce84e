// What a person does, in this order: nothing is trusted until `trust` has shown that nothing runs.
import { completion } from './completion.mjs';
import { findings } from './findings.mjs';
import { reading } from './reading.mjs';
import { trust } from './trust.mjs';
import { running } from './running.mjs';
import { failing } from './failing.mjs';
import { cancelling } from './cancelling.mjs';
import { crash } from './crash.mjs';

export const scenarios = { findings, reading, completion, trust, running, failing, cancelling, crash };
