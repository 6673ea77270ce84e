import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curve } from '../../src/graph/curve';
import { arrows, nodeAt, type Drawing, type Edge, type Node } from '../../src/graph/drawing';
import { fit, layout, type Box, type Measure } from '../../src/graph/layout';
import { attribute, page } from '../../src/graph/page';
import { nodeOf, statesOf } from '../../src/graph/states';
import { walk } from '../../src/graph/walk';
import { arrowLabel, neighbours, nodeLabel, summary } from '../../src/graph/words';
import { newRun, take } from '../../src/runs/run';

const measure: Measure = (text) => text.length * 7;

const node = (id: string, more: Partial<Node> = {}): Node => ({ id, title: id, kind: 'action', stage: 0, detail: 'prints a text', problems: [], ...more });
const edge = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ from, to, origin: 'declared', because: `\`dependencies\` names \`${from}\``, certain: 'always', ...more });
const drawing = (nodes: Node[], edges: Edge[]): Drawing => ({ version: 1, stages: [nodes.map(({ id }) => id)], nodes, edges, inputs: [], outputs: [] });

const box = (boxes: readonly Box[], id: string): Box => {
  const found = boxes.find((it) => it.node.id === id);
  assert.ok(found, id);
  return found;
};

const holds = (outer: Box, inner: Box): boolean =>
  outer.x <= inner.x && outer.y <= inner.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

const meet = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test('edges between the same nodes are one arrow with all reasons and the firmest word', () => {
  const merged = arrows([edge('a', 'b', { certain: 'unknown', because: 'x' }), edge('a', 'b', { because: 'y' }), edge('a', 'b', { because: 'y' }), edge('b', 'a')]);
  assert.deepEqual(merged[0], { from: 'a', to: 'b', certain: 'always', reasons: ['x', 'y'] });
  assert.equal(merged.length, 2);
});

test('what comes first stands higher, bodies stand inside their loops, and no boxes meet', () => {
  const { boxes, routes } = layout(
    drawing(
      [node('a'), node('each', { kind: 'loop' }), node('each.one', { parent: 'each' }), node('each.two', { parent: 'each' }), node('b'), node('?x', { kind: 'missing' })],
      [edge('a', 'each'), edge('each.one', 'each.two'), edge('each', 'b'), edge('?x', 'each.two', { certain: 'unknown' }), edge('b', 'b', { certain: 'never' }), edge('each.two', 'each.two', { certain: 'earlier' })],
    ),
    measure,
  );
  assert.ok(box(boxes, 'a').y < box(boxes, 'each').y && box(boxes, 'each').y < box(boxes, 'b').y);
  assert.ok(box(boxes, 'each.one').y < box(boxes, 'each.two').y);
  for (const inner of ['each.one', 'each.two']) assert.ok(holds(box(boxes, 'each'), box(boxes, inner)), inner);
  const outermost = boxes.filter(({ depth }) => depth === 0);
  for (const a of outermost) for (const b of outermost) assert.ok(a === b || !meet(a, b), `${a.node.id} meets ${b.node.id}`);
  assert.equal(routes.length, 6);
  assert.ok(boxes.findIndex((it) => it.node.id === 'each') < boxes.findIndex((it) => it.node.id === 'each.one'), 'what holds others is drawn first');
});

test('cycles, unknown ends and empty drawings are laid out too', () => {
  const { boxes, routes } = layout(drawing([node('a'), node('b')], [edge('a', 'b'), edge('b', 'a'), edge('a', 'nobody')]), measure);
  assert.equal(boxes.length, 2);
  assert.equal(routes.length, 2);
  const nothing = layout(drawing([], []), measure);
  assert.deepEqual([nothing.boxes, nothing.routes], [[], []]);
  assert.ok(Number.isFinite(nothing.width));
});

