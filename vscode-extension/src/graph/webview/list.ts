/** The same facts as text: stages, their steps, and why each comes after others. */

import { arrows, type Drawing, type Node } from '../drawing';
import { arrowLabel, neighbours, nodeLabel, summary, type Neighbours } from '../words';
import type { StepState } from '../../runs/run';
import { html } from './dom';

/** Draws the list; `go` is called with the id of a step that the user chose. */
export function list(drawing: Drawing, states: Readonly<Record<string, StepState>>, go: (id: string) => void): HTMLElement {
  const around = neighbours(arrows(drawing.edges));
  const inner = new Map<string | undefined, Node[]>();
  for (const node of drawing.nodes) {
    const body = inner.get(node.parent);
    if (body) body.push(node);
    else inner.set(node.parent, [node]);
  }
  const byId = new Map(drawing.nodes.map((node) => [node.id, node]));
  const item = (node: Node): HTMLLIElement => entry(node, around, states[node.id], go, (inner.get(node.id) ?? []).map(item));
  const parts: Element[] = drawing.stages.flatMap((stage, at) => [
    html('h2', {}, `Stage ${at + 1}`),
    html('ul', {}, ...stage.flatMap((id) => byId.get(id) ?? []).map(item)),
  ]);
  const rest = (inner.get(undefined) ?? []).filter(({ stage }) => stage === undefined);
  if (rest.length > 0) parts.push(html('h2', {}, 'In no stage'), html('ul', {}, ...rest.map(item)));
  for (const [title, ports, word] of [['Inputs', drawing.inputs, 'read by'], ['Outputs', drawing.outputs, 'reads']] as const) {
    if (ports.length === 0) continue;
    const lines = ports.map(({ name, nodes }) => html('li', {}, nodes.length > 0 ? `${name}: ${word} ${nodes.join(', ')}` : name));
    parts.push(html('h2', {}, title), html('ul', {}, ...lines));
  }
  return html('div', { class: 'list', role: 'region', 'aria-label': `Pipeline as a list: ${summary(drawing)}` }, ...parts);
}

function entry(node: Node, around: Neighbours, state: StepState | undefined, go: (id: string) => void, body: readonly HTMLLIElement[]): HTMLLIElement {
  const name = nodeLabel(node, undefined, state);
  const head = node.range ? html('button', { type: 'button', class: 'step' }, name) : html('span', {}, name);
  head.addEventListener('click', () => go(node.id));
  const reasons = (around.get(node.id)?.into ?? []).map((arrow) => html('li', {}, arrowLabel(arrow)));
  const inside = [...reasons, ...body];
  return html('li', {}, head, ...(inside.length > 0 ? [html('ul', {}, ...inside)] : []));
}
