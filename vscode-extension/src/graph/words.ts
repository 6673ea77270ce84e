/** What is said of nodes and arrows: in boxes, to screen readers and in the list. */

import { stepWord } from '../runs/words';
import type { StepState } from '../runs/run';
import type { Arrow, Drawing, Node } from './drawing';

/** What stands in a box, a line each, the title first. */
export function nodeLines(node: Node): string[] {
  const lines = [node.title, node.detail];
  if (node.loop) lines.push(`${node.loop.kind}: ${node.loop.bound}`);
  if (node.condition) lines.push(`if ${node.condition}`);
  return lines;
}

/** The arrows that end and begin at each node. */
export type Neighbours = ReadonlyMap<string, { readonly into: readonly Arrow[]; readonly out: readonly Arrow[] }>;

export function neighbours(arrows: readonly Arrow[]): Neighbours {
  const found = new Map<string, { into: Arrow[]; out: Arrow[] }>();
  const of = (id: string) => {
    let entry = found.get(id);
    if (!entry) found.set(id, (entry = { into: [], out: [] }));
    return entry;
  };
  for (const arrow of arrows) {
    of(arrow.from).out.push(arrow);
    of(arrow.to).into.push(arrow);
  }
  return found;
}

/** A node in one sentence, with its neighbours where they are given. */
export function nodeLabel(node: Node, around: Neighbours | undefined, state: StepState | undefined): string {
  const parts = [`${kindWord(node)} ${node.title}`, node.detail];
  if (node.stage !== undefined) parts.push(`stage ${node.stage + 1}`);
  if (node.parent) parts.push(`inside ${node.parent}`);
  if (node.loop) parts.push(`${node.loop.kind}, ${node.loop.bound}`);
  if (node.condition) parts.push(`only if ${node.condition}`);
  if (state) parts.push(stepWord[state]);
  const { into = [], out = [] } = around?.get(node.id) ?? {};
  parts.push(...into.map(({ from, certain }) => linked('after', from, certain)), ...out.map(({ to, certain }) => linked('before', to, certain)));
  if (node.problems.length > 0) parts.push(counted(node.problems.length, 'problem'), ...node.problems.map(({ message }) => message));
  return parts.filter(Boolean).join(', ');
}

const linked = (word: string, id: string, certain: Arrow['certain']): string =>
  certain === 'always' ? `${word} ${id}` : `${word} ${id} (${certainWord[certain]})`;

/** Whether an arrow holds, in words. */
export const certainWord: Readonly<Record<Arrow['certain'], string>> = {
  always: 'always',
  maybe: 'if it is routed there',
  earlier: 'of the round before',
  never: 'without effect',
  unknown: 'not known',
};

/** An arrow in one sentence. */
export function arrowLabel(arrow: Arrow): string {
  return `${arrow.from} before ${arrow.to}, ${certainWord[arrow.certain]}: ${arrow.reasons.map(plain).join('; ')}`;
}

/** Without the marks that make names look like code. */
export const plain = (text: string): string => text.replaceAll('`', '');

function kindWord({ kind }: Node): string {
  switch (kind) {
    case 'loop':
      return 'loop';
    case 'group':
      return 'steps side by side';
    case 'missing':
      return 'missing step';
    case 'open':
      return 'step not known yet';
    default:
      return 'step';
  }
}

/** `1 step`, `2 steps`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What the drawing shows, in one sentence. */
export function summary({ nodes, stages, edges }: Drawing): string {
  const steps = nodes.filter(({ kind }) => kind !== 'missing' && kind !== 'open');
  const wrong = nodes.filter(({ problems }) => problems.length > 0).length;
  const parts = [counted(steps.length, 'step'), `in ${counted(stages.length, 'stage')}`, `with ${counted(edges.length, 'edge')}`];
  return `${parts.join(' ')}${wrong > 0 ? `; ${counted(wrong, 'step')} with problems` : ''}`;
}
