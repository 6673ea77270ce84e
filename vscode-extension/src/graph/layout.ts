/** Where everything stands. A body is laid out on its own and then is one box in what is around it. Pure: no page. */

import dagre from '@dagrejs/dagre/lib/layout';
import Graph from '@dagrejs/graphlib/lib/graph';
import { arrows, type Arrow, type Drawing, type Node } from './drawing';
import { nodeLines } from './words';

/** Width of a text in pixels. */
export type Measure = (text: string, weight: 'bold' | 'plain') => number;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node and its box; `x` and `y` are its upper left corner. */
export interface Box extends Point {
  readonly node: Node;
  readonly width: number;
  readonly height: number;
  /** How many bodies it is in. */
  readonly depth: number;
  /** Title first, shortened to the box. */
  readonly lines: readonly string[];
}

export interface Route {
  readonly arrow: Arrow;
  readonly points: readonly Point[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** What holds others comes before them. */
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
}

export const LINE_HEIGHT = 17;
/** Between the border of a box and its text. */
export const PADDING = 10;
const GAP = 14;
const MOST_TEXT = 240;
const LEAST_WIDTH = 90;
/** Above so many nodes the quick way to rank them has to do. */
const MANY = 250;
/** Above so many rows crossed by all edges together, only edges to the next row are routed round boxes: each row that an edge crosses costs as much as a node. */
const ROWS = 1_500;

/** An arrow and the nodes of one body that it joins. */
interface Lifted {
  readonly arrow: Arrow;
  readonly from: string;
  readonly to: string;
}

interface Sized {
  readonly node: Node;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly inside: Inside | undefined;
}

/** A laid out list of nodes, from its own corner. */
interface Inside {
  readonly width: number;
  readonly height: number;
  readonly places: readonly { readonly sized: Sized; readonly at: Point }[];
  readonly routes: readonly Route[];
}

export function layout(drawing: Drawing, measure: Measure): Layout {
  const bodies = new Map<string | undefined, Node[]>();
  for (const node of drawing.nodes) {
    const body = bodies.get(node.parent);
    if (body) body.push(node);
    else bodies.set(node.parent, [node]);
  }
  const parents = new Map(drawing.nodes.map((node) => [node.id, node.parent]));
  const all = arrows(drawing.edges);
  const levels = byLevel(all, parents);
  const inside = arrange(undefined, bodies, levels, measure);
  const boxes: Box[] = [];
  const routes: Route[] = [];
  place(inside, { x: GAP, y: GAP }, 0, boxes, routes);
  const found = new Map(boxes.map((box) => [box.node.id, box]));
  const routed = new Set(routes.map(({ arrow }) => arrow));
  for (const arrow of all.filter((it) => !routed.has(it))) {
    const [from, to] = [found.get(arrow.from), found.get(arrow.to)];
    if (from && to) routes.push({ arrow, points: bridge(from, to) });
  }
  return { width: inside.width + 2 * GAP, height: inside.height + 2 * GAP, boxes, routes };
}

/** Arrows that say nothing about what comes first. */
const isLoose = ({ certain, from, to }: Arrow): boolean => certain === 'earlier' || certain === 'never' || from === to;

/** The arrows of each body, those that cross its border lifted to what stands in it. */
function byLevel(all: readonly Arrow[], parents: ReadonlyMap<string, string | undefined>): Map<string | undefined, Lifted[]> {
  const levels = new Map<string | undefined, Lifted[]>();
  for (const arrow of all.filter((it) => !isLoose(it))) {
    const [up, down] = [lineage(arrow.from, parents), lineage(arrow.to, parents)];
    let shared = 0;
    while (shared < up.length && shared < down.length && up[shared] === down[shared]) shared += 1;
    const [from, to] = [up[shared], down[shared]];
    if (from === undefined || to === undefined || !parents.has(from) || !parents.has(to)) continue;
    const level = parents.get(from);
    const members = levels.get(level);
    if (members) members.push({ arrow, from, to });
    else levels.set(level, [{ arrow, from, to }]);
  }
  return levels;
}

/** From the outermost node to this one. */
function lineage(id: string, parents: ReadonlyMap<string, string | undefined>): string[] {
  const line: string[] = [];
  for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) line.unshift(at);
  return line;
}