test('a thousand steps are laid out', () => {
  const nodes = Array.from({ length: 1000 }, (_, at) => node(`s${at}`));
  const edges = nodes.slice(10).flatMap((_, at) => [edge(`s${at}`, `s${at + 10}`), edge(`s${Math.floor(at / 2)}`, `s${at + 10}`, { origin: 'template' })]);
  const { boxes, routes } = layout(drawing(nodes, edges), measure);
  assert.equal(boxes.length, 1000);
  assert.equal(routes.length, arrows(edges).length);
  assert.ok(boxes.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test('texts are shortened to their box by whole letters', () => {
  assert.equal(fit('short', 100, (text) => text.length), 'short');
  assert.equal(fit('a long text', 6, (text) => [...text].length), 'a lon…');
  assert.equal(fit('😀😀😀😀', 3, (text) => [...text].length), '😀😀…');
});

test('arrow keys walk along the edges and Home leads to the first step', () => {
  const nodes = [node('a'), node('b'), node('c'), node('loop', { kind: 'loop' }), node('loop.x', { parent: 'loop' })];
  const edges = [edge('a', 'b'), edge('a', 'c'), edge('b', 'loop')];
  const { boxes } = layout(drawing(nodes, edges), measure);
  const go = (key: Parameters<typeof walk>[0], at?: string) => walk(key, at, boxes, arrows(edges));
  assert.equal(go('Home', 'loop.x'), 'a');
  assert.equal(go('ArrowDown'), 'a', 'from nowhere to the first');
  assert.ok(['b', 'c'].includes(go('ArrowDown', 'a') ?? ''));
  assert.equal(go('ArrowUp', 'c'), 'a');
  assert.equal(go('ArrowDown', 'loop'), 'loop.x', 'into a body');
  assert.equal(go('ArrowUp', 'loop.x'), 'loop', 'and out of it');
  assert.equal(go('ArrowLeft', go('ArrowRight', 'b')), 'b');
  assert.equal(go('ArrowUp', 'a'), undefined);
});

test('every node can be reached by Right from Home', () => {
  const nodes = Array.from({ length: 30 }, (_, at) => node(`s${at}`));
  const { boxes } = layout(drawing(nodes, [edge('s0', 's1'), edge('s1', 's2'), edge('s4', 's9')]), measure);
  const seen = new Set<string>();
  for (let at = walk('Home', undefined, boxes, []); at !== undefined; at = walk('ArrowRight', at, boxes, [])) seen.add(at);
  assert.equal(seen.size, 30);
});

test('a node is told with its stage, its neighbours, its state and its problems', () => {
  const b = node('b', { stage: 1, condition: 'a.ok', loop: { kind: 'for_each', bound: '3 items' }, kind: 'loop', problems: [{ severity: 'error', code: 'x', message: 'no step is called `c`' }] });
  const around = neighbours(arrows([edge('a', 'b'), edge('b', 'c', { certain: 'maybe' })]));
  assert.equal(
    nodeLabel(b, around, 'running'),
    'loop b, prints a text, stage 2, for_each, 3 items, only if a.ok, running, after a, before c (if it is routed there), 1 problem, no step is called `c`',
  );
  assert.equal(arrowLabel({ from: 'a', to: 'b', certain: 'always', reasons: ['`if` reads `{{ a }}`'] }), 'a before b, always: if reads {{ a }}');
  assert.equal(summary(drawing([b, node('?c', { kind: 'missing' })], [])), '1 step in 1 stage with 0 edges; 1 step with problems');
});

test('the cursor belongs to the innermost step of its line', () => {
  const span = (from: number, to: number, character = 0) => ({ start: { line: from, character: 4 }, end: { line: to, character } });
  const nodes = [node('a', { range: span(1, 4) }), node('l', { range: span(4, 9) }), node('l.b', { range: span(6, 8) }), node('c', { range: span(9, 9, 12) })];
  const at = (line: number) => nodeAt(nodes, line)?.id;
  assert.deepEqual([0, 1, 3, 4, 6, 7, 8, 9, 10].map(at), [undefined, 'a', 'a', 'l', 'l.b', 'l.b', 'l', 'c', undefined]);
});

test('rounds colour the node of their step, the newest last', () => {
  const run = newRun('r', 'file:///a', {}, 0);
  const event = (type: 'step_started' | 'step_completed', step: string, path?: string) => take(run, { type, timestamp: 1, step, data: path ? { path } : {} });
  event('step_completed', 'a');
  event('step_completed', 'x', 'l[0].x');
  event('step_started', 'x', 'l[1].x');
  assert.deepEqual({ ...statesOf(run) }, { a: 'done', 'l.x': 'running' });
  assert.equal(nodeOf('a[3].b[12].c'), 'a.b.c');
});

test('ways are smooth and end where the arrow does', () => {
  assert.equal(curve([{ x: 0, y: 0 }, { x: 0, y: 10 }]), 'M0 0L0 10');
  assert.equal(curve([{ x: 0, y: 0 }, { x: 5, y: 5 }, { x: 0, y: 10 }]), 'M0 0Q5 5 0 10');
  assert.match(curve([{ x: 0, y: 0 }, { x: 1, y: 1 }, { x: 2, y: 2 }, { x: 3.33, y: 3 }]), /3\.3 3$/);
  assert.equal(curve([{ x: 0, y: 0 }]), '');
});

test('the page runs one script by its nonce and quotes what it is given', () => {
  const html = page({ script: 's.js', style: 'a"b.css', source: 'https://x', nonce: 'n0', uri: 'file:///a"><script>b' });
  assert.match(html, /default-src 'none'; style-src https:\/\/x; script-src 'nonce-n0'"/);
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.ok(html.includes('data-uri="file:///a&quot;&gt;&lt;script&gt;b"'));
  assert.doesNotMatch(html, /\son\w+=|style=|unsafe/);
  assert.equal(attribute('<&">'), '&lt;&amp;&quot;&gt;');
});
