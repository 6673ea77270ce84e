/** Which state each node has in a run. Pure. */

import type { Run, StepState } from '../runs/run';

/** States by node: a round's path without the numbers of rounds is the node's id; the newest round counts. */
export function statesOf(run: Run): Record<string, StepState> {
  const states: Record<string, StepState> = {};
  for (const step of run.steps.values()) {
    if (step.rounds.size === 0) states[step.id] = step.state;
    for (const [path, round] of step.rounds) states[nodeOf(path)] = round.state;
  }
  return states;
}

/** `loop[3].step` is a round of `loop.step`. */
export const nodeOf = (path: string): string => path.replace(/\[\d+\]/g, '');