function arrange(
  parent: string | undefined,
  bodies: ReadonlyMap<string | undefined, readonly Node[]>,
  levels: ReturnType<typeof byLevel>,
  measure: Measure,
): Inside {
  const nodes = bodies.get(parent) ?? [];
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 42, edgesep: 14, ranker: nodes.length > MANY ? 'longest-path' : 'network-simplex' });
  graph.setDefaultEdgeLabel(() => ({}));
  const sizes = new Map<string, Sized>();
  for (const node of nodes) {
    const sized = size(node, bodies.has(node.id) ? arrange(node.id, bodies, levels, measure) : undefined, measure);
    sizes.set(node.id, sized);
    graph.setNode(node.id, { width: sized.width, height: sized.height });
  }
  const edges = routable(levels.get(parent) ?? []);
  edges.forEach(({ from, to }, at) => graph.setEdge(from, to, {}, String(at)));
  if (nodes.length > 0) dagre(graph);
  const places = [...sizes.values()].map((sized) => {
    const { x, y } = graph.node(sized.node.id) as Point;
    return { sized, at: { x: x - sized.width / 2, y: y - sized.height / 2 } };
  });
  const routes = edges.flatMap(({ arrow, from, to }, at) => {
    if (arrow.from !== from || arrow.to !== to) return [];
    const { points } = graph.edge(from, to, String(at)) as { points: Point[] };
    return [{ arrow, points }];
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width: finite(width), height: finite(height), places, routes };
}

/** The edges that the layout is given: all of them, or those between neighbouring rows, which alone decide the rows. */
function routable(edges: readonly Lifted[]): readonly Lifted[] {
  const rows = rowsOf(edges);
  const rise = ({ from, to }: Lifted): number => (rows.get(to) ?? 0) - (rows.get(from) ?? 0);
  const crossed = edges.reduce((sum, edge) => sum + Math.abs(rise(edge)), 0);
  return crossed <= ROWS ? edges : edges.filter((edge) => rise(edge) === 1);
}

/** The length of the longest way to each node; those on a cycle, and behind one, stay at the way that led there. */
function rowsOf(edges: readonly Lifted[]): Map<string, number> {
  const rows = new Map<string, number>();
  const open = new Map<string, number>();
  const out = new Map<string, string[]>();
  for (const { from, to } of edges) {
    rows.set(from, 0).set(to, 0);
    open.set(to, (open.get(to) ?? 0) + 1);
    const next = out.get(from);
    if (next) next.push(to);
    else out.set(from, [to]);
  }
  const ready = [...rows.keys()].filter((id) => !open.has(id));
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (const next of out.get(id) ?? []) {
      rows.set(next, Math.max(rows.get(next) ?? 0, (rows.get(id) ?? 0) + 1));
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return rows;
}

const finite = (length: number): number => (Number.isFinite(length) ? length : 0);

function size(node: Node, inside: Inside | undefined, measure: Measure): Sized {
  const lines = nodeLines(node).map((line, at) => fit(line, MOST_TEXT, (text) => measure(text, at === 0 ? 'bold' : 'plain')));
  const widest = Math.max(0, ...lines.map((line, at) => measure(line, at === 0 ? 'bold' : 'plain')));
  const head = lines.length * LINE_HEIGHT + 2 * PADDING;
  return {
    node,
    lines,
    inside,
    width: Math.max(LEAST_WIDTH, widest + 2 * PADDING, inside ? inside.width + 2 * GAP : 0),
    height: inside ? head + inside.height + GAP : head,
  };
}

/** The start of a text that is no wider than `most`. */
export function fit(text: string, most: number, measure: (text: string) => number): string {
  if (measure(text) <= most) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${letters.slice(0, middle).join('')}…`) <= most) low = middle;
    else high = middle - 1;
  }
  return `${letters.slice(0, low).join('')}…`;
}

function place(inside: Inside, corner: Point, depth: number, boxes: Box[], routes: Route[]): void {
  for (const { sized, at } of inside.places) {
    const { node, lines, width, height } = sized;
    const [x, y] = [corner.x + at.x, corner.y + at.y];
    boxes.push({ node, lines, width, height, depth, x, y });
    if (sized.inside) {
      const head = height - sized.inside.height - GAP;
      place(sized.inside, { x: x + (width - sized.inside.width) / 2, y: y + head }, depth + 1, boxes, routes);
    }
  }
  for (const { arrow, points } of inside.routes) {
    routes.push({ arrow, points: points.map(({ x, y }) => ({ x: corner.x + x, y: corner.y + y })) });
  }
}

/** A way between two boxes that the layout did not route: out at the right side where it leads back or to itself. */
function bridge(from: Box, to: Box): Point[] {
  const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });
  const right = Math.max(from.x + from.width, to.x + to.width) + GAP;
  if (from === to) {
    const { x, y, width, height } = from;
    return [
      { x: x + width, y: y + height * 0.7 },
      { x: right, y: y + height * 0.5 },
      { x: x + width, y: y + height * 0.3 },
    ];
  }
  if (middle(from).y >= middle(to).y) {
    return [
      { x: from.x + from.width, y: middle(from).y },
      { x: right, y: (middle(from).y + middle(to).y) / 2 },
      { x: to.x + to.width, y: middle(to).y },
    ];
  }
  return [
    { x: middle(from).x, y: from.y + from.height },
    { x: middle(to).x, y: to.y },
  ];
}
